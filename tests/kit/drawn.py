"""Pictures with text in them, drawn for tests that read it."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from banyan.wire.qr import typeface
from banyan.wire.qr.layout import BLACK, Sheet, Words
from banyan.wire.qr.png import render_poster_png

_em = 8.0
_line = 12.0


def draw_lines(lines: Sequence[str], *, width: float = 160, height: float = 0) -> bytes:
    """A PNG of lines of black text, each beginning at the same left edge."""
    items = tuple(
        Words(
            x=6 + typeface.width(text) * _em / typeface.EM / 2,
            y=_line * (place + 1),
            size=_em,
            text=text,
            colour=BLACK,
        )
        for place, text in enumerate(lines)
    )
    high = height or _line * (len(lines) + 1)
    return render_poster_png(Sheet(width, high, "", items), dots_per_inch=110)


def draw_blank(width: int, height: int, kind: str = "PNG") -> bytes:
    """A white picture; small as a file however large it is."""
    content = io.BytesIO()
    Image.new("L", (width, height), 255).save(content, kind)
    return content.getvalue()
