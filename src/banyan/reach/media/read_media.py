"""Reads the files of accounts."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Trouble
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.media import store
from banyan.reach.media.ports import PORTS
from banyan.reach.media.rules import media_type_of
from banyan.reach.media.types import Item, ItemContent, KeptCounts, KeptPart, MediaId, MediaKind


class ReadMedia(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me one of my files."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: MediaId


class CountKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many files do I keep?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListKept(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which files of a kind do I keep?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    kind: MediaKind
    offset: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=20)] = 20


@reading(permission=Permission.CHANNELS_READ)
async def read_media(work: Work, query: ReadMedia) -> ItemContent:
    """Return a file with its bytes.

    Raises NotFound `channels.not_found`, `media.not_found`; Trouble `media.file_lost`.
    """
    item = await read_item(work, query)
    content = await PORTS.files.find(item.file)
    if content is None:
        raise Trouble("media.file_lost")
    return ItemContent(item=item, media_type=media_type_of(item.file), content=content)


@reading(permission=Permission.CHANNELS_READ)
async def read_item(work: Work, query: ReadMedia) -> Item:
    """Return what is known of a file. Raises NotFound `channels.not_found`, `media.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_items(work.db, channel.channel_id, [query.media_id], work.now)
    if query.media_id not in found:
        raise NotFound("media.not_found")
    return found[query.media_id]


@reading(permission=Permission.CHANNELS_READ)
async def count_kept(work: Work, query: CountKept) -> KeptCounts:
    """Return how many files the account keeps. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    counts = await store.list_counts(work.db, channel.channel_id)
    return KeptCounts(
        image=counts.get(MediaKind.IMAGE, 0) + counts.get(MediaKind.THUMB, 0),
        voice=counts.get(MediaKind.VOICE, 0),
        video=counts.get(MediaKind.VIDEO, 0),
    )


@reading(permission=Permission.CHANNELS_READ)
async def list_kept(work: Work, query: ListKept) -> KeptPart:
    """Return some files of a kind. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    counts = await store.list_counts(work.db, channel.channel_id)
    items = await store.list_kept(
        work.db, channel.channel_id, query.kind, query.offset, query.limit
    )
    return KeptPart(items=items, total=counts.get(query.kind, 0))
