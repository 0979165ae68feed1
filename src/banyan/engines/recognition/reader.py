"""Reads the text in pictures: one model a process, loaded at first use, in a thread of its own."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from banyan.engines.recognition.picture import Point, open_picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from rapidocr_onnxruntime import RapidOCR

R = TypeVar("R")

WAITING_MAX = 32
"""Most pictures that wait for the one thread."""
SIDE_MAX = 1_600
"""Pixels of the longer side of what the model sees at once; higher pictures are read in parts."""
PARTS_MAX = 8
_overlap = 80
_boxes_max = 300
"""Most lines of one part: what is beyond cannot be meant to be read."""
_near = 12


class Busy(Exception):
    """Too many pictures wait already."""


class Line(NamedTuple):
    """A line of text in a picture, how sure it is, and its corners from top left."""

    text: str
    score: float
    corners: tuple[Point, Point, Point, Point]


class Reading(NamedTuple):
    """What is written in a picture; `is_whole` unless it is so long that its end was left out."""

    lines: list[Line]
    width: int
    height: int
    is_whole: bool = True

    @property
    def text(self) -> str:
        """All lines, from the top."""
        return "\n".join(line.text for line in self.lines)


class Reader:
    """Reads one picture after the other."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recognition")
        self._waiting = 0
        self._engine: RapidOCR | None = None

    async def read(self, content: bytes) -> Reading:
        """The text of a picture. Raises BadPicture, Busy."""
        return await self.run(self.read_now, content)

    async def run(self, look: Callable[[bytes], R], content: bytes) -> R:
        """What somebody makes of a picture, in the one thread. Raises Busy."""
        if self._waiting >= WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, look, content)
        finally:
            self._waiting -= 1

    def read_now(self, content: bytes) -> Reading:
        """The text of a picture, in the caller's thread. Raises BadPicture."""
        picture = open_picture(content)
        lines: list[Line] = []
        for count, (part, top, scale) in enumerate(_list_parts(picture)):
            if count == PARTS_MAX:
                return Reading(lines, picture.width, picture.height, is_whole=False)
            for line in self._read_part(part, top, scale):
                # Where parts overlap a line is read twice.
                if not any(_is_same(line, known) for known in lines[-_boxes_max:]):
                    lines.append(line)
        return Reading(lines, picture.width, picture.height)

    def _read_part(self, part: "Image", top: int, scale: float) -> list[Line]:
        import numpy as np  # noqa: PLC0415 - loaded with the model, at first use

        found, _ = self._open()(np.asarray(part)[:, :, ::-1])
        lines = []
        for corners, text, score in found or []:
            points = [Point(round(x / scale), round(y / scale) + top) for x, y in corners]
            first, second, third, fourth = points
            lines.append(Line(text, float(score), (first, second, third, fourth)))
        return lines

    def _open(self) -> "RapidOCR":
        if self._engine is None:
            # Half a second and a hundred megabytes that most processes never need.
            from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415

            self._engine = RapidOCR(
                intra_op_num_threads=1,
                inter_op_num_threads=1,
                max_side_len=SIDE_MAX,
                det_limit_type="max",
                det_max_candidates=_boxes_max,
            )
        return self._engine


READER = Reader()
"""The one of this process."""


def _list_parts(picture: "Image") -> Iterator[tuple["Image", int, float]]:
    """Parts that the model can see, each with where it begins and how much smaller it is."""
    scale = min(1.0, SIDE_MAX / picture.width)
    high = int(SIDE_MAX / scale)
    step = high - int(_overlap / scale)
    top = 0
    while True:
        bottom = min(top + high, picture.height)
        part = picture.crop((0, top, picture.width, bottom))
        if scale < 1:
            part = part.resize((SIDE_MAX, max(1, round((bottom - top) * scale))))
        yield part, top, scale
        if bottom == picture.height:
            return
        top += step


def _is_same(line: Line, other: Line) -> bool:
    return (
        line.text == other.text
        and abs(line.corners[0].y - other.corners[0].y) <= _near
        and abs(line.corners[0].x - other.corners[0].x) <= _near
    )
