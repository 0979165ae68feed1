"""People shake near beacons: the nearest that shows something answers, and its server is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.books.work import Operation
from banyan.reach.beacons import (
    Beacon,
    DecideApplication,
    Heard,
    OpenShake,
    Registration,
    ShakePhone,
    add_page,
    apply_beacons,
    decide_application,
    find_shake,
    list_beacons,
    open_shake,
    register_beacons,
    shake_phone,
    show_pages,
)
from banyan.reach.channels import Channel
from banyan.reach.pushes import PushMode
from tests.kit.commerce_shop import add_store
from tests.kit.loyalty import open_channel
from tests.kit.receiver import Receiver, open_line
from tests.kit.world import World

WHO = Registration(name="梅姐", phone_number="13800000004", email="mei@example.com")
PAGE = {
    "title": "春茶",
    "description": "到店品尝",
    "icon_url": "http://example.com/i.png",
    "page_url": "http://example.com/t",
}


async def run(world: World, channel: Channel, operation: Operation[Any, Any], **values: Any) -> Any:  # noqa: ANN401
    """Run an operation of the account as its merchant's owner."""
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    return await world.office.run(operation, operation.command_type(**own, **values), world.owner)


async def put_up(world: World, channel: Channel, quantity: int, **facts: Any) -> list[Beacon]:  # noqa: ANN401
    """Beacons of an account."""
    await run(world, channel, register_beacons, registration=WHO)
    made = await run(world, channel, apply_beacons, quantity=quantity, reason="门口", **facts)
    items: list[Beacon] = (await run(world, channel, list_beacons, apply_id=made.apply_id)).items
    return items


def hear(beacon: Beacon, distance: float) -> Heard:
    return Heard(uuid=beacon.uuid, major=beacon.major, minor=beacon.minor, distance=distance)


@pytest.mark.parametrize("mode", [PushMode.PLAIN, PushMode.SAFE])
async def test_a_server_is_told_of_the_beacons_around(world: World, mode: PushMode) -> None:
    async with open_line(world, Receiver(mode=mode)) as line:
        store_id = await add_store(world)
        beacons = await put_up(world, line.channel, 7, poi_id=store_id)
        page = await run(world, line.channel, add_page, **PAGE)
        await run(
            world,
            line.channel,
            show_pages,
            device_id=beacons[0].device_id,
            page_ids=[page.page_id],
        )
        lin = await world.person("lin")
        mark = await world.mark()
        heard = [hear(one, 7.0 - place) for place, one in enumerate(beacons)]
        stranger = Heard(uuid="FDA50693-A4E2-4FB1-AFCF-C6EB07647825", major=1, minor=1)
        command = ShakePhone(beacons=[stranger, *heard])
        shown = await world.office.run(shake_phone, command, lin)
        assert shown.device_id == beacons[0].device_id
        assert shown.poi_id == store_id
        assert await world.events(mark) == ["beacons.shaken"]
        await line.deliver()
        (message,) = line.receiver.messages
        assert message.event == "shakearound_user_shake"
        assert message.source == shown.openid
        assert message.chosen_beacon == {
            "uuid": beacons[0].uuid,
            "major": str(beacons[0].major),
            "minor": str(beacons[0].minor),
            "distance": 7.0,
        }
        assert [one["distance"] for one in message.around_beacons] == [1.0, 2.0, 3.0, 4.0, 5.0]


async def test_a_ticket_is_one_s_own_and_ends(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    (beacon,) = await put_up(world, channel, 1)
    lin, wei = await world.person("lin"), await world.person("wei")
    command = ShakePhone(beacons=[hear(beacon, 1.0)])
    with pytest.raises(NotFound, match=r"beacons\.nothing_near"):
        await world.office.run(shake_phone, command, lin)
    page = await run(world, channel, add_page, **PAGE)
    await run(world, channel, show_pages, device_id=beacon.device_id, page_ids=[page.page_id])
    shown = await world.office.run(shake_phone, command, lin)
    opening = OpenShake(ticket=shown.ticket)
    with pytest.raises(NotFound):
        await world.office.run(open_shake, opening, wei)
    await world.office.run(open_shake, opening, lin)
    other = await open_channel(world)
    with pytest.raises(NotFound):
        await run(world, other, find_shake, ticket=shown.ticket)
    await world.advance(timedelta(minutes=31))
    with pytest.raises(NotFound):
        await world.office.run(open_shake, opening, lin)
    with pytest.raises(NotFound):
        await run(world, channel, find_shake, ticket=shown.ticket)


async def test_rivals_apply_once_and_decide_once(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await run(world, channel, register_beacons, registration=WHO)
    tries = await asyncio.gather(
        *(run(world, channel, apply_beacons, quantity=600, reason="商场") for _ in range(6)),
        return_exceptions=True,
    )
    (made,) = [one for one in tries if not isinstance(one, BaseException)]
    assert {one.code for one in tries if isinstance(one, Refusal)} == {"beacons.application_waits"}
    decision = DecideApplication(
        channel_id=channel.channel_id, apply_id=made.apply_id, is_granted=True
    )
    decided = await asyncio.gather(
        *(world.office.run(decide_application, decision, SYSTEM) for _ in range(4)),
        return_exceptions=True,
    )
    assert len([one for one in decided if not isinstance(one, BaseException)]) == 1
    found = await run(world, channel, list_beacons, apply_id=made.apply_id)
    assert found.total == 600
