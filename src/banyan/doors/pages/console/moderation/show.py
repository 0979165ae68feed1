"""How a check is shown: its texts with what was found in them marked."""

from __future__ import annotations

import msgspec

from banyan.doors.pages.shell import mark
from banyan.reach.moderation import Check, Evidence

REASONS = {
    "advertising": mark("Advertising, or an invitation elsewhere"),
    "politics": mark("Politics"),
    "pornography": mark("Pornography"),
    "social": mark("Insults or threats"),
    "vulgar": mark("Vulgar words"),
    "crime": mark("Crime or gambling"),
    "fraud": mark("Fraud"),
    "copyright": mark("Somebody else's work"),
    "mutual_promotion": mark("Accounts that push each other"),
    "inducement": mark("Forced sharing"),
    "other": mark("Other"),
}
"""Why something may not be seen."""
STATES = {
    "checking": mark("Being checked"),
    "waiting": mark("Waiting for people"),
    "passed": mark("Passed"),
    "refused": mark("Refused"),
    "appealed": mark("Appealed"),
}
STATE_KINDS = {
    "checking": "info",
    "waiting": "warning",
    "passed": "success",
    "refused": "danger",
    "appealed": "warning",
}
SUBJECTS = {
    "articles.publication": mark("Article"),
    "broadcasts.message": mark("Message to many"),
    "comments.comment": mark("Reader's comment"),
    "cards.card": mark("Card"),
    "listings.place": mark("Place"),
}
OPINIONS = {"review": mark("Let people look"), "refuse": mark("Refuse")}
PENALTIES = {
    "warning": mark("Warning"),
    "sending_stopped": mark("No messages to many"),
    "api_limited": mark("No interface"),
}
SUSPICIONS = {
    "bought_followers": mark("Bought followers"),
    "forced_sharing": mark("Forced sharing"),
}
SIGNS = {
    "burst": mark("a sudden crowd"),
    "fresh": mark("people new to Banyan"),
    "untouched": mark("hardly anybody by a code"),
    "leaving": mark("many leave soon"),
    "repeated": mark("again and again"),
}
FIGURES = {
    "follows_count": mark("new followers in a day"),
    "hour_max": mark("in the busiest hour"),
    "hour_before_max": mark("busiest hour of the week before"),
    "fresh_count": mark("new to Banyan"),
    "code_count": mark("came by a code"),
    "left_count": mark("left within three days"),
    "refusals_count": mark("refusals in thirty days"),
}
COMPLAINTS = {
    "waiting": mark("Waiting for people"),
    "upheld": mark("Taken back"),
    "rejected": mark("No copy"),
}
_around = 60
_short = 400
_texts_max = 12


class Piece(msgspec.Struct, frozen=True):
    """A stretch of a text, and whether it is what was found."""

    text: str
    is_found: bool


class Shown(msgspec.Struct, frozen=True):
    """A check with its texts in pieces."""

    check: Check
    texts: list[list[Piece]]
    others: list[Evidence]
    """What was found beside the texts: pictures that nobody could read, copies."""


def show_check(check: Check) -> Shown:
    """A check as people read it; of long texts what was found with what stands around it."""
    spans: dict[int, list[tuple[int, int]]] = {}
    others = []
    for one in check.evidence:
        if not one.starts:
            others.append(one)
        for start, word in zip(one.starts, one.words, strict=False):
            spans.setdefault(one.place, []).append((start, start + len(word)))
    texts = [
        _cut(text, sorted(spans.get(place, [])))
        for place, text in enumerate(check.content.texts)
        if spans.get(place) or len(text) <= _short or not spans
    ]
    return Shown(check, texts[:_texts_max], others)


def _cut(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    if not spans:
        return [Piece(text if len(text) <= _short else f"{text[:_short]}…", is_found=False)]
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        if start < at:
            continue
        before = text[at:start]
        if len(before) > 2 * _around:
            head = f"{before[:_around]} … " if at else "… "
            before = head + before[-_around:]
        pieces += [Piece(before, is_found=False), Piece(text[start:end], is_found=True)]
        at = end
    rest = text[at:]
    tail = rest if len(rest) <= _around else f"{rest[:_around]} …"
    return [*pieces, Piece(tail, is_found=False)]
