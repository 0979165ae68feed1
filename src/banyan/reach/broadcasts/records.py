"""How rows of this room become its structs, and what a new message is stored with."""

from datetime import date, datetime

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.reach.broadcasts.types import (
    Audience,
    CopyrightItem,
    DeliveryResult,
    Message,
    MessageId,
    MessageState,
    Spoken,
)
from banyan.reach.channels import ChannelId
from banyan.reach.labels import TagId


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it is stored first; `quota_day` is given where one a day is the limit."""

    message: Message
    quota_day: date | None
    sent_by: int


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message in somebody's inbox."""

    message: Message
    begun_at: datetime
    delivered_at: datetime
    is_read: bool


def message_of(row: asyncpg.Record) -> Message:
    """Return a message to many."""
    return Message(
        merchant_id=Id(row["merchant_id"]),
        message_id=MessageId(row["message_id"]),
        channel_id=ChannelId(row["channel_id"]),
        number=row["number"],
        audience=Audience(row["audience"]),
        tag_id=TagId(row["tag_id"]),
        content=msgspec.convert(row["content"], Spoken),
        state=MessageState(row["state"]),
        reason=DeliveryResult(row["reason"]) if row["reason"] else None,
        is_checked=row["is_checked"],
        asked_at=row["asked_at"],
        send_at=row["send_at"],
        quota_month=row["quota_month"],
        created_at=row["created_at"],
        begun_at=row["begun_at"],
        finished_at=row["finished_at"],
        is_reprint_refused=row["is_reprint_refused"],
        publish_number=row["publish_number"],
        article_id=row["article_id"],
        deleted=list(row["deleted"]),
        copyright=msgspec.convert(row["copyright"], list[CopyrightItem]),
    )


def received_of(row: asyncpg.Record) -> Received:
    """Return a message in somebody's inbox."""
    return Received(
        message=message_of(row),
        begun_at=row["begun_at"],
        delivered_at=row["delivered_at"],
        is_read=row["read_at"] is not None,
    )
