"""One tap at the door: known, a follower and a member, all at once or not at all."""

import pytest

from banyan.base.errors import NotFound
from banyan.books.actor import NOBODY
from banyan.commerce.members import Arrive, arrive
from banyan.commerce.places import PlaceKind, SwitchCode, switch_code
from tests.kit.commerce_shop import VISITOR, add_spots, add_store, scan
from tests.kit.loyalty import coupons_of, inbox, offer, open_channel
from tests.kit.world import World


async def test_the_whole_way_from_the_door_to_the_welcome(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world, welcome_text="欢迎光临")
    await offer(world, "见面礼", is_welcome=True)
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["大门"])
    code = door.codes[0]
    await scan(world, code.token, NOBODY)
    lin = await world.person("lin")
    start = await world.mark()
    command = Arrive(merchant_id=world.merchant_id, code=code.token, visitor=VISITOR)
    arrival = await world.office.run(arrive, command, lin)
    assert (arrival.is_new_member, arrival.is_new_follower) == (True, True)
    assert (arrival.channel_id, arrival.code_id) == (channel.channel_id, code.code_id)
    await world.settle()
    assert sorted(await world.events(start)) == [
        "channels.followed",
        "coupons.claimed",
        "members.joined",
        "places.touch_joined",
    ]
    assert [one.name for one in await coupons_of(world, "lin")] == ["见面礼"]
    assert [one.kind for one in await inbox(world, lin)] == ["coupons.arrived", "channels.welcome"]
    again = await world.office.run(arrive, command, lin)
    assert (again.is_new_member, again.is_new_follower) == (False, False)
    assert again.member_id == arrival.member_id
    await world.settle()
    assert len(await coupons_of(world, "lin")) == 1


async def test_without_a_code_the_last_scan_counts(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    door, poster = await add_spots(world, store_id, PlaceKind.POSTER, ["东", "西"])
    await scan(world, door.codes[0].token, NOBODY)
    await scan(world, poster.codes[0].token, NOBODY)
    lin = await world.person("lin")
    command = Arrive(merchant_id=world.merchant_id, visitor=VISITOR)
    arrival = await world.office.run(arrive, command, lin)
    assert arrival.code_id == poster.codes[0].code_id
    assert arrival.channel_id == 0
    wu = await world.person("wu")
    plain = await world.office.run(arrive, Arrive(merchant_id=world.merchant_id), wu)
    assert (plain.code_id, plain.is_new_member) == (0, True)


async def test_a_code_of_others_or_none_leaves_nothing_behind(world: World) -> None:
    await world.merchant()
    store_id = await add_store(world)
    (door,) = await add_spots(world, store_id, PlaceKind.DOOR, ["大门"])
    code = door.codes[0]
    there = await world.merchant("别家", owner="wu")
    lin = await world.person("lin")
    start = await world.mark()
    for command in (
        Arrive(merchant_id=there, code=code.token),
        Arrive(merchant_id=world.merchant_id, code="ABCDEFGHJKMN"),
    ):
        with pytest.raises(NotFound, match=r"places\.code_not_found"):
            await world.office.run(arrive, command, lin)
    off = SwitchCode(merchant_id=world.merchant_id, code_id=code.code_id, is_active=False)
    await world.office.run(switch_code, off, world.owner)
    command = Arrive(merchant_id=world.merchant_id, code=code.token)
    with pytest.raises(NotFound, match=r"places\.code_not_found"):
        await world.office.run(arrive, command, lin)
    assert await world.events(start) == ["places.code_switched"]
