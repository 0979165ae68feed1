"""The shelf of a store as a buyer sees it: products, prices, pictures and what is left of each."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import msgspec

from banyan.base import json
from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, encode_cursor
from banyan.books.ledger import AccountId, read_available
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.catalogue import (
    CategoryId,
    Picture,
    ProductId,
    ShelfPage,
    SkuId,
    find_catalogue_versions,
    read_shelf_page,
)
from banyan.commerce.stock import rules
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

SHELVES_MAX = 500
"""Most answers that a process remembers."""


class ListShelf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the store sells, as its merchant arranged it."""

    merchant_id: MerchantId
    store_id: StoreId
    category_id: CategoryId = CategoryId(NONE)
    """Zero: of every category."""
    limit: Limit = 20
    cursor: Cursor | None = None


class ShelfVariant(msgspec.Struct, frozen=True, gc=False):
    """A variant that can be bought."""

    sku_id: SkuId
    variant: str
    price_fen: int
    available: int | None
    """How many are left; null: as many as one wants."""


class ShelfItem(msgspec.Struct, frozen=True, gc=False):
    """A product that can be bought."""

    product_id: ProductId
    category_id: CategoryId
    name: str
    pictures: list[Picture]
    skus: list[ShelfVariant]


class Shelf(msgspec.Struct, frozen=True, dict=True):
    """A page of products."""

    items: list[ShelfItem]
    next_cursor: str | None = None

    @cached_property
    def as_json(self) -> bytes:
        """The page as JSON, written once for all who asked for it in the same moment."""
        return json.encode(self)


@plural(permission=Permission.PUBLIC, batch_max=128)
async def list_shelves(work: Work, calls: Sequence[Call[ListShelf]]) -> Sequence[Shelf | Failure]:
    """For each caller a page of what a store sells, with what is left at this moment.

    Two statements by primary key serve all who ask at once, as long as nobody changed a catalogue:
    they tell the catalogue's version, by which the pages are remembered, and what is left. Refuses
    a caller with NotFound `stores.not_found` or Invalid `paging.bad_cursor`.
    """
    versions = await find_catalogue_versions(work.db, {call.command.merchant_id for call in calls})
    pages: dict[ListShelf, ShelfPage | Failure] = {}
    for call in calls:
        if call.command not in pages:
            version = versions.get(call.command.merchant_id, 0)
            pages[call.command] = await _read_page(work, call.command, version)
    accounts = {
        query: _list_accounts(page, query.store_id)
        for query, page in pages.items()
        if not isinstance(page, Failure)
    }
    every = {account for some in accounts.values() for account in some}
    left = await read_available(work.db, every) if every else {}
    shelves = {
        query: page
        if isinstance(page, Failure)
        else compute_shelf(page, tuple(left.get(account, 0) for account in accounts[query]))
        for query, page in pages.items()
    }
    return [shelves[call.command] for call in calls]


async def _read_page(work: Work, query: ListShelf, version: int) -> ShelfPage | Failure:
    try:
        after = rules.compute_start(query.cursor, (-1, 0))
        key = (query.merchant_id, query.store_id, query.category_id, after, query.limit)
        return await read_shelf_page(work.db, key, version)
    except Failure as failure:
        return failure


def _list_accounts(page: ShelfPage, store_id: StoreId) -> list[AccountId]:
    return [
        rules.on_hand_id(sku.sku_id, store_id)
        for product in page.products
        for sku in product.skus
        if sku.is_tracked
    ]


@lru_cache(maxsize=SHELVES_MAX)
def compute_shelf(page: ShelfPage, left: tuple[int, ...]) -> Shelf:
    """The page with what is left of its tracked SKUs, in their order.

    Remembered: as long as neither the catalogue nor the stock moves, it is the same answer.
    """
    rest = iter(left)
    items = [
        ShelfItem(
            one.product_id,
            one.category_id,
            one.name,
            one.pictures,
            [
                ShelfVariant(
                    sku.sku_id, sku.variant, sku.price_fen, next(rest) if sku.is_tracked else None
                )
                for sku in one.skus
            ],
        )
        for one in page.products
    ]
    return Shelf(items, encode_cursor(*page.following) if page.following else None)
