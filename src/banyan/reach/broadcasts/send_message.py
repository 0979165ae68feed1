"""Sends a message to many: taken in here, checked, and let go when nothing holds it back."""

from datetime import datetime

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.ids import NONE, Id
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.let_go import ask_consent, hold_back, let_go, note_time
from banyan.reach.broadcasts.look_up import Draft, check_words, look_up
from banyan.reach.broadcasts.records import NewMessage
from banyan.reach.broadcasts.rules import (
    MARK_LIFE,
    RETRY_AFTER,
    check_content,
    check_time,
    compute_day,
)
from banyan.reach.broadcasts.types import (
    Audience,
    Content,
    DeliveryResult,
    Mark,
    Message,
    MessageId,
    MessageState,
    Openids,
)
from banyan.reach.channels import Channel, ChannelId, ChannelKind, access_own
from banyan.reach.labels import TagId, access_tag
from banyan.reach.penalties import PenaltyKind, check_penalty


class SendMessage(Content, frozen=True, kw_only=True):
    """Send a message to all followers, to those who have a tag, or to the named ones."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Openids | None = None
    tag_id: TagId | None = None
    """Null for both means every follower."""
    send_at: datetime | None = None
    """When it is to go; null for as soon as it may."""
    is_reprint_refused: bool = True
    """Nothing goes if an article turns out to be a reprint."""
    mark: Mark = ""
    """What the sender calls it: within a day, asking again by the same mark sends nothing."""


class NotedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to followers as the audit log keeps it."""

    title: str
    channel_id: ChannelId
    channel_name: str
    audience: Audience
    openids_count: int
    """How many were named; 0 where they were not."""


@single(permission=Permission.CHANNELS_WRITE)
async def send_message(work: Work, command: SendMessage) -> Message:
    """Take a message in; nobody gets it twice, and `read_message` says what became of it.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`, `media.not_found`,
    `articles.not_found`; Invalid as `check_content` and `broadcasts.openid_twice`,
    `broadcasts.one_audience`, `broadcasts.time_too_far`, `broadcasts.wrong_media`; Refusal
    `broadcasts.quota_daily`, `broadcasts.sent_before`, `broadcasts.tried_too_soon`,
    `penalties.sending_stopped`.
    """
    openids = command.openids
    if openids is not None and len(set(openids)) < len(openids):
        raise Invalid("broadcasts.openid_twice")
    if openids is not None and command.tag_id is not None:
        raise Invalid("broadcasts.one_audience")
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_outbox(work.db, channel.channel_id)
    if command.mark:
        await _check_mark(work, channel, command.mark)
    audience = Audience.ALL if openids is None else Audience.LIST
    if command.tag_id is not None:
        await access_tag(work.db, channel.channel_id, command.tag_id)
        audience = Audience.TAG
    message = await open_message(
        work,
        channel,
        audience,
        command,
        tag_id=command.tag_id or TagId(NONE),
        openids=openids,
        send_at=command.send_at,
        is_reprint_refused=command.is_reprint_refused,
    )
    if command.mark:
        await store.set_mark(
            work.db, channel.channel_id, command.mark, int(message.message_id), work.now
        )
    await _note_audit(work, channel, message, len(openids or ()))
    return message


async def open_message(  # noqa: PLR0913 - what tells one message from another
    work: Work,
    channel: Channel,
    audience: Audience,
    content: Content,
    *,
    tag_id: TagId = TagId(NONE),  # noqa: B008 - an id never changes
    openids: Openids | None = None,
    send_at: datetime | None = None,
    is_reprint_refused: bool = True,
) -> Message:
    """Add a message, have it checked, and let it go if nothing holds it back.

    Raises as `send_message` does of content, time, quota and penalties.
    """
    check_content(content)
    if audience is not Audience.PREVIEW:
        await check_penalty(work, int(channel.channel_id), PenaltyKind.SENDING_STOPPED)
    send_at = check_time(send_at, work.now)
    outbox = await store.lock_outbox(work.db, channel.channel_id)
    draft = await look_up(work, channel, content)
    merchant = await access_merchant(work.db, channel.merchant_id)
    day = compute_day(send_at or work.now, merchant.time_zone)
    message = Message(
        merchant_id=Id(channel.merchant_id),
        message_id=MessageId(work.ids.next()),
        channel_id=channel.channel_id,
        number=await store.take_number(work.db, channel.channel_id),
        audience=audience,
        tag_id=tag_id,
        content=draft.spoken,
        state=MessageState.WAITING,
        is_checked=False,
        asked_at=ask_consent(work, outbox, audience),
        send_at=send_at,
        quota_month=day.replace(day=1),
        created_at=work.now,
        is_reprint_refused=is_reprint_refused,
        publish_number=draft.publish_number,
        article_id=draft.article_id,
        copyright=draft.copyright,
    )
    is_daily = channel.kind is ChannelKind.SUBSCRIPTION and audience is not Audience.PREVIEW
    new = NewMessage(
        message=message, quota_day=day if is_daily else None, sent_by=work.actor.actor_id
    )
    if not await store.insert_message(work.db, new):
        raise Refusal("broadcasts.quota_daily", day=day.isoformat())
    if openids is not None:
        await store.insert_list(work.db, int(message.message_id), openids)
    note_time(work, message)
    return await _check(work, channel, message, draft)


async def _check(work: Work, channel: Channel, message: Message, draft: Draft) -> Message:
    """Have the message looked at; what can be judged at once is let go or refused at once."""
    held_for = _find_obstacle(message)
    if held_for is not None:
        return await hold_back(work, message, held_for)
    if draft.is_plain:
        return await let_go(work, msgspec.structs.replace(message, is_checked=True))
    await check_words(work, channel, message, draft)
    found = await store.find_message(work.db, *message.key)
    assert found is not None
    return found


def _find_obstacle(message: Message) -> DeliveryResult | None:
    """Why articles that repeat others' may not go, if they may not."""
    copies = [one for one in message.copyright if one.original_url]
    if any(not one.may_reprint for one in copies):
        return DeliveryResult.NOT_SENDABLE
    return DeliveryResult.REPRINT if copies and message.is_reprint_refused else None


async def _check_mark(work: Work, channel: Channel, mark: str) -> None:
    await store.delete_marks(work.db, channel.channel_id, work.now - MARK_LIFE)
    marked = await store.find_mark(work.db, channel.channel_id, mark)
    if marked is None:
        return
    message_id, marked_at = marked
    before = await store.find_message(work.db, channel.merchant_id, message_id)
    assert before is not None, "messages are never deleted"
    if before.reason is None:
        raise Refusal(
            "broadcasts.sent_before",
            message_id=str(message_id),
            number=before.number,
            publish_number=before.publish_number,
        )
    if work.now - marked_at < RETRY_AFTER:
        raise Refusal("broadcasts.tried_too_soon")


async def _note_audit(work: Work, channel: Channel, message: Message, openids_count: int) -> None:
    content = message.content
    heads = [one.title for one in content.articles]
    noted = NotedMessage(
        title=content.title or (heads[0] if heads else content.body[:40]),
        channel_id=channel.channel_id,
        channel_name=channel.name,
        audience=message.audience,
        openids_count=openids_count,
    )
    await note_change(
        work,
        merchant_id=message.merchant_id,
        subject="broadcasts.message",
        subject_id=message.message_id,
        before=None,
        after=noted,
    )
