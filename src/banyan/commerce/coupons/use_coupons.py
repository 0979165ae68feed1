"""What orders do with coupons: lock, reserve, release, redeem, give back; all set-based."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from banyan.base.db import Connection
from banyan.books.work import Work
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import note_moved
from banyan.commerce.coupons.expire_coupons import note_sweep
from banyan.commerce.coupons.types import (
    Coupon,
    CouponForOrder,
    CouponGivenBack,
    CouponId,
    CouponKind,
    CouponRedeemed,
    CouponState,
    Redemption,
    TransferCode,
)

USABLE_MAX = 100
"""Most usable coupons that are shown to choose from."""


async def lock_coupons(
    work: Work, keys: Sequence[tuple[int, int]]
) -> dict[CouponId, CouponForOrder]:
    """Lock the (merchant, coupon) pairs and return those that exist.

    `check_usable` says whether a member may use one.
    """
    return await store.lock_coupons(work.db, keys)


async def reserve_coupons(work: Work, coupons: Mapping[int, CouponForOrder]) -> None:
    """Set locked, usable coupons aside for orders that are not paid yet, by order id."""
    reserved = await store.set_reserved(work.db, coupons)
    assert len(reserved) == len(coupons), "only free coupons may be reserved, each once"


async def release_coupon(work: Work, merchant_id: int, coupon_id: int) -> None:
    """Free a coupon whose order won't be paid; one that is not reserved stays as it is."""
    released = await store.set_released(work.db, merchant_id, coupon_id)
    if released is not None:
        campaign_id, expires_at = released
        if expires_at <= work.now:
            note_sweep(work, merchant_id, campaign_id, work.now)


async def redeem_coupons(work: Work, redemptions: Sequence[Redemption]) -> None:
    """Note that orders which are paid now use the coupons that were reserved for them."""
    redeemed = await store.set_redeemed(work.db, redemptions)
    assert len(redeemed) == len(redemptions), "a paid order's coupon is reserved for it"
    for one in redemptions:
        coupon_id = CouponId(one.coupon_id)
        campaign_id, member_id, person_id = redeemed[coupon_id]
        note_moved(
            work,
            one.merchant_id,
            campaign_id,
            TransferCode.REDEEMED,
            cause=coupon_id,
            index=one.index,
        )
        work.record(
            CouponRedeemed(
                merchant_id=int(one.merchant_id),
                person_id=person_id,
                subject_id=int(coupon_id),
                coupon_id=coupon_id,
                campaign_id=campaign_id,
                member_id=member_id,
                order_id=int(one.order_id),
                order_total_fen=one.order_total_fen,
            ),
            index=one.index,
            at=one.at,
        )


async def give_back_coupon(work: Work, merchant_id: int, coupon_id: int, *, index: int = 0) -> bool:
    """Give back the coupon of an order that was refunded whole; return whether it can be used.

    It keeps its own expiry: if that is past, it expires instead. One that is not redeemed stays
    as it is.
    """
    coupons = await store.lock_coupons(work.db, [(merchant_id, coupon_id)])
    coupon = coupons.get(CouponId(coupon_id))
    if coupon is None or coupon.state is not CouponState.REDEEMED:
        return False
    await store.set_given_back(work.db, coupon)
    note_moved(
        work,
        merchant_id,
        coupon.campaign_id,
        TransferCode.GIVEN_BACK,
        cause=coupon.coupon_id,
        index=index,
    )
    work.record(
        CouponGivenBack(
            merchant_id=int(merchant_id),
            person_id=coupon.person_id,
            subject_id=int(coupon.coupon_id),
            coupon_id=coupon.coupon_id,
            campaign_id=coupon.campaign_id,
            member_id=coupon.member_id,
            order_id=coupon.order_id,
        ),
        index=index,
    )
    # The campaign's timer may have stopped: nobody held a coupon that could still expire.
    note_sweep(work, merchant_id, coupon.campaign_id, work.now)
    return work.now < coupon.expires_at


async def list_usable_coupons(
    db: Connection, merchant_id: int, person_id: int, now: datetime
) -> list[Coupon]:
    """Return the coupons that a person may use for an order now, the newest first."""
    held = await store.list_of_person(
        db,
        person_id,
        before=2**63 - 1,
        merchant_id=merchant_id,
        state=None,
        is_usable=True,
        now=now,
        limit=USABLE_MAX,
    )
    return [
        one
        for one in held
        if one.terms.kind is not CouponKind.VOUCHER
        and (one.usable_from is None or one.usable_from <= now)
    ]
