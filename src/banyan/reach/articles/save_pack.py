"""Saves drafts as people write them; of two who write at once the later is told."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.rules import check_articles, check_sizes
from banyan.reach.articles.types import ARTICLES_MAX, Article, Pack, PackId, PackState
from banyan.reach.articles.write_packs import check_covers
from banyan.reach.channels import ChannelId, access_own


class StartDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin to write something, with one empty article."""

    merchant_id: MerchantId
    channel_id: ChannelId


class SaveDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Save a draft as it is now; it may still lack something."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId
    version: Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
    """Of the draft that was changed."""
    articles: Annotated[list[Article], msgspec.Meta(max_length=20)]


@single(permission=Permission.CHANNELS_WRITE)
async def start_draft(work: Work, command: StartDraft) -> Pack:
    """Begin a draft. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    pack = Pack(
        channel_id=channel.channel_id,
        media_id=PORTS.draw_id(),
        state=PackState.DRAFT,
        articles=[Article(title="", content="")],
        created_at=work.now,
        updated_at=work.now,
    )
    await store.insert_pack(work.db, pack)
    return pack


@single(permission=Permission.CHANNELS_WRITE)
async def save_draft(work: Work, command: SaveDraft) -> Pack:
    """Save a draft, unless somebody else has changed it meanwhile.

    One that is to be published by itself must lack nothing. Raises as `check_sizes` or
    `check_articles`; Invalid `articles.none`, `articles.too_many_articles`; NotFound
    `channels.not_found`, `media.not_found`, `articles.not_found`; Refusal
    `articles.changed_meanwhile`.
    """
    articles = command.articles
    if not articles:
        raise Invalid("articles.none")
    if len(articles) > ARTICLES_MAX:
        raise Invalid("articles.too_many_articles", articles_max=ARTICLES_MAX)
    for article in articles:
        check_sizes(article)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await check_covers(
        work, int(channel.channel_id), [one for one in articles if one.thumb_media_id]
    )
    before = await store.lock_pack(work.db, channel.channel_id, command.media_id, work.now)
    if before is None or before.state is not PackState.DRAFT:
        raise NotFound("articles.not_found")
    if before.version != command.version:
        raise Refusal("articles.changed_meanwhile", version=before.version)
    if before.publish_at is not None:
        check_articles(articles)
    if articles == before.articles:
        return before
    after = msgspec.structs.replace(
        before, articles=articles, updated_at=work.now, version=before.version + 1
    )
    await store.set_articles(work.db, after)
    return after
