"""Reads how often beacons were shaken at, and pages shown and opened."""

from datetime import date

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import store
from banyan.reach.beacons.arrange import Asked, Skip, access_beacon
from banyan.reach.beacons.records import Filter
from banyan.reach.beacons.rules import check_days
from banyan.reach.beacons.types import ASKED_MAX, CountedThing, Number, ShakeDay
from banyan.reach.channels import ChannelId, access_own


class CountShakes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often was a beacon shaken at, or a page shown, on these days?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    device_id: Number | None = None
    page_id: Number | None = None
    begins_on: date
    ends_on: date


class ListCounted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which beacons, or pages, were there shakes of on a day?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    day_on: date
    is_of_pages: bool = False
    skip: Skip = 0
    limit: Asked = ASKED_MAX


class ShakeDays(msgspec.Struct, frozen=True, kw_only=True):
    """The days on which something was counted, in order."""

    items: list[ShakeDay]


class CountedPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some beacons or pages with their counts, and how many there are in all."""

    total: int
    items: list[CountedThing]


@reading(permission=Permission.CHANNELS_READ)
async def count_shakes(work: Work, query: CountShakes) -> ShakeDays:
    """Return the days, a month of them at most.

    Raises NotFound `channels.not_found`, `beacons.not_found`, `beacons.no_such_page`; Invalid
    `beacons.days_out_of_range`.
    """
    check_days(query.begins_on, query.ends_on)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    channel_id, device_id, page_id = channel.channel_id, query.device_id, query.page_id
    if device_id is not None:
        await access_beacon(work, channel_id, device_id)
    if page_id is not None and not await store.list_pages(work.db, channel_id, [page_id], 0, 1):
        raise NotFound("beacons.no_such_page")
    wanted = Filter(device_ids=None if device_id is None else [device_id], page_id=query.page_id)
    days = await store.list_days(work.db, channel_id, wanted, query.begins_on, query.ends_on)
    return ShakeDays(items=days)


@reading(permission=Permission.CHANNELS_READ)
async def list_counted(work: Work, query: ListCounted) -> CountedPart:
    """Return what was counted on that day. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    total, items = await store.list_counted(
        work.db,
        channel.channel_id,
        query.day_on,
        of_pages=query.is_of_pages,
        skip=query.skip,
        limit=query.limit,
    )
    return CountedPart(total=total, items=items)
