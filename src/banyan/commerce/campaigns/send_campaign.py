"""Sends a message, and a coupon if wished, to a segment: begun here, carried out by a timer."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.text import Name, Text
from banyan.books.work import Permission, Work, single
from banyan.commerce.campaigns import store
from banyan.commerce.campaigns.audience import count_audience
from banyan.commerce.campaigns.carry_out import note_next_part
from banyan.commerce.campaigns.types import (
    CampaignSent,
    NotedSend,
    Segment,
    SegmentId,
    Send,
    SendId,
    SendState,
)
from banyan.commerce.coupons import CampaignId, find_campaigns
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import Audience, Content, MessageState, open_message
from banyan.reach.channels import Channel, ChannelId, Link, access_own, find_main


class SendCampaign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a message to a segment."""

    merchant_id: MerchantId
    segment_id: SegmentId
    channel_id: ChannelId = ChannelId(NONE)
    """The official account that says it; the merchant's main one if not said."""
    title: Name
    body: Text = ""
    link: Link = ""
    coupon_campaign_id: CampaignId = CampaignId(NONE)
    """A coupon of this campaign for everybody whom the message reaches; 0 for none."""


@single(permission=Permission.CAMPAIGNS_WRITE)
async def send_campaign(work: Work, command: SendCampaign) -> Send:
    """Begin to send; `read_send` says how far it is and what came of it.

    Each member of the segment gets it at most once, whatever is killed on the way.

    Raises NotFound `campaigns.segment_not_found`, `channels.not_found`,
    `coupons.campaign_not_found`, `stores.not_found` (for who acts in some stores only); Refusal
    `campaigns.no_channel`, `broadcasts.quota_daily`, `coupons.campaign_closed`,
    `coupons.campaign_over`; Invalid `channels.link_malformed`.
    """
    merchant_id = command.merchant_id
    # It speaks for the whole merchant, and spends a budget of all its stores.
    work.check_store(merchant_id, NONE)
    segment = await store.find_segment(work.db, merchant_id, command.segment_id)
    if segment is None:
        raise NotFound("campaigns.segment_not_found")
    channel = await _access_channel(work, command)
    coupon_name = await _check_coupons(work, command)
    message = await open_message(
        work,
        channel,
        Audience.SEGMENT,
        Content(title=command.title, body=command.body, link=command.link),
    )
    send = Send(
        merchant_id=Id(merchant_id),
        send_id=SendId(work.ids.next()),
        name=command.title,
        segment_id=segment.segment_id,
        rules=segment.rules,
        channel_id=channel.channel_id,
        message_id=message.message_id,
        coupon_campaign_id=command.coupon_campaign_id,
        state=SendState.SENDING,
        created_at=work.now,
    )
    await store.insert_send(work.db, send, work.actor.actor_id)
    if message.state is MessageState.SENDING:
        note_next_part(work, send)
    await _note_audit(work, send, segment, channel, coupon_name)
    work.record(
        CampaignSent(
            merchant_id=int(merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(send.send_id),
            segment_id=send.segment_id,
            message_id=send.message_id,
            coupon_campaign_id=send.coupon_campaign_id,
        )
    )
    return send


async def _access_channel(work: Work, command: SendCampaign) -> Channel:
    channel_id = command.channel_id or await find_main(work.db, command.merchant_id)
    if channel_id is None:
        raise Refusal("campaigns.no_channel")
    return await access_own(work.db, command.merchant_id, channel_id)


async def _check_coupons(work: Work, command: SendCampaign) -> str:
    """Return the name of the coupon that goes with it, empty for none."""
    if not command.coupon_campaign_id:
        return ""
    key = (int(command.merchant_id), int(command.coupon_campaign_id))
    campaign = (await find_campaigns(work.db, [key])).get(key)
    if campaign is None:
        raise NotFound("coupons.campaign_not_found")
    if campaign.closed_at is not None:
        raise Refusal("coupons.campaign_closed")
    if campaign.valid_until <= work.now:
        raise Refusal("coupons.campaign_over")
    return campaign.name


async def _note_audit(
    work: Work, send: Send, segment: Segment, channel: Channel, coupon_name: str
) -> None:
    # What was said to many can't be taken back: who said it to whom is kept as it was then.
    members = await count_audience(work.db, send.merchant_id, segment.rules, work.now)
    noted = NotedSend(
        title=send.name,
        segment_id=segment.segment_id,
        segment_name=segment.name,
        members_count=members,
        channel_id=channel.channel_id,
        channel_name=channel.name,
        coupon_campaign_id=send.coupon_campaign_id,
        coupon_name=coupon_name,
    )
    await note_change(
        work,
        merchant_id=send.merchant_id,
        subject="campaigns.send",
        subject_id=send.send_id,
        before=None,
        after=noted,
    )
