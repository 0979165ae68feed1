"""The letters on posters: Noto Sans SC Medium, in slices, so that only those in use are read."""

import io
import json
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

folder = Path(__file__).parent / "font"
MISSING = "〓"
"""What stands for a character that the typeface lacks, as Chinese printers do it."""
EM = 1000
"""Units in which advances and outlines are given; a letter's size is its em."""

_slices_held = 24


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with the name of the slice that has its letters."""
    shown = (letter if letter in _slices() else MISSING for letter in text)
    for name, letters in groupby(shown, _slices().__getitem__):
        yield name, "".join(letters)


def find_missing(text: str) -> str:
    """The characters of a text that the typeface lacks, each once."""
    return "".join(dict.fromkeys(one for one in text if one.strip() and one not in _slices()))


def slice_path(name: str) -> Path:
    """The file of a slice."""
    return folder / f"{name}.woff"


@lru_cache(maxsize=4_000)
def advance(letter: str) -> int:
    """How far a letter moves the next one, in units of the em."""
    name, shown = next(runs(letter))
    font = _font(name)
    glyph = font.getBestCmap()[ord(shown)]
    return int(font["hmtx"][glyph][0])


@lru_cache(maxsize=4_000)
def outline(letter: str) -> str:
    """A letter as the data of an SVG path; its baseline is at zero and up is positive."""
    name, shown = next(runs(letter))
    font = _font(name)
    glyphs = font.getGlyphSet()
    pen = SVGPathPen(glyphs)
    glyphs[font.getBestCmap()[ord(shown)]].draw(pen)
    return str(pen.getCommands())


def width(text: str) -> int:
    """How wide a line of text is, in units of the em."""
    return sum(advance(letter) for letter in text)


@cache
def _slices() -> dict[str, str]:
    """The slice of every letter. The typeface's own list says which characters are where."""
    listed = json.loads((folder / "unicode.json").read_text())
    # Latin comes last in the list and has the common signs: it wins where slices overlap.
    return {
        chr(number): name.strip("[]")
        for name, spans in listed.items()
        for first, last in map(_span, spans.split(","))
        for number in range(first, last + 1)
        if number in _font(name.strip("[]")).getBestCmap()
    }


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


@lru_cache(maxsize=_slices_held)
def _font(name: str) -> TTFont:
    # From memory: what is read later needs no file that stays open.
    font = TTFont(io.BytesIO(slice_path(name).read_bytes()), lazy=True)
    assert font["head"].unitsPerEm == EM
    return font
