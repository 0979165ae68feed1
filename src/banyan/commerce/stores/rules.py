"""Whether a store's facts make sense, and whether it serves at an instant."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from banyan.base.errors import Invalid
from banyan.commerce.stores.types import Opening, StoreFacts

_zones = frozenset(available_timezones())


def check_facts(facts: StoreFacts) -> None:
    """Raise Invalid `stores.unknown_time_zone` or `stores.half_located`."""
    if facts.time_zone not in _zones:
        raise Invalid("stores.unknown_time_zone", time_zone=facts.time_zone)
    if (facts.latitude is None) != (facts.longitude is None):
        raise Invalid("stores.half_located")


def compute_is_serving(hours: Sequence[Opening], time_zone: str, now: datetime) -> bool:
    """Tell whether a store with these hours serves now; without hours it always does."""
    if not hours:
        return True
    here = now.astimezone(ZoneInfo(time_zone))
    minute = here.hour * 60 + here.minute
    today, yesterday = here.isoweekday(), (here - timedelta(days=1)).isoweekday()
    return any(_covers(one, today, yesterday, minute) for one in hours)


def _covers(opening: Opening, today: int, yesterday: int, minute: int) -> bool:
    opens, closes = _minute_of(opening.opens), _minute_of(opening.closes)
    if closes > opens:
        return opening.weekday == today and opens <= minute < closes
    began_today = opening.weekday == today and minute >= opens
    return began_today or (opening.weekday == yesterday and minute < closes)


def _minute_of(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
