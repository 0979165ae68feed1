"""Reading the journal: each follower, lane by lane, in order, once in effect."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence

import structlog

from banyan.base.db import Connection
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
_IDLE_MIN = 1_000
"""How many numbers gather on a lane before those pass on at once whom none of it concerns."""


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


async def follow_once(office: Office, followers: Sequence[Follower], *, idle_min: int = 0) -> int:
    """Let every follower take one step on every lane where it is behind; numbers passed.

    Most facts concern few followers. The others pass over a lane together, once at least
    `idle_min` numbers have gathered. A follower that fails is logged and tried again at the next
    call; it holds up only itself.
    """
    by_name = {one.name: one for one in followers}
    async with office.pool.acquire() as db:
        behind = await store.list_behind(db, list(by_name))
        idle = await _find_idle(db, by_name, behind)
        passed = await _skip_idle(db, idle, idle_min)
    for one in behind:
        if one in idle:
            continue
        name, lane = one.follower, one.lane
        try:
            passed += await follow(office, by_name[name], lane)
        except Failure as failure:
            _log.warning("follow.refused", follower=name, lane=lane, failure=str(failure))
        except Exception:  # noqa: BLE001 - one follower's bug must not stop the others
            _log.exception("follow.failed", follower=name, lane=lane)
    return passed


async def _find_idle(
    db: Connection, followers: Mapping[str, Follower], behind: Sequence[store.Behind]
) -> set[store.Behind]:
    """Those of whom nothing that is new on a lane is wanted.

    What a lane held when its last number was read can be seen by now. Who has much to read, reads.
    """
    near = [
        one
        for one in behind
        if followers[one.follower].kinds and one.until - one.after <= _SCAN_MAX
    ]
    spans: dict[tuple[int, int], int] = {}
    for one in near:
        key = (one.lane, one.until)
        spans[key] = min(one.after, spans.get(key, one.after))
    if not spans:
        return set()
    recent = await store.read_recent_kinds(
        db, [(lane, after, until) for (lane, until), after in spans.items()]
    )
    return {
        one
        for one in near
        if all(
            recent.get((one.lane, kind), 0) <= one.after for kind in followers[one.follower].kinds
        )
    }


async def _skip_idle(db: Connection, idle: Collection[store.Behind], idle_min: int) -> int:
    """Let the idle pass over what has gathered; how many numbers."""
    lanes: dict[tuple[int, int], list[store.Behind]] = {}
    for one in idle:
        if one.until - one.after >= idle_min:
            lanes.setdefault((one.lane, one.until), []).append(one)
    for (lane, until), those in lanes.items():
        await store.skip_idle(db, lane, until, those)
    return sum(one.until - one.after for those in lanes.values() for one in those)


async def follow_forever(office: Office, followers: Sequence[Follower]) -> None:
    """Follow until cancelled: woken by the bell, and looking once a second in any case.

    Once a second also the idle pass on; in between only when much has gathered, as their cursors
    would cost more than the facts.
    """
    skipped_at = 0.0
    while True:
        now = time.monotonic()
        is_round = now - skipped_at >= _POLL_S
        skipped_at = now if is_round else skipped_at
        try:
            passed = await follow_once(office, followers, idle_min=0 if is_round else _IDLE_MIN)
        except Exception:  # noqa: BLE001 - whatever it is, we must go on
            _log.exception("follow.away")
            await asyncio.sleep(_BACK_OFF_S)
            continue
        await asyncio.sleep(_GATHER_S)
        if not passed:
            await office.signal.wait(_POLL_S)
