"""Text in pictures is read, and pictures that mean harm are not."""

import asyncio
import io

import pytest

from banyan.engines.recognition import READER, BadPicture, Busy, read_codes
from banyan.engines.recognition.reader import WAITING_MAX
from tests.kit.drawn import draw_blank, draw_lines

pytestmark = pytest.mark.slow


async def test_lines_are_read_with_where_they_are() -> None:
    reading = await READER.read(draw_lines(["加微信：abc12345", "一起刷单 日赚500元"]))
    assert reading.text.replace(" ", "") == "加微信：abc12345\n一起刷单日赚500元"
    first, second = reading.lines
    assert first.corners[0].y < second.corners[0].y < reading.height
    assert 0 <= first.corners[0].x < first.corners[1].x <= reading.width


async def test_a_high_picture_is_read_in_parts() -> None:
    lines = [f"第{place}行 新茶" for place in range(45)]
    reading = await READER.read(draw_lines(lines))
    assert [one.text.replace(" ", "") for one in reading.lines] == [
        one.replace(" ", "") for one in lines
    ]
    assert reading.is_whole


async def test_a_picture_without_end_says_so() -> None:
    reading = await READER.read(draw_blank(100, 100_000))
    assert not reading.is_whole


@pytest.mark.parametrize(
    "content",
    [b"", b"abc", b"\x89PNG\r\n\x1a\n", draw_blank(20_000, 20_000), draw_lines(["茶"])[:300]],
)
async def test_what_is_no_picture_or_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture):
        await READER.read(content)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8_000, 3), (3, 3_000)])
async def test_odd_pictures_are_read(width: int, height: int) -> None:
    assert (await READER.read(draw_blank(width, height))).lines == []


async def test_no_more_wait_than_may() -> None:
    content = draw_blank(10, 10)
    outcomes = await asyncio.gather(
        *(READER.read(content) for _ in range(WAITING_MAX + 8)), return_exceptions=True
    )
    assert sum(isinstance(one, Busy) for one in outcomes) == 8


def test_codes_are_found_with_where_they_are() -> None:
    content = draw_code_png("https://banyan.test/c/1")
    codes, width, height = read_codes(content)
    assert [(one.kind, one.text) for one in codes] == [("QRCode", "https://banyan.test/c/1")]
    assert all(0 <= corner.x <= width and 0 <= corner.y <= height for corner in codes[0].corners)


def draw_code_png(text: str) -> bytes:
    import segno  # noqa: PLC0415

    content = io.BytesIO()
    segno.make(text).save(content, kind="png", scale=6)
    return content.getvalue()
