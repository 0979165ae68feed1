"""SKUs and shelves as orders and stock read them: set-based, remembered while nothing changes."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Connection
from banyan.commerce.catalogue import store
from banyan.commerce.catalogue.types import ShelfProduct, Sku, SkuForSale, SkuId
from banyan.commerce.stores import StoreId, access_store

PAGES_MAX = 500
"""Most shelf pages that a process remembers."""

ShelfKey = tuple[int, int, int, tuple[int, int], int]
"""Merchant, store, category or 0, the position and product id to go on after, how many."""


class ShelfPage(msgspec.Struct, frozen=True, eq=False):
    """What a store sells, and the position and product id after which the next page goes on.

    Equal only to itself, so that what is made of it can be remembered by it.
    """

    products: list[ShelfProduct]
    following: tuple[int, int] | None


_pages: OrderedDict[tuple[int, ShelfKey], ShelfPage] = OrderedDict()


async def read_skus_for_sale(
    db: Connection, wanted: Sequence[tuple[int, int, int]]
) -> dict[tuple[StoreId, SkuId], SkuForSale]:
    """Name, price and whether it is sold, for each (merchant, store, SKU) that exists.

    One statement for a whole batch. A store that is not the merchant's has the merchant's own
    prices: the caller knows its store.
    """
    found = await store.find_skus_for_sale(db, wanted)
    return {(StoreId(store_id), sku_id): sku for (store_id, sku_id), sku in found.items()}


async def read_shelf_page(db: Connection, key: ShelfKey, version: int) -> ShelfPage:
    """What a store sells, as of that version of its merchant's catalogue.

    Pages are remembered by version: a version is never used again, so a page is never stale.
    Raises NotFound `stores.not_found`.
    """
    known = _pages.get((version, key))
    if known is not None:
        _pages.move_to_end((version, key))
        return known
    merchant_id, store_id, category_id, after, limit = key
    await access_store(db, merchant_id, store_id)
    found = await store.list_shelf(db, merchant_id, store_id, category_id, after, limit + 1)
    items = [product for _, product in found[:limit]]
    is_last = len(found) <= limit
    following = None if is_last else (found[limit - 1][0], int(items[-1].product_id))
    page = ShelfPage(items, following)
    if version:
        _pages[version, key] = page
        if len(_pages) > PAGES_MAX:
            _pages.popitem(last=False)
    return page


async def find_catalogue_versions(db: Connection, merchant_ids: Iterable[int]) -> dict[int, int]:
    """The version of each merchant's catalogue; none where nothing was ever added."""
    return await store.find_versions(db, merchant_ids)


async def find_skus_by_code(
    db: Connection, merchant_id: int, codes: Sequence[str]
) -> dict[str, Sku]:
    """The merchant's SKUs that have one of these codes, by code."""
    return {one.code: one for one in await store.find_skus_by_text(db, merchant_id, codes, [])}


async def read_skus(db: Connection, merchant_id: int, sku_ids: Sequence[SkuId]) -> dict[SkuId, Sku]:
    """The merchant's SKUs. Raises NotFound `catalogue.sku_not_found` if one is not there."""
    found = await store.find_skus(db, merchant_id, sku_ids)
    if found.keys() != set(sku_ids):
        raise NotFound("catalogue.sku_not_found")
    return found
