"""Writes the journal's facts into Parquet: each once, whatever is killed, and never in the way."""

import asyncio
import itertools
from collections.abc import Callable, Sequence

import structlog

from banyan.base.errors import Trouble
from banyan.books.follow import enrol, follow_once, rewind
from banyan.books.journal import LANES, Fact, Follower
from banyan.books.office import Office
from banyan.books.work import Work
from banyan.views.insight import store
from banyan.views.insight.kinds import KINDS
from banyan.views.insight.place import PLACE
from banyan.views.insight.rules import decide_merge
from banyan.views.insight.types import FilesMissing

_log = structlog.get_logger("banyan.insight")

STEP_MAX = 5_000
"""Numbers of a lane that one step passes."""

_rest_s = 2.0
_eager_min = 1_000
_sweep_rounds = 150  # of two seconds each


async def _export(work: Work, facts: Sequence[Fact]) -> None:
    """Write a lane's next facts into a file and list it, all in the cursor's transaction.

    The newest parts that are small enough go into the new one, and the list then has it in their
    stead. Killed before the commit, what was written is a file that nobody lists.
    """
    lane = facts[0].lane
    parts = await store.list_parts(work.db, lane)
    start = decide_merge([*(one.rows_count for one in parts), len(facts)])
    merged = parts[start:]
    name_id = work.ids.next()
    try:
        new = await asyncio.to_thread(lambda: PLACE.archive.write(facts, merged, name_id))
    except FilesMissing as missing:
        PLACE.suspect(lane)
        raise Trouble("insight.not_ready", lane=lane, reason=str(missing)) from missing
    await store.replace_parts(work.db, merged, new, work.now)


EXPORTER = Follower(name="insight.export", kinds=KINDS, handle=_export, batch_max=STEP_MAX)
"""Run by `export_forever` at its own pace: a slow disk must not hold up the other followers."""


async def export_once(office: Office) -> int:
    """Let every lane that is behind take one step; how many facts were passed.

    A lane whose files are gone or spoilt is begun again first.
    """
    if PLACE.is_suspect:
        await _look_for_missing(office)
    return await follow_once(office, [EXPORTER])


async def export_all(office: Office, report: Callable[[int], None] = lambda _passed: None) -> int:
    """Export until nothing is left; how many facts were passed. `report` hears it step by step."""
    await enrol(office, [EXPORTER])
    passed_in_all = 0
    while passed := await export_once(office):
        passed_in_all += passed
        report(passed)
    return passed_in_all


async def export_forever(office: Office) -> None:
    """Export until cancelled: every two seconds, and without a rest while there is much to do."""
    for round_no in itertools.count():
        passed = 0
        try:
            if round_no % _sweep_rounds == 0:
                await enrol(office, [EXPORTER])
                await sweep(office)
            passed = await export_once(office)
        except Exception:  # noqa: BLE001 - whatever it is, we must go on
            _log.exception("insight.not_exported")
        if passed < _eager_min:
            await asyncio.sleep(_rest_s)


async def count_behind(office: Office) -> int:
    """How many facts are still to be passed."""
    async with office.pool.acquire() as db:
        return await store.count_behind(db, EXPORTER.name)


async def begin_again(office: Office, lanes: Sequence[int] = range(LANES)) -> None:
    """Throw away what was exported of these lanes; the next steps write all of it again."""
    for lane in lanes:
        async with office.begin() as work:
            await rewind(work, EXPORTER, lane)
            await store.delete_lane(work.db, lane)


async def sweep(office: Office) -> int:
    """Delete files that nobody lists any more; how many."""
    async with office.pool.acquire() as db:
        listed = await store.list_parts(db)
    return await asyncio.to_thread(lambda: PLACE.archive.sweep(listed))


async def _look_for_missing(office: Office) -> None:
    """Begin the lanes of missing files again; if that fails, the suspicion stays for next time."""
    unread, PLACE.unread_lanes, PLACE.is_suspect = PLACE.unread_lanes, set(), False
    try:
        await _begin_missing_again(office, unread)
    except BaseException:
        PLACE.is_suspect = True
        PLACE.unread_lanes |= unread
        raise


async def _begin_missing_again(office: Office, unread: set[int]) -> None:
    async with office.pool.acquire() as db:
        parts = await store.list_parts(db)
    archive = PLACE.archive

    def list_missing() -> set[int]:
        return {
            one.lane for one in parts if not archive.is_whole(one, to_the_end=one.lane in unread)
        }

    lanes = sorted(await asyncio.to_thread(list_missing))
    if lanes:
        _log.warning("insight.files_missing", lanes=lanes)
        await begin_again(office, lanes)
