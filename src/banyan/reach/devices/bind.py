"""Binds devices to people and unbinds them: at a scan, by a ticket, or by the account alone."""

from datetime import datetime

import msgspec

from banyan.base.errors import Refusal
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    access_account,
    access_own,
    ensure_openids,
    follow_channel,
)
from banyan.reach.devices import store
from banyan.reach.devices.access import (
    access_by_ticket,
    access_device,
    access_person,
    lock_device,
)
from banyan.reach.devices.ports import draw
from banyan.reach.devices.products import lock_product
from banyan.reach.devices.rules import CHANCE_BYTES, check_room, check_usable, render_token
from banyan.reach.devices.types import (
    TICKET_LIFE,
    DeviceBound,
    DeviceId,
    DeviceToken,
    DeviceUnbound,
    TicketPurpose,
)
from banyan.reach.pushes import PushKind, note_push


class BindMine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make the device mine whose code I scanned."""

    ticket: DeviceToken


class UnbindMine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The device is mine no more."""

    channel_id: ChannelId
    device_id: DeviceId


class AskTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the account's page bind or unbind the device for me."""

    channel_id: ChannelId
    device_id: DeviceId
    purpose: TicketPurpose


class BindingTicket(msgspec.Struct, frozen=True, kw_only=True):
    """By which an account's program does it, once."""

    ticket: str
    openid: str
    expires_at: datetime


class BindDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bind a device to somebody; without a ticket on the account's own responsibility."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: DeviceId
    openid: Openid
    ticket: DeviceToken | None = None


class UnbindDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unbind a device from somebody; without a ticket on the account's own responsibility."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: DeviceId
    openid: Openid
    ticket: DeviceToken | None = None


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """How a device stands to somebody now."""

    channel_id: ChannelId
    device_id: str
    is_bound: bool
    is_new: bool
    """It changed just now."""


@single(permission=Permission.PERSON)
async def bind_mine(work: Work, command: BindMine) -> Bound:
    """Bind the device to the person who asks, who follows its account from now on.

    Raises NotFound `devices.no_such_code`; Refusal `devices.unauthorised`,
    `devices.attributes_unset`, `devices.bound_by_enough`.
    """
    channel, device = await access_by_ticket(work.db, command.ticket)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    bound = await _bind(work, channel, device.device_id, person_id, openids[person_id])
    await follow_channel(work, channel, person_id)
    return bound


@single(permission=Permission.PERSON)
async def unbind_mine(work: Work, command: UnbindMine) -> Bound:
    """Unbind the device from the person who asks.

    Raises NotFound `channels.not_found`, `devices.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    return await _unbind(work, channel, command.device_id, person_id, openids[person_id])


@single(permission=Permission.PERSON, is_answer_kept=False)
async def ask_ticket(work: Work, command: AskTicket) -> BindingTicket:
    """Return a ticket that works once within half an hour.

    Raises NotFound `channels.not_found`, `devices.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    device = await access_device(work.db, channel.channel_id, command.device_id)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    ticket = render_token(int(channel.channel_id), draw(CHANCE_BYTES))
    until = work.now + TICKET_LIFE
    await store.delete_tickets(work.db, channel.channel_id, work.now)
    await store.insert_ticket(work.db, device, person_id, command.purpose, digest(ticket), until)
    return BindingTicket(ticket=ticket, openid=openids[person_id], expires_at=until)


@single(permission=Permission.CHANNELS_WRITE)
async def bind_device(work: Work, command: BindDevice) -> Bound:
    """Bind a device to somebody; to whom it is bound already, it stays so.

    Raises NotFound `channels.not_found`, `devices.not_found`, `devices.no_such_openid`; Refusal
    `devices.no_such_ticket`, `devices.unauthorised`, `devices.attributes_unset`,
    `devices.bound_by_enough`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    person_id = await _prove(work, channel, command, TicketPurpose.BIND)
    return await _bind(work, channel, command.device_id, person_id, command.openid)


@single(permission=Permission.CHANNELS_WRITE)
async def unbind_device(work: Work, command: UnbindDevice) -> Bound:
    """Unbind a device from somebody; from whom it is unbound already, it stays so.

    Raises NotFound `channels.not_found`, `devices.not_found`, `devices.no_such_openid`; Refusal
    `devices.no_such_ticket`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    person_id = await _prove(work, channel, command, TicketPurpose.UNBIND)
    return await _unbind(work, channel, command.device_id, person_id, command.openid)


async def _prove(
    work: Work, channel: Channel, command: BindDevice | UnbindDevice, purpose: TicketPurpose
) -> int:
    """Who is meant; a ticket must be theirs, for this. Raises NotFound, Refusal."""
    person_id = await access_person(work.db, channel, command.openid)
    if command.ticket is not None:
        device = await access_device(work.db, channel.channel_id, command.device_id)
        proof = digest(command.ticket)
        if not await store.take_ticket(work.db, device, person_id, purpose, proof, work.now):
            raise Refusal("devices.no_such_ticket")
    return person_id


async def _bind(work: Work, channel: Channel, device_id: str, person_id: int, openid: str) -> Bound:
    device, people_max = await lock_product(work, channel.channel_id, device_id)
    check_usable(device)
    known = await store.find_binding(work.db, channel.channel_id, device_id, person_id)
    if known is None:
        check_room(device, people_max)
        await store.insert_binding(work.db, device, person_id, openid, work.now)
        where = _where(channel, person_id)
        work.record(DeviceBound(**where, device_id=device_id, openid=openid))
        await _tell(work, channel, person_id, openid, device_id, PushKind.DEVICE_BOUND)
    return Bound(
        channel_id=channel.channel_id, device_id=device_id, is_bound=True, is_new=known is None
    )


async def _unbind(
    work: Work, channel: Channel, device_id: str, person_id: int, openid: str
) -> Bound:
    device = await lock_device(work.db, channel.channel_id, device_id)
    is_new = await store.delete_binding(work.db, device, person_id)
    if is_new:
        where = _where(channel, person_id)
        work.record(DeviceUnbound(**where, device_id=device_id, openid=openid))
        await _tell(work, channel, person_id, openid, device_id, PushKind.DEVICE_UNBOUND)
    return Bound(channel_id=channel.channel_id, device_id=device_id, is_bound=False, is_new=is_new)


def _where(channel: Channel, person_id: int) -> dict[str, int]:
    return {
        "merchant_id": int(channel.merchant_id),
        "channel_id": int(channel.channel_id),
        "person_id": person_id,
    }


async def _tell(
    work: Work, channel: Channel, person_id: int, openid: str, device_id: str, kind: PushKind
) -> None:
    fields = {
        "device_type": channel.original_id,
        "device_id": device_id,
        "session_id": str(work.ids.next()),
        "content": "",
        "open_id": openid,
    }
    await note_push(work, channel, person_id, openid, kind, fields)
