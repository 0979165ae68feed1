"""What is indexed of a text, how words are asked for, and which part of a text shows them."""

import re
import unicodedata
from collections.abc import Sequence

from banyan.engines.segmentation import split_query, split_text
from banyan.views.search.types import Part

EXCERPT = 80
"""About how many characters of a text are shown around what was found."""
_before = 20
_single = re.compile(r"[\u3400-\u9fff]")


def index_short(text: str) -> str:
    """The words of a name or a title, and each Chinese character, for who types only one."""
    return " ".join([*split_text(text), *_single.findall(text)])


def index_long(text: str) -> str:
    """The words of a text."""
    return " ".join(split_text(text))


def ask_for(words: Sequence[str], *, is_all: bool) -> str:
    """The question for these words, as PostgreSQL wants it: all of them, or any."""
    return (" & " if is_all else " | ").join(f"'{word}'" for word in words)


def find_words(text: str) -> list[str]:
    """The words that somebody searches for; a text without any finds nothing."""
    return split_query(text)


def mark(text: str, words: Sequence[str]) -> list[Part]:
    """A text in parts, with those marked that were searched for."""
    if not words:
        return [Part(text)]
    pattern = "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True))
    folded = _fold(text)
    parts: list[Part] = []
    at = 0
    for found in re.finditer(pattern, folded):
        if found.start() > at:
            parts.append(Part(text[at : found.start()]))
        parts.append(Part(text[found.start() : found.end()], is_hit=True))
        at = found.end()
    if at < len(text):
        parts.append(Part(text[at:]))
    return parts or [Part(text)]


def excerpt(digest: str, body: str, words: Sequence[str]) -> list[Part]:
    """What of an article shows the words: its summary, or else where its text has them."""
    folded = _fold(body)
    places = [at for word in words if (at := folded.find(word)) >= 0]
    if digest and (not places or any(word in _fold(digest) for word in words)):
        return mark(digest[:EXCERPT], words)
    start = max(min(places, default=0) - _before, 0)
    end = start + EXCERPT
    shown = " ".join(body[start:end].split())
    shown = ("…" if start else "") + shown + ("…" if end < len(body) else "")
    return mark(shown, words)


def _fold(text: str) -> str:
    """The text as words are folded, one character for each, so that places stay the same."""
    return "".join(_fold_one(one) for one in text)


def _fold_one(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold()
    return folded if len(folded) == 1 else character
