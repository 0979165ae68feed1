"""Takes messages back: before they begin, after they went, or one article of them."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import TakeBack, take_back
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.let_go import hold_back
from banyan.reach.broadcasts.types import (
    Audience,
    ContentKind,
    DeliveryResult,
    Message,
    MessageId,
    MessageState,
    MessageTakenBack,
)

_kinds = frozenset({ContentKind.NEWS, ContentKind.VIDEO, ContentKind.NOTE})
"""What can be taken back once it has gone: what people open, not what they have seen already."""


class CancelMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Do not send it after all."""

    merchant_id: MerchantId
    message_id: MessageId


class DeleteMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let nobody see it any more."""

    merchant_id: MerchantId
    message_id: MessageId
    place: Annotated[int, msgspec.Meta(ge=0, le=8)] = 0
    """Which article, counted from 1; 0 for all of it."""


class NotedState(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is taken back as the audit log keeps it."""

    state: MessageState
    places: list[int]
    """Of articles that were taken back."""


@single(permission=Permission.CHANNELS_WRITE)
async def cancel_message(work: Work, command: CancelMessage) -> Message:
    """Take back a message that has not begun; one that was taken back before stays so.

    Whoever brings the people of a segment hears of it as of any other reason not to send.

    Raises NotFound `broadcasts.message_not_found`, Refusal `broadcasts.begun`.
    """
    message = await _lock(work, command.merchant_id, command.message_id)
    if message.state is MessageState.CANCELLED:
        return message
    if message.state is not MessageState.WAITING:
        raise Refusal("broadcasts.begun")
    if message.audience is Audience.SEGMENT:
        held = await hold_back(work, message, DeliveryResult.CONSENT_REFUSED)
        return await _write(work, message, held, place=0)
    after = msgspec.structs.replace(
        message, state=MessageState.CANCELLED, finished_at=work.now, asked_at=None
    )
    await store.free_day(work.db, after)
    await store.delete_list(work.db, int(after.message_id))
    return await _write(work, message, after, place=0)


@single(permission=Permission.CHANNELS_WRITE)
async def delete_message(work: Work, command: DeleteMessage) -> Message:
    """Take back a message that went, or an article of it; quotas stay spent.

    One that is still going out goes nowhere from now on that anybody would see.

    Raises NotFound `broadcasts.message_not_found`; Invalid `articles.no_such_place`; Refusal
    `broadcasts.not_begun`, `broadcasts.not_deletable`.
    """
    message = await _lock(work, command.merchant_id, command.message_id)
    if message.state is MessageState.DELETED:
        return message
    if message.state not in {MessageState.SENT, MessageState.SENDING}:
        raise Refusal("broadcasts.not_begun")
    if message.content.kind not in _kinds:
        raise Refusal("broadcasts.not_deletable")
    places = set(range(1, len(message.content.articles) + 1))
    chosen = {command.place} if command.place else places
    if not chosen <= places:
        raise Invalid("articles.no_such_place")
    deleted = sorted({*message.deleted, *chosen})
    if message.article_id:
        await take_back(
            work,
            TakeBack(
                merchant_id=command.merchant_id,
                channel_id=message.channel_id,
                article_id=message.article_id,
                place=command.place,
            ),
        )
    is_gone = len(deleted) == len(places)
    after = msgspec.structs.replace(
        message,
        state=MessageState.DELETED if is_gone else message.state,
        deleted=deleted,
    )
    return await _write(work, message, after, place=command.place)


async def _lock(work: Work, merchant_id: int, message_id: int) -> Message:
    found = await store.lock_message(work.db, merchant_id, message_id)
    if found is None:
        raise NotFound("broadcasts.message_not_found")
    return found[0]


async def _write(work: Work, before: Message, after: Message, *, place: int) -> Message:
    await store.set_message(work.db, after)
    work.record(
        MessageTakenBack(
            merchant_id=int(after.merchant_id),
            channel_id=int(after.channel_id),
            subject_id=int(after.message_id),
            place=place,
        )
    )
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="broadcasts.message",
        subject_id=after.message_id,
        before=NotedState(state=before.state, places=before.deleted),
        after=NotedState(state=after.state, places=after.deleted),
    )
    return after
