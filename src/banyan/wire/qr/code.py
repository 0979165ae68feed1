"""A text as a QR code: black and white modules, or a picture of them alone."""

import io
from collections.abc import Sequence

import segno
from PIL import Image

from banyan.base.errors import Invalid

QUIET = 4
"""White modules that the standard asks for on every side."""
TEXT_MAX = 1_000
SCALE_MAX = 50

Modules = Sequence[Sequence[int]]
"""Rows of modules, 1 is black; the quiet zone is not among them."""


def make_modules(text: str) -> Modules:
    """The modules of a text; a quarter of them may be scratched or dirty.

    Raises Invalid `qr.too_long`.
    """
    return [list(row) for row in _make(text).matrix]


def render_svg(text: str) -> bytes:
    """The code alone as SVG, sized by whoever shows it. Raises Invalid `qr.too_long`."""
    picture = io.BytesIO()
    _make(text).save(
        picture, kind="svg", border=QUIET, light="#fff", omitsize=True, xmldecl=False, nl=False
    )
    return picture.getvalue()


def render_png(text: str, scale: int = 8) -> bytes:
    """The code alone as PNG, so many pixels a module. Raises Invalid `qr.too_long`."""
    assert 1 <= scale <= SCALE_MAX
    picture = io.BytesIO()
    _make(text).save(picture, kind="png", border=QUIET, scale=scale)
    return picture.getvalue()


def render_jpeg(text: str, size: int = 430) -> bytes:
    """The code alone as a square JPEG of so many pixels. Raises Invalid `qr.too_long`."""
    modules = make_modules(text)
    scale = size // (len(modules) + 2 * QUIET)
    assert scale >= 1
    code = Image.open(io.BytesIO(render_png(text, scale)))
    picture = Image.new("L", (size, size), 255)
    picture.paste(code.convert("L"), ((size - code.width) // 2, (size - code.height) // 2))
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=90)
    return content.getvalue()


def _make(text: str) -> segno.QRCode:
    if len(text) > TEXT_MAX:
        raise Invalid("qr.too_long", length_max=TEXT_MAX)
    return segno.make(text, error="q", micro=False, boost_error=False)
