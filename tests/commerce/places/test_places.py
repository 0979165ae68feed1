"""Places get codes that nobody can guess; a code can be switched off, and be printed again."""

import re

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.commerce.places import (
    AddPlaces,
    ChangePlace,
    IssueCode,
    ListPlaces,
    NewPlace,
    PlaceKind,
    ReadCode,
    SwitchCode,
    add_places,
    change_place,
    issue_code,
    list_places,
    read_code,
    switch_code,
)
from banyan.parties.staff import Role
from tests.kit.commerce_shop import add_spots, add_store, scan
from tests.kit.world import World


async def test_a_hundred_tables_get_a_hundred_codes_at_once(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    mark = await world.mark()
    names = [f"桌{number}" for number in range(1, 101)]
    tables = await add_spots(world, store_id, PlaceKind.TABLE, names, scene="order")
    assert [one.name for one in tables] == names
    tokens = [one.codes[0].token for one in tables]
    assert len(set(tokens)) == 100
    assert all(re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{12}", token) for token in tokens)
    assert await world.events(mark) == ["places.added"]

    query = ListPlaces(merchant_id=world.merchant_id, kind=PlaceKind.TABLE, limit=100)
    page = await world.office.run(list_places, query, world.owner)
    assert page.items == tables
    doors = ListPlaces(merchant_id=world.merchant_id, kind=PlaceKind.DOOR)
    assert (await world.office.run(list_places, doors, world.owner)).items == []


async def test_codes_of_several_calls_never_repeat(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    spots = [
        *await add_spots(world, store_id, PlaceKind.DOOR, ["门"] * 300),
        *await add_spots(world, store_id, PlaceKind.DOOR, ["门"] * 300),
    ]
    assert len({one.codes[0].token for one in spots}) == 600


async def test_a_poster_in_two_spots_has_two_codes_of_different_source(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (poster,) = await add_spots(
        world, store_id, PlaceKind.POSTER, ["春茶海报"], source="poster at metro exit B"
    )
    command = IssueCode(
        merchant_id=world.merchant_id, place_id=poster.place_id, source="poster at the cinema"
    )
    both = await world.office.run(issue_code, command, world.owner)
    assert [one.source for one in both.codes] == ["poster at metro exit B", "poster at the cinema"]
    results = [await scan(world, one.token, NOBODY) for one in both.codes]
    assert [one.code_id for one in results] == [one.code_id for one in both.codes]
    assert {one.place_id for one in results} == {poster.place_id}


async def test_a_switched_off_code_leads_nowhere_until_it_is_on_again(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["正门"])
    code = door.codes[0]
    mark = await world.mark()
    off = SwitchCode(merchant_id=world.merchant_id, code_id=code.code_id, is_active=False)
    assert not (await world.office.run(switch_code, off, world.owner)).is_active
    assert not (await world.office.run(switch_code, off, world.owner)).is_active
    with pytest.raises(Refusal, match=r"places\.code_inactive"):
        await scan(world, code.token, NOBODY)
    on = SwitchCode(merchant_id=world.merchant_id, code_id=code.code_id, is_active=True)
    await world.office.run(switch_code, on, world.owner)
    assert (await scan(world, code.token, NOBODY)).code_id == code.code_id
    assert await world.events(mark) == [
        "places.code_switched",
        "places.code_switched",
        "places.touched",
    ]


async def test_a_place_is_renamed_and_keeps_its_codes(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (table,) = await add_spots(world, store_id, PlaceKind.TABLE, ["桌1"])
    command = ChangePlace(merchant_id=world.merchant_id, place_id=table.place_id, name="窗边1")
    changed = await world.office.run(change_place, command, world.owner)
    assert (changed.name, changed.codes) == ("窗边1", table.codes)
    query = ReadCode(merchant_id=world.merchant_id, code_id=table.codes[0].code_id)
    read = await world.office.run(read_code, query, world.owner)
    assert (read.place.name, read.code) == ("窗边1", table.codes[0])


async def test_a_place_has_at_most_fifty_codes(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["正门"])
    command = IssueCode(merchant_id=world.merchant_id, place_id=door.place_id)
    for _ in range(49):
        await world.office.run(issue_code, command, world.owner)
    with pytest.raises(Refusal, match=r"places\.codes_full"):
        await world.office.run(issue_code, command, world.owner)


async def test_staff_of_one_store_see_and_touch_only_its_places(world: World) -> None:
    await world.merchant()
    here, there = await add_store(world, "这里"), await add_store(world, "那里")
    (mine,) = await add_spots(world, here, PlaceKind.DOOR, ["我的门"])
    (other,) = await add_spots(world, there, PlaceKind.DOOR, ["别的门"])
    chen = await world.staff("chen", Role.MANAGER, store_ids=[here])
    listed = await world.office.run(list_places, ListPlaces(merchant_id=world.merchant_id), chen)
    assert [one.place_id for one in listed.items] == [mine.place_id]
    query = ReadCode(merchant_id=world.merchant_id, code_id=other.codes[0].code_id)
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(read_code, query, chen)
    command = ChangePlace(merchant_id=world.merchant_id, place_id=other.place_id, name="偷")
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(change_place, command, chen)
    switch = SwitchCode(
        merchant_id=world.merchant_id, code_id=other.codes[0].code_id, is_active=False
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(switch_code, switch, chen)
    add = AddPlaces(
        merchant_id=world.merchant_id,
        store_id=there,
        kind=PlaceKind.DOOR,
        places=[NewPlace(name="后门")],
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(add_places, add, chen)


async def test_another_merchants_places_are_not_found(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["正门"])
    other = await world.merchant("对门", owner="chen")
    chen = world.as_person("chen")
    with pytest.raises(NotFound, match=r"places\.not_found"):
        await world.office.run(
            change_place, ChangePlace(merchant_id=other, place_id=door.place_id, name="x"), chen
        )
    with pytest.raises(NotFound, match=r"places\.code_not_found"):
        await world.office.run(
            read_code, ReadCode(merchant_id=other, code_id=door.codes[0].code_id), chen
        )
    add = AddPlaces(
        merchant_id=other, store_id=store_id, kind=PlaceKind.DOOR, places=[NewPlace(name="x")]
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(add_places, add, chen)
