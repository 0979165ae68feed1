"""Uses coupons up, takes that back, and ends them: always by their merchant's program."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.text import LINE, LINES
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.pay.busifavors import store
from banyan.pay.busifavors.asked import note_asked
from banyan.pay.busifavors.rules import check_usable, day_of
from banyan.pay.busifavors.types import (
    Code,
    CouponDeactivated,
    CouponReturned,
    CouponState,
    CouponStockId,
    CouponUsed,
    HeldCoupon,
    Instant,
    RequestNo,
)

_OutNo = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]


class CouponRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names a coupon for a merchant that made, owns or sent it."""

    merchant_id: MerchantId
    stock_id: CouponStockId | None = None
    code: Code
    request_no: RequestNo


class UseCoupon(CouponRef, frozen=True):
    """Use a coupon up."""

    used_at: Instant
    """When it was used, by the merchant's clock."""
    person_id: Id | None = None
    """Whose it must be."""


class ReturnCoupon(CouponRef, frozen=True):
    """Let a coupon that was used be used again."""


class DeactivateCoupon(CouponRef, frozen=True):
    """Let a coupon be used no more."""

    reason: Annotated[str, msgspec.Meta(max_length=64, pattern=LINES)] = ""


class AssociateCoupon(CouponRef, frozen=True):
    """Say for which of the merchant's own orders a coupon is used."""

    out_no: _OutNo


class DisassociateCoupon(CouponRef, frozen=True):
    """Say that a coupon is used for no order."""

    out_no: _OutNo


class DoneCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon, and when what was asked was done."""

    coupon: HeldCoupon
    done_at: datetime


@single(permission=Permission.COUPONS_WRITE)
async def use_coupon(work: Work, command: UseCoupon) -> DoneCoupon:
    """Use a coupon up, once; the same request again changes nothing.

    Raises NotFound `busifavors.not_found`; Refusal `busifavors.used`, `busifavors.deactivated`,
    `busifavors.expired`, `busifavors.not_usable_now`, `busifavors.several`,
    `busifavors.request_used`.
    """
    coupon = await _lock(work, command)
    if command.person_id is not None and int(command.person_id) != coupon.person_id:
        raise NotFound("busifavors.not_found")
    asked = await note_asked(work, command.merchant_id, "use", command.request_no, command)
    if asked.is_new:
        check_usable(coupon, command.used_at)
        coupon = await _set(
            work,
            coupon,
            state=CouponState.USED,
            used_at=command.used_at,
            use_request_no=command.request_no,
        )
        work.record(CouponUsed(**_about(coupon)))
    return DoneCoupon(coupon=coupon, done_at=asked.at)


@single(permission=Permission.COUPONS_WRITE)
async def return_coupon(work: Work, command: ReturnCoupon) -> DoneCoupon:
    """Let a coupon that was used be used again, if it is still in time.

    Raises NotFound `busifavors.not_found`; Refusal `busifavors.not_used`, `busifavors.expired`,
    `busifavors.several`, `busifavors.request_used`.
    """
    coupon = await _lock(work, command)
    asked = await note_asked(work, command.merchant_id, "return", command.request_no, command)
    if asked.is_new:
        if coupon.state is not CouponState.USED:
            raise Refusal("busifavors.not_used")
        if work.now >= coupon.usable_until:
            raise Refusal("busifavors.expired")
        coupon = await _set(
            work, coupon, state=CouponState.HELD, used_at=None, use_request_no="", out_no=""
        )
        work.record(CouponReturned(**_about(coupon)))
    return DoneCoupon(coupon=coupon, done_at=asked.at)


@single(permission=Permission.COUPONS_WRITE)
async def deactivate_coupon(work: Work, command: DeactivateCoupon) -> DoneCoupon:
    """Let a coupon that was not used be used no more.

    Raises NotFound `busifavors.not_found`; Refusal `busifavors.used`, `busifavors.deactivated`,
    `busifavors.several`, `busifavors.request_used`.
    """
    coupon = await _lock(work, command)
    asked = await note_asked(work, command.merchant_id, "deactivate", command.request_no, command)
    if asked.is_new:
        if coupon.state is not CouponState.HELD:
            raise Refusal(f"busifavors.{coupon.state.value}")
        coupon = await _set(work, coupon, state=CouponState.DEACTIVATED, deactivated_at=work.now)
        work.record(CouponDeactivated(**_about(coupon), reason=command.reason))
    return DoneCoupon(coupon=coupon, done_at=asked.at)


@single(permission=Permission.COUPONS_WRITE)
async def associate_coupon(work: Work, command: AssociateCoupon) -> DoneCoupon:
    """Say for which of the merchant's own orders a coupon is used.

    Raises NotFound `busifavors.not_found`; Refusal `busifavors.deactivated`,
    `busifavors.associated` (with another order), `busifavors.several`,
    `busifavors.request_used`.
    """
    coupon = await _lock(work, command)
    asked = await note_asked(work, command.merchant_id, "associate", command.request_no, command)
    if asked.is_new:
        if coupon.state is CouponState.DEACTIVATED:
            raise Refusal("busifavors.deactivated")
        if coupon.out_no not in {"", command.out_no}:
            raise Refusal("busifavors.associated", out_no=coupon.out_no)
        coupon = await _set(work, coupon, out_no=command.out_no)
    return DoneCoupon(coupon=coupon, done_at=asked.at)


@single(permission=Permission.COUPONS_WRITE)
async def disassociate_coupon(work: Work, command: DisassociateCoupon) -> DoneCoupon:
    """Say that a coupon is used for no order.

    Raises NotFound `busifavors.not_found`; Refusal `busifavors.not_associated`,
    `busifavors.several`, `busifavors.request_used`.
    """
    coupon = await _lock(work, command)
    asked = await note_asked(work, command.merchant_id, "disassociate", command.request_no, command)
    if asked.is_new:
        if coupon.out_no != command.out_no:
            raise Refusal("busifavors.not_associated")
        coupon = await _set(work, coupon, out_no="")
    return DoneCoupon(coupon=coupon, done_at=asked.at)


async def _lock(work: Work, command: CouponRef) -> HeldCoupon:
    today = day_of(work.now)
    stock_id = None if command.stock_id is None else int(command.stock_id)
    found = await store.find_coupons(
        work.db, command.code, stock_id, int(command.merchant_id), today
    )
    if not found:
        raise NotFound("busifavors.not_found")
    if len(found) > 1:
        raise Refusal("busifavors.several")
    return await store.lock_coupon(work.db, found[0], today)


async def _set(work: Work, coupon: HeldCoupon, **changes: object) -> HeldCoupon:
    after: HeldCoupon = msgspec.structs.replace(coupon, **changes)
    await store.set_coupon(work.db, after)
    return after


def _about(coupon: HeldCoupon) -> dict[str, int]:
    return {
        "merchant_id": int(coupon.stock.merchant_id),
        "person_id": coupon.person_id,
        "channel_id": coupon.channel_id,
        "subject_id": int(coupon.coupon_id),
        "stock_id": int(coupon.stock.stock_id),
    }
