"""Which statements there should be by now, and when to ask again for one: pure."""

from datetime import date, datetime, time, timedelta

from banyan.pay.settle import CHINA
from banyan.pay.tallies.types import StatementState

LEASE = timedelta(seconds=180)
"""How long a statement is ours while we fetch it."""
DAYS_MAX = 14
"""So many days back statements are asked for by themselves."""
SLACK = timedelta(minutes=5)
"""What happens at midnight may be of either day: two clocks tell."""
_ready_at = time(10)
_absent_after = timedelta(days=2)
_failed_after = timedelta(days=7)
_rest_not_ready = timedelta(minutes=30)
_rests = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60))


def compute_days(now: datetime, first: datetime) -> tuple[date, date] | None:
    """The days whose statements there should be, both included; None if there is no such day.

    Providers have them at ten in the morning of China's next day.
    """
    local = now.astimezone(CHINA)
    last = local.date() - timedelta(days=1 if local.time() >= _ready_at else 2)
    since = max((first - SLACK).astimezone(CHINA).date(), last - timedelta(days=DAYS_MAX - 1))
    return (since, last) if since <= last else None


def decide_unready(
    day: date, now: datetime, tries: int, *, is_answer: bool
) -> tuple[StatementState, timedelta | None]:
    """What becomes of a statement that was not to be had, and when to ask again, if ever.

    `is_answer`: the provider said that there is none; else it gave no answer.
    """
    age = now.astimezone(CHINA) - datetime.combine(day + timedelta(days=1), time(), CHINA)
    if is_answer:
        if age >= _absent_after:
            return StatementState.ABSENT, None
        return StatementState.WANTED, _rest_not_ready
    if age >= _failed_after:
        return StatementState.FAILED, None
    return StatementState.WANTED, _rests[min(max(tries - 1, 0), len(_rests) - 1)]
