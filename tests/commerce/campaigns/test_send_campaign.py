"""A message with a coupon goes to a segment, and the report says what it brought."""

from collections import Counter
from datetime import timedelta

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.books.timers.run import run_due
from banyan.commerce.campaigns import (
    CampaignDelivered,
    ListRecipients,
    ListSends,
    ReadSend,
    Recipient,
    SegmentId,
    SegmentRules,
    Send,
    SendCampaign,
    SendState,
    carry_out,
    list_recipients,
    list_sends,
    read_send,
    send_campaign,
)
from banyan.commerce.coupons import (
    CloseCampaign,
    CouponState,
    Origin,
    close_campaign,
    grant_coupons,
)
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from banyan.reach.broadcasts import DeliveryResult
from banyan.reach.channels import ChannelKind
from tests.kit.loyalty import (
    add_crowd,
    coupons_of,
    follow_as,
    follow_crowd,
    inbox,
    invite,
    join,
    join_crowd,
    offer,
    open_channel,
    report_of,
    report_on,
    second_office,
    segment,
)
from tests.kit.sales import open_busy_shop, pay, place
from tests.kit.world import World


async def recipients_of(
    world: World, send: Send, result: DeliveryResult | None = None
) -> list[Recipient]:
    """Whom a send was for, read in pages of one."""
    recipients: list[Recipient] = []
    cursor = None
    while True:
        query = ListRecipients(
            merchant_id=world.merchant_id,
            send_id=send.send_id,
            result=result,
            limit=1,
            cursor=cursor,
        )
        page = await world.office.run(list_recipients, query, world.owner)
        recipients += page.items
        cursor = page.next_cursor
        if cursor is None:
            return recipients


async def test_a_come_back_coupon_is_sent_and_redeemed(world: World) -> None:
    shop = await open_busy_shop(world)
    channel = await open_channel(world)
    await join(world, "lin")
    await join(world, "wu")
    await follow_as(world, world.as_person("lin"), channel.channel_id)
    campaign = await offer(world, "回头客", is_claimable=False, budget=10)
    everybody = await segment(world, "全部会员", SegmentRules())
    start = await world.mark()
    send = await invite(world, everybody, coupon=campaign)
    assert send.state is SendState.SENDING
    await world.settle()
    report = await report_of(world, send)
    assert report.send.state is SendState.DELIVERED
    assert report.send.audience_count == 2
    assert (report.results["delivered"], report.results["unfollowed"]) == (1, 1)
    assert (report.coupons_given, report.coupons_redeemed) == (1, 0)
    assert sorted(await world.events(start)) == [
        "broadcasts.sent",
        "campaigns.delivered",
        "campaigns.sent",
        "coupons.claimed",
        "moderation.decided",
    ]
    everyone = await recipients_of(world, send)
    assert {(one.nickname, one.result, one.coupon) for one in everyone} == {
        ("Lin", DeliveryResult.DELIVERED, CouponState.CLAIMED),
        ("Wu", DeliveryResult.UNFOLLOWED, None),
    }
    (one,) = await recipients_of(world, send, DeliveryResult.UNFOLLOWED)
    assert one.nickname == "Wu"
    (notice,) = await inbox(world, world.as_person("lin"))
    assert (notice.kind, notice.title) == ("channels.message", "回来坐坐")
    assert await inbox(world, world.as_person("wu")) == []
    (coupon,) = await coupons_of(world, "lin")
    assert (coupon.origin, coupon.state) == (Origin.CAMPAIGN, CouponState.CLAIMED)
    assert await coupons_of(world, "wu") == []
    order = await place(world, "lin", shop, {shop.oolong: 2}, coupon_id=int(coupon.coupon_id))
    await pay(world, "lin", order)
    await world.settle()
    report = await report_of(world, send)
    assert (report.coupons_redeemed, report.redeemed_order_fen) == (1, 3100)


async def test_a_send_goes_in_parts_and_ends_with_the_pool(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "PART_MAX", 7)
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 30)
    await join_crowd(world, crowd)
    await follow_crowd(world, crowd, channel.channel_id)
    campaign = await offer(world, budget=20)
    everybody = await segment(world, "全部会员", SegmentRules())
    send = await invite(world, everybody, coupon=campaign)
    await world.settle()
    report = await report_of(world, send)
    assert report.send.audience_count == 30
    assert report.results["delivered"] == 30
    assert report.send.granted_count == report.coupons_given == 20
    assert (await report_on(world, campaign.campaign_id)).counts.left == 0


async def test_killed_parts_are_done_again_and_nobody_is_served_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "PART_MAX", 10)
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 45)
    await join_crowd(world, crowd)
    await follow_crowd(world, crowd, channel.channel_id)
    campaign = await offer(world, budget=45)
    everybody = await segment(world, "全部会员", SegmentRules())
    send = await invite(world, everybody, coupon=campaign)
    calls = Counter[str]()

    async def stumble(*arguments: object, **named: object) -> object:
        calls["all"] += 1
        given = await grant_coupons(*arguments, **named)  # type: ignore[arg-type]
        if calls["all"] % 3:
            calls["killed"] += 1
            raise ConnectionError("killed at the end of a part")
        return given

    monkeypatch.setattr(carry_out, "grant_coupons", stumble)
    async with second_office(world) as other:
        for number in range(40):
            await world.office.set_clock(world.now + timedelta(hours=2))
            office = (world.office, other)[number % 2]
            await other.read_clock()
            await run_due(office, carry_out.TIMERS)
    assert calls["killed"] >= 8
    report = await report_of(world, send)
    assert report.send.state is SendState.DELIVERED
    assert report.results["delivered"] == 45
    assert report.coupons_given == 45
    assert [len(await inbox(world, one)) for one in crowd] == [1] * 45


async def test_who_reached_the_limit_gets_the_message_without_a_coupon(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await join(world, "lin")
    await follow_as(world, world.as_person("lin"), channel.channel_id)
    campaign = await offer(world, per_person_limit=1)
    everybody = await segment(world, "全部会员", SegmentRules())
    first = await invite(world, everybody, coupon=campaign)
    second = await invite(world, everybody, coupon=campaign)
    await world.settle()
    reports = [await report_of(world, one) for one in (first, second)]
    assert [one.results["delivered"] for one in reports] == [1, 1]
    assert sorted(one.coupons_given for one in reports) == [0, 1]


async def test_the_rules_are_those_of_the_moment_it_was_sent(world: World) -> None:
    await world.merchant()
    await open_channel(world)
    await join(world, "lin")
    fresh = await segment(world, "新会员", SegmentRules(member_days_max=7))
    send = await invite(world, fresh)
    await world.office.set_clock(world.now + timedelta(days=10))
    await world.settle()
    assert (await report_of(world, send)).send.audience_count == 1


async def test_why_nothing_can_be_sent(world: World) -> None:
    await world.merchant()
    everybody = await segment(world, "全部会员", SegmentRules())
    start = await world.mark()
    with pytest.raises(Refusal, match="no_channel"):
        await invite(world, everybody)
    assert await world.events(start) == []
    await open_channel(world, ChannelKind.SUBSCRIPTION)
    campaign = await offer(world)
    close = CloseCampaign(merchant_id=world.merchant_id, campaign_id=campaign.campaign_id)
    await world.office.run(close_campaign, close, world.owner)
    start = await world.mark()
    with pytest.raises(Refusal, match="campaign_closed"):
        await invite(world, everybody, coupon=campaign)
    unknown = SendCampaign(merchant_id=world.merchant_id, segment_id=SegmentId(4), title="喂")
    with pytest.raises(NotFound, match="segment_not_found"):
        await world.office.run(send_campaign, unknown, world.owner)
    assert await world.events(start) == []
    await invite(world, everybody)
    with pytest.raises(Refusal, match="quota_daily"):
        await invite(world, everybody)
    there = await world.merchant("别家", owner="wu")
    stolen = SendCampaign(merchant_id=there, segment_id=everybody.segment_id, title="喂")
    with pytest.raises(NotFound, match="segment_not_found"):
        await world.office.run(send_campaign, stolen, world.as_person("wu"))


async def test_sends_are_listed_and_nobody_elses(world: World) -> None:
    await world.merchant()
    await open_channel(world)
    everybody = await segment(world, "全部会员", SegmentRules())
    send = await invite(world, everybody)
    query = ListSends(merchant_id=world.merchant_id)
    assert (await world.office.run(list_sends, query, world.owner)).items == [send]
    there = await world.merchant("别家", owner="wu")
    stolen = ReadSend(merchant_id=there, send_id=send.send_id)
    with pytest.raises(NotFound, match="send_not_found"):
        await world.office.run(read_send, stolen, world.as_person("wu"))
    assert CampaignDelivered.__struct_config__.tag == "campaigns.delivered"


async def test_a_manager_of_one_store_does_not_speak_for_the_merchant(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_channel(world)
    everybody = await segment(world, "全部会员", SegmentRules())
    chen = await world.staff("chen", Role.MANAGER, store_ids=[shop.store_id])
    start = await world.mark()
    command = SendCampaign(
        merchant_id=MerchantId(world.merchant_id), segment_id=everybody.segment_id, title="回来坐坐"
    )
    with pytest.raises(NotFound, match=r"stores\.not_found"):
        await world.office.run(send_campaign, command, chen)
    assert await world.events(start) == []
