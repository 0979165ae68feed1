"""Shows stocks to those who made them, and vouchers to those who hold or sent them."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import read_counts
from banyan.pay.vouchers.types import (
    Callback,
    FlowRow,
    Instant,
    StockId,
    StockReport,
    StockState,
    Voucher,
    VoucherId,
    VoucherState,
)

Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
_newest = 2**63 - 1


class ListStocks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a merchant's stocks, the newest first."""

    merchant_id: MerchantId
    state: StockState | None = None
    since: Instant | None = None
    until: Instant | None = None
    offset: Offset = 0
    limit: Limit = 20


class Stocks(msgspec.Struct, frozen=True, kw_only=True):
    """Some stocks, and how many there are in all."""

    items: list[StockReport]
    total_count: int


class ReadStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: one stock of a merchant's."""

    merchant_id: MerchantId
    stock_id: StockId


class ReadFlow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: every use of a stock's vouchers up to an instant, or all that went back of them."""

    merchant_id: MerchantId
    stock_id: StockId
    until: Instant
    is_refunds: bool = False


class ListVouchers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query, for a merchant that knows the person: vouchers it has to do with."""

    merchant_id: MerchantId
    person_id: Id
    channel_id: Id | None = None
    stock_id: StockId | None = None
    state: VoucherState | None = None
    creator_merchant_id: Id | None = None
    sender_merchant_id: Id | None = None
    paid_merchant_id: Id | None = None
    offset: Offset = 0
    limit: Limit = 20


class Vouchers(msgspec.Struct, frozen=True, kw_only=True):
    """Some vouchers, and how many there are in all."""

    items: list[Voucher]
    total_count: int


class ReadVoucher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query, for a merchant that knows the person: one voucher it has to do with."""

    merchant_id: MerchantId
    person_id: Id
    voucher_id: VoucherId


class ListMyVouchers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the vouchers of the one who asks, the newest first."""

    state: VoucherState | None = None
    offset: Offset = 0
    limit: Limit = 50


class SetCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say where a merchant's server is told of vouchers that were used."""

    merchant_id: MerchantId
    url: Annotated[str, msgspec.Meta(min_length=8, max_length=256, pattern=LINE)]
    is_on: bool = True


class FindCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: where a merchant's server is told."""

    merchant_id: MerchantId


@reading(permission=Permission.COUPONS_READ)
async def list_stocks(work: Work, query: ListStocks) -> Stocks:
    """Return stocks of a merchant with what became of them."""
    state = query.state.value if query.state else None
    found = await store.list_stocks(
        work.db,
        query.merchant_id,
        before=_newest,
        state=state,
        since=query.since,
        until=query.until,
        offset=query.offset,
        limit=query.limit,
    )
    counts = await read_counts(work.db, found)
    total = await store.count_stocks(work.db, query.merchant_id, state, query.since, query.until)
    return Stocks(
        items=[StockReport(stock=one, counts=counts[one.stock_id]) for one in found],
        total_count=total,
    )


@reading(permission=Permission.OPERATOR)
async def list_platform_stocks(work: Work, query: ListStocks) -> Stocks:
    """Return stocks that the platform pays for."""
    return await list_stocks(work, msgspec.structs.replace(query, merchant_id=MerchantId(0)))


@reading(permission=Permission.COUPONS_READ)
async def read_stock(work: Work, query: ReadStock) -> StockReport:
    """Return a stock with what became of it. Raises NotFound `vouchers.stock_not_found`."""
    stock = await store.find_stock(work.db, query.merchant_id, query.stock_id)
    if stock is None:
        raise NotFound("vouchers.stock_not_found")
    return StockReport(stock=stock, counts=(await read_counts(work.db, [stock]))[stock.stock_id])


@reading(permission=Permission.COUPONS_READ)
async def read_flow(work: Work, query: ReadFlow) -> list[FlowRow]:
    """Return what a stock's vouchers paid. Raises NotFound `vouchers.stock_not_found`."""
    stock = await store.find_stock(work.db, query.merchant_id, query.stock_id)
    if stock is None:
        raise NotFound("vouchers.stock_not_found")
    return await store.list_flow(work.db, stock, query.until, is_refunds=query.is_refunds)


@reading(permission=Permission.COUPONS_READ)
async def list_vouchers(work: Work, query: ListVouchers) -> Vouchers:
    """Return vouchers of a person that the merchant made, sent or is paid with; never others."""
    mine = (query.creator_merchant_id, query.sender_merchant_id, query.paid_merchant_id)
    if query.merchant_id not in mine:
        mine = (Id(query.merchant_id), query.sender_merchant_id, query.paid_merchant_id)
    conditions = (query.stock_id, query.state and query.state.value, *mine, query.channel_id)
    items, total = await store.list_vouchers(
        work.db, int(query.person_id), conditions, query.offset, query.limit
    )
    return Vouchers(items=[_seen(one, work.now) for one in items], total_count=total)


@reading(permission=Permission.COUPONS_READ)
async def read_voucher(work: Work, query: ReadVoucher) -> Voucher:
    """Return a voucher that the merchant made, sent or is paid with.

    Raises NotFound `vouchers.not_found`.
    """
    found = await store.find_voucher(work.db, int(query.person_id), int(query.voucher_id))
    asking = int(query.merchant_id)
    if found is None or (
        asking not in {int(found.merchant_id), int(found.sender_merchant_id)}
        and asking not in found.rule.merchant_ids
    ):
        raise NotFound("vouchers.not_found")
    return _seen(found, work.now)


@reading(permission=Permission.PERSON)
async def list_my_vouchers(work: Work, query: ListMyVouchers) -> Vouchers:
    """Return the vouchers of the one who asks."""
    conditions = (None, query.state and query.state.value, None, None, None, None)
    items, total = await store.list_vouchers(
        work.db, int(work.actor.person_id), conditions, query.offset, query.limit
    )
    return Vouchers(items=[_seen(one, work.now) for one in items], total_count=total)


@single(permission=Permission.COUPONS_WRITE)
async def set_callback(work: Work, command: SetCallback) -> Callback:
    """Say where a merchant's server is told; the last word counts."""
    callback = Callback(
        merchant_id=int(command.merchant_id),
        url=command.url,
        is_on=command.is_on,
        set_at=work.now,
    )
    await store.set_callback(work.db, callback)
    return callback


@reading(permission=Permission.COUPONS_READ)
async def find_callback(work: Work, query: FindCallback) -> Callback:
    """Return where a merchant's server is told. Raises NotFound `vouchers.no_callback`."""
    found = (await store.find_callbacks(work.db, [query.merchant_id])).get(int(query.merchant_id))
    if found is None:
        raise NotFound("vouchers.no_callback")
    return found


def _seen(voucher: Voucher, now: datetime) -> Voucher:
    """Whose time is over has expired, whether or not its stock has ended yet."""
    if voucher.state is VoucherState.HELD and now >= voucher.usable_until:
        return msgspec.structs.replace(voucher, state=VoucherState.EXPIRED)
    return voucher
