"""What an account's server answers to a push, read as kindly as WeChat reads it."""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from banyan.wire.wechat.crypto import Envelope
from banyan.wire.wechat.signature import sign
from banyan.wire.wechat.unreadable import Unreadable
from banyan.wire.wechat.xml import Node, parse_xml, part_of, text_of

CONTENT_BYTES_MAX = 2048
ARTICLES_MAX = 10
_acknowledged = frozenset({b"", b"success"})


def parse_reply(
    body: bytes, openid: str, token: str, *, envelopes: list[Envelope], is_open: bool
) -> dict[str, Any] | None:
    """The reply's kind and fields, or None if the server has nothing to say to the person.

    `envelopes` open what is encrypted, by the present key and the one before; without any, nothing
    may be encrypted. `is_open` allows what is not encrypted. Raises Unreadable.
    """
    if body.strip() in _acknowledged:
        return None
    root = parse_xml(body)
    if "Encrypt" in root and envelopes:
        inner = _decrypt(root, token, envelopes)
        if inner.strip() in _acknowledged:
            return None
        root = parse_xml(inner)
    elif not is_open:
        raise Unreadable("it is not encrypted")
    if text_of(root, "ToUserName") != openid:
        raise Unreadable("it is for somebody else")
    return _read(root)


def _decrypt(root: Mapping[str, list[Node]], token: str, envelopes: list[Envelope]) -> bytes:
    sealed = text_of(root, "Encrypt")
    signed = sign(token, text_of(root, "TimeStamp"), text_of(root, "Nonce"), sealed)
    if not compare_digest(signed.encode(), text_of(root, "MsgSignature").encode()):
        raise Unreadable("its signature is false")
    for place, envelope in enumerate(envelopes, start=1):
        try:
            return envelope.open(sealed)
        except Unreadable:
            if place == len(envelopes):
                raise
    raise AssertionError("there is an envelope")


def _read(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    match text_of(root, "MsgType"):
        case "text":
            return _text(root)
        case "image" | "voice" as kind:
            media_id = text_of(part_of(root, kind.capitalize()), "MediaId")
            return {"kind": kind, "media_id": _needed(media_id)}
        case "video":
            return _video(part_of(root, "Video"))
        case "music":
            return _music(part_of(root, "Music"))
        case "news":
            return _news(root)
        case "transfer_customer_service":
            account = text_of(part_of(root, "TransInfo"), "KfAccount")
            return {"kind": "transfer", "kf_account": account}
        case _:
            raise Unreadable("nobody knows such a type")


def _text(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    content = _needed(text_of(root, "Content"))
    if len(content.encode()) > CONTENT_BYTES_MAX:
        raise Unreadable("its text is too long")
    return {"kind": "text", "content": content}


def _video(video: Mapping[str, list[Node]]) -> dict[str, Any]:
    return {
        "kind": "video",
        "media_id": _needed(text_of(video, "MediaId")),
        "title": text_of(video, "Title"),
        "description": text_of(video, "Description"),
    }


def _music(music: Mapping[str, list[Node]]) -> dict[str, Any]:
    return {
        "kind": "music",
        "title": text_of(music, "Title"),
        "description": text_of(music, "Description"),
        "music_url": text_of(music, "MusicUrl"),
        "hq_music_url": text_of(music, "HQMusicUrl"),
        "thumb_media_id": text_of(music, "ThumbMediaId"),
    }


def _news(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    items = [one for one in part_of(root, "Articles").get("item", []) if not isinstance(one, str)]
    if not 1 <= len(items) <= ARTICLES_MAX:
        raise Unreadable("it has no articles, or too many")
    articles = [
        {
            "title": text_of(item, "Title"),
            "description": text_of(item, "Description"),
            "pic_url": text_of(item, "PicUrl"),
            "url": text_of(item, "Url"),
        }
        for item in items
    ]
    return {"kind": "news", "articles": articles}


def _needed(text: str) -> str:
    if not text:
        raise Unreadable("what it must have is missing")
    return text
