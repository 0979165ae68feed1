"""The sandbox plays devices: they speak over the phones of people, who watch and unbind them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.actor import Actor
from banyan.doors.sandbox.calls import Empty, call, meet
from banyan.doors.sandbox.channel_calls import Appid, find_channel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.reach.channels import Channel
from banyan.reach.devices import (
    AskTicket,
    ReadMyDevice,
    SpeakFor,
    TicketPurpose,
    UnbindMine,
    Watch,
    ask_ticket,
    read_my_device,
    speak_for,
    unbind_mine,
    watch_device,
)

DeviceName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class OfDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person and a device of an account."""

    person: PersonId
    appid: Appid
    device_id: DeviceName


class GetTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the account asks the phone whether it may bind or unbind."""

    person: PersonId
    appid: Appid
    device_id: DeviceName
    purpose: TicketPurpose = TicketPurpose.BIND


class DeviceTicket(msgspec.Struct, frozen=True, kw_only=True):
    """By which the account's program does it, and for whom."""

    ticket: str
    openid: str


class DeviceSays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device says something over the phone of who has it."""

    person: PersonId
    appid: Appid
    device_id: DeviceName
    content_base64: Annotated[str, msgspec.Meta(min_length=1, max_length=4_096)]


class DeviceHears(msgspec.Struct, frozen=True, kw_only=True):
    """What the device was told meanwhile, in base64, the oldest first."""

    contents: list[str]


class WatchThing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person wants to know whether a device is connected, or no longer."""

    person: PersonId
    appid: Appid
    device_id: DeviceName
    is_watching: bool = True


class DeviceShown(msgspec.Struct, frozen=True, kw_only=True):
    """What the person sees of the device, once the account's server has answered."""

    is_watching: bool
    is_connected: bool


@call
async def give_ticket(playground: Playground, command: GetTicket) -> DeviceTicket:
    """Let the account's page bind or unbind a device for one."""
    actor, channel = await _find(playground, command)
    asking = AskTicket(
        channel_id=channel.channel_id, device_id=command.device_id, purpose=command.purpose
    )
    given = await playground.office.run(ask_ticket, asking, actor)
    return DeviceTicket(ticket=given.ticket, openid=given.openid)


@call
async def speak_as_device(playground: Playground, command: DeviceSays) -> DeviceHears:
    """Speak as a device of the person's, wait for the account's server, and take what it says."""
    actor, channel = await _find(playground, command)
    saying = SpeakFor(
        channel_id=channel.channel_id,
        device_id=command.device_id,
        content=command.content_base64,
    )
    await playground.office.run(speak_for, saying, actor)
    await playground.deliver(int(channel.channel_id), actor.person_id)
    query = ReadMyDevice(channel_id=channel.channel_id, device_id=command.device_id)
    shown = await playground.office.run(read_my_device, query, actor)
    said = next(one for one in shown.messages if one.is_from_device)
    after = [one for one in shown.messages if int(one.message_id) > int(Id(said.message_id))]
    return DeviceHears(contents=[one.content for one in reversed(after)])


@call
async def watch_thing(playground: Playground, command: WatchThing) -> DeviceShown:
    """Watch a device of one's own, and wait for the account's server to say how it is."""
    actor, channel = await _find(playground, command)
    channel_id, device_id = channel.channel_id, command.device_id
    watching = Watch(channel_id=channel_id, device_id=device_id, is_watching=command.is_watching)
    await playground.office.run(watch_device, watching, actor)
    await playground.deliver(int(channel.channel_id), actor.person_id)
    query = ReadMyDevice(channel_id=channel_id, device_id=device_id)
    shown = await playground.office.run(read_my_device, query, actor)
    assert shown.binding is not None, "it is theirs, or it would not have been found"
    return DeviceShown(
        is_watching=shown.binding.is_watching, is_connected=shown.binding.is_connected
    )


@call
async def give_up_device(playground: Playground, command: OfDevice) -> Empty:
    """Unbind a device from the person, on their phone."""
    actor, channel = await _find(playground, command)
    giving = UnbindMine(channel_id=channel.channel_id, device_id=command.device_id)
    await playground.office.run(unbind_mine, giving, actor)
    await playground.deliver(int(channel.channel_id), actor.person_id)
    return Empty()


async def _find(
    playground: Playground, command: OfDevice | GetTicket | DeviceSays | WatchThing
) -> tuple[Actor, Channel]:
    actor = await meet(playground, command.person)
    return actor, await find_channel(playground, command.appid)
