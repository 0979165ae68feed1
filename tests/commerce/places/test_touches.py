"""A scan is recorded for a visitor or a person, joined at sign-in, and counted per code."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.books.actor import NOBODY
from banyan.commerce.places import (
    CodedPlace,
    CodeStatistics,
    JoinTouches,
    ListStatistics,
    PlaceKind,
    RecordTouch,
    find_last_touch,
    find_last_touches,
    join_touches,
    list_statistics,
    record_touches,
)
from tests.kit.commerce_shop import VISITOR, add_spots, add_store, scan
from tests.kit.world import World

_FIRST = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
_LAST = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))


async def open_doors(world: World, *names: str) -> list[CodedPlace]:
    await world.merchant()
    store_id = await add_store(world)
    return await add_spots(world, store_id, PlaceKind.DOOR, names or ["正门"], scene="welcome")


async def read_statistics(world: World, **query: object) -> list[CodeStatistics]:
    command = ListStatistics(merchant_id=world.merchant_id, **query)  # type: ignore[arg-type]
    return (await world.office.run(list_statistics, command, world.owner)).items


async def test_a_scan_says_where_it_leads(world: World) -> None:
    (door,) = await open_doors(world)
    mark = await world.mark()
    result = await scan(world, door.codes[0].token, NOBODY)
    assert (result.merchant_id, result.store_id) == (door.merchant_id, door.store_id)
    assert (result.place_id, result.kind) == (door.place_id, PlaceKind.DOOR)
    assert (result.place_name, result.scene) == ("正门", "welcome")
    assert await world.events(mark) == ["places.touched"]


async def test_an_unknown_token_is_not_found_and_leaves_nothing(world: World) -> None:
    await open_doors(world)
    mark = await world.mark()
    with pytest.raises(NotFound, match=r"places\.code_not_found"):
        await scan(world, "ABCDEFGHJKMN", NOBODY)
    assert await world.events(mark) == []


async def test_a_batch_serves_good_and_bad_scans_alike(world: World) -> None:
    (door,) = await open_doors(world)
    good = RecordTouch(token=door.codes[0].token, visitor=VISITOR)
    bad = RecordTouch(token="ABCDEFGHJKMN", visitor=VISITOR)
    outcomes = await world.office.run_many(record_touches, [good, bad, good], NOBODY)
    assert [isinstance(one, Failure) for one in outcomes] == [False, True, False]
    (figures,) = await read_statistics(world)
    assert (figures.touch_count, figures.visitor_count, figures.person_count) == (2, 1, 0)


async def test_three_hundred_scans_at_once_are_all_recorded(world: World) -> None:
    (door,) = await open_doors(world)
    lin = await world.person("lin")
    mark = await world.mark()
    actors = [lin if number % 3 == 0 else NOBODY for number in range(300)]
    results = await asyncio.gather(
        *(
            scan(world, door.codes[0].token, actor, visitor=f"visitor-number-{number:06}")
            for number, actor in enumerate(actors)
        )
    )
    assert len({one.touch_id for one in results}) == 300
    assert await world.events(mark) == ["places.touched"] * 300
    (figures,) = await read_statistics(world)
    assert (figures.touch_count, figures.visitor_count, figures.person_count) == (300, 300, 1)


async def test_a_visitors_touches_become_the_persons_at_sign_in(world: World) -> None:
    first, second = await open_doors(world, "正门", "后门")
    await scan(world, first.codes[0].token, NOBODY)
    await world.advance(timedelta(minutes=5))
    await scan(world, second.codes[0].token, NOBODY)
    await scan(world, first.codes[0].token, NOBODY, visitor="somebody-else-0001")
    lin = await world.person("lin")
    since = world.now - timedelta(days=7)
    async with world.building.pool.acquire() as db:
        assert await find_last_touch(db, world.merchant_id, lin.person_id, since) is None

    mark = await world.mark()
    joined = await world.office.run(join_touches, JoinTouches(visitor=VISITOR), lin)
    assert joined.count == 2
    assert await world.events(mark) == ["places.touch_joined"] * 2
    async with world.building.pool.acquire() as db:
        last = await find_last_touch(db, world.merchant_id, lin.person_id, since)
    assert last == second.codes[0].code_id

    again = await world.office.run(join_touches, JoinTouches(visitor=VISITOR), lin)
    wu = await world.person("wu")
    later = await world.office.run(join_touches, JoinTouches(visitor=VISITOR), wu)
    assert (again.count, later.count) == (0, 0)
    figures = {one.code_id: one for one in await read_statistics(world)}
    assert figures[first.codes[0].code_id].visitor_count == 2
    assert figures[first.codes[0].code_id].person_count == 1


async def test_touches_older_than_thirty_days_stay_the_visitors(world: World) -> None:
    (door,) = await open_doors(world)
    await scan(world, door.codes[0].token, NOBODY)
    await world.advance(timedelta(days=30, seconds=1))
    await scan(world, door.codes[0].token, NOBODY)
    lin = await world.person("lin")
    joined = await world.office.run(join_touches, JoinTouches(visitor=VISITOR), lin)
    assert joined.count == 1


async def test_one_sign_in_joins_a_bounded_number(world: World) -> None:
    (door,) = await open_doors(world)
    command = RecordTouch(token=door.codes[0].token, visitor=VISITOR)
    await world.office.run_many(record_touches, [command] * 250, NOBODY)
    lin = await world.person("lin")
    counts = [
        (await world.office.run(join_touches, JoinTouches(visitor=VISITOR), lin)).count
        for _ in range(3)
    ]
    assert counts == [200, 50, 0]


async def test_a_signed_in_person_is_known_at_once(world: World) -> None:
    first, second = await open_doors(world, "正门", "后门")
    lin, wu = await world.person("lin"), await world.person("wu")
    await scan(world, first.codes[0].token, lin)
    await world.advance(timedelta(seconds=1))
    await scan(world, second.codes[0].token, lin)
    await scan(world, first.codes[0].token, wu, visitor="visitor-of-wu-000001")
    merchant_id = world.merchant_id
    pairs = [(merchant_id, lin.person_id), (merchant_id, wu.person_id), (merchant_id, 0)]
    async with world.building.pool.acquire() as db:
        found = await find_last_touches(db, pairs, world.now - timedelta(days=1))
        late = await find_last_touches(db, pairs, world.now + timedelta(seconds=1))
    assert found == {
        (merchant_id, lin.person_id): second.codes[0].code_id,
        (merchant_id, wu.person_id): first.codes[0].code_id,
    }
    assert late == {}


async def test_what_a_device_remembers_is_never_stored(world: World) -> None:
    (door,) = await open_doors(world)
    await scan(world, door.codes[0].token, NOBODY)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch("select t::text as line from places.touches as t")
        facts = b"".join(row["data"] for row in await db.fetch("select data from journal.events"))
    assert len(rows) == 1
    assert VISITOR not in rows[0]["line"]
    assert VISITOR.encode() not in facts


async def test_figures_are_of_the_span_and_the_store_that_was_asked_for(world: World) -> None:
    (door,) = await open_doors(world)
    other = await add_store(world, "分店")
    (far,) = await add_spots(world, other, PlaceKind.DOOR, ["侧门"])
    began = world.now
    await scan(world, door.codes[0].token, NOBODY)
    await world.advance(timedelta(days=2))
    await scan(world, door.codes[0].token, NOBODY)
    await scan(world, far.codes[0].token, NOBODY)
    of_day = await read_statistics(world, since=began, until=began + timedelta(days=1))
    assert [one.touch_count for one in of_day] == [1, 0]
    of_store = await read_statistics(world, store_id=other)
    assert [(one.code_id, one.touch_count) for one in of_store] == [(far.codes[0].code_id, 1)]
    for since, until in (
        (began, began),
        (began, began - timedelta(1)),
        (began - timedelta(401), began),
        (None, _FIRST),
        (_FIRST, None),
        (_LAST - timedelta(1), _LAST),
        (_LAST, None),
    ):
        with pytest.raises(Invalid, match=r"places\.bad_span"):
            await read_statistics(world, since=since, until=until)
