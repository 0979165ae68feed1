"""Shows stocks and coupons to their merchants, and coupons to those who hold them."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.rules import day_of, state_of
from banyan.pay.busifavors.types import (
    Code,
    CodeMode,
    CouponState,
    CouponStock,
    CouponStockId,
    HeldCoupon,
)

Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]


class ReadCouponStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a stock that one made, or that is one's own in name."""

    merchant_id: MerchantId
    stock_id: CouponStockId


class ListCouponStocks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's stocks, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20


class ListHeldCoupons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query, for a merchant that knows the person: their coupons it has to do with."""

    merchant_id: MerchantId
    person_id: Id
    stock_id: CouponStockId | None = None
    creator_merchant_id: Id | None = None
    belong_merchant_id: Id | None = None
    sender_merchant_id: Id | None = None
    state: CouponState | None = None
    offset: Offset = 0
    limit: Limit = 20


class ListMyHeldCoupons(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: merchants' coupons of the one who asks, the newest first."""

    state: CouponState | None = None
    offset: Offset = 0
    limit: Limit = 50


class ReadHeldCoupon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query, for a merchant that knows the person: one coupon it has to do with."""

    merchant_id: MerchantId
    person_id: Id
    code: Code


class HeldCoupons(msgspec.Struct, frozen=True, kw_only=True):
    """Some coupons, and how many there are in all."""

    items: list[HeldCoupon]
    total_count: int


class SetCouponCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say where a merchant's server is told of coupons that were given out."""

    merchant_id: MerchantId
    url: Annotated[str, msgspec.Meta(min_length=8, max_length=256, pattern=LINE)]


class FindCouponCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: where a merchant's server is told."""

    merchant_id: MerchantId


class CouponCallback(msgspec.Struct, frozen=True, kw_only=True):
    """Where a merchant's server is told."""

    url: str
    set_at: datetime


@reading(permission=Permission.COUPONS_READ)
async def read_coupon_stock(work: Work, query: ReadCouponStock) -> CouponStock:
    """Return a stock. Raises NotFound `busifavors.stock_not_found`."""
    stock = await store.find_stock(work.db, int(query.stock_id), day_of(work.now))
    asking = int(query.merchant_id)
    if stock is None or asking not in {int(stock.merchant_id), int(stock.belong_merchant_id)}:
        raise NotFound("busifavors.stock_not_found")
    if stock.code_mode is not CodeMode.UPLOADED:
        return stock
    every, free = await store.count_codes(work.db, stock)
    return msgspec.structs.replace(stock, code_count=every, free_code_count=free)


@reading(permission=Permission.COUPONS_READ)
async def list_coupon_stocks(work: Work, query: ListCouponStocks) -> list[CouponStock]:
    """Return stocks that a merchant made, the newest first."""
    return await store.list_stocks(work.db, int(query.merchant_id), day_of(work.now), query.limit)


@reading(permission=Permission.COUPONS_READ)
async def list_held_coupons(work: Work, query: ListHeldCoupons) -> HeldCoupons:
    """Return coupons of a person that the merchant made, owns or sent; never others."""
    named = (
        query.stock_id,
        query.creator_merchant_id,
        query.belong_merchant_id,
        query.sender_merchant_id,
        query.merchant_id,
    )
    conditions = [None if one is None else int(one) for one in named]
    return await _list(work, int(query.person_id), conditions, query)


@reading(permission=Permission.PERSON)
async def list_my_held_coupons(work: Work, query: ListMyHeldCoupons) -> HeldCoupons:
    """Return merchants' coupons of the one who asks."""
    return await _list(work, int(work.actor.person_id), [None] * 5, query)


async def _list(
    work: Work,
    person_id: int,
    conditions: list[int | None],
    query: ListHeldCoupons | ListMyHeldCoupons,
) -> HeldCoupons:
    state = query.state.value if query.state else None
    items, total = await store.list_coupons(
        work.db,
        person_id,
        conditions,
        state,
        work.now,
        (query.offset, query.limit),
    )
    return HeldCoupons(items=[_seen(one, work.now) for one in items], total_count=total)


@reading(permission=Permission.COUPONS_READ)
async def read_held_coupon(work: Work, query: ReadHeldCoupon) -> HeldCoupon:
    """Return a coupon that the merchant has to do with. Raises NotFound `busifavors.not_found`."""
    found = await store.find_coupons(
        work.db, query.code, None, int(query.merchant_id), day_of(work.now)
    )
    for one in found:
        if one.person_id == int(query.person_id):
            return _seen(one, work.now)
    raise NotFound("busifavors.not_found")


@single(permission=Permission.COUPONS_WRITE)
async def set_coupon_callback(work: Work, command: SetCouponCallback) -> CouponCallback:
    """Say where a merchant's server is told; the last word counts."""
    await store.set_callback(work.db, int(command.merchant_id), command.url, work.now)
    return CouponCallback(url=command.url, set_at=work.now)


@reading(permission=Permission.COUPONS_READ)
async def find_coupon_callback(work: Work, query: FindCouponCallback) -> str:
    """Return where a merchant's server is told. Raises NotFound `busifavors.no_callback`."""
    url = await store.find_callback(work.db, int(query.merchant_id))
    if url is None:
        raise NotFound("busifavors.no_callback")
    return url


def _seen(coupon: HeldCoupon, now: datetime) -> HeldCoupon:
    return msgspec.structs.replace(coupon, state=state_of(coupon, now))
