"""Finds codes in pictures, with where they are."""

from typing import NamedTuple

import zxingcpp

from banyan.engines.recognition.picture import Point, open_picture

_codes_max = 50


class SeenCode(NamedTuple):
    """A code that is in a picture: of which kind, what it says, and its corners from top left."""

    kind: str
    text: str
    corners: tuple[Point, Point, Point, Point]


def read_codes(content: bytes) -> tuple[list[SeenCode], int, int]:
    """The codes of a picture, and its width and height. Raises BadPicture."""
    picture = open_picture(content)
    found = []
    for one in zxingcpp.read_barcodes(picture.convert("L"))[:_codes_max]:
        at = one.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        first, second, third, fourth = (Point(corner.x, corner.y) for corner in corners)
        found.append(SeenCode(one.format.name, one.text, (first, second, third, fourth)))
    return found, picture.width, picture.height
