"""Invites members again: segments, messages with coupons to them, and what came of it."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.campaigns.carry_out import TIMERS, bring_segment
from banyan.commerce.campaigns.invariants import INVARIANTS
from banyan.commerce.campaigns.list_recipients import (
    ListRecipients,
    Recipient,
    list_recipients,
)
from banyan.commerce.campaigns.read_send import (
    ListSends,
    ReadSend,
    SendReport,
    list_sends,
    read_send,
)
from banyan.commerce.campaigns.save_segment import (
    ChangeSegment,
    CreateSegment,
    DeleteSegment,
    ListSegments,
    PreviewSegment,
    SegmentPreview,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
    preview_segment,
)
from banyan.commerce.campaigns.send_campaign import SendCampaign, send_campaign
from banyan.commerce.campaigns.types import (
    CampaignDelivered,
    CampaignSent,
    Segment,
    SegmentId,
    SegmentRules,
    Send,
    SendId,
    SendState,
)

ROOM = Room(
    name="campaigns",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        create_segment,
        change_segment,
        delete_segment,
        list_segments,
        preview_segment,
        send_campaign,
        list_sends,
        read_send,
        list_recipients,
    ),
    events=(CampaignSent, CampaignDelivered),
    invariants=INVARIANTS,
    timers=TIMERS,
)

__all__ = (
    "ROOM",
    "CampaignDelivered",
    "CampaignSent",
    "ChangeSegment",
    "CreateSegment",
    "DeleteSegment",
    "ListRecipients",
    "ListSegments",
    "ListSends",
    "PreviewSegment",
    "ReadSend",
    "Recipient",
    "Segment",
    "SegmentId",
    "SegmentPreview",
    "SegmentRules",
    "Send",
    "SendCampaign",
    "SendId",
    "SendReport",
    "SendState",
    "bring_segment",
    "change_segment",
    "create_segment",
    "delete_segment",
    "list_recipients",
    "list_segments",
    "list_sends",
    "preview_segment",
    "read_send",
    "send_campaign",
)
