"""Writes stocks of vouchers."""

import hashlib
from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.base.text import LINE, LINES
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.pay.payees import Scope, check_bound, find_payees
from banyan.pay.vouchers import store
from banyan.pay.vouchers.accounts import (
    note_count,
    open_counts,
)
from banyan.pay.vouchers.end_stocks import note_end
from banyan.pay.vouchers.rules import AMOUNT_MAX_FEN, PERSON_MAX, check_stock, day_of
from banyan.pay.vouchers.types import (
    Count,
    Instant,
    RequestNo,
    Stock,
    StockCreated,
    StockId,
    StockState,
    TransferCode,
    VoucherRule,
)

_Amount = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX_FEN)]
_DIGEST = 16


class CreateStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write a stock of vouchers; what one is worth can't be changed afterwards."""

    merchant_id: MerchantId
    belong_merchant_id: MerchantId | None = None
    """Whose it is in name; whoever makes it if not said."""
    request_no: RequestNo
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=LINE)]
    comment: Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)] = ""
    description: Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINES)] = ""
    is_cash: bool = True
    amount_fen: _Amount
    minimum_fen: _Amount
    max_count: Count
    max_by_day: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] = 0
    max_by_person: Annotated[int, msgspec.Meta(ge=1, le=PERSON_MAX)] = 1
    rule: VoucherRule
    style: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    begins_at: Instant
    ends_at: Instant


async def _create(work: Work, command: CreateStock) -> Stock:
    stock = Stock(
        merchant_id=Id(command.merchant_id),
        stock_id=StockId(work.ids.next()),
        belong_merchant_id=Id(command.belong_merchant_id or command.merchant_id),
        name=command.name,
        comment=command.comment,
        description=command.description,
        is_cash=command.is_cash,
        amount_fen=command.amount_fen,
        minimum_fen=command.minimum_fen,
        max_count=command.max_count,
        max_by_day=command.max_by_day,
        max_by_person=command.max_by_person,
        rule=command.rule,
        style=command.style,
        begins_at=command.begins_at,
        ends_at=command.ends_at,
        state=StockState.UNACTIVATED,
        created_at=work.now,
    )
    digest = hashlib.blake2b(json.encode(command), digest_size=_DIGEST).hexdigest()
    known = await store.find_asked(work.db, command.merchant_id, command.request_no)
    if known is None:
        check_stock(stock, work.now)
        await _check_given_up(work, stock)
        day_on = day_of(work.now)
        if not await store.insert_stock(work.db, stock, command.request_no, digest, day_on):
            known = await store.find_asked(work.db, command.merchant_id, command.request_no)
    if known is not None:
        if known[1] != digest:
            raise Refusal("vouchers.request_used", request_no=command.request_no)
        return known[0]
    open_counts(work, stock)
    note_count(
        work,
        stock.merchant_id,
        stock.stock_id,
        TransferCode.FILLED,
        cause=stock.stock_id,
        count=stock.max_count,
    )
    await note_audit(work, None, stock)
    note_end(work, stock)
    work.record(
        StockCreated(
            merchant_id=int(stock.merchant_id),
            subject_id=int(stock.stock_id),
            name=stock.name,
            amount_fen=stock.amount_fen,
            max_count=stock.max_count,
            is_cash=stock.is_cash,
        )
    )
    return stock


async def _check_given_up(work: Work, stock: Stock) -> None:
    """Nobody gives up the money of others: their own, or that of merchants they act for."""
    if stock.is_cash:
        return
    paid = set(stock.rule.merchant_ids)
    payees = await find_payees(work.db, sorted(paid - {int(stock.merchant_id)}))
    if not paid or not stock.merchant_id or paid - payees.keys() - {int(stock.merchant_id)}:
        raise Refusal("vouchers.not_theirs")
    await check_bound(work.db, int(stock.merchant_id), payees, Scope.FUNDS)


@single(permission=Permission.COUPONS_WRITE)
async def create_stock(work: Work, command: CreateStock) -> Stock:
    """Write a stock of vouchers; the same request makes one stock only.

    Raises Invalid `vouchers.window_empty`, `vouchers.window_past`, `vouchers.window_too_long`,
    `vouchers.window_too_far`; Refusal `vouchers.request_used` (with other words before),
    `vouchers.not_theirs` and `payees.not_bound` (who gives up the money acts for no such merchant).
    """
    return await _create(work, command)


@single(permission=Permission.OPERATOR)
async def create_platform_stock(work: Work, command: CreateStock) -> Stock:
    """Write a stock that the platform pays for; otherwise as `create_stock`."""
    return await _create(work, msgspec.structs.replace(command, merchant_id=MerchantId(0)))


async def note_audit(work: Work, before: Stock | None, after: Stock) -> None:
    """Note who changed what of a stock; the platform has no book of its own for that."""
    if after.merchant_id:
        await note_change(
            work,
            merchant_id=after.merchant_id,
            subject="vouchers.stock",
            subject_id=after.stock_id,
            before=before,
            after=after,
        )
