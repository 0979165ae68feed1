"""Lists orders: a person's own, and a merchant's."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, encode_cursor
from banyan.base.time_cursor import FAR, ID_MAX, decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading
from banyan.commerce.members import MemberId
from banyan.commerce.orders import store
from banyan.commerce.orders.records import OrderRecord, order_of
from banyan.commerce.orders.types import Order, OrderState
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
States = Annotated[list[OrderState], msgspec.Meta(max_length=6)]


class ListMyOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: my orders at all merchants, the newest first."""

    states: States = []
    """Empty: all of them."""
    limit: Limit = 20
    cursor: Cursor | None = None


class ListOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's orders, those placed last first."""

    merchant_id: MerchantId
    store_id: StoreId = StoreId(NONE)
    """Zero: of all stores that the one who asks works in."""
    member_id: MemberId = MemberId(NONE)
    states: States = []
    since_at: Instant | None = None
    """Placed then or later."""
    until_at: Instant | None = None
    """Placed before."""
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.PERSON)
async def list_my_orders(work: Work, query: ListMyOrders) -> Page[Order]:
    """Return a page of the orders of the one who asks. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=ID_MAX)
    rows = await store.list_orders_of_person(
        work.db, work.actor.person_id, before, query.states or None, query.limit + 1
    )
    return _page(rows, query.limit, lambda last: encode_cursor(last.order_id))


@reading(permission=Permission.ORDERS_READ)
async def list_orders(work: Work, query: ListOrders) -> Page[Order]:
    """Return a page of the merchant's orders, of those stores that the one who asks works in.

    Raises Invalid `paging.bad_cursor`, `orders.no_such_instant`.
    """
    until = _utc(query.until_at)
    before_at, before_id = decode_time_cursor(
        query.cursor, start=(until, 0) if until else (FAR, ID_MAX)
    )
    rows = await store.list_orders(
        work.db,
        store.OrderFilter(
            merchant_id=query.merchant_id,
            before_at=before_at,
            before_id=before_id,
            since_at=_utc(query.since_at),
            store_ids=_stores(work, query),
            states=query.states or None,
            member_id=query.member_id,
        ),
        query.limit + 1,
    )
    return _page(rows, query.limit, lambda last: encode_time_cursor(last.placed_at, last.order_id))


def _utc(instant: datetime | None) -> datetime | None:
    try:
        return instant and instant.astimezone(UTC)
    except OverflowError:
        raise Invalid("orders.no_such_instant") from None


def _page(
    rows: list[OrderRecord], limit: int, cursor_after: Callable[[OrderRecord], str]
) -> Page[Order]:
    """Make a page of one row more than was asked for."""
    items = [order_of(row) for row in rows[:limit]]
    next_cursor = cursor_after(rows[limit - 1]) if len(rows) > limit else None
    return Page(items=items, next_cursor=next_cursor)


def _stores(work: Work, query: ListOrders) -> list[int] | None:
    if query.store_id:
        return [query.store_id]
    grant = work.actor.grants.get(query.merchant_id)
    return sorted(grant.store_ids) if grant and grant.store_ids is not None else None
