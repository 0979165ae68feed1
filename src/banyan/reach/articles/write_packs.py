"""Writes packs of articles, changes them and deletes them."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.publish import cancel_schedule
from banyan.reach.articles.rules import LIFE, check_article, check_articles
from banyan.reach.articles.types import Article, Pack, PackId, PackState, Place
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.media import MediaKind, find_items

_pictures = frozenset({MediaKind.IMAGE, MediaKind.THUMB})


class AddPack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have these articles."""

    merchant_id: MerchantId
    channel_id: ChannelId
    state: PackState
    articles: Annotated[list[Article], msgspec.Meta(max_length=20)]


class ChangeArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write one article of a pack anew."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId
    index: Place
    """Its place in the pack, counted from 0."""
    article: Article


class DeletePack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a pack no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId
    state: PackState


@single(permission=Permission.CHANNELS_WRITE)
async def add_pack(work: Work, command: AddPack) -> Pack:
    """Add a pack. Raises as `check_articles`; NotFound `channels.not_found`, `media.not_found`."""
    check_articles(command.articles)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await check_covers(work, int(channel.channel_id), command.articles)
    pack = Pack(
        channel_id=channel.channel_id,
        media_id=PORTS.draw_id(),
        state=command.state,
        articles=command.articles,
        created_at=work.now,
        updated_at=work.now,
        expires_at=work.now + LIFE if command.state is PackState.UPLOAD else None,
    )
    await store.insert_pack(work.db, pack)
    return pack


@single(permission=Permission.CHANNELS_WRITE)
async def change_article(work: Work, command: ChangeArticle) -> Pack:
    """Write an article of a draft or a material anew.

    Raises as `check_article`; NotFound `channels.not_found`, `media.not_found`,
    `articles.not_found`; Invalid `articles.no_such_place`.
    """
    check_article(command.article)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await check_covers(work, int(channel.channel_id), [command.article])
    before = await store.lock_pack(work.db, channel.channel_id, command.media_id, work.now)
    if before is None or before.state is PackState.UPLOAD:
        raise NotFound("articles.not_found")
    if command.index >= len(before.articles):
        raise Invalid("articles.no_such_place")
    articles = list(before.articles)
    articles[command.index] = command.article
    after = msgspec.structs.replace(
        before, articles=articles, updated_at=work.now, version=before.version + 1
    )
    await store.set_articles(work.db, after)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_pack(work: Work, command: DeletePack) -> None:
    """Delete a pack. Raises NotFound `channels.not_found`, `articles.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    pack = await store.lock_pack(work.db, channel.channel_id, command.media_id, work.now)
    if pack is None or pack.state is not command.state:
        raise NotFound("articles.not_found")
    await cancel_schedule(work, pack)
    await store.delete_pack(work.db, channel.channel_id, command.media_id, [command.state])


async def check_covers(work: Work, channel_id: int, articles: list[Article]) -> None:
    """Accept covers that are pictures of the account. Raises NotFound `media.not_found`."""
    wanted = sorted({one.thumb_media_id for one in articles})
    found = await find_items(work.db, channel_id, wanted, work.now)
    if any(name not in found or found[name].kind not in _pictures for name in wanted):
        raise NotFound("media.not_found")
