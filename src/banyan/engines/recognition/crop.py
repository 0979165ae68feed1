"""Finds the part of a picture that is worth keeping when it must have another shape."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from banyan.engines.recognition.picture import open_picture

_side_max = 256
_middle_weight = 0.3


class Crop(NamedTuple):
    """A part of a picture, in its pixels; the right and lower edges are outside."""

    left: int
    top: int
    right: int
    bottom: int


def crop_picture(content: bytes, ratios: Sequence[float]) -> tuple[list[Crop], int, int]:
    """For each ratio of width to height the part with most in it, and the picture's size.

    What has edges counts, and so, a little, does the middle. Raises BadPicture.
    """
    picture = open_picture(content)
    worth = _weigh(picture)
    crops = [_find(worth, picture.width, picture.height, ratio) for ratio in ratios]
    return crops, picture.width, picture.height


def _weigh(picture: Image.Image) -> NDArray[np.float64]:
    """How much is where, on a small copy of the picture."""
    small = picture.convert("L")
    small.thumbnail((_side_max, _side_max))
    blurred = small.filter(ImageFilter.GaussianBlur(1))
    grey = np.asarray(blurred, dtype=np.float64)
    across = np.abs(np.diff(grey, axis=1, prepend=grey[:, :1]))
    down = np.abs(np.diff(grey, axis=0, prepend=grey[:1]))
    edges = across + down
    height, width = edges.shape
    rows = 1 - np.abs(np.linspace(-1, 1, height)) if height > 1 else np.ones(1)
    columns = 1 - np.abs(np.linspace(-1, 1, width)) if width > 1 else np.ones(1)
    middle = np.outer(rows, columns)
    return edges / max(float(edges.max()), 1.0) + _middle_weight * middle


def _find(worth: NDArray[np.float64], width: int, height: int, ratio: float) -> Crop:
    """The part of that shape, as large as fits, that is worth most."""
    if width >= height * ratio:
        kept = min(max(round(height * ratio), 1), width)
        left = _slide(worth.sum(axis=0), width, kept)
        return Crop(left, 0, left + kept, height)
    kept = min(max(round(width / ratio), 1), height)
    top = _slide(worth.sum(axis=1), height, kept)
    return Crop(0, top, width, top + kept)


def _slide(worth: NDArray[np.float64], length: int, kept: int) -> int:
    """Where a window of `kept` of `length` pixels begins that is worth most."""
    window = min(max(round(kept * len(worth) / length), 1), len(worth))
    sums = np.convolve(worth, np.ones(window), mode="valid")
    begin = int(np.argmax(sums))
    return min(round(begin * length / len(worth)), length - kept)
