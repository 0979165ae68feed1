"""Menus and messages as WeChat's interface takes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_button_fields = ("key", "media_id", "article_id", "appid", "pagepath")


def render_menu(buttons: Sequence[Mapping[str, Any]], link: Callable[[str], str]) -> dict[str, Any]:
    """A menu; `link` makes a path of ours an address."""
    return {"button": [_button(one, link) for one in buttons]}


def _button(button: Mapping[str, Any], link: Callable[[str], str]) -> dict[str, Any]:
    within = button.get("buttons") or []
    if within:
        return {"name": button["name"], "sub_button": [_button(one, link) for one in within]}
    told = {"name": button["name"], "type": button["kind"]}
    told |= {field: button[field] for field in _button_fields if button.get(field)}
    if button.get("url"):
        told["url"] = link(button["url"])
    return told


def render_content(
    content: Mapping[str, Any], there: Mapping[str, str], link: Callable[[str], str]
) -> dict[str, Any] | None:
    """A customer message, with media as they are called `there`; None for what cannot be one."""
    kind = content["kind"]
    make = _parts.get(kind)
    if make is None:
        return None
    part = make(content, there, link)
    return None if part is None else {"msgtype": kind, kind: part}


Part = dict[str, Any] | None
Content = Mapping[str, Any]
There = Mapping[str, str]
Link = Callable[[str], str]


def _text(content: Content, _there: There, _link: Link) -> Part:
    return {"content": content.get("text", "")}


def _media(content: Content, there: There, _link: Link) -> Part:
    media_id = there.get(content.get("media_id", ""))
    return None if media_id is None else {"media_id": media_id}


def _video(content: Content, there: There, _link: Link) -> Part:
    media_id = there.get(content.get("media_id", ""))
    if media_id is None:
        return None
    thumb_id = there.get(content.get("thumb_media_id", ""), media_id)
    described = {name: content.get(name, "") for name in ("title", "description")}
    return {"media_id": media_id, "thumb_media_id": thumb_id, **described}


def _music(content: Content, there: There, _link: Link) -> Part:
    return {
        "title": content.get("title", ""),
        "description": content.get("description", ""),
        "musicurl": content.get("url", ""),
        "hqmusicurl": content.get("hq_url", ""),
        "thumb_media_id": there.get(content.get("thumb_media_id", ""), ""),
    }


def _news(content: Content, _there: There, link: Link) -> Part:
    articles = [
        {
            "title": one.get("title", ""),
            "description": one.get("description", ""),
            "url": link(one.get("url", "")),
            "picurl": link(one.get("picture_url", "")),
        }
        for one in content.get("articles", [])
    ]
    # News to one person hold one article.
    return {"articles": articles[:1]} if articles else None


def _choices(content: Content, _there: There, _link: Link) -> Part:
    return {
        "head_content": content.get("text", ""),
        "list": [
            {"id": one["choice_id"], "content": one["text"]} for one in content.get("choices", [])
        ],
        "tail_content": content.get("tail", ""),
    }


def _page(content: Content, there: There, _link: Link) -> Part:
    return {
        "title": content.get("title", ""),
        "appid": content.get("appid", ""),
        "pagepath": content.get("pagepath", ""),
        "thumb_media_id": there.get(content.get("thumb_media_id", ""), ""),
    }


_parts: dict[str, Callable[[Content, There, Link], Part]] = {
    "text": _text,
    "image": _media,
    "voice": _media,
    "video": _video,
    "music": _music,
    "news": _news,
    "msgmenu": _choices,
    "miniprogrampage": _page,
}
