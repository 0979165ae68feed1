"""The page about the macros that templates are made of."""

from __future__ import annotations

import re

from reference.prose import PACKAGE, page, table

_folder = PACKAGE / "doors" / "pages" / "shell" / "macros"
_files = ("ui", "phone", "console", "cashier")
_macro = re.compile(
    r"(?:^\{#(?P<says>(?:(?!#\}).)*)#\}\n)?"
    r"^\{% macro (?P<name>[a-z]\w*)\((?P<takes>.*?)\) %\}",
    re.DOTALL | re.MULTILINE,
)
_opening = re.compile(r"\A\{# (.*?) #\}", re.DOTALL)


def render_macros() -> str:
    """Every macro with what it takes and what it draws."""
    says = (
        "Templates call these by the name of their file: `{{ ui.badge(...) }}`, or"
        " `{% call phone.header(...) %}` where the caller puts something inside. Values are"
        " escaped; texts come translated. `attrs` are further attributes, such as `hx-post`."
        " `tools/gallery` draws them all. [How a page is made](../explanation/pages.md)."
    )
    return page("Macros", says, *(list_macros(name) for name in _files))


def list_macros(name: str) -> list[str]:
    """List the macros of one file, with the comment above each."""
    text = (_folder / f"{name}.html").read_text()
    opening = _opening.match(text)
    rows = [
        (f"`{found['name']}({found['takes']})`", (found["says"] or "").strip())
        for found in _macro.finditer(text)
    ]
    return [f"## {name}", "", opening[1] if opening else "", "", *table(("macro", "draws"), rows)]
