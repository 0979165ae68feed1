"""How many facts a second can be recorded durably, and how fast does a follower read them?"""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from banyan.app.benches.bench import Bench, Figures
from banyan.base.db import connect
from banyan.base.errors import Failure
from banyan.books.actor import SYSTEM, Permission
from banyan.books.follow import enrol, follow_once
from banyan.books.journal import Event, Fact, Follower
from banyan.books.office import Office
from banyan.books.work import Call, Work, plural

_CALLERS = 2_000
_COPY_SIZE = 10_000


class Measured(Event, frozen=True, kw_only=True, tag="bench.measured"):
    """A fact of no consequence."""

    reading: int


class Measure(msgspec.Struct, frozen=True):
    """Record one."""

    merchant_id: int
    reading: int


@plural(permission=Permission.SYSTEM, batch_max=2_000)
async def measure(work: Work, calls: Sequence[Call[Measure]]) -> Sequence[int | Failure]:
    """Record each reading."""
    for call in calls:
        event = Measured(
            merchant_id=call.command.merchant_id,
            subject_id=call.command.reading,
            reading=call.command.reading,
        )
        work.record(event, call.index)
    return [call.command.reading for call in calls]


async def run(bench: Bench) -> Figures:
    """2,000 callers record facts; the yardstick is COPY of as many rows of the same shape."""
    seconds = bench.size(small=1, large=10)
    async with bench.office("journal-append") as office:
        recorded, elapsed = await _record(office, seconds)
        bench.report(f"{recorded:,} facts in {elapsed:.1f} s; now a follower reads them")
        read_s = await _read(office, recorded)
        copied = await _copy(bench, office, recorded)
    return Figures(
        name="journal-append",
        ours=round(recorded / elapsed, 1),
        yardstick=round(copied, 1),
        unit="facts/s over rows/s of COPY into the same table",
        target=0.1,
        details={"facts": recorded, "followed_per_s": round(recorded / read_s, 1)},
    )


async def _record(office: Office, seconds: int) -> tuple[int, float]:
    start = time.perf_counter()
    recorded = 0

    async def caller(number: int) -> None:
        nonlocal recorded
        while time.perf_counter() - start < seconds:
            await office.run(measure, Measure(number + 1, recorded), SYSTEM)
            recorded += 1

    await asyncio.gather(*(caller(number) for number in range(_CALLERS)))
    return recorded, time.perf_counter() - start


async def _read(office: Office, expected: int) -> float:
    seen = 0

    async def count(_work: Work, facts: Sequence[Fact]) -> None:
        nonlocal seen
        seen += len(facts)

    follower = Follower(name="bench", kinds=("bench.measured",), handle=count, batch_max=2_000)
    await enrol(office, [follower])
    start = time.perf_counter()
    while await follow_once(office, [follower]):
        pass
    assert seen == expected, (seen, expected)
    return time.perf_counter() - start


async def _copy(bench: Bench, office: Office, count: int) -> float:
    """Rows a second of COPY, a commit every 10,000, of the facts just recorded."""
    async with office.pool.acquire() as db:
        rows = await db.fetch("select * from journal.events order by lane, number limit $1", count)
        await db.execute("create table journal.copied (like journal.events including all)")
    control = await connect(bench.server.dsn_of("bench_journal_append"))
    start = time.perf_counter()
    for first in range(0, len(rows), _COPY_SIZE):
        await control.copy_records_to_table(
            "copied", schema_name="journal", records=rows[first : first + _COPY_SIZE]
        )
    elapsed = time.perf_counter() - start
    await control.close()
    return len(rows) / elapsed
