"""Counts in the back what came into each of a merchant's accounts and left it on each day.

What an account held on some morning is then a few rows and the transfers of the last minutes,
however much all others moved since.
"""

from datetime import timedelta

from banyan.base.ids import id_before
from banyan.books.timers.types import Timer
from banyan.books.work import Work
from banyan.views.bills import days_store

COUNT = "bills.count"
"""The timer; the building sets it once at the start."""
_AT_ONCE = 20_000
_PAUSE = timedelta(minutes=1)
_COMMITTED = timedelta(minutes=5)
"""After so long whoever made an id has committed, as a rule: no statement may last longer than a
minute, and transfers get their ids and are written in the same transaction."""
_CHECKED = timedelta(days=2)
"""After so long they are looked at once more, for who took longer or had a clock that was late."""


async def count_days(work: Work, timer: Timer) -> None:
    """Count the next transfers by their ids, and come again: at once if there are more.

    Ids ascend with the real clock. So nothing is passed over when a test server's clock goes back,
    and what then falls on an earlier day is added to that day. Only what an earlier run counted is
    looked at once more: when a machine wakes after days of sleep, one run passes over what it was
    about to commit, and the next one finds it.
    """
    now = work.ids.next()
    checked = await days_store.check_moves(work.db, id_before(now, _CHECKED), _AT_ONCE)
    count = await days_store.count_moves(work.db, id_before(now, _COMMITTED), _AT_ONCE)
    pause = _PAUSE if max(count, checked) < _AT_ONCE else timedelta()
    work.later(timer.kind, timer.subject, work.now + pause)


TIMERS = {COUNT: count_days}
