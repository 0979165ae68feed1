"""Guesses from its characters whether a text is meant to hurt: a small model, trained beforehand.

`tools/train-moderation` makes the weights, and measures what they are worth on texts that they were
not trained on. It is right often enough to ask people to look, and too seldom to refuse anything.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from banyan.engines.moderation.fold import BREAK, Folded

BITS = 17
LENGTH_MAX = 3
"""Characters of the longest run that is counted."""
PART_MIN = 8
"""Shorter texts say too little."""
PART_MAX = 80
"""Characters of the parts that are judged, about as long as the texts that it learned from."""

_folder = Path(__file__).parent
_weights_file = "tone.npy"
_facts_file = "tone.toml"
_multipliers = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)

Places = npt.NDArray[np.uint32]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What came of texts that the model had not seen."""

    texts: int
    offensive: int
    precision: float
    recall: float
    false_alarms: float
    """Share of harmless texts that are taken for offensive ones."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What belongs to the weights: how to read them, and what they are worth."""

    source: str
    scale: float
    bias: float
    threshold: float
    trained_on: int
    measured: Measured
    curve: list[Measured]
    """The same at other thresholds."""


class Part(NamedTuple):
    """A part of a folded text that sounds offensive, and how sure that is."""

    start: int
    end: int
    score: float


def features(text: str) -> list[Places]:
    """Where in the weights runs of one, two and three characters stand, by where they begin."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    found: list[Places] = []
    mixed = np.zeros(len(codes), dtype=np.uint32)
    for length in range(1, LENGTH_MAX + 1):
        usable = len(codes) - length + 1
        if usable <= 0:
            break
        mixed = (mixed[:usable] ^ codes[length - 1 :]) * np.uint32(_multipliers[length - 1])
        mixed ^= mixed >> np.uint32(15)
        told = (mixed * np.uint32(0x27D4EB2F)) >> np.uint32(32 - BITS)
        found.append(told)
    return found


class Tone:
    """The trained model; any thread may ask."""

    def __init__(self, weights: npt.NDArray[np.float32], bias: float, threshold: float) -> None:
        self._weights = weights
        self._bias = bias
        self._threshold = threshold

    def find(self, folded: Folded) -> list[Part]:
        """The parts of a text that sound offensive."""
        parts = list(_list_parts(folded.text))
        if not parts:
            return []
        sums = [
            np.concatenate(([0.0], np.cumsum(self._weights[one]))) for one in features(folded.text)
        ]
        found = []
        for start, end in parts:
            total, count = 0.0, 0
            for length, summed in enumerate(sums, start=1):
                last = end - length + 1
                if last > start:
                    total += float(summed[last] - summed[start])
                    count += last - start
            score = total / count**0.5 + self._bias
            if score >= self._threshold:
                found.append(Part(start, end, score))
        return found


@cache
def open_tone() -> Tone:
    """The one model of this process."""
    facts = read_facts()
    weights = np.load(_folder / _weights_file).astype(np.float32) * np.float32(facts.scale)
    return Tone(weights, facts.bias, facts.threshold)


@cache
def read_facts() -> Facts:
    """What belongs to the weights."""
    told: dict[str, Any] = tomllib.loads((_folder / _facts_file).read_text("utf-8"))
    return msgspec.convert(told, Facts)


def _list_parts(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, short ones together and long ones cut."""
    start, at = 0, 0
    while at < len(text):
        end = text.find(BREAK, at)
        end = len(text) if end < 0 else end + 1
        if end - start > PART_MAX and at > start:
            yield from _cut(start, at)
            start = at
        at = end
    yield from _cut(start, len(text))


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start >= PART_MIN:
        stop = min(start + PART_MAX, end)
        yield start, stop
        start = stop
