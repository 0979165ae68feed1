"""What accounts write: packs of articles to send, drafts, and what is published of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Refusal
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.media import MediaIdQuery, read_media_id
from banyan.reach.articles import (
    ARTICLES_MAX,
    PORTS,
    AddPack,
    Article,
    ChangeArticle,
    DeletePack,
    ListPacks,
    ListPublished,
    Pack,
    PackState,
    Publication,
    ReadCovers,
    ReadPack,
    ReadPublication,
    ReadPublished,
    SubmitPack,
    TakeBack,
    add_pack,
    change_article,
    delete_pack,
    list_packs,
    list_published,
    read_covers,
    read_pack,
    read_publication,
    read_published,
    submit_pack,
    take_back,
)

_part_max = 20
_places_max = 8
_published, _running, _refused, _deleted, _banned = 0, 1, 4, 5, 6
_digits_max = 15
_stopped = WireError(53500, "the publish function is banned")
_none_left = WireError(53600, "invalid article_id")

Flag = int | bool
Given = str | int


class ArticleBody(msgspec.Struct, frozen=True, kw_only=True):
    """An article as programs write it."""

    title: str = ""
    author: str = ""
    digest: str = ""
    content: str = ""
    content_source_url: str = ""
    thumb_media_id: str = ""
    show_cover_pic: Flag = 0
    need_open_comment: Flag = 0
    only_fans_can_comment: Flag = 0
    article_type: str = "news"


class PackBody(msgspec.Struct, frozen=True, kw_only=True):
    """A pack as programs write it."""

    articles: list[ArticleBody] = []


class ChangeBody(MediaIdQuery, frozen=True, kw_only=True):
    """One article of a pack, anew."""

    index: int = 0
    articles: ArticleBody | list[ArticleBody] = ArticleBody()


class PartBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a list."""

    offset: int = 0
    count: int = 20
    no_content: Flag = 0


class PublishBody(msgspec.Struct, frozen=True, kw_only=True):
    """One publication."""

    publish_id: Given = ""


class ArticleIdBody(msgspec.Struct, frozen=True, kw_only=True):
    """What was published, and perhaps which article of it."""

    article_id: str = ""
    index: int = 0


class SwitchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/draft/switch`."""

    checkonly: Flag = 0


@endpoint("POST", "/cgi-bin/media/uploadnews", daily_max=10, is_said_ok=False)
async def upload_news(wire: Wire, body: PackBody) -> dict[str, object]:
    """Articles to send to many within three days."""
    pack = await _add(wire, PackState.UPLOAD, body.articles)
    created_at = int(pack.created_at.timestamp())
    return {"type": "news", "media_id": pack.media_id, "created_at": created_at}


@endpoint("POST", "/cgi-bin/material/add_news", is_said_ok=False)
async def add_news(wire: Wire, body: PackBody) -> dict[str, object]:
    """Articles to keep."""
    pack = await _add(wire, PackState.MATERIAL, body.articles)
    return {"media_id": pack.media_id}


@endpoint("POST", "/cgi-bin/material/update_news")
async def update_news(wire: Wire, body: ChangeBody) -> None:
    """One article of those that are kept, anew."""
    await _change(wire, body)


@endpoint("POST", "/cgi-bin/draft/switch", is_said_ok=True)
async def switch_drafts(wire: Wire, query: SwitchQuery) -> dict[str, object]:
    """Drafts are there for everybody."""
    del wire, query
    return {"is_open": 1}


@endpoint("POST", "/cgi-bin/draft/add", daily_max=1_000, is_said_ok=False)
async def add_draft(wire: Wire, body: PackBody) -> dict[str, object]:
    """Articles to be published."""
    pack = await _add(wire, PackState.DRAFT, body.articles)
    return {"media_id": pack.media_id}


@endpoint("POST", "/cgi-bin/draft/get", daily_max=500, is_said_ok=False)
async def get_draft(wire: Wire, body: MediaIdQuery) -> dict[str, object]:
    """A draft as it is."""
    pack = await wire.run(read_pack, ReadPack(**wire.own, media_id=read_media_id(body.media_id)))
    if pack.state is not PackState.DRAFT:
        raise WireError(40007, "invalid media_id")
    return render_pack(pack, await find_urls(wire, [pack]))


@endpoint("POST", "/cgi-bin/draft/update", daily_max=1_000)
async def update_draft(wire: Wire, body: ChangeBody) -> None:
    """One article of a draft, anew."""
    await _change(wire, body)


@endpoint("POST", "/cgi-bin/draft/delete", daily_max=1_000)
async def remove_draft(wire: Wire, body: MediaIdQuery) -> None:
    """Have a draft no more."""
    media_id = read_media_id(body.media_id)
    command = DeletePack(**wire.own, media_id=media_id, state=PackState.DRAFT)
    await wire.run(delete_pack, command)


@endpoint("GET", "/cgi-bin/draft/count", daily_max=1_000)
async def count_drafts(wire: Wire) -> dict[str, object]:
    """How many drafts there are."""
    packs = await wire.run(list_packs, ListPacks(**wire.own, state=PackState.DRAFT, limit=1))
    return {"total_count": packs.total}


@endpoint("POST", "/cgi-bin/draft/batchget", daily_max=1_000, is_said_ok=False)
async def list_drafts(wire: Wire, body: PartBody) -> dict[str, object]:
    """Some drafts, the latest changed first."""
    return await list_part(wire, PackState.DRAFT, body)


@endpoint("POST", "/cgi-bin/freepublish/submit", daily_max=100)
async def submit(wire: Wire, body: MediaIdQuery) -> dict[str, object]:
    """Begin to publish a draft."""
    command = SubmitPack(**wire.own, media_id=read_media_id(body.media_id))
    try:
        made = await wire.run(submit_pack, command)
    except Refusal as refusal:
        if refusal.code == "penalties.sending_stopped":
            raise _stopped from None
        raise
    number = str(made.publish_number)
    return {"publish_id": number, "msg_data_id": number}


@endpoint("POST", "/cgi-bin/freepublish/get", daily_max=100, is_said_ok=False)
async def get_publication(wire: Wire, body: PublishBody) -> dict[str, object]:
    """How far a publication is."""
    text = str(body.publish_id)
    if not (text.isascii() and text.isdigit() and len(text) <= _digits_max):
        raise WireError(53502, "invalid publish_id")
    command = ReadPublication(**wire.own, publish_number=int(text))
    found = await wire.run(read_publication, command)
    told: dict[str, object] = {"publish_id": text, "fail_idx": []}
    if found.refused_at is not None:
        told["fail_idx"] = list(range(1, len(found.articles) + 1))
        return told | {"publish_status": _banned if found.published_at else _refused}
    if found.published_at is None:
        return told | {"publish_status": _running}
    if found.is_gone:
        return told | {"publish_status": _deleted}
    items = [
        {"idx": place, "article_url": _link(found, place)}
        for place in range(1, len(found.articles) + 1)
    ]
    return told | {
        "publish_status": _published,
        "article_id": found.article_id,
        "article_detail": {"count": len(items), "item": items},
    }


@endpoint("POST", "/cgi-bin/freepublish/delete", daily_max=10)
async def remove_published(wire: Wire, body: ArticleIdBody) -> None:
    """Take back one article, or all."""
    if not 0 <= body.index <= _places_max:
        raise WireError(40060, "invalid article idx")
    command = TakeBack(**wire.own, article_id=_article_id(body), place=body.index)
    await wire.run(take_back, command)


@endpoint("POST", "/cgi-bin/freepublish/getarticle", daily_max=100, is_said_ok=False)
async def get_article(wire: Wire, body: ArticleIdBody) -> dict[str, object]:
    """What is published, as it is."""
    command = ReadPublished(**wire.own, article_id=_article_id(body))
    found = await wire.run(read_published, command)
    return _render_published(found, await find_urls(wire, [found]))


@endpoint("POST", "/cgi-bin/freepublish/batchget", daily_max=100, is_said_ok=False)
async def list_publications(wire: Wire, body: PartBody) -> dict[str, object]:
    """Some of what is published, the latest first."""
    _check_part(body)
    command = wire.command(ListPublished, offset=body.offset, limit=body.count)
    found = await wire.run(list_published, command)
    urls = await find_urls(wire, found.items)
    items = [
        {
            "article_id": one.article_id,
            "content": _render_published(one, urls, has_content=not body.no_content),
            "update_time": int((one.published_at or one.submitted_at).timestamp()),
        }
        for one in found.items
    ]
    return {"total_count": found.total, "item_count": len(items), "item": items}


async def list_part(wire: Wire, state: PackState, body: PartBody) -> dict[str, object]:
    """Some packs, as both drafts and kept ones are listed. Raises WireError 40097."""
    _check_part(body)
    command = wire.command(ListPacks, state=state.value, offset=body.offset, limit=body.count)
    packs = await wire.run(list_packs, command)
    urls = await find_urls(wire, packs.items)
    items = [
        {
            "media_id": one.media_id,
            "content": {
                **render_pack(one, urls, has_content=not body.no_content),
                "create_time": int(one.created_at.timestamp()),
                "update_time": int(one.updated_at.timestamp()),
            },
            "update_time": int(one.updated_at.timestamp()),
        }
        for one in packs.items
    ]
    return {"total_count": packs.total, "item_count": len(items), "item": items}


async def find_urls(wire: Wire, packs: Sequence[Pack | Publication]) -> dict[str, str]:
    """Where the covers of articles are, by the names of their pictures."""
    names = {one.thumb_media_id for pack in packs for one in pack.articles} - {""}
    wanted = sorted(names)
    urls: dict[str, str] = {}
    for start in range(0, len(wanted), ARTICLES_MAX):
        command = ReadCovers(**wire.own, media_ids=wanted[start : start + ARTICLES_MAX])
        files = (await wire.run(read_covers, command)).files
        urls |= {name: ORIGIN.file_link(file) for name, file in files.items() if file}
    return urls


def render_pack(
    pack: Pack, urls: Mapping[str, str], *, has_content: bool = True
) -> dict[str, object]:
    """The articles of a pack."""
    items = [_render(one, "", urls, has_content=has_content) for one in pack.articles]
    return {"news_item": items}


async def _add(wire: Wire, state: PackState, given: Sequence[ArticleBody]) -> Pack:
    articles = [_read(one) for one in given]
    command = wire.command(AddPack, state=state.value, articles=articles)
    return await wire.run(add_pack, command)


async def _change(wire: Wire, body: ChangeBody) -> None:
    if not 0 <= body.index < _places_max:
        raise WireError(40060, "invalid article idx")
    article = body.articles
    if isinstance(article, list):
        if len(article) != 1:
            raise WireError(44003, "empty news data")
        (article,) = article
    command = wire.command(
        ChangeArticle,
        media_id=read_media_id(body.media_id),
        index=body.index,
        article=_read(article),
    )
    await wire.run(change_article, command)


def _read(given: ArticleBody) -> dict[str, object]:
    if given.article_type != "news":
        raise WireError(40097, "invalid args: article_type")
    return {
        "title": given.title,
        "author": given.author,
        "digest": given.digest,
        "content": given.content,
        "source_url": given.content_source_url,
        "thumb_media_id": given.thumb_media_id,
        "shows_cover": bool(given.show_cover_pic),
        "may_comment": bool(given.need_open_comment),
        "only_followers_comment": bool(given.only_fans_can_comment),
    }


def _article_id(body: ArticleIdBody) -> str:
    if not 0 < len(body.article_id) <= 128 or not body.article_id.isprintable():  # noqa: PLR2004 - as long as ours may be
        raise _none_left
    return body.article_id


def _check_part(body: PartBody) -> None:
    if not 1 <= body.count <= _part_max or not 0 <= body.offset <= 1_000_000:  # noqa: PLR2004 - no list is longer
        raise WireError(40097, "invalid args: count")


def _link(found: Publication, place: int) -> str:
    return PORTS.link(int(found.channel_id), found.article_id, place)


def _render_published(
    found: Publication, urls: Mapping[str, str], *, has_content: bool = True
) -> dict[str, object]:
    return {
        "news_item": [
            {
                **_render(one, _link(found, place), urls, has_content=has_content),
                "is_deleted": place in found.deleted,
            }
            for place, one in enumerate(found.articles, start=1)
        ]
    }


def _render(
    article: Article, url: str, urls: Mapping[str, str], *, has_content: bool
) -> dict[str, object]:
    told: dict[str, object] = {
        "title": article.title,
        "author": article.author,
        "digest": article.digest,
        "content_source_url": article.source_url,
        "thumb_media_id": article.thumb_media_id,
        "thumb_url": urls.get(article.thumb_media_id, ""),
        "show_cover_pic": int(article.shows_cover),
        "need_open_comment": int(article.may_comment),
        "only_fans_can_comment": int(article.only_followers_comment),
        "url": url,
    }
    return told | {"content": article.content} if has_content else told
