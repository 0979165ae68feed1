"""Lists a buyer's orders as they remember them: where it was, and what."""

import msgspec

from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.time_cursor import ID_MAX
from banyan.books.work import Permission, Work, reading
from banyan.commerce.orders import store
from banyan.commerce.orders.read_orders import States
from banyan.commerce.orders.records import LineRecord, OrderRecord, line_of, order_of
from banyan.commerce.orders.types import Order, OrderLine
from banyan.commerce.stores import StoreId, find_stores
from banyan.parties.merchants import MerchantId, find_merchants

SHOWN_MAX = 3
"""Lines of an order that a list shows."""


class ListPurchases(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: my orders at all merchants with the names of shops and goods, the newest first."""

    states: States = []
    """Empty: all of them."""
    limit: Limit = 20
    cursor: Cursor | None = None


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """An order with what tells it from others."""

    order: Order
    merchant_name: str
    store_name: str
    store_time_zone: str
    lines: list[OrderLine]
    """The first three."""


@reading(permission=Permission.PERSON)
async def list_purchases(work: Work, query: ListPurchases) -> Page[Purchase]:
    """Return a page of the orders of the one who asks. Raises Invalid `paging.bad_cursor`.

    Four statements, however many orders there are.
    """
    before = decode_id_cursor(query.cursor, start=ID_MAX)
    rows = await store.list_orders_of_person(
        work.db, work.actor.person_id, before, query.states or None, query.limit + 1
    )
    if not rows:
        return Page(items=[])
    keys = {(row.merchant_id, row.order_id) for row in rows}
    lines = await store.list_lines_of(work.db, keys)
    stores = await find_stores(work.db, sorted({(row.merchant_id, row.store_id) for row in rows}))
    merchants = await find_merchants(work.db, sorted({row.merchant_id for row in rows}))
    purchases = [
        _purchase(
            row,
            lines.get((row.merchant_id, row.order_id), []),
            names=(merchants[MerchantId(row.merchant_id)].name, stores[StoreId(row.store_id)].name),
            time_zone=stores[StoreId(row.store_id)].time_zone,
        )
        for row in rows
    ]
    return page_of(purchases, query.limit, [row.order_id for row in rows])


def _purchase(
    row: OrderRecord, lines: list[LineRecord], *, names: tuple[str, str], time_zone: str
) -> Purchase:
    return Purchase(
        order=order_of(row),
        merchant_name=names[0],
        store_name=names[1],
        store_time_zone=time_zone,
        lines=[line_of(line) for line in lines[:SHOWN_MAX]],
    )
