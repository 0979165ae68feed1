"""The export: each fact in one listed file, whatever is killed, merged, deleted or run twice."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from banyan.base.errors import Trouble
from banyan.books.actor import SYSTEM, Permission
from banyan.books.follow import enrol
from banyan.books.journal import Event, Fact
from banyan.books.office import Office
from banyan.books.work import Connection, Work, single
from banyan.views.insight import (
    EXPORTER,
    PLACE,
    ReadLifetime,
    SpendRecorded,
    begin_again,
    count_behind,
    export_all,
    export_forever,
    read_lifetime,
    store,
)
from banyan.views.insight import export as exporting
from banyan.views.insight.export import export_once, sweep
from banyan.views.insight.kinds import KINDS, ORDER
from banyan.views.insight.rows import SCHEMA, build_rows
from banyan.views.insight.types import Part
from tests.kit.loyalty import second_office
from tests.kit.world import World

LONG_AGO = 1_700_000_000
MERCHANTS = (11, 12, 13)


class Unwanted(Event, frozen=True, kw_only=True, tag="test.unwanted"):
    """Something that insight does not read."""


class Happen(msgspec.Struct, frozen=True):
    """Let so many things happen."""

    count: int


@single(permission=Permission.SYSTEM)
async def happen(work: Work, command: Happen) -> Happen:
    """Spends and other things of three merchants, which live in different lanes."""
    for place in range(command.count):
        merchant_id = MERCHANTS[place % len(MERCHANTS)]
        if place % 4:
            work.record(spent(work, merchant_id))
        else:
            work.record(Unwanted(merchant_id=merchant_id))
    return command


def spent(work: Work, merchant_id: int) -> SpendRecorded:
    """A fact that no other room keeps anything of."""
    return SpendRecorded(
        merchant_id=merchant_id,
        store_id=1,
        code_id=3,
        subject_id=work.ids.next(),
        amount_fen=900,
        currency="CNY",
        spent_at=work.now,
    )


async def parts_of(world: World) -> list[Part]:
    """What is listed."""
    async with world.building.pool.acquire() as db:
        return await store.list_parts(db)


def files_in(folder: Path) -> set[Path]:
    """What is there."""
    return set(folder.glob("*/*"))


def make_old(files: Iterable[Path], at: int) -> None:
    """Let the files look as if nobody had touched them since."""
    for file in files:
        os.utime(file, (at, at))


async def exported(world: World, folder: Path) -> pa.Table:
    """Every row in the listed files, in a fixed order."""
    parts = await parts_of(world)
    tables = [pq.read_table(part.path_in(folder), schema=SCHEMA) for part in parts]
    return pa.concat_tables([SCHEMA.empty_table(), *tables]).sort_by(
        [("lane", "ascending"), ("number", "ascending")]
    )


async def recorded(world: World) -> pa.Table:
    """Every fact in the journal that insight wants, as rows, in the same order."""
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(
            "select lane, number, kind, occurred_at, actor_kind, actor_id, merchant_id, person_id,"
            " store_id, code_id, channel_id, subject_id, data"
            " from journal.events where kind = any($1) order by lane, number",
            list(KINDS),
        )
    return build_rows([Fact(*row) for row in rows])


async def check_each_once(world: World, folder: Path) -> None:
    """Raise AssertionError if the files are not exactly the journal."""
    assert (await exported(world, folder)).equals(await recorded(world))
    await world.check()


async def test_each_fact_is_in_one_file(world: World, folder: Path) -> None:
    for count in (1, 40, 3):
        await world.office.run(happen, Happen(count), SYSTEM)
        await export_all(world.office)
    await check_each_once(world, folder)
    assert (await recorded(world)).num_rows == 32
    assert await count_behind(world.office) == 0


async def test_rows_are_sorted_so_that_readers_skip(world: World, folder: Path) -> None:
    await world.office.run(happen, Happen(60), SYSTEM)
    await export_all(world.office)
    (part, *_) = await parts_of(world)
    rows = pq.read_table(part.path_in(folder))
    assert rows.equals(rows.sort_by([(name, "ascending") for name in ORDER]))
    statistics = pq.read_metadata(part.path_in(folder)).row_group(0)
    place = rows.column_names.index("merchant_id")
    assert statistics.column(place).statistics.has_min_max


async def test_killed_between_file_and_commit_it_writes_again(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.office.run(happen, Happen(24), SYSTEM)
    real = store.replace_parts
    killed = 0

    async def die(db: Connection, old: Sequence[Part], new: Part, now: datetime) -> None:
        nonlocal killed
        await real(db, old, new, now)
        killed += 1
        if killed <= 3:
            message = "killed here: the file is there, the commit is not"
            raise RuntimeError(message)

    monkeypatch.setattr(store, "replace_parts", die)
    await enrol(world.office, [EXPORTER])
    for _ in range(8):
        await export_once(world.office)
    assert killed > 3
    await check_each_once(world, folder)
    assert len(files_in(folder)) == len(await parts_of(world)) + 3


async def test_files_that_nobody_lists_are_swept_when_they_are_old(
    world: World, folder: Path
) -> None:
    for _ in range(12):
        await world.office.run(happen, Happen(12), SYSTEM)
        await export_all(world.office)
    listed = {part.path_in(folder) for part in await parts_of(world)}
    merged = files_in(folder) - listed
    assert merged
    assert await sweep(world.office) == 0
    make_old(files_in(folder), LONG_AGO)
    assert await sweep(world.office) == len(merged)
    assert files_in(folder) == listed
    await check_each_once(world, folder)


async def test_two_workers_write_each_fact_once(world: World, folder: Path) -> None:
    async with second_office(world) as other:
        await enrol(world.office, [EXPORTER])
        offices = (world.office, other)

        async def trade(office: Office) -> None:
            for _ in range(10):
                await office.run(happen, Happen(15), SYSTEM)

        trading = asyncio.gather(*(trade(office) for office in offices))
        while not trading.done():
            await asyncio.gather(*(export_once(office) for office in offices))
        await trading
        await export_all(world.office)
    await check_each_once(world, folder)


async def test_many_small_exports_leave_few_files(world: World, folder: Path) -> None:
    for _ in range(40):
        await world.office.run(happen, Happen(6), SYSTEM)
        await export_all(world.office)
    by_lane = [part.lane for part in await parts_of(world)]
    assert max(by_lane.count(lane) for lane in by_lane) <= 10
    await check_each_once(world, folder)


async def test_a_rebuild_gives_what_was_there(world: World, folder: Path) -> None:
    for _ in range(5):
        await world.office.run(happen, Happen(30), SYSTEM)
        await export_all(world.office)
    live, parts = await exported(world, folder), await parts_of(world)
    await begin_again(world.office)
    assert await parts_of(world) == []
    assert await count_behind(world.office) > 0
    assert await export_all(world.office) > 0
    assert (await exported(world, folder)).equals(live)
    assert await parts_of(world) != parts
    await check_each_once(world, folder)


async def test_files_that_are_gone_are_written_again(world: World, folder: Path) -> None:
    merchant_id = await world.merchant()
    await world.office.run(happen, Happen(30), SYSTEM)
    async with world.office.begin() as work:
        work.record(spent(work, int(merchant_id)))
    await export_all(world.office)
    for file in files_in(folder):
        file.unlink()
    query = ReadLifetime(merchant_id=merchant_id)
    with pytest.raises(Trouble, match=r"insight\.not_ready"):
        await world.office.run(read_lifetime, query, world.owner)
    assert PLACE.is_suspect
    await export_all(world.office)
    (row,) = (await world.office.run(read_lifetime, query, world.owner)).rows
    assert row.spent_fen == 900
    await check_each_once(world, folder)


async def test_a_reader_outlives_a_merge(world: World, folder: Path) -> None:
    """Files that were listed when the reader began are read to the end."""
    await world.office.run(happen, Happen(24), SYSTEM)
    await export_all(world.office)
    before = await parts_of(world)
    for _ in range(10):
        await world.office.run(happen, Happen(12), SYSTEM)
        await export_all(world.office)
    await sweep(world.office)
    gone = [part for part in before if part not in await parts_of(world)]
    assert gone
    assert all(part.path_in(folder).is_file() for part in before)


async def test_it_runs_by_itself_and_survives_failures(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "_rest_s", 0.01)
    failures = 2
    real = exporting.export_once

    async def fail_at_first(office: Office) -> int:
        nonlocal failures
        if failures:
            failures -= 1
            raise Trouble("database.unavailable")
        return await real(office)

    monkeypatch.setattr(exporting, "export_once", fail_at_first)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(export_forever(world.office))
        await world.office.run(happen, Happen(12), SYSTEM)
        async with asyncio.timeout(10):
            while failures or await count_behind(world.office):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        running.cancel()
    await check_each_once(world, folder)
