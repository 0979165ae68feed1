"""Reading the journal: each follower, lane by lane, in order, once in effect."""

import asyncio
from collections.abc import Sequence

import structlog

from banyan.base.errors import Failure
from banyan.books.journal import store
from banyan.books.journal.types import Follower
from banyan.books.office import Office
from banyan.books.work import Work

_log = structlog.get_logger("banyan.follow")

_POLL_S = 1.0
_GATHER_S = 0.1
"""How long facts gather between two rounds: a round a batch of facts costs more than its batch."""
_BACK_OFF_S = 1.0
_SCAN_MAX = 5_000
"""Most numbers one step passes over, wanted kinds or not."""


async def enrol(office: Office, followers: Sequence[Follower]) -> None:
    """Let each follower begin at the journal's first fact, unless it has begun before."""
    assert len({one.name for one in followers}) == len(followers)
    async with office.pool.acquire() as db:
        for follower in followers:
            await store.insert_cursors(db, follower.name)


async def follow(office: Office, follower: Follower, lane: int) -> int:
    """Handle the next facts of a lane in one transaction; how many numbers were passed.

    The cursor's row is locked to the commit, so of several workers one reads a lane; the effect
    and the cursor commit together, so a crash repeats or skips nothing.
    """
    async with office.begin() as work:
        bounds = await store.lock_cursor(work.db, follower.name, lane)
        # A worker that was held up between its snapshot and the lock sees the lane as it was and
        # the cursor as another has left it, which is further on: it must not be set back.
        if bounds is None or bounds[0] >= bounds[1]:
            return 0
        after = bounds[0]
        until = min(bounds[1], after + min(_SCAN_MAX, follower.batch_max))
        facts = await store.list_facts(work.db, lane, after, until, follower.kinds or None)
        if facts:
            await follower.handle(work, facts)
        await store.set_cursor(work.db, follower.name, lane, until)
    return until - after


async def rewind(work: Work, follower: Follower, lane: int) -> None:
    """Let a follower read a lane from its first fact again, once this work commits.

    Its effects so far must be undone in the same work, or nothing is handled once any more.
    """
    await store.rewind(work.db, follower.name, lane)


async def follow_once(office: Office, followers: Sequence[Follower]) -> int:
    """Let every follower take one step on every lane where it is behind; numbers passed.

    A follower that fails is logged and tried again at the next call; it holds up only itself.
    """
    by_name = {one.name: one for one in followers}
    async with office.pool.acquire() as db:
        behind = await store.list_behind(db, list(by_name))
    passed = 0
    for name, lane in behind:
        try:
            passed += await follow(office, by_name[name], lane)
        except Failure as failure:
            _log.warning("follow.refused", follower=name, lane=lane, failure=str(failure))
        except Exception:  # noqa: BLE001 - one follower's bug must not stop the others
            _log.exception("follow.failed", follower=name, lane=lane)
    return passed


async def follow_forever(office: Office, followers: Sequence[Follower]) -> None:
    """Follow until cancelled: woken by the bell, and looking once a second in any case."""
    while True:
        try:
            passed = await follow_once(office, followers)
        except Exception:  # noqa: BLE001 - whatever it is, we must go on
            _log.exception("follow.away")
            await asyncio.sleep(_BACK_OFF_S)
            continue
        await asyncio.sleep(_GATHER_S)
        if not passed:
            await office.signal.wait(_POLL_S)
