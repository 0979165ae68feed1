"""Shows a draft to whoever has its link, for half a day."""

from datetime import datetime

import msgspec

from banyan.base.errors import NotFound
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.read_article import find_cover
from banyan.reach.articles.rules import SHOWN_FOR
from banyan.reach.articles.types import Article, ArticlePlace, PackId, PackState, PreviewToken
from banyan.reach.channels import ChannelId, access_channel, access_own


class OpenPreview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let whoever has the link look at a draft of mine."""

    merchant_id: MerchantId
    channel_id: ChannelId
    media_id: PackId


class ReadPreview(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let me look at a draft."""

    token: PreviewToken
    place: ArticlePlace = 1


class PreviewLink(msgspec.Struct, frozen=True, kw_only=True):
    """Where a draft is looked at, and until when."""

    url: str
    expires_at: datetime


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """An article of a draft, as readers would see it."""

    channel_id: ChannelId
    channel_name: str
    article: Article
    cover: str
    titles: list[str]
    """Of all articles of the draft."""


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def open_preview(work: Work, command: OpenPreview) -> PreviewLink:
    """Make a link that shows a draft, as it is when somebody looks, for twelve hours.

    Raises NotFound `channels.not_found`, `articles.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    pack = await store.find_pack(work.db, channel.channel_id, command.media_id, work.now)
    if pack is None or pack.state is not PackState.DRAFT:
        raise NotFound("articles.not_found")
    token = PORTS.draw_id()
    expires_at = work.now + SHOWN_FOR
    await store.insert_preview(work.db, pack, digest(token), work.now, expires_at)
    return PreviewLink(url=PORTS.preview_link(token), expires_at=expires_at)


@reading(permission=Permission.PUBLIC)
async def read_preview(work: Work, query: ReadPreview) -> Preview:
    """Return an article of a draft that a link shows. Raises NotFound `articles.no_preview`."""
    found = await store.find_preview(work.db, digest(query.token), work.now)
    pack = await store.find_pack(work.db, *found, work.now) if found else None
    if pack is None or query.place > len(pack.articles):
        raise NotFound("articles.no_preview")
    channel = await access_channel(work.db, pack.channel_id)
    article = pack.articles[query.place - 1]
    return Preview(
        channel_id=channel.channel_id,
        channel_name=channel.name,
        article=article,
        cover=await find_cover(work, int(channel.channel_id), article),
        titles=[one.title for one in pack.articles],
    )
