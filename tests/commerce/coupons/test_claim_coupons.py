"""Members take coupons: one after another, in a storm, and from two servers at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import Actor
from banyan.commerce.coupons import (
    Campaign,
    ClaimCoupon,
    CloseCampaign,
    CouponState,
    Origin,
    claim_coupons,
    close_campaign,
)
from banyan.parties.merchants import MerchantId
from tests.kit.loyalty import (
    add_crowd,
    claim,
    join,
    join_crowd,
    offer,
    report_on,
    second_office,
)
from tests.kit.world import World


async def test_a_member_claims_until_the_limit_a_person(world: World) -> None:
    await world.merchant()
    lin = await join(world, "lin")
    campaign = await offer(world, per_person_limit=2, budget=5)
    start = await world.mark()
    first = await claim(world, "lin", campaign)
    second = await claim(world, "lin", campaign)
    assert first.coupon_id != second.coupon_id
    assert first.member_id == lin.member_id
    assert (first.state, first.origin) == (CouponState.CLAIMED, Origin.CLAIM)
    assert first.expires_at == campaign.valid_until
    with pytest.raises(Refusal, match="limit_reached"):
        await claim(world, "lin", campaign)
    counts = (await report_on(world, campaign.campaign_id)).counts
    assert (counts.left, counts.claimed, counts.held) == (3, 2, 2)
    assert await world.events(start) == ["coupons.claimed", "coupons.claimed"]


async def test_a_coupon_lasts_for_its_days_and_never_beyond_the_campaign(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    short = await offer(world, "七天", valid_days=7)
    long = await offer(world, "百日", valid_days=100)
    coupon = await claim(world, "lin", short)
    assert coupon.expires_at == coupon.claimed_at + timedelta(days=7)
    assert (await claim(world, "lin", long)).expires_at == long.valid_until


async def test_who_may_not_claim_is_told_why_and_nothing_changes(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    await world.person("wu")
    campaign = await offer(world)
    later = await offer(
        world, valid_from=world.now + timedelta(days=1), valid_until=world.now + timedelta(days=2)
    )
    gift = await offer(world, is_claimable=False)
    closed = await offer(world)
    await world.office.run(
        close_campaign,
        CloseCampaign(merchant_id=world.merchant_id, campaign_id=closed.campaign_id),
        world.owner,
    )
    start = await world.mark()
    with pytest.raises(Refusal, match=r"members\.required"):
        await claim(world, "wu", campaign)
    with pytest.raises(Refusal, match=r"coupons\.not_yet"):
        await claim(world, "lin", later)
    with pytest.raises(Refusal, match=r"coupons\.not_claimable"):
        await claim(world, "lin", gift)
    with pytest.raises(Refusal, match=r"coupons\.campaign_closed"):
        await claim(world, "lin", closed)
    unknown = ClaimCoupon(merchant_id=MerchantId(7), campaign_id=campaign.campaign_id)
    with pytest.raises(NotFound, match=r"coupons\.campaign_not_found"):
        await world.office.run(claim_coupons, unknown, world.as_person("lin"))
    await world.office.set_clock(world.now + timedelta(days=31))
    with pytest.raises(Refusal, match=r"coupons\.campaign_over"):
        await claim(world, "lin", campaign)
    assert await world.events(start) == []


async def storm(world: World, campaign: Campaign, crowd: list[Actor]) -> Counter[str]:
    """Let everybody claim at the same moment, at two servers in turn; count what they get."""
    command = ClaimCoupon(
        merchant_id=MerchantId(campaign.merchant_id), campaign_id=campaign.campaign_id
    )
    outcomes: Counter[str] = Counter()
    async with second_office(world) as other:
        offices = (world.office, other)

        async def one(number: int, actor: Actor) -> None:
            try:
                await offices[number % 2].run(claim_coupons, command, actor)
                outcomes["won"] += 1
            except Failure as failure:
                outcomes[failure.code] += 1

        await asyncio.gather(*(one(number, actor) for number, actor in enumerate(crowd)))
    return outcomes


async def test_two_hundred_claim_fifty_and_exactly_fifty_win(world: World) -> None:
    await world.merchant()
    crowd = await add_crowd(world, 200)
    await join_crowd(world, crowd)
    campaign = await offer(world, budget=50)
    outcomes = await storm(world, campaign, crowd)
    assert outcomes == {"won": 50, "coupons.sold_out": 150}
    counts = (await report_on(world, campaign.campaign_id)).counts
    assert (counts.left, counts.claimed, counts.held) == (0, 50, 50)


async def test_one_member_on_forty_devices_gets_no_more_than_the_limit(world: World) -> None:
    await world.merchant()
    (actor,) = crowd = await add_crowd(world, 1)
    await join_crowd(world, crowd)
    campaign = await offer(world, per_person_limit=3)
    outcomes = await storm(world, campaign, [actor] * 40)
    assert outcomes["won"] == 3
    assert outcomes["coupons.limit_reached"] + outcomes["coupons.contended"] == 37
    assert (await report_on(world, campaign.campaign_id)).counts.claimed == 3


async def test_refused_callers_of_a_batch_do_not_hurt_the_others(world: World) -> None:
    await world.merchant()
    crowd = await add_crowd(world, 6)
    await join_crowd(world, crowd[:4])
    few = await offer(world, budget=3)
    many = await offer(world, budget=100)

    def wish(campaign: Campaign) -> ClaimCoupon:
        return ClaimCoupon(merchant_id=world.merchant_id, campaign_id=campaign.campaign_id)

    async def ask(actor: Actor, campaign: Campaign) -> str:
        try:
            await world.office.run(claim_coupons, wish(campaign), actor)
        except Failure as failure:
            return failure.code
        return "won"

    outcomes = await asyncio.gather(
        *(ask(actor, few) for actor in crowd), *(ask(actor, many) for actor in crowd)
    )
    assert sorted(outcomes[:6]) == [
        "coupons.sold_out",
        "members.required",
        "members.required",
        "won",
        "won",
        "won",
    ]
    assert outcomes[6:] == ["won"] * 4 + ["members.required"] * 2
