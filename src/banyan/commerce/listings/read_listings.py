"""Reads an account's listings, for its program and for whoever looks for a store."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading
from banyan.commerce.listings import store
from banyan.commerce.listings.rules import split_name
from banyan.commerce.listings.types import Listing, Listings, ListingState
from banyan.commerce.stores import Store, StoreId, access_store, find_stores
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own


class ReadListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one listing of an account."""

    merchant_id: MerchantId
    channel_id: ChannelId
    store_id: StoreId


class ListListings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's listings, the oldest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 20


class FindShownListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does a store say of itself?"""

    merchant_id: MerchantId
    store_id: StoreId


class ShownListing(msgspec.Struct, frozen=True, kw_only=True):
    """What a store says of itself; null if nothing that was checked."""

    listing: Listing | None


@reading(permission=Permission.CHANNELS_READ)
async def read_listing(work: Work, query: ReadListing) -> Listing:
    """Return a listing. Raises NotFound `channels.not_found`, `listings.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    row = await store.find_listing(work.db, query.merchant_id, query.store_id)
    if row is None or row.channel_id != channel.channel_id:
        raise NotFound("listings.not_found")
    return show(row, await access_store(work.db, row.merchant_id, row.store_id))


@reading(permission=Permission.CHANNELS_READ)
async def list_listings(work: Work, query: ListListings) -> Listings:
    """Return some listings, and how many there are. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    rows = await store.list_listings(
        work.db, query.merchant_id, channel.channel_id, query.offset, query.limit
    )
    found = await find_stores(work.db, [(one.merchant_id, one.store_id) for one in rows])
    return Listings(
        items=[show(one, found[one.store_id]) for one in rows],
        total=await store.count_listings(work.db, query.merchant_id, channel.channel_id),
    )


@reading(permission=Permission.PUBLIC)
async def find_shown_listing(work: Work, query: FindShownListing) -> ShownListing:
    """Return what everybody may see of a store's listing."""
    row = await store.find_listing(work.db, query.merchant_id, query.store_id)
    if row is None or row.state is not ListingState.SHOWN:
        return ShownListing(listing=None)
    place = await access_store(work.db, row.merchant_id, row.store_id)
    return ShownListing(listing=show(row, place))


def show(row: store.ListingRow, place: Store) -> Listing:
    """A listing with what its store says."""
    return Listing(
        merchant_id=Id(row.merchant_id),
        store_id=row.store_id,
        channel_id=row.channel_id,
        sid=row.sid,
        name=split_name(place.name, row.branch_name),
        branch_name=row.branch_name,
        province=row.province,
        city=row.city,
        district=row.district,
        address=place.address,
        telephone=place.phone or "",
        latitude=place.latitude or 0.0,
        longitude=place.longitude or 0.0,
        categories=row.categories,
        facts=row.facts,
        is_changing=row.wanted is not None,
        state=row.state,
        why=row.why,
        created_at=row.created_at,
    )
