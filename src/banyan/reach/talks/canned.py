"""Answers that an account's agents keep ready, to put into what they write."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.text import Name
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.moderation import check_texts
from banyan.reach.talks import store
from banyan.reach.talks.served import store as served
from banyan.reach.talks.types import CANNED_MAX, Canned, CannedAnswer, CannedId


class AddCanned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep an answer ready."""

    merchant_id: MerchantId
    channel_id: ChannelId
    title: Name
    answer: CannedAnswer


class ChangeCanned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rewrite an answer that is kept ready."""

    merchant_id: MerchantId
    channel_id: ChannelId
    canned_id: CannedId
    title: Name
    answer: CannedAnswer


class DeleteCanned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep an answer ready no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    canned_id: CannedId


class ListCanned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the answers that are kept ready."""

    merchant_id: MerchantId
    channel_id: ChannelId


class CannedAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """All answers that an account keeps ready, the oldest first."""

    items: list[Canned]


@single(permission=Permission.CHANNELS_WRITE)
async def add_canned(work: Work, command: AddCanned) -> Canned:
    """Keep an answer ready.

    Raises NotFound `channels.not_found`; Refusal `talks.canned_too_many`, `moderation.refused`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    if len(await served.list_canned(work.db, channel.channel_id)) >= CANNED_MAX:
        raise Refusal("talks.canned_too_many", canned_max=CANNED_MAX)
    canned = Canned(canned_id=CannedId(work.ids.next()), title=command.title, answer=command.answer)
    await _write(work, channel, None, canned)
    return canned


@single(permission=Permission.CHANNELS_WRITE)
async def change_canned(work: Work, command: ChangeCanned) -> Canned:
    """Rewrite an answer.

    Raises NotFound `channels.not_found`, `talks.no_such_canned`; Refusal `moderation.refused`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await _lock(work, channel, command.canned_id)
    after = msgspec.structs.replace(before, title=command.title, answer=command.answer)
    await _write(work, channel, before, after)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_canned(work: Work, command: DeleteCanned) -> None:
    """Delete an answer. Raises NotFound `channels.not_found`, `talks.no_such_canned`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await _lock(work, channel, command.canned_id)
    await served.delete_canned(work.db, channel.channel_id, before.canned_id)
    await _note(work, channel, before, None)


@reading(permission=Permission.CHANNELS_READ)
async def list_canned(work: Work, query: ListCanned) -> CannedAnswers:
    """Return all answers that are kept ready. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return CannedAnswers(items=await served.list_canned(work.db, channel.channel_id))


async def _lock(work: Work, channel: Channel, canned_id: CannedId) -> Canned:
    await store.lock_desk(work.db, channel.channel_id)
    for one in await served.list_canned(work.db, channel.channel_id):
        if one.canned_id == canned_id:
            return one
    raise NotFound("talks.no_such_canned")


async def _write(work: Work, channel: Channel, before: Canned | None, after: Canned) -> None:
    await check_texts(work, channel, [after.answer])
    await served.put_canned(work.db, channel.channel_id, after)
    await _note(work, channel, before, after)


async def _note(work: Work, channel: Channel, before: Canned | None, after: Canned | None) -> None:
    kept = after or before
    assert kept is not None
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="talks.canned",
        subject_id=kept.canned_id,
        before=before,
        after=after,
    )
