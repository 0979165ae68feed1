"""Words and rules as data: what is looked for, and what it means when it is found."""

import re
import tomllib
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import ahocorasick
import msgspec

from banyan.engines.moderation.fold import BREAK, Folded, fold

_folder = Path(__file__).parent


class Level(IntEnum):
    """How bad it is."""

    HINT = 0
    """Nothing by itself; rules count it."""
    REVIEW = 1
    """Somebody should look at it."""
    REFUSE = 2


class OwnWord(NamedTuple):
    """A word that somebody added to ours."""

    word: str
    reason: str
    level: Level


class Signal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words and patterns that mean the same."""

    reason: str
    level: str = "hint"
    words: list[str] = []
    patterns: list[str] = []


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Signals that mean something together, when they stand within so many characters."""

    name: str
    reason: str
    level: str
    signals: list[str]
    within: int = 80


class Rulebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything of one file."""

    signals: dict[str, Signal]
    rules: list[Rule] = []


class Hit(NamedTuple):
    """A signal that stands in a folded text."""

    signal: str
    start: int
    end: int


@cache
def read_rulebook() -> Rulebook:
    """Our own words and rules."""
    words = tomllib.loads((_folder / "words.toml").read_text("utf-8"))
    rules = tomllib.loads((_folder / "rules.toml").read_text("utf-8"))
    return msgspec.convert({"signals": words | rules["signals"], "rules": rules["rules"]}, Rulebook)


class Words:
    """Finds any of many words in one pass."""

    def __init__(self, words: dict[str, str]) -> None:
        """`words` says which signal each belongs to."""
        self._automaton = ahocorasick.Automaton()
        self._is_empty = True
        by_form: dict[str, set[str]] = {}
        for word, signal in words.items():
            form = fold(word).text.replace(BREAK, "")
            if form:
                by_form.setdefault(form, set()).add(signal)
        for form, signals in by_form.items():
            self._automaton.add_word(form, (form, sorted(signals)))
            self._is_empty = False
        if not self._is_empty:
            self._automaton.make_automaton()

    def find(self, text: str, folded: Folded) -> list[Hit]:
        """Every word that stands in the text; one of letters only where no letters adjoin it."""
        if self._is_empty:
            return []
        hits: list[Hit] = []
        for last, (form, signals) in self._automaton.iter(folded.text):
            start, end = last + 1 - len(form), last + 1
            if _is_whole(text, folded, start, end):
                hits.extend(Hit(signal, start, end) for signal in signals)
        return hits


def compile_patterns(signals: dict[str, Signal]) -> list[tuple[str, re.Pattern[str]]]:
    """All patterns, each with its signal."""
    return [
        (name, re.compile(pattern)) for name, one in signals.items() for pattern in one.patterns
    ]


def _is_whole(text: str, folded: Folded, start: int, end: int) -> bool:
    first, last = folded.text[start], folded.text[end - 1]
    begins, ends = folded.span(start, end)
    before = text[begins - 1] if begins else ""
    after = text[ends] if ends < len(text) else ""
    return not (_is_joined(before, first) or _is_joined(last, after))


def _is_joined(left: str, right: str) -> bool:
    """Whether both are letters of an alphabet, so that they belong to one word."""
    return _is_letter(left) and _is_letter(right)


def _is_letter(character: str) -> bool:
    return character.isalpha() and character < "\u0250"
