"""A send to a segment waits until its message may go, or tells everybody why it may not."""

from __future__ import annotations

import msgspec

from banyan.books.work import SYSTEM
from banyan.commerce.campaigns import SegmentRules, SendCampaign, SendState, send_campaign
from banyan.commerce.coupons import CouponState
from banyan.reach.broadcasts import CancelMessage, cancel_message
from banyan.reach.moderation import DecideCheck, ListChecks, decide_check, list_checks
from tests.kit.loyalty import (
    coupons_of,
    follow_as,
    inbox,
    join,
    offer,
    open_channel,
    report_of,
    segment,
)
from tests.kit.moderation import BAD, UNCLEAR, operator
from tests.kit.sales import open_busy_shop
from tests.kit.world import World


async def send(world: World, title: str) -> SendCampaign:
    """A send of a message and a coupon to all members, of whom one follows."""
    await open_busy_shop(world)
    channel = await open_channel(world)
    await join(world, "lin")
    await follow_as(world, world.as_person("lin"), channel.channel_id)
    campaign = await offer(world, "回头客", is_claimable=False, budget=10)
    everybody = await segment(world, "全部会员", SegmentRules())
    return SendCampaign(
        merchant_id=world.merchant_id,
        segment_id=everybody.segment_id,
        channel_id=channel.channel_id,
        title=title,
        coupon_campaign_id=campaign.campaign_id,
    )


async def test_a_send_waits_for_people_to_decide(world: World) -> None:
    command = await send(world, UNCLEAR)
    made = await world.office.run(send_campaign, command, world.owner)
    await world.settle()
    assert (await report_of(world, made)).send.state is SendState.SENDING
    assert await coupons_of(world, "lin") == []
    query = ListChecks(merchant_id=world.merchant_id, channel_id=made.channel_id)
    (check,) = (await world.office.run(list_checks, query, SYSTEM)).items
    decide = DecideCheck(channel_id=made.channel_id, check_id=check.check_id, passes=True)
    await world.office.run(decide_check, decide, await operator(world, "fang"))
    await world.settle()
    report = await report_of(world, made)
    assert report.send.state is SendState.DELIVERED
    assert report.results["delivered"] == 1
    (coupon,) = await coupons_of(world, "lin")
    assert coupon.state is CouponState.CLAIMED


async def test_a_refused_send_reaches_nobody_and_gives_no_coupon(world: World) -> None:
    command = await send(world, BAD)
    made = await world.office.run(send_campaign, command, world.owner)
    await world.settle()
    report = await report_of(world, made)
    assert report.send.state is SendState.DELIVERED
    assert {name: count for name, count in report.results.items() if count} == {"advertising": 1}
    assert await coupons_of(world, "lin") == []
    assert not [one for one in await inbox(world, world.as_person("lin")) if one.title == BAD]
    again = msgspec.structs.replace(command, title="新茶到店")
    await world.office.run(send_campaign, again, world.owner)
    await world.settle()
    assert len(await coupons_of(world, "lin")) == 1


async def test_a_send_ends_when_its_message_is_taken_back(world: World) -> None:
    made = await world.office.run(send_campaign, await send(world, UNCLEAR), world.owner)
    await world.settle()
    gone = CancelMessage(merchant_id=world.merchant_id, message_id=made.message_id)
    await world.office.run(cancel_message, gone, world.owner)
    await world.settle()
    report = await report_of(world, made)
    assert report.send.state is SendState.DELIVERED
    assert {name: count for name, count in report.results.items() if count} == {
        "consent_refused": 1
    }
    assert await coupons_of(world, "lin") == []
