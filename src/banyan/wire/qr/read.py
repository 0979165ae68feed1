"""Reads codes in pictures that people took or drew."""

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError

from banyan.base.errors import Invalid

PIXELS_MAX = 20_000_000
_formats = ("PNG", "JPEG", "WEBP", "GIF")


def read_codes(content: bytes) -> list[str]:
    """What the codes in a picture say, one or more. Raises Invalid `qr.unreadable`."""
    try:
        with Image.open(io.BytesIO(content), formats=_formats) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise Invalid("qr.unreadable")
            grey = _on_white(picture)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise Invalid("qr.unreadable") from None
    texts = [one.text for one in zxingcpp.read_barcodes(grey) if one.text]
    if not texts:
        raise Invalid("qr.unreadable")
    return texts


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in shades of grey; where there is nothing, it lies on white."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    shown = picture.convert("RGBA")
    ground = Image.new("RGBA", shown.size, (255, 255, 255, 255))
    return Image.alpha_composite(ground, shown).convert("L")
