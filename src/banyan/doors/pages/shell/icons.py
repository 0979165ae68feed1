"""Icons drawn into the page itself, so that they take the colour of the text beside them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

icon_folder = Path(__file__).resolve().parents[1] / "static" / "vendor" / "lucide"
own_folder = Path(__file__).resolve().parents[1] / "static" / "icons"
drawing = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def draw_icon(name: str, size: str = "") -> Markup:
    """Answers an icon as SVG, hidden from screen readers: the words beside it speak.

    `size` is empty, `small`, `large` or `huge`. Raises `KeyError` for an icon that is not vendored.
    """
    path = next((p for f in (icon_folder, own_folder) if (p := f / f"{name}.svg").is_file()), None)
    if path is None:
        raise KeyError(f"no icon {name}")
    found = drawing.search(path.read_text())
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    classes = f"icon icon-{size}" if size else "icon"
    lines = " ".join(found.group(1).split())
    return Markup(  # noqa: S704 - our own files, no input
        f'<svg class="{classes}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" '
        f'aria-hidden="true" focusable="false">{lines}</svg>'
    )
