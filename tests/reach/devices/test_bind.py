"""Devices are had within quotas, by as many people as may; servers are told of them, and answer."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import pytest
from wechatpy import replies

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import NOBODY, Actor
from banyan.books.work import Operation
from banyan.reach.channels import Channel
from banyan.reach.devices import (
    Allotted,
    AskTicket,
    Attributes,
    BindMine,
    MyDevice,
    NewDevice,
    ReadMyDevice,
    ReportDevice,
    Reported,
    TicketPurpose,
    UnbindMine,
    Watch,
    allot_device,
    ask_ticket,
    authorise_devices,
    bind_mine,
    list_products,
    read_device,
    read_my_device,
    report_device,
    set_product,
    unbind_mine,
    watch_device,
)
from banyan.reach.pushes import PushMode
from tests.kit.loyalty import add_crowd, open_channel
from tests.kit.receiver import Receiver, open_line
from tests.kit.world import World

SET = Attributes(mac="1234567890AB", connect_protocol="3")


async def run(world: World, channel: Channel, operation: Operation[Any, Any], **values: Any) -> Any:  # noqa: ANN401
    """Run an operation of the account as its merchant's owner."""
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    return await world.office.run(operation, operation.command_type(**own, **values), world.owner)


async def allot(world: World, channel: Channel) -> Allotted:
    """A device that people can have."""
    made: Allotted = await run(world, channel, allot_device)
    device = NewDevice(device_id=made.device.device_id, attributes=SET)
    done = await run(world, channel, authorise_devices, is_update=True, devices=[device])
    assert [one.code for one in done.items] == [""]
    return made


async def bind(world: World, actor: Actor, made: Allotted) -> bool:
    """Whether it became theirs."""
    try:
        await world.office.run(bind_mine, BindMine(ticket=made.device.ticket), actor)
    except Refusal as refusal:
        return refusal.code != "devices.bound_by_enough"
    return True


async def report(world: World, made: Allotted, content: str | None = None) -> Reported:
    command = ReportDevice(licence=made.licence, content=content)
    return await world.office.run(report_device, command, NOBODY)


async def mine(world: World, actor: Actor, made: Allotted) -> MyDevice:
    query = ReadMyDevice(channel_id=made.device.channel_id, device_id=made.device.device_id)
    return await world.office.run(read_my_device, query, actor)


async def settle(calls: Sequence[Any]) -> list[Any]:
    return list(await asyncio.gather(*calls, return_exceptions=True))


async def test_a_device_for_one_is_had_by_one_of_many(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await run(world, channel, set_product, number=1, quota_max=5, people_max=1)
    made = await allot(world, channel)
    crowd = await add_crowd(world, 12)
    outcomes = await asyncio.gather(*(bind(world, one, made) for one in crowd))
    assert outcomes.count(True) == 1
    owner = crowd[outcomes.index(True)]
    assert await bind(world, owner, made)
    shown = await run(world, channel, read_device, device_id=made.device.device_id)
    assert len(shown.bindings) == shown.device.people_count == 1
    command = UnbindMine(channel_id=channel.channel_id, device_id=made.device.device_id)
    gone = await asyncio.gather(*(world.office.run(unbind_mine, command, owner) for _ in range(4)))
    assert [one.is_new for one in gone].count(True) == 1
    outcomes = await asyncio.gather(*(bind(world, one, made) for one in crowd))
    assert outcomes.count(True) == 1


async def test_a_quota_of_five_gives_five(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await run(world, channel, set_product, number=7, quota_max=5)
    device = [NewDevice(device_id=f"d{number}", attributes=SET) for number in range(3)]
    tries = [run(world, channel, allot_device, number=7) for _ in range(6)]
    tries.append(run(world, channel, authorise_devices, number=7, devices=device))
    results = await settle(tries)
    allotted = [one for one in results[:-1] if isinstance(one, Allotted)]
    refused = [one for one in results if isinstance(one, Failure)]
    assert {one.code for one in refused} <= {"devices.quota_used_up"}
    authorised = 0
    if not isinstance(results[-1], Failure):
        authorised = [one.code for one in results[-1].items].count("")
    assert len(allotted) + authorised == 5
    (first, seventh) = (await run(world, channel, list_products)).items
    assert (first.used_count, seventh.used_count) == (0, 5)
    with pytest.raises(Refusal, match=r"devices\.quota_below_used"):
        await run(world, channel, set_product, number=7, quota_max=4)


async def test_devices_of_one_call_do_not_hinder_each_other(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await run(world, channel, set_product, number=1, quota_max=2)
    devices = [NewDevice(device_id=name, attributes=SET) for name in ("a", "a", "b", "c")]
    done = await run(world, channel, authorise_devices, devices=devices)
    assert [one.code for one in done.items] == [
        "",
        "devices.named_twice",
        "",
        "devices.quota_used_up",
    ]


async def test_strangers_have_no_device(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    made = await allot(world, channel)
    lin = await world.person("lin")
    with pytest.raises(NotFound):
        await mine(world, lin, made)
    with pytest.raises(NotFound):
        await world.office.run(bind_mine, BindMine(ticket="A" * 32), lin)
    with pytest.raises(NotFound):
        await world.office.run(report_device, ReportDevice(licence="A" * 32), NOBODY)
    with pytest.raises(Refusal, match=r"devices\.not_bound"):
        await report(world, made, "b24=")
    assert (await report(world, made)).items == []
    fresh: Allotted = await run(world, channel, allot_device)
    with pytest.raises(Refusal, match=r"devices\.attributes_unset"):
        await world.office.run(bind_mine, BindMine(ticket=fresh.device.ticket), lin)


def twice(text: str) -> str:
    """What the SDK makes of a text for a device: base64 of base64."""
    return base64.b64encode(base64.b64encode(text.encode())).decode()


async def answer(message: Any) -> Any:  # noqa: ANN401 - the SDK's messages and replies have no types
    """A server that greets a device, answers it, and says that it is there."""
    if message.event in {"subscribe", "unsubscribe"}:
        return "success"
    own = {"message": message, "device_type": message.device_type, "device_id": message.device_id}
    match message.event:
        case "device_bind":
            return replies.DeviceEventReply(event="bind", content="hello", **own)
        case "device_text":
            content = f"{message.content}!"
            return replies.DeviceTextReply(session_id=message.session_id, content=content, **own)
        case "device_subscribe_status":
            return replies.DeviceStatusReply(status=1, **own)
        case _:
            return "success"


@pytest.mark.parametrize("mode", [PushMode.PLAIN, PushMode.SAFE])
async def test_servers_are_told_of_devices_and_answer_them(world: World, mode: PushMode) -> None:
    receiver = Receiver(mode=mode, answer=answer)
    async with open_line(world, receiver) as line:
        made = await allot(world, line.channel)
        lin = await world.person("lin")
        mark = await world.mark()
        assert await bind(world, lin, made)
        assert sorted(await world.events(mark)) == ["channels.followed", "devices.bound"]
        await line.deliver()
        assert [one.content for one in (await report(world, made)).items] == [twice("hello")]
        assert (await report(world, made, "b24=")).items == []
        await line.deliver()
        assert [one.content for one in (await report(world, made)).items] == [twice("on!")]
        assert (await report(world, made)).items == []
        for is_watching in (True, True, False):
            watch = Watch(
                channel_id=line.channel.channel_id,
                device_id=made.device.device_id,
                is_watching=is_watching,
            )
            await world.office.run(watch_device, watch, lin)
            await line.deliver()
        shown = await mine(world, lin, made)
        assert shown.binding is not None
        assert shown.binding.is_connected
        assert len(shown.messages) == 3
        command = UnbindMine(channel_id=line.channel.channel_id, device_id=made.device.device_id)
        await world.office.run(unbind_mine, command, lin)
        await line.deliver()
        assert [one.event for one in receiver.messages] == [
            "device_bind",
            "subscribe",
            "device_text",
            "device_subscribe_status",
            "device_unsubscribe_status",
            "device_unbind",
        ]
        assert "devices.unbound" in await world.events(mark)


async def test_licences_and_tickets_do_not_lie_about_under_a_key(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin = await world.person("lin")
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    allotting = allot_device.command_type(**own)
    made = await world.office.run(allot_device, allotting, world.owner, key="allot")
    thing: dict[str, Any] = {"channel_id": channel.channel_id, "device_id": made.device.device_id}
    asking = AskTicket(**thing, purpose=TicketPurpose.BIND)
    await world.office.run(ask_ticket, asking, lin, key="ask")
    async with world.building.pool.acquire() as db:
        kept = await db.fetch("select answer from answers.answers where key in ('allot', 'ask')")
    assert [bytes(row["answer"]) for row in kept] == [b"", b""]
