"""Posters as PNG, for chats and screens and for who prints pictures only."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from banyan.wire.qr import typeface
from banyan.wire.qr.layout import BLACK, WHITE, Box, Item, Sheet, Square, Words

DOTS_PER_INCH = 300
_mm_per_inch = 25.4


def render_poster_png(sheet: Sheet, dots_per_inch: int = DOTS_PER_INCH) -> bytes:
    """The sheet at a resolution that prints sharp."""
    scale = dots_per_inch / _mm_per_inch
    size = round(sheet.width * scale), round(sheet.height * scale)
    picture = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(picture)
    for item in sheet.items:
        _draw(draw, item, scale)
    content = io.BytesIO()
    picture.save(content, "PNG", dpi=(dots_per_inch, dots_per_inch))
    return content.getvalue()


def _draw(draw: ImageDraw.ImageDraw, item: Item, scale: float) -> None:
    match item:
        case Box():
            # Pillow counts the last pixel in.
            right, bottom = item.x + item.width, item.y + item.height
            corners = (item.x * scale, item.y * scale, right * scale - 1, bottom * scale - 1)
            draw.rounded_rectangle(corners, item.radius * scale, fill=item.colour)
        case Words():
            _write(draw, item, scale)
        case Square():
            _square(draw, item, scale)


def _write(draw: ImageDraw.ImageDraw, words: Words, scale: float) -> None:
    em = words.size * scale
    x = words.x * scale - typeface.width(words.text) * em / typeface.EM / 2
    for name, letters in typeface.runs(words.text):
        draw.text((x, words.y * scale), letters, words.colour, _font(name, em), anchor="ls")
        x += typeface.width(letters) * em / typeface.EM


@lru_cache(maxsize=64)
def _font(name: str, em: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(typeface.slice_path(name), em)


def _square(draw: ImageDraw.ImageDraw, square: Square, scale: float) -> None:
    """Every module has the same whole number of pixels: what is left over goes to the edges."""
    count = len(square.modules)
    module = max(1, int(square.size * scale) // count)
    rest = (square.size * scale - module * count) / 2
    left, top = round(square.x * scale + rest), round(square.y * scale + rest)
    for row_number, row in enumerate(square.modules):
        for column, colour in enumerate(row):
            if colour:
                x, y = left + column * module, top + row_number * module
                draw.rectangle((x, y, x + module - 1, y + module - 1), fill=BLACK)
