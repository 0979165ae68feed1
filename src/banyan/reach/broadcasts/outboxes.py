"""How an account sends to many: how fast, with whose consent, and to how many."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.let_go import hold_back, let_go
from banyan.reach.broadcasts.types import (
    DeliveryResult,
    Message,
    MessageId,
    MessageState,
    Outbox,
    OutboxChanged,
)
from banyan.reach.channels import ChannelId, access_own, count_followers
from banyan.reach.labels import TagId, access_tag


class ReadOutbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does this account send to many?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ChangeOutbox(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send otherwise from now on; what is not given stays."""

    merchant_id: MerchantId
    channel_id: ChannelId
    speed: Annotated[int, msgspec.Meta(ge=0, le=4)] | None = None
    asks_before_all: bool | None = None


class AnswerConsent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May what the account's program wants to send to all go?"""

    merchant_id: MerchantId
    message_id: MessageId
    is_granted: bool


class CountAudience(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many would a message reach: all followers, or those who have a tag?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    tag_id: TagId | None = None


class AudienceSize(msgspec.Struct, frozen=True, kw_only=True):
    """How many a message would go to."""

    count: int


@reading(permission=Permission.CHANNELS_READ)
async def read_outbox(work: Work, query: ReadOutbox) -> Outbox:
    """Return how an account sends. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return await store.find_outbox(work.db, channel.channel_id)


@single(permission=Permission.CHANNELS_WRITE)
async def change_outbox(work: Work, command: ChangeOutbox) -> Outbox:
    """Change how an account sends; what is under way goes on at the new speed.

    An account's own program cannot do without the consent that it is to ask for.

    Raises NotFound `channels.not_found`, Refusal `access.forbidden`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if command.asks_before_all is not None and not work.actor.person_id:
        raise Refusal("access.forbidden", permission=Permission.CHANNELS_WRITE.value)
    before = await store.lock_outbox(work.db, channel.channel_id)
    given = {"speed": command.speed, "asks_before_all": command.asks_before_all}
    chosen = {name: value for name, value in given.items() if value is not None}
    after = msgspec.structs.replace(before, **chosen)
    if after == before:
        return after
    await store.set_outbox(work.db, after)
    work.record(
        OutboxChanged(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            speed=after.speed,
            asks_before_all=after.asks_before_all,
        )
    )
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="broadcasts.outbox",
        subject_id=channel.channel_id,
        before=before,
        after=after,
    )
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def answer_consent(work: Work, command: AnswerConsent) -> Message:
    """Let a message to all go, or hold it back; one that nobody is asked about stays as it is.

    Raises NotFound `broadcasts.message_not_found`, Refusal `access.forbidden` for programs,
    `broadcasts.not_asked`.
    """
    if not work.actor.person_id:
        raise Refusal("access.forbidden", permission=Permission.CHANNELS_WRITE.value)
    found = await store.lock_message(work.db, command.merchant_id, command.message_id)
    if found is None:
        raise NotFound("broadcasts.message_not_found")
    message, _ = found
    if message.state is not MessageState.WAITING or message.asked_at is None:
        raise Refusal("broadcasts.not_asked")
    if not command.is_granted:
        return await hold_back(work, message, DeliveryResult.CONSENT_REFUSED)
    return await let_go(work, msgspec.structs.replace(message, asked_at=None))


@reading(permission=Permission.CHANNELS_READ)
async def count_audience(work: Work, query: CountAudience) -> AudienceSize:
    """Return how many would be asked after; quotas may leave some out.

    Raises NotFound `channels.not_found`, `labels.no_such_tag`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    if query.tag_id is None:
        return AudienceSize(count=await count_followers(work.db, channel.channel_id))
    tag = await access_tag(work.db, channel.channel_id, query.tag_id)
    return AudienceSize(count=tag.followers_count)
