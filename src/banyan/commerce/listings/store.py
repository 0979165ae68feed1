"""Every SQL statement on schema `listings`, and thin functions over them."""

from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.commerce.listings.types import ListingFacts, ListingState
from banyan.commerce.stores import StoreId
from banyan.reach.channels import ChannelId

_insert_listing = """
insert into listings.listings (
    merchant_id, store_id, channel_id, sid, branch_name, province, city, district, categories,
    facts, wanted, state, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, 'checking', $11)
on conflict do nothing
returning store_id
"""

_find_listing = """
select merchant_id, store_id, channel_id, sid, branch_name, province, city, district, categories,
    facts, wanted, state, why, created_at
from listings.listings
where merchant_id = $1 and store_id = $2
"""

_lock_listing = """
select merchant_id, store_id, channel_id, sid, branch_name, province, city, district, categories,
    facts, wanted, state, why, created_at
from listings.listings
where merchant_id = $1 and store_id = $2
for update
"""

_list_listings = """
select merchant_id, store_id, channel_id, sid, branch_name, province, city, district, categories,
    facts, wanted, state, why, created_at
from listings.listings
where merchant_id = $1 and channel_id = $2
order by store_id
offset $3 limit $4
"""

_count_listings = """
select count(*) from listings.listings where merchant_id = $1 and channel_id = $2
"""

_set_wanted = "update listings.listings set wanted = $3 where merchant_id = $1 and store_id = $2"

_set_state = """
update listings.listings set facts = $3, wanted = null, state = $4, why = $5
where merchant_id = $1 and store_id = $2
"""

_delete_listing = """
delete from listings.listings where merchant_id = $1 and store_id = $2 returning sid
"""


class ListingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A listing as it is stored: without what the store itself says."""

    merchant_id: int
    store_id: StoreId
    channel_id: ChannelId
    sid: str
    branch_name: str
    province: str
    city: str
    district: str
    categories: list[str]
    facts: ListingFacts
    wanted: ListingFacts | None
    state: ListingState
    why: str
    created_at: datetime


async def insert_listing(db: Connection, row: ListingRow) -> bool:
    """Add a listing; False if the store, or another one of that sid, has one."""
    found = await db.fetchval(
        _insert_listing,
        row.merchant_id,
        row.store_id,
        row.channel_id,
        row.sid,
        row.branch_name,
        row.province,
        row.city,
        row.district,
        row.categories,
        row.facts,
        row.created_at,
    )
    return found is not None


async def find_listing(db: Connection, merchant_id: int, store_id: int) -> ListingRow | None:
    """Return the listing of a store, or None."""
    row = await db.fetchrow(_find_listing, merchant_id, store_id)
    return _listing(row) if row else None


async def lock_listing(db: Connection, merchant_id: int, store_id: int) -> ListingRow | None:
    """Lock the listing of a store and return it, or None."""
    row = await db.fetchrow(_lock_listing, merchant_id, store_id)
    return _listing(row) if row else None


async def list_listings(
    db: Connection, merchant_id: int, channel_id: int, offset: int, limit: int
) -> list[ListingRow]:
    """Return some of an account's listings, the oldest first."""
    rows = await db.fetch(_list_listings, merchant_id, channel_id, offset, limit)
    return [_listing(row) for row in rows]


async def count_listings(db: Connection, merchant_id: int, channel_id: int) -> int:
    """Return how many listings an account has."""
    count: int = await db.fetchval(_count_listings, merchant_id, channel_id)
    return count


async def set_wanted(db: Connection, merchant_id: int, store_id: int, wanted: ListingFacts) -> None:
    """Write what a listing shall say once that is checked."""
    await db.execute(_set_wanted, merchant_id, store_id, wanted)


async def set_state(
    db: Connection,
    row: ListingRow,
    *,
    facts: ListingFacts,
    state: ListingState,
    why: str,
) -> None:
    """Write what a listing says, and whether it is shown; nothing more is being checked."""
    await db.execute(_set_state, row.merchant_id, row.store_id, facts, state.value, why)


async def delete_listing(db: Connection, merchant_id: int, store_id: int) -> str | None:
    """Delete the listing of a store; return its sid, or None if there was none."""
    sid: str | None = await db.fetchval(_delete_listing, merchant_id, store_id)
    return sid


def _listing(row: asyncpg.Record) -> ListingRow:
    wanted = row["wanted"]
    return ListingRow(
        merchant_id=row["merchant_id"],
        store_id=StoreId(row["store_id"]),
        channel_id=ChannelId(row["channel_id"]),
        sid=row["sid"],
        branch_name=row["branch_name"],
        province=row["province"],
        city=row["city"],
        district=row["district"],
        categories=list(row["categories"]),
        facts=msgspec.convert(row["facts"], ListingFacts),
        wanted=None if wanted is None else msgspec.convert(wanted, ListingFacts),
        state=ListingState(row["state"]),
        why=row["why"],
        created_at=row["created_at"],
    )
