"""Finds beacons, says what each is for and where it is, and which pages it shows."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import store
from banyan.reach.beacons.apply import check_store
from banyan.reach.beacons.records import Filter
from banyan.reach.beacons.rules import check_comment
from banyan.reach.beacons.types import (
    ASKED_MAX,
    SHOWN_MAX,
    Beacon,
    Comment,
    Number,
    Numbers,
)
from banyan.reach.channels import ChannelId, access_own

Skip = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Asked = Annotated[int, msgspec.Meta(ge=1, le=ASKED_MAX)]


class ListBeacons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List beacons by number: those named, those of an application, a page or a group, or all."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_ids: Numbers | None = None
    apply_id: Number | None = None
    page_id: Number | None = None
    group_id: Number | None = None
    skip: Skip = 0
    limit: Asked = ASKED_MAX


class BeaconPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some beacons, and how many there are in all."""

    total: int
    items: list[Beacon]


class ChangeBeacon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say what a beacon is for, or at which store it is; what is null stays."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: Number
    comment: Comment | None = None
    poi_id: Id | None = None


class ShowPages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a beacon show pages, or show them no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: Number
    page_ids: Annotated[list[Number], msgspec.Meta(max_length=SHOWN_MAX)]
    is_shown: bool = True
    keeps_others: bool = True
    """Whether those that it shows already stay."""


@reading(permission=Permission.CHANNELS_READ)
async def list_beacons(work: Work, query: ListBeacons) -> BeaconPart:
    """Return beacons. Raises NotFound `channels.not_found`, `beacons.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    wanted = Filter(
        device_ids=query.device_ids,
        apply_id=query.apply_id,
        page_id=query.page_id,
        group_id=query.group_id,
    )
    items = await store.list_beacons(work.db, channel.channel_id, wanted, query.skip, query.limit)
    if query.device_ids is not None:
        if len(items) < len(set(query.device_ids)):
            raise NotFound("beacons.not_found")
        return BeaconPart(total=len(items), items=items)
    total = await store.count_beacons(work.db, channel.channel_id, wanted)
    return BeaconPart(total=total, items=items)


@single(permission=Permission.CHANNELS_WRITE)
async def change_beacon(work: Work, command: ChangeBeacon) -> Beacon:
    """Write it.

    Raises NotFound `channels.not_found`, `beacons.not_found`, `beacons.no_such_store`; Invalid
    `beacons.comment_length`.
    """
    check_comment(command.comment or "")
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await check_store(work, channel, command.poi_id or 0)
    if not await store.change_beacon(
        work.db,
        channel.channel_id,
        command.device_id,
        comment=command.comment,
        poi_id=command.poi_id,
    ):
        raise NotFound("beacons.not_found")
    return await access_beacon(work, channel.channel_id, command.device_id)


@single(permission=Permission.CHANNELS_WRITE)
async def show_pages(work: Work, command: ShowPages) -> Beacon:
    """Write which pages a shake near the beacon shows.

    Raises NotFound `channels.not_found`, `beacons.not_found`, `beacons.no_such_page`; Invalid
    `beacons.pages_count`.
    """
    page_ids = sorted(set(command.page_ids))
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    channel_id, device_id = channel.channel_id, command.device_id
    if not await store.change_beacon(work.db, channel_id, device_id):
        raise NotFound("beacons.not_found")
    known = await store.list_pages(work.db, channel_id, page_ids, 0, SHOWN_MAX)
    if len(known) < len(page_ids):
        raise NotFound("beacons.no_such_page")
    if not page_ids and (command.keeps_others or not command.is_shown):
        raise Invalid("beacons.pages_count", pages_max=SHOWN_MAX)
    if not command.is_shown:
        await store.delete_shown(work.db, channel_id, device_id, page_ids)
    else:
        if not command.keeps_others:
            await store.delete_shown(work.db, channel_id, device_id, None)
        await store.insert_shown(work.db, channel_id, device_id, page_ids)
    beacon = await access_beacon(work, channel_id, device_id)
    if len(beacon.page_ids) > SHOWN_MAX:
        raise Invalid("beacons.pages_count", pages_max=SHOWN_MAX)
    return beacon


async def access_beacon(work: Work, channel_id: int, device_id: int) -> Beacon:
    """Return a beacon of an account. Raises NotFound `beacons.not_found`."""
    wanted = Filter(device_ids=[device_id])
    found = await store.list_beacons(work.db, channel_id, wanted, 0, 1)
    if not found:
        raise NotFound("beacons.not_found")
    return found[0]
