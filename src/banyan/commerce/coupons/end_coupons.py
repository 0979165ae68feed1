"""What cards do with coupons: check off by hand, take back, pass on; and what fills their pool."""

from collections.abc import Sequence

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Work
from banyan.commerce.coupons import store
from banyan.commerce.coupons.accounts import account_of, note_moved
from banyan.commerce.coupons.expire_coupons import note_sweep
from banyan.commerce.coupons.rules import Claim, Wish, check_unused
from banyan.commerce.coupons.types import (
    AccountCode,
    Campaign,
    CampaignChanged,
    CampaignId,
    CouponForOrder,
    CouponGiven,
    CouponId,
    CouponRedeemed,
    CouponState,
    CouponVoided,
    Origin,
    TransferCode,
)
from banyan.commerce.members import MemberForOrder
from banyan.parties.audit import note_change


async def find_coupons(
    db: Connection, keys: Sequence[tuple[int, int]]
) -> dict[CouponId, CouponForOrder]:
    """Return those of the (merchant, coupon) pairs that exist; nothing is locked."""
    return await store.find_coupons(db, keys)


async def use_coupon(work: Work, coupon: CouponForOrder, *, order_total_fen: int = 0) -> None:
    """Check off a locked coupon without an order of ours.

    Raises Refusal as `check_unused`.
    """
    check_unused(coupon, work.now)
    await store.set_ended(work.db, coupon, CouponState.REDEEMED, work.now, order_total_fen)
    _note_end(work, coupon, TransferCode.REDEEMED)
    work.record(
        CouponRedeemed(
            merchant_id=coupon.merchant_id,
            person_id=coupon.person_id,
            subject_id=int(coupon.coupon_id),
            coupon_id=coupon.coupon_id,
            campaign_id=coupon.campaign_id,
            member_id=coupon.member_id,
            order_id=0,
            order_total_fen=order_total_fen,
        )
    )


async def void_coupon(work: Work, coupon: CouponForOrder) -> None:
    """Take back, or throw away, a locked coupon that nobody has used.

    Raises Refusal `coupons.reserved`, `coupons.redeemed`, `coupons.voided`, `coupons.given`,
    `coupons.expired`.
    """
    if coupon.state is not CouponState.CLAIMED:
        raise Refusal(f"coupons.{coupon.state.value}")
    await store.set_ended(work.db, coupon, CouponState.VOIDED, None, 0)
    work.open_account(account_of(coupon.merchant_id, coupon.campaign_id, AccountCode.VOIDED))
    _note_end(work, coupon, TransferCode.VOIDED)
    work.record(
        CouponVoided(
            merchant_id=coupon.merchant_id,
            person_id=coupon.person_id,
            subject_id=int(coupon.coupon_id),
            coupon_id=coupon.coupon_id,
            campaign_id=coupon.campaign_id,
            member_id=coupon.member_id,
        )
    )


async def hand_over(work: Work, coupon: CouponForOrder, to: MemberForOrder) -> CouponId:
    """Let another member have a coupon in place of a locked one; the ledger counts one as before.

    What is given does not ask how many its taker may have. Raises Refusal as `check_unused`.
    """
    if coupon.usable_from is None or work.now >= coupon.usable_from:
        check_unused(coupon, work.now)
    key = (coupon.merchant_id, int(coupon.campaign_id))
    campaign = (await store.find_campaigns(work.db, [key]))[key]
    counts = await store.count_held(
        work.db, [(coupon.merchant_id, coupon.campaign_id, to.member_id)]
    )
    wish = Wish(
        campaign=campaign,
        member_id=to.member_id,
        person_id=to.person_id,
        at=work.now,
        origin=Origin.GIFT,
        origin_id=int(coupon.coupon_id),
    )
    ordinal = counts.get(wish.key, 0) + 1
    claim = Claim(wish=wish, ordinal=ordinal, expires_at=coupon.expires_at)
    to_coupon_id = CouponId(work.ids.next())
    await store.set_ended(work.db, coupon, CouponState.GIVEN, None, 0)
    if not await store.insert_coupons(work.db, {to_coupon_id: claim}):
        raise Refusal("coupons.contended")
    work.record(
        CouponGiven(
            merchant_id=coupon.merchant_id,
            person_id=coupon.person_id,
            subject_id=int(coupon.coupon_id),
            coupon_id=coupon.coupon_id,
            campaign_id=coupon.campaign_id,
            member_id=coupon.member_id,
            to_coupon_id=to_coupon_id,
            to_member_id=to.member_id,
        )
    )
    return to_coupon_id


async def move_budget(work: Work, merchant_id: int, campaign_id: int, added: int) -> Campaign:
    """Put more coupons into a campaign's pool, or take some out that nobody has claimed.

    Raises NotFound `coupons.campaign_not_found`; Refusal `coupons.campaign_closed`; and at the end
    `coupons.fewer_left` if the pool does not have as many.
    """
    before = await store.lock_campaign(work.db, merchant_id, CampaignId(campaign_id))
    if before is None:
        raise NotFound("coupons.campaign_not_found")
    if before.closed_at is not None:
        raise Refusal("coupons.campaign_closed")
    if before.budget + added < 0:
        raise Refusal("coupons.fewer_left")
    if not added:
        return before
    after = msgspec.structs.replace(before, budget=before.budget + added)
    await store.set_campaign(work.db, after)
    code = TransferCode.FUNDED if added > 0 else TransferCode.UNFUNDED
    note_moved(work, merchant_id, campaign_id, code, cause=campaign_id, count=abs(added))
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="coupons.campaign",
        subject_id=after.campaign_id,
        before=before,
        after=after,
    )
    work.record(
        CampaignChanged(
            merchant_id=int(after.merchant_id),
            subject_id=int(after.campaign_id),
            campaign_id=after.campaign_id,
            budget=after.budget,
        )
    )
    note_sweep(work, merchant_id, campaign_id, work.now)
    return after


def _note_end(work: Work, coupon: CouponForOrder, code: TransferCode) -> None:
    note_moved(work, coupon.merchant_id, coupon.campaign_id, code, cause=int(coupon.coupon_id))
