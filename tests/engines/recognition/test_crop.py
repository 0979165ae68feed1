"""What is in a picture stays in it when it is cropped."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from banyan.engines.recognition import BadPicture, crop_picture


def draw(width: int, height: int, box: tuple[int, int, int, int] | None = None) -> bytes:
    """An empty picture, perhaps with a lined box in it."""
    picture = Image.new("RGB", (width, height), "white")
    if box is not None:
        pen = ImageDraw.Draw(picture)
        for x in range(box[0], box[2], 6):
            pen.line((x, box[1], x, box[3]), "black", 2)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("left", [20, 420, 820])
def test_the_box_is_kept(left: int) -> None:
    content = draw(1_000, 200, (left, 20, left + 150, 180))
    crops, width, height = crop_picture(content, [1.0])
    assert (width, height) == (1_000, 200)
    (crop,) = crops
    assert (crop.right - crop.left, crop.top, crop.bottom) == (200, 0, 200)
    assert crop.left <= left + 10
    assert crop.right >= left + 140


def test_an_empty_picture_keeps_its_middle() -> None:
    ((left, top, right, bottom),), _, _ = crop_picture(draw(100, 400), [1.0])
    assert (left, right) == (0, 100)
    assert abs((top + bottom) / 2 - 200) < 20


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.floats(0.1, 10.0))
def test_a_crop_is_within_its_picture_and_of_its_shape(w: int, h: int, ratio: float) -> None:
    ((left, top, right, bottom),), _, _ = crop_picture(draw(w, h), [ratio])
    assert 0 <= left < right <= w
    assert 0 <= top < bottom <= h
    assert right - left == w or bottom - top == h


def test_nonsense_is_no_picture() -> None:
    with pytest.raises(BadPicture):
        crop_picture(b"no picture", [1.0])
