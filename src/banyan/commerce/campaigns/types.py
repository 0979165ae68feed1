"""Ids, structs and events of segments and of what is sent to them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.money import Fen
from banyan.books.journal import Event
from banyan.commerce.coupons import CampaignId
from banyan.reach.broadcasts import MessageId
from banyan.reach.channels import ChannelId

Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
TierNo = Annotated[int, msgspec.Meta(ge=1, le=10)]


class SegmentId(Id):
    """A saved description of some members."""


class SendId(Id):
    """One message to a segment, with what came of it."""


class SendState(StrEnum):
    """How far a send is. Stored: never renamed."""

    SENDING = "sending"
    DELIVERED = "delivered"


class SegmentRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which members: those for whom everything that is given here holds; nothing means all."""

    tier_nos: Annotated[list[TierNo], msgspec.Meta(min_length=1, max_length=10)] | None = None
    orders_min: Count | None = None
    orders_max: Count | None = None
    idle_days_min: Days | None = None
    """Have ordered, the last time at least so many days ago."""
    idle_days_max: Days | None = None
    """Have ordered within so many days."""
    spent_min_fen: Fen | None = None
    spent_max_fen: Fen | None = None
    member_days_min: Days | None = None
    """Joined at least so many days ago."""
    member_days_max: Days | None = None
    """Joined within so many days."""
    joined_code_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)] | None = None
    """Came through one of these codes."""
    has_coupon: bool | None = None
    """Hold a usable coupon, or hold none."""
    coupon_campaign_id: CampaignId | None = None
    """Which coupons `has_coupon` asks about; any if not said."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A saved description of some members."""

    merchant_id: Id
    segment_id: SegmentId
    name: str
    rules: SegmentRules
    created_at: datetime
    changed_at: datetime


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a segment. The rules are those of the moment it was sent."""

    merchant_id: Id
    send_id: SendId
    name: str
    segment_id: SegmentId
    rules: SegmentRules
    channel_id: ChannelId
    message_id: MessageId
    coupon_campaign_id: CampaignId
    """The coupons that go with it; 0 for none."""
    state: SendState
    audience_count: int = 0
    """Members in the segment, as far as it has come."""
    granted_count: int = 0
    """Coupons given, as far as it has come."""
    created_at: datetime
    finished_at: datetime | None = None


class NotedSend(msgspec.Struct, frozen=True, kw_only=True):
    """A send as the audit log keeps it, with the names of that moment."""

    title: str
    segment_id: SegmentId
    segment_name: str
    members_count: int
    """How many the segment held when it was sent."""
    channel_id: ChannelId
    channel_name: str
    coupon_campaign_id: CampaignId
    coupon_name: str


class CampaignSent(Event, frozen=True, kw_only=True, tag="campaigns.sent"):
    """A merchant began to send a message to a segment; `subject_id` is the send."""

    segment_id: SegmentId
    message_id: MessageId
    coupon_campaign_id: CampaignId


class CampaignDelivered(Event, frozen=True, kw_only=True, tag="campaigns.delivered"):
    """A message has gone to the whole segment; `subject_id` is the send."""

    audience_count: int
    granted_count: int
    results: dict[str, int]
    """How many members by what became of the message."""
