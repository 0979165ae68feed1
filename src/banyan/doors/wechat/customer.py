"""Customer messages: what an account's program writes to one person, and how it answers itself."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechat.cards import check_card
from banyan.doors.wechat.endpoint import APPS, SPEAKERS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.talks import (
    Article,
    Choice,
    Content,
    ContentKind,
    ListRules,
    ReplyMode,
    Rule,
    RuleKind,
    ShowTyping,
    WriteTo,
    list_rules,
    show_typing,
    write_to,
)

_articles_max = 1
"""News to one person hold one article."""


class TextPart(msgspec.Struct, frozen=True, kw_only=True):
    """A text."""

    content: str = ""


class ArticlePart(msgspec.Struct, frozen=True, kw_only=True):
    """An article of a message of news."""

    title: str = ""
    description: str | None = None
    url: str | None = None
    picurl: str | None = None


class NewsPart(msgspec.Struct, frozen=True, kw_only=True):
    """News."""

    articles: list[ArticlePart] = []


class ChoicePart(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to tap."""

    id: str = ""
    content: str = ""


class MenuPart(msgspec.Struct, frozen=True, kw_only=True):
    """A menu of answers."""

    head_content: str = ""
    choices: list[ChoicePart] = msgspec.field(name="list", default_factory=list)
    tail_content: str = ""


class MediaPart(msgspec.Struct, frozen=True, kw_only=True):
    """What names a medium, a card, a page or an address; which fields count depends on the type."""

    media_id: str = ""
    thumb_media_id: str | None = None
    title: str | None = None
    description: str | None = None
    musicurl: str | None = None
    hqmusicurl: str | None = None
    article_id: str = ""
    card_id: str = ""
    appid: str = ""
    pagepath: str | None = None
    url: str | None = None
    thumb_url: str | None = None


class AgentPart(msgspec.Struct, frozen=True, kw_only=True):
    """In whose name."""

    kf_account: str = ""


class SendBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/custom/send`."""

    touser: str = ""
    msgtype: str = ""
    text: TextPart = TextPart()
    news: NewsPart = NewsPart()
    msgmenu: MenuPart = MenuPart()
    image: MediaPart = MediaPart()
    voice: MediaPart = MediaPart()
    video: MediaPart = MediaPart()
    music: MediaPart = MediaPart()
    mpnews: MediaPart = MediaPart()
    mpnewsarticle: MediaPart = MediaPart()
    wxcard: MediaPart = MediaPart()
    miniprogrampage: MediaPart = MediaPart()
    link: MediaPart = MediaPart()
    customservice: AgentPart = AgentPart()


class TypingBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/message/custom/typing`."""

    touser: str = ""
    command: str = ""


@endpoint("POST", "/cgi-bin/message/custom/send", kinds=SPEAKERS, daily_max=500_000)
async def send(wire: Wire, body: SendBody) -> None:
    """Write to one person, within the credits that they opened."""
    if body.msgtype == "wxcard":
        await check_card(wire, body.wxcard.card_id)
    command = WriteTo(
        **wire.own,
        openid=body.touser,
        content=_content(wire, body),
        handle=body.customservice.kf_account or None,
    )
    try:
        await wire.run(write_to, command)
    except NotFound as failure:
        if failure.code == "talks.no_such_agent":
            raise WireError(65401, "invalid custom service account") from None
        raise


@endpoint("POST", "/cgi-bin/message/custom/typing", kinds=SPEAKERS)
async def typing(wire: Wire, body: TypingBody) -> None:
    """Show or hide that the account types."""
    if body.command not in {"Typing", "CancelTyping"}:
        raise WireError(45072, "invalid command")
    is_typing = body.command == "Typing"
    await wire.run(show_typing, ShowTyping(**wire.own, openid=body.touser, is_typing=is_typing))


@endpoint("GET", "/cgi-bin/get_current_autoreply_info")
async def get_current_autoreply_info(wire: Wire) -> dict[str, object]:
    """How the account answers by itself: the welcome, the default and the keywords."""
    rules = (await wire.run(list_rules, ListRules(**wire.own))).items
    welcome = wire.channel.welcome_text
    told: dict[str, object] = {
        "is_add_friend_reply_open": int(bool(welcome)),
        "is_autoreply_open": int(bool(rules)),
    }
    if welcome:
        told["add_friend_autoreply_info"] = {"type": "text", "content": welcome}
    for rule in rules:
        if rule.kind is RuleKind.DEFAULT:
            told["message_default_autoreply_info"] = _reply_info(rule.replies[0])
    keyed = [_rule_info(one) for one in rules if one.kind is RuleKind.KEYWORD]
    if keyed:
        told["keyword_autoreply_info"] = {"list": keyed}
    return told


def _content(wire: Wire, body: SendBody) -> Content:
    try:
        kind = ContentKind(body.msgtype)
    except ValueError:
        raise WireError(40008, "invalid message type") from None
    match kind:
        case ContentKind.TEXT:
            return Content(kind=kind, text=body.text.content)
        case ContentKind.NEWS:
            return _news(body.news)
        case ContentKind.MSGMENU:
            choices = [Choice(choice_id=one.id, text=one.content) for one in body.msgmenu.choices]
            return Content(
                kind=kind,
                text=body.msgmenu.head_content,
                tail=body.msgmenu.tail_content,
                choices=choices,
            )
        case ContentKind.LOCATION | ContentKind.SHORTVIDEO:
            return Content(kind=kind, media_id="-")
        case _:
            content = _media(kind, getattr(body, kind.value))
            if kind is ContentKind.MINIPROGRAMPAGE and wire.channel.kind in APPS:
                content = msgspec.structs.replace(content, appid=wire.channel.appid)
            return content


def _news(part: NewsPart) -> Content:
    if len(part.articles) > _articles_max:
        raise WireError(45008, "article size out of limit")
    articles = [
        Article(
            title=one.title,
            description=one.description or "",
            url=one.url or "",
            picture_url=one.picurl or "",
        )
        for one in part.articles
    ]
    return Content(kind=ContentKind.NEWS, articles=articles)


def _media(kind: ContentKind, part: MediaPart) -> Content:
    return Content(
        kind=kind,
        media_id=part.media_id,
        thumb_media_id=part.thumb_media_id or "",
        title=part.title or "",
        description=part.description or "",
        url=(part.musicurl if kind is ContentKind.MUSIC else part.url) or "",
        hq_url=part.hqmusicurl or "",
        picture_url=part.thumb_url or "",
        article_id=part.article_id,
        card_id=part.card_id,
        appid=part.appid,
        pagepath=part.pagepath or "",
    )


def _rule_info(rule: Rule) -> dict[str, object]:
    return {
        "rule_name": rule.name,
        "create_time": int(rule.created_at.timestamp()),
        "reply_mode": "reply_all" if rule.mode is ReplyMode.ALL else "random_one",
        "keyword_list_info": [
            {
                "type": "text",
                "match_mode": "equal" if one.is_exact else "contain",
                "content": one.text,
            }
            for one in rule.keywords
        ],
        "reply_list_info": [_reply_info(one) for one in rule.replies],
    }


def _reply_info(content: Content) -> dict[str, Any]:
    if content.kind is ContentKind.TEXT:
        return {"type": "text", "content": content.text}
    if content.kind is ContentKind.NEWS:
        listed = [
            {
                "title": one.title,
                "digest": one.description,
                "author": "",
                "show_cover": int(bool(one.picture_url)),
                "cover_url": one.picture_url,
                "content_url": one.url,
                "source_url": "",
            }
            for one in content.articles
        ]
        return {"type": "news", "news_info": {"list": listed}}
    name = "img" if content.kind is ContentKind.IMAGE else content.kind.value
    return {"type": name, "content": content.media_id or content.url}
