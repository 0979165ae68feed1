"""How often a server is told the same thing, and what follows from what came of a try."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from banyan.pay.notifications.types import NotificationState, TryOutcome

_minute = 60
_hour = 3_600

LADDERS: Mapping[str, tuple[int, ...]] = {
    "payment": (
        *(15, 15, 30, 3 * _minute, 10 * _minute, 20 * _minute),
        *(30 * _minute, 30 * _minute, 30 * _minute, _hour),
        *(3 * _hour, 3 * _hour, 3 * _hour, 6 * _hour, 6 * _hour),
    ),
    "transfer": (*(15,) * 10, *(5 * _minute,) * 10, *(30 * _minute,) * 44),
    "coupon_used": (_minute,) * 8,
    "coupon_sent": (_minute,) * 10,
    "alipay": (
        *(4 * _minute, 10 * _minute, 10 * _minute, _hour, 2 * _hour, 6 * _hour, 15 * _hour),
    ),
}
"""The seconds between one try and the next; the first is made at once. Names are stored."""
KEPT = timedelta(days=30)
"""How long it is known what a merchant's server was told."""
LOST_MAX = 6
"""How many tries from which nobody came back are made good."""


def decide_state(ladder: str, outcome: TryOutcome, tries: int) -> NotificationState:
    """How far a notification is after so many tries, the last of them with this outcome."""
    if outcome is TryOutcome.TAKEN:
        return NotificationState.TOLD
    is_over = outcome is TryOutcome.FORBIDDEN or tries > len(LADDERS[ladder])
    return NotificationState.FAILED if is_over else NotificationState.WAITING


def compute_due(ladder: str, at: datetime, tries: int) -> datetime:
    """When it is tried again after so many tries, the last of them at that instant."""
    gaps = LADDERS[ladder]
    return at + timedelta(seconds=gaps[min(tries, len(gaps)) - 1])


def is_lost(ladder: str, tries: int) -> bool:
    """Whether it was taken more often than any ladder has steps: whoever takes it is killed."""
    return tries > len(LADDERS[ladder]) + 1 + LOST_MAX
