"""People shake their phones near beacons, and open what a shake shows."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import store
from banyan.reach.beacons.arrange import access_beacon
from banyan.reach.beacons.ports import choose, draw
from banyan.reach.beacons.records import Filter, ShakeRow
from banyan.reach.beacons.rules import (
    CHANCE_BYTES,
    compute_day,
    compute_device_id,
    read_ticket,
    read_uuid,
    render_ticket,
)
from banyan.reach.beacons.types import (
    AROUND_MAX,
    HEARD_MAX,
    TICKET_LIFE,
    Beacon,
    BeaconShaken,
    Heard,
    Shake,
    ShakeOpened,
    ShakePage,
    ShakeTicket,
)
from banyan.reach.channels import Channel, ChannelId, access_channel, access_own, ensure_openids
from banyan.reach.pushes import PushKind, note_push


class ShakePhone(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I shake my phone, which hears these beacons."""

    beacons: Annotated[list[Heard], msgspec.Meta(min_length=1, max_length=HEARD_MAX)]


class OpenShake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open what the shake showed me."""

    ticket: ShakeTicket


class FindShake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came with this ticket, and where were they?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ticket: ShakeTicket


@single(permission=Permission.PERSON, is_answer_kept=False)
async def shake_phone(work: Work, command: ShakePhone) -> Shake:
    """Show a page of the nearest beacon that has one; its account's server is told.

    Raises NotFound `beacons.nothing_near`.
    """
    near = sorted(command.beacons, key=lambda one: one.distance)
    for heard in near:
        found = await _find(work, heard)
        if found is not None and found.page_ids:
            return await _show(work, found, heard, near)
    raise NotFound("beacons.nothing_near")


@single(permission=Permission.PERSON, is_answer_kept=False)
async def open_shake(work: Work, command: OpenShake) -> Shake:
    """Count that the person opened what they were shown, and return where it leads.

    Raises NotFound `beacons.no_such_ticket`, `beacons.no_such_page`.
    """
    channel_id, row = await _access(work, command.ticket)
    if row.person_id != work.actor.person_id:
        raise NotFound("beacons.no_such_ticket")
    channel = await access_channel(work.db, channel_id)
    shake = await _read(work, channel, row, command.ticket)
    await _count(work, channel, row, clicks=1)
    work.record(
        ShakeOpened(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            person_id=row.person_id,
            store_id=int(shake.poi_id),
            subject_id=row.device_id,
            openid=row.openid,
            page_id=row.page_id,
        )
    )
    return shake


@reading(permission=Permission.CHANNELS_READ)
async def find_shake(work: Work, query: FindShake) -> Shake:
    """Return the shake, within half an hour.

    Raises NotFound `channels.not_found`, `beacons.no_such_ticket`, `beacons.no_such_page`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    channel_id, row = await _access(work, query.ticket)
    if channel_id != channel.channel_id:
        raise NotFound("beacons.no_such_ticket")
    return await _read(work, channel, row, query.ticket)


async def _find(work: Work, heard: Heard) -> Beacon | None:
    """The beacon that a phone hears, if it is one of ours."""
    channel_id = read_uuid(heard.uuid)
    device_id = compute_device_id(heard.major, heard.minor)
    if channel_id is None or not device_id:
        return None
    found = await store.list_beacons(work.db, channel_id, Filter(device_ids=[device_id]), 0, 1)
    return found[0] if found else None


async def _show(work: Work, beacon: Beacon, heard: Heard, near: Sequence[Heard]) -> Shake:
    channel = await access_channel(work.db, beacon.channel_id)
    person_id = work.actor.person_id
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    row = ShakeRow(
        device_id=beacon.device_id,
        page_id=beacon.page_ids[choose(len(beacon.page_ids))],
        person_id=person_id,
        openid=openids[person_id],
        distance=heard.distance,
    )
    await store.change_beacon(work.db, channel.channel_id, beacon.device_id, shaken_at=work.now)
    ticket = render_ticket(int(channel.channel_id), draw(CHANCE_BYTES))
    await store.delete_shakes(work.db, channel.channel_id, work.now)
    until = work.now + TICKET_LIFE
    await store.insert_shake(work.db, channel.channel_id, digest(ticket), row, until)
    await _count(work, channel, row, shakes=1)
    work.record(
        BeaconShaken(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            person_id=person_id,
            store_id=int(beacon.poi_id),
            subject_id=beacon.device_id,
            openid=row.openid,
            page_id=row.page_id,
            distance=heard.distance,
        )
    )
    own = [one for one in near if read_uuid(one.uuid) == channel.channel_id]
    fields = {
        "chosen_beacon": _tell(heard),
        "around_beacons": {"around_beacon": [_tell(one) for one in own[:AROUND_MAX]]},
    }
    await note_push(work, channel, person_id, row.openid, PushKind.SHAKEN, fields)
    return await _read(work, channel, row, ticket)


async def _access(work: Work, ticket: str) -> tuple[int, ShakeRow]:
    channel_id = read_ticket(ticket)
    if channel_id is not None:
        row = await store.find_shake(work.db, channel_id, digest(ticket), work.now)
        if row is not None:
            return channel_id, row
    raise NotFound("beacons.no_such_ticket")


async def _read(work: Work, channel: Channel, row: ShakeRow, ticket: str) -> Shake:
    beacon = await access_beacon(work, channel.channel_id, row.device_id)
    pages = await store.list_pages(work.db, channel.channel_id, [row.page_id], 0, 1)
    if not pages:
        raise NotFound("beacons.no_such_page")
    page: ShakePage = pages[0]
    return Shake(
        channel_id=channel.channel_id,
        device_id=beacon.device_id,
        uuid=beacon.uuid,
        major=beacon.major,
        minor=beacon.minor,
        distance=row.distance,
        poi_id=beacon.poi_id,
        openid=row.openid,
        page=page,
        ticket=ticket,
    )


async def _count(
    work: Work, channel: Channel, row: ShakeRow, *, shakes: int = 0, clicks: int = 0
) -> None:
    day_on = compute_day(work.now)
    await store.add_day(work.db, channel.channel_id, day_on, row, shakes=shakes, clicks=clicks)


def _tell(heard: Heard) -> dict[str, object]:
    return {
        "uuid": heard.uuid,
        "major": heard.major,
        "minor": heard.minor,
        "distance": heard.distance,
    }
