"""What the merchant reads: an order, its orders, what was paid on a day, and who may use first."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import decode_time_cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import PersonId
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import store
from banyan.pay.scores.agree import page_of_orders
from banyan.pay.scores.keep_schemes import access_scheme
from banyan.pay.scores.records import lock_of_scheme
from banyan.pay.scores.rules import state_failure
from banyan.pay.scores.settling import collect
from banyan.pay.scores.types import OutNo, SchemeId, ScoreOrder, Standing, Token

_day_max = 10_000


class OrderFilter(StrEnum):
    """Which orders."""

    CREATED = "created"
    DOING = "doing"
    OWED = "owed"
    DONE = "done"
    REVOKED = "revoked"
    EXPIRED = "expired"


class ReadScoreOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order by my number or by the token that opens it: exactly one of them."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: Annotated[str, msgspec.Meta(max_length=32)] = ""
    token: Token = ""


class ListScoreOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List my orders."""

    merchant_id: MerchantId
    show: OrderFilter | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class CollectOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask again for what is owed."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    out_no: OutNo


class ListPaidOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what was paid of a scheme from one instant to another."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    since: datetime
    until: datetime


class FindStanding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether somebody may use first and pay later."""

    merchant_id: MerchantId
    scheme_id: SchemeId
    person_id: PersonId


class PaidOrders(msgspec.Struct, frozen=True):
    """Orders that were paid, the earliest first."""

    items: list[ScoreOrder]


@reading(permission=Permission.ORDERS_READ)
async def read_score_order(work: Work, query: ReadScoreOrder) -> ScoreOrder:
    """Return an order. Raises Invalid `scores.one_number`; NotFound `scores.not_found`."""
    if bool(query.out_no) == bool(query.token):
        raise Invalid("scores.one_number")
    if query.out_no:
        order = await store.find_order(work.db, query.merchant_id, query.out_no)
    else:
        order = await store.find_order_by_token(work.db, query.token)
    if order is None or (order.merchant_id, order.scheme_id) != (
        query.merchant_id,
        query.scheme_id,
    ):
        raise NotFound("scores.not_found")
    return order


@reading(permission=Permission.ORDERS_READ)
async def list_score_orders(work: Work, query: ListScoreOrders) -> Page[ScoreOrder]:
    """Return orders, the newest first."""
    is_owed = query.show is OrderFilter.OWED
    state = None if is_owed or query.show is None else query.show.value
    found = await store.list_orders(
        work.db,
        query.merchant_id,
        decode_time_cursor(query.cursor),
        state,
        is_owed=is_owed,
        limit=query.limit + 1,
    )
    return page_of_orders(found, query.limit)


@single(permission=Permission.ORDERS_TAKE)
async def collect_order(work: Work, command: CollectOrder) -> ScoreOrder:
    """Ask a wallet again for what is owed; the order stays owed if there is too little.

    Raises NotFound `scores.not_found`; Refusal `scores.wrong_state`.
    """
    order = await lock_of_scheme(work, command.merchant_id, command.scheme_id, command.out_no)
    if not order.is_owed:
        raise state_failure(order)
    return await collect(work, order)


@reading(permission=Permission.FINANCE_READ)
async def list_paid_orders(work: Work, query: ListPaidOrders) -> PaidOrders:
    """Return what was paid of a scheme in that time. Raises NotFound `scores.no_such_scheme`."""
    await access_scheme(work, query.merchant_id, query.scheme_id)
    days = (query.since, query.until)
    found = await store.list_paid(work.db, query.merchant_id, query.scheme_id, days, _day_max)
    return PaidOrders(found)


@reading(permission=Permission.ORDERS_READ)
async def find_standing(work: Work, query: FindStanding) -> Standing:
    """Return whether somebody may use first and pay later.

    Raises NotFound `scores.no_such_scheme`.
    """
    await access_scheme(work, query.merchant_id, query.scheme_id)
    return await store.read_standing(work.db, query.person_id)
