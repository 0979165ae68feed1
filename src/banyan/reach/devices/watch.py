"""Whether people see their devices connected, and want to."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, Openid, access_account, access_own
from banyan.reach.devices import store
from banyan.reach.devices.access import access_person, lock_device
from banyan.reach.devices.types import DeviceConnected, DeviceId
from banyan.reach.pushes import PushKind, note_push


class TellConnected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell somebody whether their device is connected."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: DeviceId
    openid: Openid
    is_connected: bool


class Watch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell me whether my device is connected, or do so no longer."""

    channel_id: ChannelId
    device_id: DeviceId
    is_watching: bool


@single(permission=Permission.CHANNELS_WRITE)
async def tell_connected(work: Work, command: TellConnected) -> None:
    """Let the person see whether the device is connected.

    Raises NotFound `channels.not_found`, `devices.no_such_openid`; Refusal `devices.not_bound`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    person_id = await access_person(work.db, channel, command.openid)
    await show_connected(work, channel, command.device_id, person_id, on=command.is_connected)


@single(permission=Permission.PERSON)
async def watch_device(work: Work, command: Watch) -> None:
    """Ask the account's server to say whether a device is connected, or not to any more.

    Raises NotFound `channels.not_found`, `devices.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    device = await lock_device(work.db, channel.channel_id, command.device_id)
    person_id = work.actor.person_id
    known = await store.find_binding(work.db, channel.channel_id, device.device_id, person_id)
    if known is None:
        raise NotFound("devices.not_found", device_id=command.device_id)
    on = command.is_watching
    if await store.set_watching(work.db, device, person_id, on=on) is not None:
        fields = {
            "device_type": channel.original_id,
            "device_id": device.device_id,
            "open_id": known.openid,
            "op_type": int(on),
        }
        kind = PushKind.DEVICE_WATCHED if on else PushKind.DEVICE_UNWATCHED
        await note_push(work, channel, person_id, known.openid, kind, fields)


async def show_connected(
    work: Work, channel: Channel, device_id: str, person_id: int, *, on: bool
) -> None:
    """Let a person see whether their device is connected. Raises Refusal `devices.not_bound`."""
    openid = await store.set_connected(
        work.db, channel.channel_id, device_id, person_id, on=on, now=work.now
    )
    if openid is None:
        raise Refusal("devices.not_bound")
    work.record(
        DeviceConnected(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            person_id=person_id,
            device_id=device_id,
            openid=openid,
            is_connected=on,
        )
    )
