"""The export over what goes wrong with files: half-written, cut off, spoilt, or all gone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from banyan.base.errors import Trouble
from banyan.books.actor import SYSTEM
from banyan.parties.merchants import MerchantId
from banyan.views.insight import (
    PLACE,
    ReadLifetime,
    count_behind,
    export_all,
    read_lifetime,
    store,
)
from banyan.views.insight import archive as archives
from banyan.views.insight.export import export_once, sweep
from banyan.views.insight.types import FilesMissing
from tests.kit.world import World
from tests.views.insight.test_export import (
    LONG_AGO,
    Happen,
    check_each_once,
    files_in,
    happen,
    make_old,
    parts_of,
    spent,
)

Spoil = Callable[[Path], None]


async def fill(world: World, folder: Path) -> MerchantId:
    """A merchant with a spend of 9.00, in a lane with others, all exported and sound."""
    merchant_id = await world.merchant()
    await world.office.run(happen, Happen(30), SYSTEM)
    async with world.office.begin() as work:
        work.record(spent(work, int(merchant_id)))
    await export_all(world.office)
    await check_each_once(world, folder)
    return merchant_id


async def read_spent(world: World, merchant_id: MerchantId) -> int:
    """What the report says was spent."""
    query = ReadLifetime(merchant_id=merchant_id)
    (row,) = (await world.office.run(read_lifetime, query, world.owner)).rows
    return row.spent_fen


def cut_off(file: Path) -> None:
    """The disk was full, or the machine lost power."""
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 2)


def empty(file: Path) -> None:
    """Nothing is left of it but its name."""
    file.write_bytes(b"")


def spoil_within(file: Path) -> None:
    """Its foot is whole, and what lies before it is not."""
    told = bytearray(file.read_bytes())
    foot = 8 + int.from_bytes(told[-8:-4], "little")
    told[4:-foot] = bytes(len(told) - foot - 4)
    file.write_bytes(told)


@pytest.mark.parametrize("spoil", [cut_off, empty, spoil_within])
async def test_what_cannot_be_read_is_written_again(
    world: World, folder: Path, spoil: Spoil
) -> None:
    merchant_id = await fill(world, folder)
    for file in files_in(folder):
        spoil(file)
    with pytest.raises(Trouble, match=r"insight\.not_ready"):
        await read_spent(world, merchant_id)
    await export_all(world.office)
    assert await read_spent(world, merchant_id) == 900
    # Nobody has read the other lanes yet: what is spoilt within is found by who does.
    for part in await parts_of(world):
        PLACE.suspect(part.lane)
    await export_all(world.office)
    await check_each_once(world, folder)


@pytest.mark.parametrize("spoil", [cut_off, empty])
async def test_a_start_finds_what_is_not_whole(world: World, folder: Path, spoil: Spoil) -> None:
    merchant_id = await fill(world, folder)
    for file in files_in(folder):
        spoil(file)
    PLACE.open(folder)
    await export_all(world.office)
    assert await read_spent(world, merchant_id) == 900
    await check_each_once(world, folder)


@pytest.mark.parametrize("spoil", [cut_off, spoil_within])
async def test_a_merge_over_a_spoilt_file_begins_the_lane_again(
    world: World, folder: Path, spoil: Spoil
) -> None:
    await fill(world, folder)
    for file in files_in(folder):
        spoil(file)
    for _ in range(12):
        await world.office.run(happen, Happen(12), SYSTEM)
        await export_all(world.office)
    for part in await parts_of(world):
        PLACE.suspect(part.lane)
    await export_all(world.office)
    assert await count_behind(world.office) == 0
    await check_each_once(world, folder)


async def test_killed_while_writing_it_leaves_a_draft_that_nobody_reads(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = archives.write_file
    killed = 0

    def write_half(rows: pa.Table, path: Path) -> None:
        nonlocal killed
        real(rows, path)
        killed += 1
        if killed <= 2:
            cut_off(path)
            message = "killed here: half a file is there"
            raise RuntimeError(message)

    monkeypatch.setattr(archives, "write_file", write_half)
    await fill(world, folder)
    assert killed > 2
    drafts = {one for one in files_in(folder) if one.suffix == ".draft"}
    assert len(drafts) == 2
    make_old(files_in(folder), LONG_AGO)
    assert await sweep(world.office) == 2
    assert not any(one.exists() for one in drafts)


async def test_a_restart_goes_on_where_it_was(world: World, folder: Path) -> None:
    await fill(world, folder)
    before = await parts_of(world)
    PLACE.open(folder)
    assert await export_all(world.office) == 0
    assert await parts_of(world) == before
    await world.office.run(happen, Happen(6), SYSTEM)
    assert 0 < await export_all(world.office) < 30, "only what is new"
    await check_each_once(world, folder)


async def test_the_whole_folder_may_be_deleted(world: World, folder: Path) -> None:
    merchant_id = await fill(world, folder)
    shutil.rmtree(folder)
    PLACE.open(folder)
    await export_all(world.office)
    assert await read_spent(world, merchant_id) == 900
    await check_each_once(world, folder)


async def test_a_lane_s_files_follow_each_other(world: World, folder: Path) -> None:
    """Each begins after the one before has ended, and none ends after the cursor."""
    for count in (40, 1, 25, 3):
        await world.office.run(happen, Happen(count), SYSTEM)
        await export_all(world.office)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(
            "select lane, last_number from journal.cursors where follower = 'insight.export'"
        )
        cursors = {row["lane"]: row["last_number"] for row in rows}
        for lane, read_until in cursors.items():
            last = 0
            for part in await store.list_parts(db, lane):
                assert last < part.first_number <= part.last_number <= read_until
                assert part.path_in(folder).name.startswith(f"{part.first_number:012}-")
                last = part.last_number


@pytest.mark.parametrize(
    "sql",
    [
        "select error('a bug of ours') from events",
        "select $1 from events",
        "copy events to '/nowhere/at/all' (format csv)",  # as when the disk for spilling is full
    ],
)
async def test_what_else_goes_wrong_is_no_missing_file(
    world: World, folder: Path, sql: str
) -> None:
    await fill(world, folder)
    with pytest.raises(duckdb.Error):
        await PLACE.engine.run(lambda: sql, sorted(files_in(folder)))
    with pytest.raises(FilesMissing):
        await PLACE.engine.run(lambda: sql, [*files_in(folder), folder / "gone.parquet"])


async def test_a_suspicion_outlives_a_database_that_is_away(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant_id = await fill(world, folder)
    for file in files_in(folder):
        spoil_within(file)
    with pytest.raises(Trouble, match=r"insight\.not_ready"):
        await read_spent(world, merchant_id)

    async def fail(*_: object) -> None:
        raise Trouble("database.unavailable")

    for name in ("list_parts", "delete_lane"):
        with monkeypatch.context() as broken:
            broken.setattr(store, name, fail)
            with pytest.raises(Trouble, match=r"database\.unavailable"):
                await export_once(world.office)
    await export_all(world.office)
    assert await read_spent(world, merchant_id) == 900
