"""The API reference as one page of plain HTML with forms that try each call; all of it ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from markupsafe import Markup

_quoted = re.compile(r"`([^`]+)`")
_folder = Path(__file__).parent
_depth_max = 6

SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page runs its own script, talks to its own server, and nothing else."""


def render_reference(document: dict[str, Any]) -> str:
    """The whole page for an OpenAPI document."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - rarely opened

    environment = Environment(
        loader=FileSystemLoader(_folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    components = document["components"]["schemas"]
    return environment.get_template("page.html").render(
        document=document,
        groups=_groups(document),
        example=lambda schema: _pretty(make_example(schema, components)),
        name_of=_name_of,
        pretty=_pretty,
        prose=_prose,
    )


@cache
def read_part(name: str) -> bytes:
    """The page's style or script: `page.css` or `page.js`."""
    assert name in {"page.css", "page.js"}
    return (_folder / name).read_bytes()


def make_example(schema: dict[str, Any], components: dict[str, Any], depth: int = 0) -> object:
    """A value of the shape that a schema describes: a start for whoever fills in the form."""
    if depth > _depth_max:
        return None
    known = [schema[word] for word in ("default", "const") if word in schema]
    known += schema.get("enum", ())[:1]
    if known:
        return known[0]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return make_example(schema[choice][0], components, depth + 1)
    if "$ref" in schema:
        return make_example(components[schema["$ref"].rpartition("/")[2]], components, depth + 1)
    return _shape(schema, components, depth)


def _shape(schema: dict[str, Any], components: dict[str, Any], depth: int) -> object:
    if schema.get("type") == "object":
        parts = schema.get("properties", {}).items()
        return {name: make_example(one, components, depth + 1) for name, one in parts}
    if schema.get("type") == "array":
        items = schema.get("items")
        return [make_example(items, components, depth + 1)] if items else []
    return _plain_example(schema)


def _plain_example(schema: dict[str, Any]) -> object:
    match schema.get("type"):
        case "integer":
            return schema.get("minimum", 0)
        case "number":
            return 0.0
        case "boolean":
            return False
        case "string":
            formats = {"date-time": "2026-01-31T08:00:00Z", "date": "2026-01-31"}
            return formats.get(schema.get("format", ""), "")
        case _:
            return None


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            groups[call["tags"][0]].append({"path": path, "method": method.upper(), **call})
    return groups


def _name_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: `string`, `integer 1..100`, `Order`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_name_of(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_name_of(schema.get('items', {}))}]"
    if schema.get("enum"):
        return " | ".join(str(one) for one in schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    span = "" if low is None and high is None else f" {low}..{'' if high is None else high}"
    return f"{schema.get('format') or schema.get('type', 'any')}{span}"


def _prose(text: str) -> Markup:
    """Paragraphs, with what stands in backticks as code; everything else is escaped."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - as jinja2 above

    paragraphs = [" ".join(one.split()) for one in text.split("\n\n")]
    marked = [_quoted.sub(r"<code>\1</code>", str(escape(one))) for one in paragraphs]
    return Markup("".join(f"<p>{one}</p>" for one in marked))  # noqa: S704 - escaped above


def _pretty(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
