"""Whoever joins is welcomed with a coupon, as long as there are some."""

from datetime import timedelta

from banyan.commerce.coupons import ChangeCampaign, CouponState, Origin, change_campaign
from banyan.commerce.members import NewMember, ensure_members
from tests.kit.loyalty import add_crowd, coupons_of, inbox, join, join_crowd, offer, report_on
from tests.kit.world import World


async def test_a_new_member_is_welcomed_once(world: World) -> None:
    await world.merchant()
    campaign = await offer(world, "见面礼", is_welcome=True, is_claimable=False)
    await offer(world, "不是见面礼")
    await world.person("lin")
    start = await world.mark()
    await join(world, "lin")
    await world.settle()
    (coupon,) = await coupons_of(world, "lin")
    assert (coupon.name, coupon.origin) == ("见面礼", Origin.WELCOME)
    assert coupon.state is CouponState.CLAIMED
    assert await world.events(start) == ["members.joined", "coupons.claimed"]
    (notice,) = await inbox(world, world.as_person("lin"))
    assert notice.kind == "coupons.arrived"
    assert notice.fields["coupon_name"] == "见面礼"
    assert notice.fields["coupon_id"] == str(int(coupon.coupon_id))
    await join(world, "lin")
    await world.settle()
    assert len(await coupons_of(world, "lin")) == 1
    assert (await report_on(world, campaign.campaign_id)).counts.left == 99


async def test_welcomes_end_with_the_pool_and_nobody_is_held_up(world: World) -> None:
    await world.merchant()
    campaign = await offer(world, is_welcome=True, budget=3)
    await join_crowd(world, await add_crowd(world, 5))
    await world.settle()
    counts = (await report_on(world, campaign.campaign_id)).counts
    assert (counts.left, counts.claimed) == (0, 3)
    more = ChangeCampaign(
        merchant_id=world.merchant_id, campaign_id=campaign.campaign_id, budget=10
    )
    await world.office.run(change_campaign, more, world.owner)
    await join_crowd(world, await add_crowd(world, 1))
    await world.settle()
    assert (await report_on(world, campaign.campaign_id)).counts.claimed == 4


async def test_members_of_a_time_before_the_campaign_are_not_welcomed(world: World) -> None:
    await world.merchant()
    campaign = await offer(world, is_welcome=True)
    (old,) = await add_crowd(world, 1)
    async with world.office.begin() as work:
        joined_at = work.now - timedelta(days=900)
        new = NewMember(
            merchant_id=int(world.merchant_id), person_id=old.person_id, joined_at=joined_at
        )
        await ensure_members(work, [new])
    await world.settle()
    assert (await report_on(world, campaign.campaign_id)).counts.claimed == 0
