"""Reads a text as a person does, whatever its characters are dressed up as."""

import unicodedata
from typing import NamedTuple

_lookalikes = str.maketrans(
    "авекмнорстухіѕјԁһӏαβεηικνορτυχгп",
    "abekmhopctyxisjdhlabehikvoptyxrn",
)
"""Cyrillic and Greek letters that look like Latin ones, in lower case."""
_enders = frozenset("。！？!?；;\n\r…")
"""Where a sentence ends; what goes together does not reach beyond."""
_kept = frozenset("%+$¥€£")
BREAK = "\n"


class Folded(NamedTuple):
    """What a text says without its dress; `places` tells where each character came from."""

    text: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original a part of the folded text stands."""
        return self.places[start], self.places[end - 1] + 1


_known: dict[str, str] = {}


def fold(text: str) -> Folded:
    """Fold widths, cases, lookalikes and accents; drop what nobody sees, blanks and punctuation.

    Ends of sentences become one line break, so that words spelt with gaps are found, and such that
    only seem to be one are not.
    """
    found: list[str] = []
    places: list[int] = []
    known = _known
    for place, character in enumerate(text):
        told = known.get(character)
        if told is None:
            told = known[character] = _fold_one(character)
        for one in told:
            if one == BREAK and (not found or found[-1] == BREAK):
                continue
            found.append(one)
            places.append(place)
        if character in ".。" and _is_point(text, place):
            found.append(".")
            places.append(place)
    return Folded("".join(found), places)


def _is_point(text: str, place: int) -> bool:
    """Whether a dot stands between two digits."""
    return (
        text[place] == "."
        and 0 < place < len(text) - 1
        and text[place - 1].isdigit()
        and text[place + 1].isdigit()
    )


def _fold_one(character: str) -> str:
    if character in _enders:
        return BREAK
    told = unicodedata.normalize("NFKD", character).casefold().translate(_lookalikes)
    told = "".join(one for one in told if one in _kept or unicodedata.category(one)[0] in "LN")
    return unicodedata.normalize("NFKC", told)
