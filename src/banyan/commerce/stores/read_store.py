"""Stores as doors and other rooms read them."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Connection, Permission, Work, reading
from banyan.commerce.stores import store
from banyan.commerce.stores.types import Store, StoreId
from banyan.parties.merchants import MerchantId, access_merchant


class ReadStore(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One store of a merchant."""

    merchant_id: MerchantId
    store_id: StoreId


class ListStores(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The stores of a merchant, the oldest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.PUBLIC)
async def read_store(work: Work, query: ReadStore) -> Store:
    """The store. Raises NotFound `stores.not_found`."""
    return await access_store(work.db, query.merchant_id, query.store_id)


@reading(permission=Permission.PUBLIC)
async def list_stores(work: Work, query: ListStores) -> Page[Store]:
    """A page of the merchant's stores.

    Raises NotFound `merchants.not_found`, Invalid `paging.bad_cursor`.
    """
    after = decode_id_cursor(query.cursor)
    found = await store.list_stores(work.db, query.merchant_id, after, query.limit + 1)
    if not found:
        await access_merchant(work.db, query.merchant_id)
    return page_of(found, query.limit, [one.store_id for one in found])


async def access_store(db: Connection, merchant_id: int, store_id: int) -> Store:
    """The merchant's store, for another room's operation. Raises NotFound `stores.not_found`."""
    found = await store.find_stores(db, [(merchant_id, store_id)])
    if not found:
        raise NotFound("stores.not_found")
    return found[StoreId(store_id)]
