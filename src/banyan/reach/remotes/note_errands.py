"""Notes what is to be asked of WeChat, in the transaction of what gave rise to it."""

from collections.abc import Sequence
from datetime import timedelta

from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.reach.remotes import store
from banyan.reach.remotes.rules import KEPT
from banyan.reach.remotes.types import BELL, NewErrand

FORGET = "remotes.forget"
_at_once = 1_000
_rest = timedelta(hours=1)


async def note_errands(work: Work, errands: Sequence[NewErrand]) -> None:
    """Have these asked of WeChat, in this order where they stand in one line."""
    if not errands:
        return
    await store.insert_errands(work.db, [(work.ids.next(), one) for one in errands], work.now)
    work.later(FORGET, 0, work.now + KEPT)
    work.ring(BELL)


async def forget_errands(work: Work, timer: Timer) -> None:
    """Forget what became of errands a month ago."""
    count = await store.forget_errands(work.db, work.now - KEPT, _at_once)
    if count:
        rest = timedelta(0) if count == _at_once else _rest
        work.later(FORGET, timer.subject, work.now + rest)


TIMERS = {FORGET: forget_errands}
