"""What devices say, and what they are told."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    access_account,
    access_channel,
    access_own,
)
from banyan.reach.devices import store
from banyan.reach.devices.access import access_by_licence, access_person, lock_device
from banyan.reach.devices.rules import check_content
from banyan.reach.devices.types import (
    KEPT,
    Device,
    DeviceId,
    DeviceMessage,
    DeviceReported,
    DeviceToken,
    DeviceTold,
    MessageContent,
    MessageId,
)
from banyan.reach.pushes import PushKind, note_push


class TellDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell somebody's device something."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: DeviceId
    openid: Openid
    content: MessageContent


class ReportDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device speaks for itself, and takes what it is told."""

    licence: DeviceToken
    content: MessageContent | None = None
    """What it says, if anything."""


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What the device is told that it has not taken before, the oldest first."""

    items: list[DeviceMessage]


class SpeakFor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phone passes on what the device of its owner says."""

    channel_id: ChannelId
    device_id: DeviceId
    content: MessageContent


@single(permission=Permission.CHANNELS_WRITE)
async def tell_device(work: Work, command: TellDevice) -> DeviceMessage:
    """Leave a message for the device, which must be bound to that person.

    Raises NotFound `channels.not_found`, `devices.not_found`, `devices.no_such_openid`; Invalid
    `devices.content_malformed`; Refusal `devices.not_bound`.
    """
    check_content(command.content)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await access_person(work.db, channel, command.openid)
    device = await lock_device(work.db, channel.channel_id, command.device_id)
    return await leave_message(work, channel, device, command.openid, command.content)


@single(permission=Permission.PUBLIC)
async def report_device(work: Work, command: ReportDevice) -> Reported:
    """Pass on what a device says to its account's server; return what it is told.

    Raises NotFound `devices.no_such_licence`; Invalid `devices.content_malformed`; Refusal
    `devices.not_bound`.
    """
    found = await access_by_licence(work.db, command.licence)
    channel = await access_channel(work.db, found.channel_id)
    device = await lock_device(work.db, channel.channel_id, found.device_id)
    if command.content is not None:
        await _pass_on(work, channel, device, command.content, None)
    waiting = await store.fetch_messages(work.db, device, work.now, PAGE_MAX)
    await store.set_seen(work.db, device, work.now)
    return Reported(items=waiting)


@single(permission=Permission.PERSON)
async def speak_for(work: Work, command: SpeakFor) -> Reported:
    """Pass on what a person's device says over their phone; return what it is told.

    Raises NotFound `channels.not_found`, `devices.not_found`; Invalid `devices.content_malformed`;
    Refusal `devices.not_bound`.
    """
    channel = await access_account(work.db, command.channel_id)
    device = await lock_device(work.db, channel.channel_id, command.device_id)
    person_id = work.actor.person_id
    known = await store.find_binding(work.db, channel.channel_id, device.device_id, person_id)
    if known is None:
        raise NotFound("devices.not_found", device_id=command.device_id)
    await _pass_on(work, channel, device, command.content, known.openid)
    waiting = await store.fetch_messages(work.db, device, work.now, PAGE_MAX)
    await store.set_seen(work.db, device, work.now)
    return Reported(items=waiting)


async def leave_message(
    work: Work, channel: Channel, device: Device, openid: str, content: str
) -> DeviceMessage:
    """Leave a message for a locked device. Raises Refusal `devices.not_bound`."""
    bound = await store.find_bound(work.db, channel.channel_id, device.device_id, openid)
    if bound is None:
        raise Refusal("devices.not_bound")
    message = _message(work, openid, content, is_from_device=False)
    await store.insert_message(work.db, device, bound[0], message)
    where = _where(channel, bound[0], message)
    work.record(DeviceTold(**where, device_id=device.device_id, openid=message.openid))
    return message


async def _pass_on(
    work: Work, channel: Channel, device: Device, content: str, openid: str | None
) -> None:
    """Tell the account's server, in the name of that person or of who has the device longest."""
    check_content(content)
    bound = await store.find_bound(work.db, channel.channel_id, device.device_id, openid)
    if bound is None:
        raise Refusal("devices.not_bound")
    person_id, owner = bound
    message = _message(work, owner, content, is_from_device=True)
    await store.delete_messages(work.db, channel.channel_id, work.now - KEPT)
    await store.insert_message(work.db, device, person_id, message)
    where = _where(channel, person_id, message)
    work.record(DeviceReported(**where, device_id=device.device_id, openid=message.openid))
    fields = {
        "device_type": channel.original_id,
        "device_id": device.device_id,
        "session_id": str(int(message.message_id)),
        "content": content,
        "open_id": owner,
        "msg_id": int(message.message_id),
    }
    await note_push(work, channel, person_id, owner, PushKind.DEVICE_TEXT, fields)


def _message(work: Work, openid: str, content: str, *, is_from_device: bool) -> DeviceMessage:
    return DeviceMessage(
        message_id=MessageId(work.ids.next()),
        openid=openid,
        is_from_device=is_from_device,
        content=content,
        said_at=work.now,
        fetched_at=None,
    )


def _where(channel: Channel, person_id: int, message: DeviceMessage) -> dict[str, int]:
    return {
        "merchant_id": int(channel.merchant_id),
        "channel_id": int(channel.channel_id),
        "person_id": person_id,
        "subject_id": int(message.message_id),
    }
