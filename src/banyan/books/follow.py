"""Reading the journal: each follower, lane by lane, in order, once in effect."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import structlog

from banyan.base.db import Connection
from banyan.base.errors import Failure
from banyan.books.journal import store
from banyan.books.journal.types import Follower
from banyan.books.office import Office
from banyan.books.work import Work

_log = structlog.get_logger("banyan.follow")

_POLL_S = 1.0
_ROUND_S = 10.0
"""So often everybody's cursor is looked at, and when it has become quiet; in between only new facts
are, and who wants them."""
_GATHER_S = 0.1
"""How long facts gather between two looks: a look a batch of facts costs more than its batch."""
_BACK_OFF_S = 1.0
_SCAN_MAX = 5_000
"""Most numbers one step passes over, wanted kinds or not."""

_Place = tuple[str, int]
"""A follower's name and a lane."""


async def enrol(office: Office, followers: Sequence[Follower]) -> None:
    """Let each follower begin at the journal's first fact, unless it has begun before."""
    assert len({one.name for one in followers}) == len(followers)
    async with office.pool.acquire() as db:
        for follower in followers:
            await store.insert_cursors(db, follower.name)


class Step(NamedTuple):
    """How many numbers a step passed, and whether there is nothing left to read."""

    passed: int
    is_last: bool


async def follow(office: Office, follower: Follower, lane: int) -> Step:
    """Handle the next facts of a lane in one transaction.

    The cursor's row is locked to the commit, so of several workers one reads a lane; the effect
    and the cursor commit together, so a crash repeats or skips nothing.
    """
    async with office.begin() as work:
        bounds = await store.lock_cursor(work.db, follower.name, lane)
        # Another process reads it, and looks for news again when it has done so.
        if bounds is None:
            return Step(0, is_last=True)
        after, last_number = bounds
        # A worker that was held up between its snapshot and the lock sees the lane as it was and
        # the cursor as another has left it, which is further on: it must not be set back.
        if after >= last_number:
            return Step(0, is_last=True)
        until = min(last_number, after + _SCAN_MAX)
        facts = await store.list_facts(
            work.db, lane, after, until, follower.kinds or None, follower.batch_max
        )
        if len(facts) == follower.batch_max:
            until = facts[-1].number
        if facts:
            await follower.handle(work, facts)
        await store.set_cursor(work.db, follower.name, lane, until)
    return Step(until - after, is_last=until == last_number)


async def rewind(work: Work, follower: Follower, lane: int) -> None:
    """Let a follower read a lane from its first fact again, once this work commits.

    Its effects so far must be undone in the same work, or nothing is handled once any more.
    """
    await store.rewind(work.db, follower.name, lane)


async def follow_once(office: Office, followers: Sequence[Follower]) -> int:
    """Let every follower take one step on every lane where it is behind; numbers passed.

    Most facts concern few followers: the others pass over a lane together. A follower that fails
    is logged and tried again at the next call; it holds up only itself.
    """
    by_name = {one.name: one for one in followers}
    passed, places = await _pass_idle(office, by_name)
    steps = [await _try(office, by_name[name], lane) for name, lane in places]
    return passed + sum(one.passed for one in steps)


async def _try(office: Office, follower: Follower, lane: int) -> Step:
    """One step on a lane, or none if it fails."""
    try:
        return await follow(office, follower, lane)
    except Failure as failure:
        _log.warning("follow.refused", follower=follower.name, lane=lane, failure=str(failure))
    except Exception:  # noqa: BLE001 - one follower's bug must not stop the others
        _log.exception("follow.failed", follower=follower.name, lane=lane)
    return Step(0, is_last=False)


async def _pass_idle(
    office: Office, followers: Mapping[str, Follower]
) -> tuple[int, Sequence[_Place]]:
    """Let those pass on whom nothing concerns; how many numbers, and where there is work."""
    async with office.pool.acquire() as db:
        behind = await store.list_behind(db, list(followers))
        idle = await _find_idle(db, followers, behind)
        passed = await _skip_idle(db, idle)
    return passed, [(one.follower, one.lane) for one in behind if one not in idle]


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


async def _skip_idle(db: Connection, idle: Collection[store.Behind]) -> int:
    """Let the idle pass over what there is; how many numbers."""
    lanes: dict[tuple[int, int], list[store.Behind]] = {}
    for one in idle:
        lanes.setdefault((one.lane, one.until), []).append(one)
    for (lane, until), those in lanes.items():
        await store.skip_idle(db, lane, until, those)
    return sum(one.until - one.after for one in idle)


class News:
    """Knows how far each lane has been looked at, so that a new fact wakes only who wants it.

    Nothing depends on it but time: who was forgotten here reads on in the next round of all.
    """

    def __init__(self, followers: Sequence[Follower]) -> None:
        self._followers = followers
        self._known: dict[int, int] = {}
        self.heard_at = 0.0
        """When there was something new for the last time, wanted or not."""

    async def look(self, db: Connection) -> set[_Place]:
        """Who wants something that came since the last look, and on which lane; at first nobody."""
        if not self._known:
            self._known = await store.read_lanes(db)
            return set()
        news = await store.read_news(db, self._known)
        if news:
            self.heard_at = time.monotonic()
        self._known |= {lane: last_number for lane, (last_number, _) in news.items()}
        return {
            (one.name, lane)
            for lane, (_, kinds) in news.items()
            for one in self._followers
            if not set(one.kinds or kinds).isdisjoint(kinds)
        }


async def follow_forever(office: Office, followers: Sequence[Follower]) -> None:
    """Follow until cancelled: woken by the bell, and looking once a second in any case.

    In between the rounds of all, nobody's cursor is looked at whom nothing new concerns: to move
    them all along would cost more than the facts.
    """
    by_name = {one.name: one for one in followers}
    news = News(followers)
    begun_at = -_ROUND_S
    due: set[_Place] = set()
    while True:
        now = time.monotonic()
        passed = 0
        try:
            async with office.pool.acquire() as db:
                due |= await news.look(db)
            is_quiet = begun_at < news.heard_at <= now - _POLL_S
            if is_quiet or now - begun_at >= _ROUND_S:
                _, places = await _pass_idle(office, by_name)
                due.update(places)
                begun_at = now
            for place in sorted(due):
                step = await _try(office, by_name[place[0]], place[1])
                passed += step.passed
                if step.is_last:
                    due.remove(place)
        except Exception:  # noqa: BLE001 - whatever it is, we must go on
            _log.exception("follow.away")
            await asyncio.sleep(_BACK_OFF_S)
            continue
        await asyncio.sleep(_GATHER_S)
        if not passed:
            await office.signal.wait(_POLL_S)
