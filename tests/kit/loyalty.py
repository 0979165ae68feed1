"""Builders for what brings people back: members, coupons, official accounts, segments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from banyan.app.build import open_building
from banyan.books.actor import Actor
from banyan.books.office import Office
from banyan.commerce.campaigns import (
    CreateSegment,
    ReadSend,
    Segment,
    SegmentRules,
    Send,
    SendCampaign,
    SendReport,
    create_segment,
    read_send,
    send_campaign,
)
from banyan.commerce.coupons import (
    Campaign,
    CampaignId,
    CampaignReport,
    ClaimCoupon,
    Coupon,
    CouponFilter,
    CouponKind,
    CreateCampaign,
    ListMyCoupons,
    ReadCampaign,
    claim_coupons,
    create_campaign,
    list_my_coupons,
    read_campaign,
)
from banyan.commerce.members import (
    JoinMember,
    MemberCard,
    MemberForOrder,
    NewMember,
    ReadMyCard,
    ensure_members,
    join_member,
    read_my_card,
)
from banyan.parties.merchants import MerchantId
from banyan.parties.people import NewPerson, add_people
from banyan.reach.broadcasts import (
    Message,
    MessageReport,
    ReadMessage,
    SendMessage,
    read_message,
    send_message,
)
from banyan.reach.channels import (
    Channel,
    ChannelId,
    ChannelKind,
    CreateChannel,
    Follow,
    Following,
    access_channel,
    create_channel,
    follow,
    follow_channel,
)
from banyan.reach.notices import ListNotices, Notice, list_notices

if TYPE_CHECKING:
    from tests.kit.world import World


@asynccontextmanager
async def second_office(world: World) -> AsyncIterator[Office]:
    """Open another Office on the same database, as another server process would."""
    async with open_building(world.building.settings) as building:
        yield building.office


async def offer(world: World, name: str = "满三十减五元", **facts: Any) -> Campaign:  # noqa: ANN401 - any field of the command
    """Begin a campaign of the world's merchant: by default 5.00 off 30.00, a hundred of them."""
    given: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "name": name,
        "kind": CouponKind.AMOUNT_OFF,
        "threshold_fen": 3000,
        "amount_off_fen": 500,
        "budget": 100,
        "valid_until": world.now + timedelta(days=30),
    }
    if facts.get("kind") is CouponKind.PERCENT_OFF:
        del given["amount_off_fen"]
    command = CreateCampaign(**(given | facts))
    return await world.office.run(create_campaign, command, world.owner)


async def join(world: World, name: str) -> MemberForOrder:
    """Have somebody, added if need be, be a member of the world's merchant."""
    actor = await world.person(name)
    await world.office.run(join_member, JoinMember(merchant_id=world.merchant_id), actor)
    key = (int(world.merchant_id), actor.person_id)
    async with world.office.begin() as work:
        new = NewMember(merchant_id=key[0], person_id=key[1], joined_at=work.now)
        return (await ensure_members(work, [new]))[key]


async def card(world: World, name: str) -> MemberCard:
    """Somebody's card at the world's merchant."""
    query = ReadMyCard(merchant_id=world.merchant_id)
    return await world.office.run(read_my_card, query, world.as_person(name))


async def claim(world: World, name: str, campaign: Campaign) -> Coupon:
    """Have somebody take a coupon."""
    command = ClaimCoupon(
        merchant_id=MerchantId(campaign.merchant_id), campaign_id=campaign.campaign_id
    )
    return await world.office.run(claim_coupons, command, world.as_person(name))


async def storm_of_claims(world: World, campaign: Campaign, crowd: Sequence[Actor]) -> None:
    """Have everybody take a coupon, all in one batch; each must get one."""
    command = ClaimCoupon(
        merchant_id=MerchantId(campaign.merchant_id), campaign_id=campaign.campaign_id
    )
    await asyncio.gather(*(world.office.run(claim_coupons, command, one) for one in crowd))


async def coupons_of(
    world: World, name: str, show: CouponFilter = CouponFilter.ALL
) -> list[Coupon]:
    """Somebody's coupons, the newest first."""
    query = ListMyCoupons(show=show, limit=100)
    return (await world.office.run(list_my_coupons, query, world.as_person(name))).items


async def report_on(world: World, campaign_id: CampaignId) -> CampaignReport:
    """What became of a campaign of the world's merchant."""
    query = ReadCampaign(merchant_id=world.merchant_id, campaign_id=campaign_id)
    return await world.office.run(read_campaign, query, world.owner)


async def add_crowd(world: World, count: int) -> list[Actor]:
    """Add people nobody knows more of; the actors that they are when signed in."""
    async with world.office.begin() as work:
        ids = await add_people(work, [NewPerson(nickname=f"Guest {n}") for n in range(count)])
    return [Actor(kind="person", actor_id=one, person_id=one) for one in ids]


async def join_crowd(world: World, crowd: Sequence[Actor]) -> list[MemberForOrder]:
    """Have all of them be members of the world's merchant."""
    async with world.office.begin() as work:
        new = [
            NewMember(
                merchant_id=int(world.merchant_id), person_id=one.person_id, joined_at=work.now
            )
            for one in crowd
        ]
        members = await ensure_members(work, new)
    return [members[int(world.merchant_id), one.person_id] for one in crowd]


async def open_channel(
    world: World,
    kind: ChannelKind = ChannelKind.SERVICE,
    **facts: Any,  # noqa: ANN401 - any field of the command
) -> Channel:
    """Make an official account of the world's merchant."""
    given: dict[str, Any] = {"merchant_id": world.merchant_id, "kind": kind, "name": "榕树茶馆"}
    command = CreateChannel(**(given | facts))
    return (await world.office.run(create_channel, command, world.owner)).channel


async def follow_as(world: World, actor: Actor, channel_id: ChannelId) -> Following:
    """Have somebody follow an account."""
    return await world.office.run(follow, Follow(channel_id=channel_id), actor)


async def follow_crowd(world: World, crowd: Sequence[Actor], channel_id: ChannelId) -> None:
    """Have all of them follow an account."""
    async with world.office.begin() as work:
        channel = await access_channel(work.db, channel_id)
        for one in crowd:
            await follow_channel(work, channel, one.person_id)


async def send_to(
    world: World, channel: Channel, openids: list[str] | None = None, title: str = "新茶到店"
) -> Message:
    """Have the merchant send a message to these followers, or to all."""
    command = SendMessage(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        title=title,
        body="来坐坐",
        openids=openids,
    )
    return await world.office.run(send_message, command, world.owner)


async def results_of(world: World, message: Message) -> dict[str, int]:
    """How many recipients a message has had by result, leaving out what nobody had."""
    query = ReadMessage(merchant_id=world.merchant_id, message_id=message.message_id)
    report: MessageReport = await world.office.run(read_message, query, world.owner)
    return {result: count for result, count in report.results.items() if count}


async def inbox(world: World, actor: Actor) -> list[Notice]:
    """What lies in somebody's inbox, the newest first."""
    return (await world.office.run(list_notices, ListNotices(limit=100), actor)).items


async def segment(world: World, name: str, rules: SegmentRules) -> Segment:
    """Save a segment of the world's merchant."""
    command = CreateSegment(merchant_id=world.merchant_id, name=name, rules=rules)
    return await world.office.run(create_segment, command, world.owner)


async def invite(
    world: World, to: Segment, *, coupon: Campaign | None = None, title: str = "回来坐坐"
) -> Send:
    """Send a message to a segment, with a coupon if wished."""
    command = SendCampaign(
        merchant_id=world.merchant_id,
        segment_id=to.segment_id,
        title=title,
        body="给你留了一张券",
        coupon_campaign_id=coupon.campaign_id if coupon else CampaignId(0),
    )
    return await world.office.run(send_campaign, command, world.owner)


async def report_of(world: World, send: Send) -> SendReport:
    """What came of a send."""
    query = ReadSend(merchant_id=world.merchant_id, send_id=send.send_id)
    return await world.office.run(read_send, query, world.owner)
