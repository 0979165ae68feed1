"""MinHash over runs of five characters: texts that share a tenth of their bands are candidates.

A text is the set of its runs. Of each of 128 mixings of these the smallest value is kept; the share
of values that two texts have in common estimates how much of their sets they share. Four values
together make a band: texts that share six tenths of their runs have a band in common in 99 of 100
cases, texts that share two tenths in 5 of 100.
"""

import numpy as np
import numpy.typing as npt

from banyan.engines.moderation.fold import BREAK, fold

RUN = 5
VALUES = 128
ROWS = 4
_seed = 20_260
_prime = np.uint64((1 << 61) - 1)

Runs = npt.NDArray[np.uint64]


def compute_bands(text: str) -> list[int]:
    """The bands of a text, as signed numbers of 64 bits; none of a text that is too short."""
    runs = _runs(text)
    if not len(runs):
        return []
    chance = np.random.default_rng(_seed)
    factors = chance.integers(1, 1 << 31, VALUES, dtype=np.uint64)
    offsets = chance.integers(0, 1 << 31, VALUES, dtype=np.uint64)
    low = runs & np.uint64(0xFFFFFFFF)
    values = np.array(
        [
            ((low * factor + offset) % _prime).min()
            for factor, offset in zip(factors, offsets, strict=True)
        ],
        dtype=np.uint64,
    )
    bands = []
    for at in range(0, VALUES, ROWS):
        mixed = np.array([at + 1], dtype=np.uint64)
        for value in values[at : at + ROWS]:
            mixed = _mix(mixed ^ value)
        bands.append(int(mixed.astype(np.int64)[0]))
    return bands


def compute_share(one: str, other: str) -> float:
    """How much of all their runs two texts have in common (Jaccard), from 0 to 1."""
    ours, theirs = _runs(one), _runs(other)
    if not len(ours) or not len(theirs):
        return 0.0
    both = len(np.intersect1d(ours, theirs, assume_unique=True))
    return both / (len(ours) + len(theirs) - both)


def _runs(text: str) -> Runs:
    """The runs of a text without its dress, each once, as numbers."""
    plain = fold(text).text.replace(BREAK, "")
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    count = len(codes) - RUN + 1
    if count <= 0:
        return np.zeros(0, dtype=np.uint64)
    mixed = np.zeros(count, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for at in range(RUN):
            mixed = _mix(mixed ^ codes[at : at + count].astype(np.uint64))
    return np.unique(mixed)


def _mix(values: Runs) -> Runs:
    """Spread each number over all 64 bits, in a way that can be undone."""
    with np.errstate(over="ignore"):
        mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        result: Runs = mixed ^ (mixed >> np.uint64(31)) ^ np.uint64(0x9E3779B97F4A7C15)
    return result
