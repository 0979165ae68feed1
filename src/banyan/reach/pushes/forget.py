"""Forgets what accounts' servers were told a week ago."""

from datetime import timedelta

from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.reach.pushes import store
from banyan.reach.pushes.rules import PUSHES_KEPT
from banyan.reach.pushes.set_server import FORGET

_at_once = 500
_sweep = timedelta(hours=1)


async def forget_pushes(work: Work, timer: Timer) -> None:
    """Forget an account's old pushes, and come again: at once if there are more."""
    before = work.now - PUSHES_KEPT
    count = await store.delete_old(work.db, timer.subject, before, _at_once)
    work.later(timer.kind, timer.subject, work.now + (_sweep if count < _at_once else timedelta()))


TIMERS = {FORGET: forget_pushes}
