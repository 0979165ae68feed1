"""Sends a message to many followers: notes whom, and lets a timer deliver it part by part."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.ids import Id
from banyan.base.text import Name, Text
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.channels import store
from banyan.reach.channels.access import access_own
from banyan.reach.channels.deliver import note_next_part
from banyan.reach.channels.records import NewMessage
from banyan.reach.channels.rules import check_link, compute_day
from banyan.reach.channels.types import (
    OPENIDS_MAX,
    Audience,
    Channel,
    ChannelId,
    ChannelKind,
    Link,
    Message,
    MessageId,
    MessageState,
    Openid,
)


class SendMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send a message to the named followers, or to all."""

    merchant_id: MerchantId
    channel_id: ChannelId
    title: Name
    body: Text = ""
    link: Link = ""
    """Where a tap on it leads: a web address or a path in the phone app; empty for nowhere."""
    openids: Annotated[list[Openid], msgspec.Meta(min_length=1, max_length=OPENIDS_MAX)] | None = (
        None
    )
    """Null means every follower."""


class NotedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to followers as the audit log keeps it."""

    title: str
    channel_id: ChannelId
    channel_name: str
    audience: Audience
    openids_count: int
    """How many were named; 0 where all were meant."""


@single(permission=Permission.CHANNELS_WRITE)
async def send_message(work: Work, command: SendMessage) -> Message:
    """Begin to send a message; nobody gets it twice, and `read_message` says what became of it.

    Raises NotFound `channels.not_found`, Invalid `channels.link_malformed`,
    `channels.openid_twice`, Refusal `channels.quota_daily`.
    """
    if command.openids is not None and len(set(command.openids)) < len(command.openids):
        raise Invalid("channels.openid_twice")
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    audience = Audience.ALL if command.openids is None else Audience.LIST
    message = await open_message(
        work, channel, audience, title=command.title, body=command.body, link=command.link
    )
    if command.openids is not None:
        await store.insert_pending(work.db, message.message_id, command.openids)
    note_next_part(work, message)
    noted = NotedMessage(
        title=message.title,
        channel_id=channel.channel_id,
        channel_name=channel.name,
        audience=audience,
        openids_count=len(command.openids or ()),
    )
    await note_change(
        work,
        merchant_id=message.merchant_id,
        subject="channels.message",
        subject_id=message.message_id,
        before=None,
        after=noted,
    )
    return message


async def open_message(
    work: Work, channel: Channel, audience: Audience, *, title: str, body: str, link: str
) -> Message:
    """Add a message that is delivered from now on.

    Raises Invalid `channels.link_malformed`, Refusal `channels.quota_daily`.
    """
    if link:
        check_link(link)
    merchant = await access_merchant(work.db, channel.merchant_id)
    today = compute_day(work.now, merchant.time_zone)
    message = Message(
        merchant_id=Id(channel.merchant_id),
        message_id=MessageId(work.ids.next()),
        channel_id=channel.channel_id,
        audience=audience,
        title=title,
        body=body,
        link=link,
        state=MessageState.SENDING,
        quota_month=today.replace(day=1),
        created_at=work.now,
    )
    is_daily = channel.kind is ChannelKind.SUBSCRIPTION
    new = NewMessage(
        message=message, quota_day=today if is_daily else None, sent_by=work.actor.actor_id
    )
    if not await store.insert_message(work.db, new):
        raise Refusal("channels.quota_daily", day=today.isoformat())
    return message
