"""Opens pictures of strangers: none that unpacks to more than it says, and none that is huge."""

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

PICTURE_BYTES_MAX = 10 << 20
PIXELS_MAX = 16_000_000
_formats = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


class BadPicture(Exception):
    """It is none that can be read, or too large."""


class TooLarge(BadPicture):
    """It may be a picture, but of more than we unpack."""


class Point(NamedTuple):
    """A corner, in pixels of the picture."""

    x: int
    y: int


def open_picture(content: bytes) -> Image.Image:
    """The picture, upright, in colours, the first of several. Raises BadPicture, TooLarge."""
    if len(content) > PICTURE_BYTES_MAX:
        raise TooLarge
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_formats)
        with picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise TooLarge
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError):
        raise BadPicture from None
    except Image.DecompressionBombError:
        raise TooLarge from None
