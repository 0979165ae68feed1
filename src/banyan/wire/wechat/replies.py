"""What an account's server answers to a push, read as kindly as WeChat reads it."""

from collections.abc import Callable, Mapping
from hmac import compare_digest
from typing import Any

import msgspec

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
    root = _parse(body)
    if "Encrypt" in root and envelopes:
        inner = _decrypt(root, token, envelopes)
        if inner.strip() in _acknowledged:
            return None
        root = _parse(inner)
    elif not is_open:
        raise Unreadable("it is not encrypted")
    if text_of(root, "ToUserName") != openid:
        raise Unreadable("it is for somebody else")
    return _read(root)


def _parse(body: bytes) -> Mapping[str, list[Node]]:
    """XML, or the same in JSON. Raises Unreadable."""
    if not body.lstrip().startswith(b"{"):
        return parse_xml(body)
    try:
        return _nodes(msgspec.json.decode(body, type=dict[str, Any]))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unreadable("it is no JSON") from None


def _nodes(told: Mapping[str, Any]) -> dict[str, list[Node]]:
    return {
        name: [_node(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in told.items()
    }


def _node(value: object) -> Node:
    return _nodes(value) if isinstance(value, dict) else "" if value is None else str(value)


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
    kind = text_of(root, "MsgType")
    read = _readers.get(kind)
    if read is None:
        raise Unreadable("nobody knows such a type")
    return {"kind": kind} | read(root)


def _text(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    content = _needed(text_of(root, "Content"))
    if len(content.encode()) > CONTENT_BYTES_MAX:
        raise Unreadable("its text is too long")
    return {"content": content}


def _image(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    return {"media_id": _needed(text_of(part_of(root, "Image"), "MediaId"))}


def _voice(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    return {"media_id": _needed(text_of(part_of(root, "Voice"), "MediaId"))}


def _video(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    video = part_of(root, "Video")
    return {
        "media_id": _needed(text_of(video, "MediaId")),
        "title": text_of(video, "Title"),
        "description": text_of(video, "Description"),
    }


def _music(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    music = part_of(root, "Music")
    return {
        "title": text_of(music, "Title"),
        "description": text_of(music, "Description"),
        "music_url": text_of(music, "MusicUrl"),
        "hq_music_url": text_of(music, "HQMusicUrl"),
        "thumb_media_id": text_of(music, "ThumbMediaId"),
    }


def _transfer(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    account = text_of(part_of(root, "TransInfo"), "KfAccount")
    return {"kind": "transfer", "kf_account": account}


def _device_content(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    return {"device_id": text_of(root, "DeviceID"), "content": _needed(text_of(root, "Content"))}


def _device_status(root: Mapping[str, list[Node]]) -> dict[str, Any]:
    is_connected = {"0": False, "1": True}.get(text_of(root, "DeviceStatus"))
    if is_connected is None:
        raise Unreadable("it does not say whether the device is connected")
    return {"device_id": text_of(root, "DeviceID"), "is_connected": is_connected}


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
    return {"articles": articles}


def _needed(text: str) -> str:
    if not text:
        raise Unreadable("what it must have is missing")
    return text


_readers: dict[str, Callable[[Mapping[str, list[Node]]], dict[str, Any]]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
    "device_text": _device_content,
    "device_event": _device_content,
    "device_status": _device_status,
}
