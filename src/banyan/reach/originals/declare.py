"""Lets accounts say what they wrote themselves."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import PackId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.originals import store
from banyan.reach.originals.find_copies import find_copies, read_text
from banyan.reach.originals.types import CHARACTERS_MIN, OriginalDeclared, Published

Place = Annotated[int, msgspec.Meta(ge=1, le=8)]
WORKS_MAX = 100


class DeclareOriginal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I wrote this; whoever publishes the same repeats me."""

    merchant_id: MerchantId
    channel_id: ChannelId
    article_id: PackId
    place: Place = 1
    may_reprint: bool = False


class ListWorks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What have I published that may be compared with others?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class Works(msgspec.Struct, frozen=True, kw_only=True):
    """Articles, the latest first."""

    items: list[Published]


@single(permission=Permission.CHANNELS_WRITE)
async def declare_original(work: Work, command: DeclareOriginal) -> Published:
    """Note that an article is original; said again, only whether others may reprint it changes.

    Raises NotFound `channels.not_found`, `originals.not_found`; Invalid `originals.too_short`;
    Refusal `originals.not_original` with what was there before.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await access_work(work, channel, command.article_id, command.place)
    text = await read_text(work, before)
    if len(text) < CHARACTERS_MIN:
        raise Invalid("originals.too_short", characters_min=CHARACTERS_MIN)
    (copy,) = await find_copies(
        work, channel, [text], is_declared=False, before=before.published_at
    )
    if copy is not None:
        raise Refusal(
            "originals.not_original", title=copy.original.title, percent=round(copy.share * 100)
        )
    after = msgspec.structs.replace(
        before,
        declared_at=before.declared_at or work.now,
        may_reprint=command.may_reprint,
    )
    await store.set_declared(work.db, after)
    if before.declared_at is None:
        work.record(
            OriginalDeclared(
                merchant_id=int(channel.merchant_id),
                channel_id=int(channel.channel_id),
                subject_id=before.publish_number,
                article_id=before.article_id,
                place=before.place,
            )
        )
    return after


@reading(permission=Permission.CHANNELS_READ)
async def list_works(work: Work, query: ListWorks) -> Works:
    """Return the latest articles of a channel. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return Works(items=await store.list_works(work.db, int(channel.channel_id), WORKS_MAX))


async def access_work(work: Work, channel: Channel, article_id: str, place: int) -> Published:
    """Return an article that is out. Raises NotFound `originals.not_found`."""
    found = await store.find_work(work.db, int(channel.channel_id), article_id, place)
    if found is None:
        raise NotFound("originals.not_found")
    return found
