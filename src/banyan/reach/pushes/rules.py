"""What follows from the outcome of a try, and what of a reply reaches the person."""

from datetime import datetime, timedelta

import msgspec

from banyan.reach.pushes.kinds import MESSAGES, PushKind
from banyan.reach.pushes.types import TRIES_MAX, Outcome, PushState, Reply

OLD_KEY_KEPT = timedelta(hours=1)
"""How long answers by the key before the present one are still read."""
PUSHES_KEPT = timedelta(days=7)
"""How long it is known what an account's server was told."""
PAUSE = timedelta(seconds=1)
"""How long after a failed try the next may begin."""
TAKINGS_MAX = 6
"""How often a push is taken at most, tries that nobody came back from included."""
_articles_max = 8

_taken = frozenset({Outcome.REPLIED, Outcome.ACKNOWLEDGED, Outcome.GARBAGE})


def decide_state(outcome: Outcome, tries: int) -> PushState:
    """How far a push is after so many tries, the last of them with this outcome."""
    if outcome in _taken:
        return PushState.ANSWERED
    is_over = outcome is Outcome.FORBIDDEN or tries >= TRIES_MAX
    return PushState.FAILED if is_over else PushState.WAITING


def compute_due(at: datetime, took_ms: int) -> datetime:
    """When a push that was tried at that instant is tried again."""
    return at + max(PAUSE, timedelta(milliseconds=took_ms))


def trim_reply(kind: PushKind, reply: Reply) -> Reply:
    """The reply as it may reach the person: one article after a message, eight after an event."""
    most = 1 if kind in MESSAGES else _articles_max
    return msgspec.structs.replace(reply, articles=reply.articles[:most])
