"""Gives merchants' own coupons out, never more than there are."""

import msgspec

from banyan.base import json
from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.secret import new_code
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.asked import note_asked
from banyan.pay.busifavors.rules import compute_span, day_of, find_obstacle
from banyan.pay.busifavors.types import (
    Code,
    CodeMode,
    CouponSent,
    CouponState,
    CouponStock,
    CouponStockId,
    HeldCoupon,
    HeldCouponId,
    RequestNo,
)
from banyan.pay.notifications import NewNotification, Protocol, note_notifications
from banyan.pay.partnerships import Business, find_partnered

SENT = "busifavors.sent"
_code_length = 16


class SendCoupon(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give somebody a coupon of a stock, as its maker or a partner of theirs.

    `person_id` was found by the door, which checked that the sender may know that person.
    """

    merchant_id: MerchantId
    """Who sends."""
    stock_id: CouponStockId
    person_id: Id
    channel_id: Id = Id(0)
    request_no: RequestNo
    code: Code | None = None


class SentCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant's server is told of a coupon that was given out."""

    coupon: HeldCoupon
    by: str
    """By what: `api` or `paygift`."""


@single(permission=Permission.COUPONS_WRITE)
async def send_coupon(work: Work, command: SendCoupon) -> HeldCoupon:
    """Give somebody a coupon; the same request gives one only.

    Raises NotFound `busifavors.stock_not_found`; Invalid `busifavors.code_mode`; Refusal
    `busifavors.not_partnered`, `busifavors.over`, `busifavors.person_limit`,
    `busifavors.sold_out`, `busifavors.day_limit`, `busifavors.no_codes`,
    `busifavors.code_used`, `busifavors.request_used`.
    """
    return await give_coupon(work, command, by="api")


async def give_coupon(work: Work, command: SendCoupon, *, by: str) -> HeldCoupon:
    """Give somebody a coupon, as `send_coupon` does."""
    stock = await _access(work, command)
    asked = await note_asked(work, command.merchant_id, "send", command.request_no, command)
    if not asked.is_new:
        merchant_id = int(stock.merchant_id)
        return await store.read_coupon(work.db, merchant_id, asked.subject_id, day_of(work.now))
    person_id = int(command.person_id)
    held = await store.count_held(work.db, stock, person_id)
    obstacle = find_obstacle(stock, held, command.code or "", work.now)
    if obstacle is not None:
        raise obstacle
    begin, end = compute_span(stock, work.now)
    coupon = HeldCoupon(
        coupon_id=HeldCouponId(asked.subject_id),
        stock=stock,
        code=await _choose_code(work, stock, asked.subject_id, command.code),
        person_id=person_id,
        channel_id=int(command.channel_id),
        sender_merchant_id=Id(command.merchant_id),
        request_no=command.request_no,
        state=CouponState.HELD,
        sent_at=work.now,
        usable_from=begin,
        usable_until=end,
    )
    if not await store.insert_coupon(work.db, coupon, held + 1):
        raise Refusal("busifavors.code_used", code=coupon.code)
    await store.add_sent(work.db, stock, day_of(work.now))
    work.record(
        CouponSent(
            merchant_id=int(stock.merchant_id),
            person_id=person_id,
            channel_id=int(command.channel_id),
            subject_id=int(coupon.coupon_id),
            stock_id=int(stock.stock_id),
            name=stock.name,
            usable_until=end,
        )
    )
    await _tell(work, coupon, by)
    return coupon


async def _access(work: Work, command: SendCoupon) -> CouponStock:
    today = day_of(work.now)
    found = await store.find_stock(work.db, int(command.stock_id), today)
    if found is None:
        raise NotFound("busifavors.stock_not_found")
    maker, sender = int(found.merchant_id), int(command.merchant_id)
    if sender not in {maker, int(found.belong_merchant_id)}:
        asked = (maker, sender, int(command.channel_id), int(found.stock_id))
        if not await find_partnered(work.db, Business.BUSIFAVORS, [asked]):
            raise Refusal("busifavors.not_partnered")
    stock = await store.lock_stock(work.db, maker, int(found.stock_id), today)
    assert stock is not None, "stocks are never deleted"
    return stock


async def _choose_code(work: Work, stock: CouponStock, coupon_id: int, given: str | None) -> str:
    match stock.code_mode:
        case CodeMode.OURS:
            return new_code(_code_length)
        case CodeMode.GIVEN:
            assert given, "it was checked"
            return given
        case CodeMode.UPLOADED:
            code = await store.take_code(work.db, stock, coupon_id)
            if code is None:
                raise Refusal("busifavors.no_codes")
            return code


async def _tell(work: Work, coupon: HeldCoupon, by: str) -> None:
    merchant_id = int(coupon.stock.merchant_id)
    url = await store.find_callback(work.db, merchant_id)
    if url is None:
        return
    note = NewNotification(
        merchant_id=merchant_id,
        protocol=Protocol.WECHAT,
        kind=SENT,
        subject_id=int(coupon.coupon_id),
        url=url,
        data=json.encode(SentCoupon(coupon=coupon, by=by)),
        ladder="coupon_sent",
    )
    await note_notifications(work, [(0, note)])
