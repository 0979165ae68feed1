"""When money is settled, and how much of it: pure."""

from datetime import datetime, time, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""Days of settling and of bills are China's, wherever a merchant is."""
_hour = time(1)
"""Late enough that what was paid before midnight has been committed."""


def start_of_day(at: datetime) -> datetime:
    """When the day of an instant began."""
    return at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def next_settling(at: datetime) -> datetime:
    """When what is paid at an instant is settled: in the night after it."""
    day = at.astimezone(CHINA).date() + timedelta(days=1)
    return datetime.combine(day, _hour, CHINA)


def compute_settled(unsettled_fen: int, since_fen: int) -> int:
    """How much becomes available: what is there, less what came in on this very day.

    Refunds always took the oldest money, so that it may be less than what is left of older days;
    what is left then waits for one day more, and nothing is settled before its time.
    """
    return max(0, unsettled_fen - max(0, since_fen))
