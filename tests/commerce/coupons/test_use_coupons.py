"""A coupon's life with an order: reserved, released, redeemed, given back, and its end in time."""

from datetime import timedelta

import pytest

from banyan.commerce.coupons import (
    CouponFilter,
    CouponState,
    ListMemberCoupons,
    Redemption,
    expire_coupons,
    give_back_coupon,
    list_member_coupons,
    list_usable_coupons,
    lock_coupons,
    redeem_coupons,
    release_coupon,
    reserve_coupons,
)
from banyan.commerce.coupons.types import Coupon
from tests.kit.loyalty import (
    add_crowd,
    claim,
    coupons_of,
    join,
    join_crowd,
    offer,
    report_on,
    storm_of_claims,
)
from tests.kit.world import World

ORDER = 77


async def reserve(world: World, coupon: Coupon, order_id: int = ORDER) -> None:
    async with world.office.begin() as work:
        key = (int(coupon.merchant_id), int(coupon.coupon_id))
        locked = await lock_coupons(work, [key, (key[0], 5)])
        assert list(locked) == [coupon.coupon_id]
        await reserve_coupons(work, {order_id: locked[coupon.coupon_id]})


async def redeem(world: World, coupon: Coupon, order_id: int = ORDER) -> None:
    async with world.office.begin() as work:
        redemption = Redemption(
            merchant_id=int(coupon.merchant_id),
            coupon_id=int(coupon.coupon_id),
            order_id=order_id,
            order_total_fen=2500,
            at=work.now,
        )
        await redeem_coupons(work, [redemption])


async def give_back(world: World, coupon: Coupon) -> bool:
    async with world.office.begin() as work:
        return await give_back_coupon(work, int(coupon.merchant_id), int(coupon.coupon_id))


async def release(world: World, coupon: Coupon) -> None:
    async with world.office.begin() as work:
        await release_coupon(work, int(coupon.merchant_id), int(coupon.coupon_id))


async def states(world: World, name: str = "lin") -> list[CouponState]:
    return [one.state for one in await coupons_of(world, name)]


async def one_coupon(world: World) -> Coupon:
    await world.merchant()
    await join(world, "lin")
    return await claim(world, "lin", await offer(world))


async def test_a_redeemed_coupon_is_on_the_books_with_the_order_it_brought(world: World) -> None:
    coupon = await one_coupon(world)
    start = await world.mark()
    await reserve(world, coupon)
    assert await states(world) == [CouponState.RESERVED]
    assert (await report_on(world, coupon.campaign_id)).counts.held == 1
    await redeem(world, coupon)
    (mine,) = await coupons_of(world, "lin", CouponFilter.REDEEMED)
    assert (mine.state, mine.order_id) == (CouponState.REDEEMED, ORDER)
    report = await report_on(world, coupon.campaign_id)
    assert (report.counts.held, report.counts.redeemed) == (0, 1)
    assert report.redeemed_order_fen == 2500
    assert await world.events(start) == ["coupons.redeemed"]


async def test_an_unpaid_order_lets_go_of_its_coupon(world: World) -> None:
    coupon = await one_coupon(world)
    await reserve(world, coupon)
    await release(world, coupon)
    assert await states(world) == [CouponState.CLAIMED]
    await release(world, coupon)
    assert await states(world) == [CouponState.CLAIMED]


async def test_a_refund_gives_the_coupon_back_for_its_own_time(world: World) -> None:
    coupon = await one_coupon(world)
    assert not await give_back(world, coupon)
    await reserve(world, coupon)
    assert not await give_back(world, coupon)
    await redeem(world, coupon)
    start = await world.mark()
    assert await give_back(world, coupon)
    assert not await give_back(world, coupon)
    (mine,) = await coupons_of(world, "lin", CouponFilter.USABLE)
    assert (mine.state, mine.expires_at, mine.order_id) == (
        CouponState.CLAIMED,
        coupon.expires_at,
        0,
    )
    report = await report_on(world, coupon.campaign_id)
    assert (report.counts.held, report.counts.redeemed, report.redeemed_order_fen) == (1, 0, 0)
    assert await world.events(start) == ["coupons.given_back"]


async def test_a_coupon_given_back_too_late_expires_at_once(world: World) -> None:
    coupon = await one_coupon(world)
    await reserve(world, coupon)
    await redeem(world, coupon)
    await world.advance(timedelta(days=31))
    assert not await give_back(world, coupon)
    await world.settle()
    assert await states(world) == [CouponState.EXPIRED]
    counts = (await report_on(world, coupon.campaign_id)).counts
    assert (counts.held, counts.redeemed, counts.expired) == (0, 0, 1)


async def test_coupons_expire_when_their_time_is_over_and_not_before(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    campaign = await offer(world, valid_days=7, per_person_limit=3)
    await claim(world, "lin", campaign)
    await world.advance(timedelta(days=3))
    await claim(world, "lin", campaign)
    await world.advance(timedelta(days=3, hours=23))
    assert await states(world) == [CouponState.CLAIMED] * 2
    start = await world.mark()
    await world.advance(timedelta(hours=1))
    assert await states(world) == [CouponState.CLAIMED, CouponState.EXPIRED]
    assert await world.events(start) == ["coupons.expired"]
    await world.advance(timedelta(days=3))
    assert await states(world) == [CouponState.EXPIRED] * 2
    # The campaign is still on: somebody who claims now is not forgotten.
    await claim(world, "lin", campaign)
    await world.advance(timedelta(days=7))
    assert await states(world) == [CouponState.EXPIRED] * 3
    await world.advance(timedelta(days=30))
    assert (await report_on(world, campaign.campaign_id)).counts.expired == 3


async def test_a_reserved_coupon_waits_for_its_order(world: World) -> None:
    coupon = await one_coupon(world)
    await reserve(world, coupon)
    await world.advance(timedelta(days=31))
    assert await states(world) == [CouponState.RESERVED]
    await release(world, coupon)
    await world.settle()
    assert await states(world) == [CouponState.EXPIRED]


async def test_a_reserved_coupon_is_honoured_after_its_time(world: World) -> None:
    coupon = await one_coupon(world)
    await reserve(world, coupon)
    await world.advance(timedelta(days=31))
    await redeem(world, coupon)
    assert await states(world) == [CouponState.REDEEMED]


async def test_many_expire_in_bounded_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expire_coupons, "SWEEP_MAX", 10)
    await world.merchant()
    crowd = await add_crowd(world, 35)
    await join_crowd(world, crowd)
    campaign = await offer(world, budget=35)
    await storm_of_claims(world, campaign, crowd)
    await world.advance(timedelta(days=31))
    counts = (await report_on(world, campaign.campaign_id)).counts
    assert (counts.held, counts.expired) == (0, 35)


async def test_what_can_be_used_is_offered_to_the_buyer_and_the_till(world: World) -> None:
    usable = await one_coupon(world)
    used = await claim(world, "lin", await offer(world, "另一张"))
    await reserve(world, used)
    merchant_id, person = int(world.merchant_id), world.as_person("lin")
    async with world.office.begin() as work:
        mine = await list_usable_coupons(work.db, merchant_id, person.person_id, work.now)
    assert [one.coupon_id for one in mine] == [usable.coupon_id]
    query = ListMemberCoupons(merchant_id=world.merchant_id, member_id=usable.member_id)
    seen = await world.office.run(list_member_coupons, query, world.owner)
    assert seen.items == mine
    later = world.now + timedelta(days=31)
    async with world.office.begin() as work:
        assert not await list_usable_coupons(work.db, merchant_id, person.person_id, later)
