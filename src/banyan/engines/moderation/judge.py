"""Judges texts by words and rules; quick enough to be asked in the middle of something."""

from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from banyan.engines.moderation.fold import Folded, fold
from banyan.engines.moderation.rulebook import (
    Hit,
    Level,
    OwnWord,
    Rule,
    Words,
    compile_patterns,
    read_rulebook,
)

_own_kept_max = 200
_hits_max = 2_000
"""So many hits of one text are enough to know what it is."""


class Finding(NamedTuple):
    """What was found by which rule, where: `place` is the text, `spans` are parts of it."""

    rule: str
    reason: str
    level: Level
    place: int
    spans: tuple[tuple[int, int], ...]


class Judge:
    """Knows a rulebook; any thread may ask."""

    def __init__(self) -> None:
        book = read_rulebook()
        self._signals = book.signals
        self._rules = book.rules
        words = {word: name for name, one in book.signals.items() for word in one.words}
        self._words = Words(words)
        self._patterns = compile_patterns(book.signals)
        self._own: OrderedDict[tuple[OwnWord, ...], Words] = OrderedDict()

    def find(self, texts: Sequence[str], own: Sequence[OwnWord] = ()) -> list[Finding]:
        """What stands in the texts, the worst first."""
        found: list[Finding] = []
        for place, text in enumerate(texts):
            folded = fold(text)
            if folded.text:
                found += self._find_ours(place, text, folded)
                found += self._find_tone(place, folded)
                if own:
                    found += self._find_own(place, text, folded, tuple(own))
        return sorted(found, key=lambda one: (-one.level, one.place, one.spans))

    def _find_ours(self, place: int, text: str, folded: Folded) -> list[Finding]:
        hits = self._words.find(text, folded)[:_hits_max]
        for name, pattern in self._patterns:
            hits += [
                Hit(name, one.start(), one.end())
                for one, _ in zip(pattern.finditer(folded.text), range(_hits_max), strict=False)
                if one.end() > one.start()
            ]
        if not hits:
            return []
        by_signal: dict[str, list[Hit]] = {}
        for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
            ours = by_signal.setdefault(hit.signal, [])
            # Of one within another, the longer tells more.
            if not ours or ours[-1].end < hit.end:
                ours.append(hit)
        found = []
        for name, ours in by_signal.items():
            signal = self._signals[name]
            level = Level[signal.level.upper()]
            if level > Level.HINT:
                found.append(_finding(name, signal.reason, level, place, folded, ours))
        for rule in self._rules:
            together = _find_together(rule, by_signal)
            if together:
                level = Level[rule.level.upper()]
                found.append(_finding(rule.name, rule.reason, level, place, folded, together))
        return found

    @staticmethod
    def _find_tone(place: int, folded: Folded) -> list[Finding]:
        # It takes its time to load, and who never asks need not wait for it.
        from banyan.engines.moderation.tone import open_tone  # noqa: PLC0415

        spans = [folded.span(one.start, one.end) for one in open_tone().find(folded)]
        if not spans:
            return []
        return [Finding("tone", "social", Level.REVIEW, place, tuple(spans))]

    def _find_own(
        self, place: int, text: str, folded: Folded, own: tuple[OwnWord, ...]
    ) -> list[Finding]:
        words = self._own.get(own)
        if words is None:
            words = Words({one.word: str(index) for index, one in enumerate(own)})
            self._own[own] = words
            while len(self._own) > _own_kept_max:
                self._own.popitem(last=False)
        found: dict[str, list[Hit]] = {}
        for hit in words.find(text, folded)[:_hits_max]:
            found.setdefault(hit.signal, []).append(hit)
        return [
            _finding("own_words", own[int(at)].reason, own[int(at)].level, place, folded, hits)
            for at, hits in found.items()
        ]


@cache
def open_judge() -> Judge:
    """The one judge of this process."""
    return Judge()


def _finding(
    rule: str, reason: str, level: Level, place: int, folded: Folded, hits: Sequence[Hit]
) -> Finding:
    spans = sorted({folded.span(hit.start, hit.end) for hit in hits})
    return Finding(rule, reason, level, place, tuple(spans))


def _find_together(rule: Rule, by_signal: dict[str, list[Hit]]) -> list[Hit]:
    """The first hits, one of each signal, that stand close enough; none if there are no such."""
    if any(name not in by_signal for name in rule.signals):
        return []
    queues = [by_signal[name] for name in rule.signals]
    at = [0] * len(queues)
    while True:
        chosen = [queue[index] for queue, index in zip(queues, at, strict=True)]
        start, end = min(one.start for one in chosen), max(one.end for one in chosen)
        if end - start <= rule.within:
            return chosen
        # Whoever stands first can't be close to the one that stands last: take its next.
        first = min(range(len(chosen)), key=lambda index: chosen[index].start)
        at[first] += 1
        if at[first] == len(queues[first]):
            return []
