"""Codes of mini programs: squares of a code drawn as dots, in a colour, on white or on nothing."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw

from banyan.wire.qr.code import QUIET, make_modules

Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)
_finder = 7
"""Modules of a corner's mark."""
_finer = 4
"""Drawn so many times larger first, so that circles are smooth."""
_width_max = 2_000


def render_dots(text: str, width: int, *, colour: Colour = BLACK, is_clear: bool = False) -> bytes:
    """The code of a text as a square picture: a JPEG on white, or a PNG on nothing.

    Raises Invalid `qr.too_long`.
    """
    assert 0 < width <= _width_max
    modules = make_modules(text)
    count = len(modules)
    # Whole pixels for each module: a camera reads even edges best.
    module = max(width * _finer // (count + 2 * QUIET), 1)
    edge = width * _finer
    start = (edge - module * count) // 2
    mask = Image.new("L", (edge, edge), 0)
    draw = ImageDraw.Draw(mask)
    _draw_dots(draw, modules, start, module)
    for row, column in ((0, 0), (0, count - _finder), (count - _finder, 0)):
        _draw_corner(draw, start + column * module, start + row * module, module)
    mask = mask.resize((width, width), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    if is_clear:
        picture = Image.new("RGBA", (width, width), (*colour, 0))
        picture.putalpha(mask)
        picture.save(content, "PNG", optimize=True)
    else:
        picture = Image.new("RGB", (width, width), (255, 255, 255))
        picture.paste(colour, mask=mask)
        picture.save(content, "JPEG", quality=92)
    return content.getvalue()


def _draw_dots(
    draw: ImageDraw.ImageDraw, modules: Sequence[Sequence[int]], start: int, module: int
) -> None:
    count = len(modules)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            is_low, is_left = row < _finder, column < _finder
            is_high, is_right = row >= count - _finder, column >= count - _finder
            if not is_dark or (is_low and (is_left or is_right)) or (is_high and is_left):
                continue
            x, y = start + column * module, start + row * module
            draw.ellipse((x, y, x + module - 1, y + module - 1), fill=255)


def _draw_corner(draw: ImageDraw.ImageDraw, x: int, y: int, module: int) -> None:
    for inset, shade in ((0, 255), (1, 0), (2, 255)):
        low, size = inset * module, (_finder - 2 * inset) * module
        box = (x + low, y + low, x + low + size - 1, y + low + size - 1)
        draw.rounded_rectangle(box, radius=size * 0.28, fill=shade)
