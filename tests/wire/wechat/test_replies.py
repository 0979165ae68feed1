"""Every reply that the SDK can write is read; what is forged, garbled or foreign is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import replies
from wechatpy.crypto import WeChatCrypto
from wechatpy.messages import TextMessage

from banyan.wire.wechat import Envelope, Unreadable, parse_reply
from banyan.wire.wechat.replies import CONTENT_BYTES_MAX

OPENID = "o" * 28
KEY, OLD_KEY = "k" * 42 + "A", "j" * 42 + "A"
APPID = "wx0123456789abcdef"
ENVELOPES = [Envelope(KEY, APPID)]
MESSAGE = TextMessage({"FromUserName": OPENID, "ToUserName": "gh_1", "MsgType": "text"})
ARTICLE = {"title": "t", "description": "d", "image": "http://x/p", "url": "http://x"}
READ_ARTICLE = {"title": "t", "description": "d", "pic_url": "http://x/p", "url": "http://x"}


def read(body: str | bytes) -> dict[str, Any] | None:
    raw = body.encode() if isinstance(body, str) else body
    return parse_reply(raw, OPENID, "tea", envelopes=[], is_open=True)


def read_safe(body: str, envelopes: list[Envelope] = ENVELOPES) -> dict[str, Any] | None:
    return parse_reply(body.encode(), OPENID, "tea", envelopes=envelopes, is_open=False)


def encrypt(xml: str, *, token: str = "tea", key: str = KEY, appid: str = APPID) -> str:
    text: str = WeChatCrypto(token, key, appid).encrypt_message(xml, "nonce", "123")
    return text


VIDEO = replies.VideoReply(message=MESSAGE, media_id="m", title="t", description="d")
MUSIC = replies.MusicReply(
    message=MESSAGE,
    thumb_media_id="th",
    title="t",
    description="d",
    music_url="http://x/a",
    hq_music_url="http://x/b",
)
CASES = [
    (
        replies.TextReply(message=MESSAGE, content="茶 <b>&amp;"),
        {"kind": "text", "content": "茶 <b>&amp;"},
    ),
    (replies.ImageReply(message=MESSAGE, media_id="m"), {"kind": "image", "media_id": "m"}),
    (replies.VoiceReply(message=MESSAGE, media_id="m"), {"kind": "voice", "media_id": "m"}),
    (VIDEO, {"kind": "video", "media_id": "m", "title": "t", "description": "d"}),
    (
        MUSIC,
        {
            "kind": "music",
            "thumb_media_id": "th",
            "title": "t",
            "description": "d",
            "music_url": "http://x/a",
            "hq_music_url": "http://x/b",
        },
    ),
    (
        replies.ArticlesReply(message=MESSAGE, articles=[ARTICLE, ARTICLE]),
        {"kind": "news", "articles": [READ_ARTICLE, READ_ARTICLE]},
    ),
    (
        replies.TransferCustomerServiceReply(message=MESSAGE),
        {"kind": "transfer", "kf_account": ""},
    ),
    # The SDK writes base64 of base64: what the device gets is what its maker's server wrote.
    (
        replies.DeviceTextReply(message=MESSAGE, device_id="d", session_id="9", content="on"),
        {"kind": "device_text", "device_id": "d", "content": "YjI0PQ=="},
    ),
    (
        replies.DeviceEventReply(message=MESSAGE, device_id="d", event="bind", content="on"),
        {"kind": "device_event", "device_id": "d", "content": "YjI0PQ=="},
    ),
    (
        replies.DeviceStatusReply(message=MESSAGE, device_id="d", status=1),
        {"kind": "device_status", "device_id": "d", "is_connected": True},
    ),
]


@pytest.mark.parametrize(("reply", "expected"), CASES)
def test_what_the_sdk_writes_is_read(reply: replies.BaseReply, expected: dict[str, Any]) -> None:
    text = reply.render()
    assert read(text) == expected
    assert read_safe(encrypt(text)) == expected


def test_a_member_of_staff_may_be_named() -> None:
    text = (
        f"<xml><ToUserName>{OPENID}</ToUserName><MsgType>transfer_customer_service</MsgType>"
        "<TransInfo><KfAccount><![CDATA[a@tea]]></KfAccount></TransInfo></xml>"
    )
    assert read(text) == {"kind": "transfer", "kf_account": "a@tea"}


@pytest.mark.parametrize("body", ["", "success", "  success\n", " \r\n"])
def test_nothing_to_say(body: str) -> None:
    assert read(body) is None
    assert read_safe(body) is None
    assert read_safe(encrypt(body)) is None


def test_in_compatible_mode_both_forms_are_read() -> None:
    text = replies.TextReply(message=MESSAGE, content="x").render()
    for body in (text, encrypt(text)):
        found = parse_reply(body.encode(), OPENID, "tea", envelopes=ENVELOPES, is_open=True)
        assert found == {"kind": "text", "content": "x"}


def test_for_a_while_the_key_before_is_good() -> None:
    text = encrypt(replies.TextReply(message=MESSAGE, content="x").render(), key=OLD_KEY)
    with pytest.raises(Unreadable):
        read_safe(text)
    assert read_safe(text, [*ENVELOPES, Envelope(OLD_KEY, APPID)]) is not None


def text_reply(content: str, openid: str = OPENID) -> str:
    return (
        f"<xml><ToUserName>{openid}</ToUserName><MsgType>text</MsgType>"
        f"<Content>{content}</Content></xml>"
    )


def test_a_text_has_a_greatest_length() -> None:
    assert read(text_reply("茶" * (CONTENT_BYTES_MAX // 3))) is not None
    with pytest.raises(Unreadable):
        read(text_reply("x" * (CONTENT_BYTES_MAX + 1)))


@pytest.mark.parametrize(
    "body",
    [
        "SUCCESS",
        "error",
        "{}",
        "<html><body>502</body></html>",
        "<xml><MsgType>text</MsgType></xml>",
        text_reply("x", openid="o" * 27 + "x"),
        text_reply(""),
        text_reply("x").replace("text", "dance"),
        text_reply("x").replace("<MsgType>text</MsgType>", ""),
        f"<xml><ToUserName>{OPENID}</ToUserName><MsgType>image</MsgType></xml>",
        f"<xml><ToUserName>{OPENID}</ToUserName><MsgType>news</MsgType></xml>",
        replies.ArticlesReply(message=MESSAGE, articles=[ARTICLE] * 11).render(),
    ],
)
def test_garbage_is_unreadable(body: str) -> None:
    with pytest.raises(Unreadable):
        read(body)


def test_what_is_forged_is_unreadable() -> None:
    text = replies.TextReply(message=MESSAGE, content="x").render()
    for forged in (
        text,
        encrypt(text, token="other"),
        encrypt(text, appid="wx1"),
        encrypt(text).replace("<TimeStamp>123", "<TimeStamp>124"),
        encrypt(text).replace("MsgSignature", "Signature"),
        encrypt(text).replace("<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA"),
        encrypt("<!DOCTYPE xml>" + text),
    ):
        with pytest.raises(Unreadable):
            read_safe(forged)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    for envelopes, is_open in (([], True), (ENVELOPES, True), (ENVELOPES, False)):
        try:
            parse_reply(body, OPENID, "tea", envelopes=envelopes, is_open=is_open)
        except Unreadable:
            continue
