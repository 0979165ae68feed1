"""Writing Markdown: tables, and sentences found in the source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "banyan"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a Markdown table."""
    lines = [list(heads), ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell(one) for one in line) + " |" for line in lines]


def cell(text: str) -> str:
    """Put any text on one line that a table can hold."""
    return " ".join(text.split()).replace("|", "\\|")


def page(title: str, says: str, *parts: Iterable[str]) -> str:
    """Put a page together: heading, sentence, and parts with a blank line between them."""
    blocks = [[f"# {title}"], [says], *(list(part) for part in parts)]
    made = "*Made from the code by `make docs`; do not edit.*"
    return "\n\n".join("\n".join(block) for block in [*blocks, [made]] if block) + "\n"


def sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def opening(file: Path) -> str:
    """Return the sentence that a Python file opens with."""
    return sentence(ast.get_docstring(ast.parse(file.read_text())))


def attribute_texts(kind: type[Any]) -> dict[str, str]:
    """Return the string under each field or member of a class, by name."""
    (body,) = [
        one.body
        for one in ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind))).body
        if isinstance(one, ast.ClassDef)
    ]
    return dict(texts_below(body))


def texts_below(body: Sequence[ast.stmt]) -> Iterable[tuple[str, str]]:
    """Find names that are given a value or a type, with the string right below them."""
    for named, text in pairwise([*body, ast.Pass()]):
        target = (
            named.target
            if isinstance(named, ast.AnnAssign)
            else named.targets[0]
            if isinstance(named, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name):
            is_text = isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
            said = text.value.value if is_text else ""  # type: ignore[attr-defined]
            yield target.id, " ".join(said.split()) if isinstance(said, str) else ""


def type_name(kind: Any) -> str:  # noqa: ANN401 - any annotation
    """Write a type as the source has it, without module names and metadata."""
    if getattr(kind, "__metadata__", None):
        return type_name(kind.__origin__)
    name = kind.__name__ if isinstance(kind, type) and not hasattr(kind, "__args__") else None
    if name is not None:
        return name
    if arguments := getattr(kind, "__args__", None):
        inner = [type_name(one) for one in arguments]
        origin = getattr(kind, "__origin__", None)
        if origin is None or getattr(origin, "__name__", "") in {"Union", "UnionType"}:
            return " | ".join("null" if one == "NoneType" else one for one in inner)
        return f"{getattr(origin, '__name__', origin)}[{', '.join(inner)}]"
    return str(kind).replace("typing.", "")
