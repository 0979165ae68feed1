"""Writes stocks of merchants' own coupons, and changes what may change of them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.asked import note_asked
from banyan.pay.busifavors.rules import AMOUNT_MAX_FEN, PERCENT_MAX, check_stock, day_of
from banyan.pay.busifavors.types import (
    CodeMode,
    Count,
    CouponKind,
    CouponRule,
    CouponStock,
    CouponStockCreated,
    CouponStockId,
    Instant,
    RequestNo,
)

_Amount = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX_FEN)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=21, pattern=LINE)]
_Short = Annotated[str, msgspec.Meta(max_length=20, pattern=LINE)]
_GoodsName = Annotated[str, msgspec.Meta(min_length=1, max_length=15, pattern=LINE)]
_Words = Annotated[str, msgspec.Meta(max_length=20_000)]


class WriteCouponStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write a stock of coupons: its program may give them out at once."""

    merchant_id: MerchantId
    belong_merchant_id: Id
    request_no: RequestNo
    name: _Name
    comment: _Short = ""
    goods_name: _GoodsName
    kind: CouponKind
    amount_fen: _Amount = 0
    percent: Annotated[int, msgspec.Meta(ge=0, le=PERCENT_MAX)] = 0
    minimum_fen: _Amount = 0
    code_mode: CodeMode
    max_count: Count
    max_by_day: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0
    max_by_person: Annotated[int, msgspec.Meta(ge=1, le=100)]
    rule: CouponRule = CouponRule()
    words: _Words = ""
    is_subsidised: bool = False
    begins_at: Instant
    ends_at: Instant


class ChangeCouponStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what a stock is called and looks like; None leaves a thing as it is."""

    merchant_id: MerchantId
    stock_id: CouponStockId
    request_no: RequestNo
    name: _Name | None = None
    comment: _Short | None = None
    goods_name: _GoodsName | None = None
    words: _Words | None = None


class ChangeCouponBudget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change how many there are, or are given out in a day, if it is still what one believes."""

    merchant_id: MerchantId
    stock_id: CouponStockId
    request_no: RequestNo
    max_count: Count | None = None
    max_by_day: Count | None = None
    old_max_count: int | None = None
    old_max_by_day: int | None = None


@single(permission=Permission.COUPONS_WRITE)
async def write_coupon_stock(work: Work, command: WriteCouponStock) -> CouponStock:
    """Write a stock; the same request makes one only.

    Raises Invalid `busifavors.window_empty`, `busifavors.window_past`,
    `busifavors.window_too_long`, `busifavors.worth_missing`; Refusal `busifavors.request_used`.
    """
    asked = await note_asked(work, command.merchant_id, "stock", command.request_no, command)
    if not asked.is_new:
        known = await store.find_stock(work.db, asked.subject_id, day_of(work.now))
        assert known is not None, "stocks are never deleted"
        return known
    facts = msgspec.structs.asdict(command)
    del facts["request_no"]
    stock = CouponStock(
        **{
            **facts,
            "merchant_id": Id(command.merchant_id),
            "stock_id": CouponStockId(asked.subject_id),
            "created_at": work.now,
        }
    )
    check_stock(stock, work.now)
    await store.insert_stock(work.db, stock, day_of(work.now))
    await _note(work, None, stock)
    work.record(
        CouponStockCreated(
            merchant_id=int(stock.merchant_id),
            subject_id=int(stock.stock_id),
            name=stock.name,
            max_count=stock.max_count,
        )
    )
    return stock


@single(permission=Permission.COUPONS_WRITE)
async def change_coupon_stock(work: Work, command: ChangeCouponStock) -> CouponStock:
    """Change what a stock is called and looks like; what its coupons are worth never changes.

    Raises NotFound `busifavors.stock_not_found`; Refusal `busifavors.request_used`.
    """
    before = await access_stock(work, command.merchant_id, command.stock_id)
    asked = await note_asked(work, command.merchant_id, "change", command.request_no, command)
    named = ("name", "comment", "goods_name", "words")
    given = {one: getattr(command, one) for one in named if getattr(command, one) is not None}
    if not asked.is_new or not given:
        return before
    after = msgspec.structs.replace(before, **given)
    await store.set_stock(work.db, after)
    await _note(work, before, after)
    return after


@single(permission=Permission.COUPONS_WRITE)
async def change_coupon_budget(work: Work, command: ChangeCouponBudget) -> CouponStock:
    """Change how many coupons there are; never to fewer than were sent.

    Raises NotFound `busifavors.stock_not_found`; Refusal `busifavors.request_used`,
    `busifavors.budget_changed` (is not what the caller believes), `busifavors.budget_too_small`.
    """
    before = await access_stock(work, command.merchant_id, command.stock_id)
    asked = await note_asked(work, command.merchant_id, "budget", command.request_no, command)
    if not asked.is_new:
        return before
    believed = (command.old_max_count, command.old_max_by_day)
    if any(
        one not in {None, known}
        for one, known in zip(believed, (before.max_count, before.max_by_day), strict=True)
    ):
        raise Refusal("busifavors.budget_changed", max_count=before.max_count)
    after = msgspec.structs.replace(
        before,
        max_count=command.max_count or before.max_count,
        max_by_day=command.max_by_day or before.max_by_day,
    )
    if after.max_count < before.sent_count:
        raise Refusal("busifavors.budget_too_small", sent_count=before.sent_count)
    await store.set_stock(work.db, after)
    await _note(work, before, after)
    return after


async def access_stock(work: Work, merchant_id: int, stock_id: int) -> CouponStock:
    """Lock a stock of a merchant's. Raises NotFound `busifavors.stock_not_found`."""
    stock = await store.lock_stock(work.db, int(merchant_id), int(stock_id), day_of(work.now))
    if stock is None:
        raise NotFound("busifavors.stock_not_found")
    return stock


async def _note(work: Work, before: CouponStock | None, after: CouponStock) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="busifavors.stock",
        subject_id=after.stock_id,
        before=before,
        after=after,
    )
