"""When an errand is tried again, what it must know first, and in which line it stands."""

from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from banyan.reach.remotes.types import Errand, ErrandKind, NameKind

TRIES_MAX = 6
"""After so many an errand has failed: the last begins a minute after the first."""
KEPT = timedelta(days=30)
"""How long it is known what became of an errand."""
PEOPLE_MAX = 100
"""Most people that WeChat describes in one answer."""
_busy = frozenset({-1, 45011})
"""WeChat is busy, or was asked too often this minute."""


class Fate(Enum):
    """What becomes of an errand after a try."""

    DONE = "done"
    AGAIN = "again"
    FAILED = "failed"


def decide_fate(errcode: int | None, tries: int, *, is_doubtful: bool = False) -> Fate:
    """What becomes of an errand that WeChat answered so; None if it gave no answer.

    What may have been done is not asked again where nobody could tell that it is the same.
    """
    if errcode == 0:
        return Fate.DONE
    may_pass = not is_doubtful if errcode is None else errcode in _busy
    return Fate.AGAIN if may_pass and tries < TRIES_MAX else Fate.FAILED


def is_cut_off(errand: Errand) -> bool:
    """Whether whoever tried a taken errand last never said what came of it."""
    return errand.tries > 1 and not errand.why


def compute_rest(tries: int) -> timedelta:
    """How long to wait before the next try: longer each time."""
    return timedelta(seconds=2 ** max(tries - 1, 0))


def list_needed(kind: ErrandKind, fields: Mapping[str, Any]) -> list[tuple[NameKind, str]]:
    """What of ours an errand speaks of that is called otherwise there."""
    match kind:
        case ErrandKind.RENAME_TAG | ErrandKind.DELETE_TAG | ErrandKind.TAG | ErrandKind.UNTAG:
            return [(NameKind.TAG, str(fields["tag_id"]))]
        case ErrandKind.SEND_TEMPLATE | ErrandKind.DELETE_TEMPLATE:
            return [(NameKind.TEMPLATE, str(fields["template_id"]))]
        case ErrandKind.WRITE:
            return _media(fields["content"])
        case ErrandKind.SEND_MANY:
            tag_id = fields["tag_id"]
            tags = [(NameKind.TAG, str(tag_id))] if tag_id else []
            return tags + _media(fields["content"])
        case _:
            return []


def _media(content: Mapping[str, Any]) -> list[tuple[NameKind, str]]:
    named = (content.get("media_id", ""), content.get("thumb_media_id", ""))
    return [(NameKind.MEDIA, one) for one in named if one]
