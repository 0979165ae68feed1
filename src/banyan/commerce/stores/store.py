"""Every SQL statement on schema `stores`."""

from collections.abc import Sequence

import msgspec
from asyncpg import Record

from banyan.books.work import Connection
from banyan.commerce.stores.types import Opening, Store, StoreFacts, StoreId
from banyan.parties.merchants import MerchantId

INSERT_STORE = """
    insert into stores.stores
        (merchant_id, store_id, name, address, phone, latitude, longitude, time_zone, hours,
         is_open, opened_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11)
"""
SET_STORE = """
    update stores.stores
    set name = $3, address = $4, phone = $5, latitude = $6, longitude = $7, time_zone = $8,
        hours = $9::text::jsonb, is_open = $10
    where merchant_id = $1 and store_id = $2
"""
LOCK_STORE = """
    select merchant_id, store_id, name, address, phone, latitude, longitude, time_zone,
        hours::text as hours, is_open, opened_at
    from stores.stores where merchant_id = $1 and store_id = $2 for update
"""
FIND_STORES = """
    select s.merchant_id, s.store_id, s.name, s.address, s.phone, s.latitude, s.longitude,
        s.time_zone, s.hours::text as hours, s.is_open, s.opened_at
    from unnest($1::bigint[], $2::bigint[]) as wanted (merchant_id, store_id)
    join stores.stores as s using (merchant_id, store_id)
"""
LIST_STORES = """
    select merchant_id, store_id, name, address, phone, latitude, longitude, time_zone,
        hours::text as hours, is_open, opened_at
    from stores.stores where merchant_id = $1 and store_id > $2 order by store_id limit $3
"""


async def insert_store(db: Connection, store: Store) -> None:
    """Write a new store."""
    await db.execute(
        INSERT_STORE, store.merchant_id, store.store_id, *_columns(store), store.opened_at
    )


async def set_store(db: Connection, store: Store) -> None:
    """Overwrite what is said about a store; the caller holds its lock."""
    await db.execute(SET_STORE, store.merchant_id, store.store_id, *_columns(store))


async def lock_store(db: Connection, merchant_id: int, store_id: int) -> Store | None:
    """The store, locked to the end of the transaction."""
    row = await db.fetchrow(LOCK_STORE, merchant_id, store_id)
    return None if row is None else _store(row)


async def find_stores(db: Connection, wanted: Sequence[tuple[int, int]]) -> dict[StoreId, Store]:
    """Those of the (merchant, store) pairs that exist."""
    merchants = [merchant_id for merchant_id, _ in wanted]
    rows = await db.fetch(FIND_STORES, merchants, [store_id for _, store_id in wanted])
    return {store.store_id: store for store in map(_store, rows)}


async def list_stores(db: Connection, merchant_id: int, after: int, limit: int) -> list[Store]:
    """A merchant's stores in the order of their opening."""
    return [_store(row) for row in await db.fetch(LIST_STORES, merchant_id, after, limit)]


def _columns(facts: StoreFacts) -> tuple[object, ...]:
    return (
        facts.name,
        facts.address,
        facts.phone or "",
        facts.latitude,
        facts.longitude,
        facts.time_zone,
        msgspec.json.encode(facts.hours).decode(),
        facts.is_open,
    )


def _store(row: Record) -> Store:
    return Store(
        merchant_id=MerchantId(row["merchant_id"]),
        store_id=StoreId(row["store_id"]),
        name=row["name"],
        address=row["address"],
        phone=row["phone"] or None,
        latitude=row["latitude"],
        longitude=row["longitude"],
        time_zone=row["time_zone"],
        hours=msgspec.json.decode(row["hours"], type=list[Opening]),
        is_open=row["is_open"],
        opened_at=row["opened_at"],
    )
