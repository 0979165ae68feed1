"""Where everything on a poster goes, in millimetres: three sizes, one look, no format yet."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from banyan.wire.qr import typeface
from banyan.wire.qr.code import QUIET, Modules, make_modules

GREEN = "#0b5d4a"
PALE = "#e8f2ee"
INK = "#1d2b27"
GREY = "#5c6b66"
WHITE = "#ffffff"
BLACK = "#000000"

_lines_max = 3
_line_height = 1.3
_shrink = 0.94
_shrink_max = 60
_ascent = 0.88
"""Of the em: how high Chinese letters stand over the baseline."""


class Layout(StrEnum):
    """The size of the paper and what is largest on it."""

    A4 = "a4"
    """Upright, for doors and walls."""
    A6 = "a6"
    """Upright, for counters and shelves."""
    TABLE_CARD = "table_card"
    """A6 lying, with the table's name as large as the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What a poster says."""

    url: str
    """Where the code leads; also in letters, for whose camera fails."""
    shop: str
    place: str
    call_zh: str = "微信或相机扫一扫"
    call_en: str = "Scan with any phone camera"
    """What to do, in both languages: on a wall nobody chooses one."""


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, its corners rounded by `radius`."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: `x` is its middle, `y` its baseline, `size` its em."""

    x: float
    y: float
    size: float
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code without its quiet zone."""

    x: float
    y: float
    size: float
    modules: Modules


Item = Box | Words | Square


@dataclass(frozen=True, slots=True)
class Sheet:
    """One side of paper."""

    width: float
    height: float
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Area:
    """Where text may stand, centred, and how large it may be at most."""

    x: float
    y: float
    width: float
    height: float
    size: float


def draw_poster(poster: Poster, layout: Layout) -> Sheet:
    """The sheet of a poster. Raises Invalid `qr.too_long`."""
    draw, width, height = _LAYOUTS[layout]
    title = f"{poster.shop} · {poster.place}"
    return Sheet(width, height, title, tuple(draw(poster)))


def _draw_a4(poster: Poster) -> Iterator[Item]:
    return _draw_upright(poster, 1.0)


def _draw_a6(poster: Poster) -> Iterator[Item]:
    return _draw_upright(poster, 0.5)


def _draw_upright(poster: Poster, scale: float) -> Iterator[Item]:
    def area(x: float, y: float, width: float, height: float, size: float) -> _Area:
        return _Area(x * scale, y * scale, width * scale, height * scale, size * scale)

    yield Box(0, 0, 210 * scale, 74 * scale, GREEN)
    yield from _write(poster.shop, area(15, 8, 180, 40, 26), WHITE)
    yield from _write(poster.place, area(15, 48, 180, 18, 12), PALE)
    yield from _square(poster.url, 40 * scale, 84 * scale, 130 * scale)
    yield from _write(poster.call_zh, area(15, 222, 180, 24, 17), INK)
    yield from _write(poster.call_en, area(15, 246, 180, 14, 9.5), GREY)
    yield Box(0, 272 * scale, 210 * scale, 25 * scale, PALE)
    yield from _write(_typed(poster), area(15, 276, 180, 17, 6), GREEN)


def _draw_table_card(poster: Poster) -> Iterator[Item]:
    yield Box(0, 0, 148, 105, WHITE)
    yield Box(0, 0, 60, 105, GREEN)
    yield from _write(poster.shop, _Area(5, 8, 50, 18, 7), PALE)
    yield from _write(poster.place, _Area(5, 26, 50, 52, 22), WHITE)
    yield from _write(_typed(poster), _Area(5, 90, 50, 10, 3.4), PALE)
    yield from _square(poster.url, 66, 6, 76)
    yield from _write(poster.call_zh, _Area(64, 83, 80, 11, 7), INK)
    yield from _write(poster.call_en, _Area(64, 93, 80, 7, 4.4), GREY)


_LAYOUTS: dict[Layout, tuple[Callable[[Poster], Iterator[Item]], float, float]] = {
    Layout.A4: (_draw_a4, 210, 297),
    Layout.A6: (_draw_a6, 105, 148),
    Layout.TABLE_CARD: (_draw_table_card, 148, 105),
}


def _typed(poster: Poster) -> str:
    """What one types into a browser to get to the same page."""
    return poster.url.partition("://")[2] or poster.url


def _square(url: str, x: float, y: float, size: float) -> Iterator[Item]:
    """A code with its quiet zone in a square of that size."""
    modules = make_modules(url)
    module = size / (len(modules) + 2 * QUIET)
    yield Box(x, y, size, size, WHITE)
    yield Square(x + QUIET * module, y + QUIET * module, module * len(modules), modules)


def _write(text: str, area: _Area, colour: str) -> Iterator[Words]:
    """The text in the middle of the area, as large as fits, on as few lines as read well."""
    lines, size = fit(text, area.width, area.height, area.size)
    height = size * (_line_height * (len(lines) - 1) + 1)
    top = area.y + (area.height - height) / 2
    for number, line in enumerate(lines):
        baseline = top + size * (_ascent + _line_height * number)
        yield Words(area.x + area.width / 2, baseline, size, line, colour)


def fit(text: str, width: float, height: float, size: float) -> tuple[list[str], float]:
    """Break the text into lines that fit, and tell the size of its letters.

    More lines come before letters smaller than half of what was asked for; then only smaller ones.
    """
    text = " ".join(text.split())
    steps = [size * _shrink**step for step in range(_shrink_max)]
    for lines_max in (1, 2, _lines_max):
        for smaller in steps:
            if smaller < size / 2 and lines_max < _lines_max:
                break
            lines = break_lines(text, width * typeface.EM / smaller)
            high = smaller * (_line_height * (len(lines) - 1) + 1)
            if len(lines) <= lines_max and high <= height:
                return lines, smaller
    return break_lines(text, width * typeface.EM / steps[-1])[:_lines_max], steps[-1]


def break_lines(text: str, width_max: float) -> list[str]:
    """The text in lines no wider than that: words stay whole where they can."""
    lines = [""]
    for part in _parts(text):
        if typeface.width((lines[-1] + part).rstrip()) <= width_max:
            lines[-1] += part
        elif typeface.width(part.rstrip()) <= width_max:
            lines.append(part.lstrip())
        else:
            for letter in part:
                if lines[-1] and typeface.width(lines[-1] + letter) > width_max:
                    lines.append("")
                lines[-1] += letter
    return [line.strip() for line in lines if line.strip()] or [""]


def _parts(text: str) -> Iterator[str]:
    """Words with the blanks after them, and Chinese characters one by one.

    A number stays with what it counts: `1 号桌` and `Table 1` are one part each.
    """
    for found in _part.finditer(text):
        yield found[0]


_wide = "[\u2e80-\U0010ffff]"
"""From here on Unicode has the characters that may stand at the beginning of any line."""
_part = re.compile(
    rf"[0-9]+ ?{_wide}{{1,4}} ?"
    rf"|[A-Za-z]+ [0-9]+(?![0-9]| ?{_wide}) ?"
    rf"|{_wide}"
    rf"|(?:(?! |{_wide}).)+ ?"
    r"| "
)
