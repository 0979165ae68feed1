"""Let a store differ from the rest: its own prices, and what it does not sell."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.types import PRICES_MAX, PricesSet, StorePrice
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId


class SetStorePrices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the store differs in these SKUs; the others stay as they are."""

    merchant_id: MerchantId
    store_id: StoreId
    prices: Annotated[list[StorePrice], msgspec.Meta(min_length=1, max_length=PRICES_MAX)]


class StorePrices(msgspec.Struct, frozen=True, kw_only=True):
    """How a store differs from the rest."""

    prices: list[StorePrice]


class ListStorePrices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything in which a store differs from the rest."""

    merchant_id: MerchantId
    store_id: StoreId
    limit: Limit = 20
    cursor: Cursor | None = None


@single(permission=Permission.CATALOGUE_WRITE)
async def set_store_prices(work: Work, command: SetStorePrices) -> StorePrices:
    """Set all the prices or none, and answer them.

    Raises Invalid `catalogue.sku_twice`; NotFound `stores.not_found`, `catalogue.sku_not_found`.
    """
    sku_ids = sorted({one.sku_id for one in command.prices})
    if len(sku_ids) < len(command.prices):
        raise Invalid("catalogue.sku_twice")
    await access_store(work.db, command.merchant_id, command.store_id)
    # A store's own prices need no grant beyond the store, only the catalogue's lock.
    await store.lock_catalogue(work.db, command.merchant_id, work.ids.next())
    known = await store.find_skus(work.db, command.merchant_id, sku_ids)
    if len(known) < len(sku_ids):
        raise NotFound("catalogue.sku_not_found")
    scope = (command.merchant_id, command.store_id)
    before = await store.find_store_prices(work.db, *scope, sku_ids)
    await store.set_store_prices(work.db, *scope, command.prices)
    after = await store.find_store_prices(work.db, *scope, sku_ids)
    if after != before:
        await note_change(
            work,
            merchant_id=command.merchant_id,
            subject="catalogue.store_prices",
            subject_id=command.store_id,
            before=StorePrices(prices=before),
            after=StorePrices(prices=after),
        )
        work.record(
            PricesSet(
                merchant_id=command.merchant_id,
                store_id=command.store_id,
                subject_id=command.store_id,
                sku_ids=sku_ids,
            )
        )
    return StorePrices(prices=after)


@reading(permission=Permission.CATALOGUE_READ)
async def list_store_prices(work: Work, query: ListStorePrices) -> Page[StorePrice]:
    """A page of what differs. Raises Invalid `paging.bad_cursor`."""
    after = decode_id_cursor(query.cursor)
    found = await store.list_store_prices(
        work.db, query.merchant_id, query.store_id, after, query.limit + 1
    )
    return page_of(found, query.limit, [one.sku_id for one in found])
