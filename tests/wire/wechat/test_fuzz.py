"""Whatever an account's server answers: it is a reply, or nobody can read it; nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import (
    ArticlesReply,
    ImageReply,
    MusicReply,
    TextReply,
    TransferCustomerServiceReply,
)

from banyan.wire.wechat import AES_KEY_CHARACTERS, Envelope, Unreadable, parse_reply, parse_xml

OPENID, ACCOUNT, TOKEN = "o" * 28, "gh_teahouse", "T0ken"
WHO: dict[str, Any] = {"target": OPENID, "source": ACCOUNT}
VALID = [
    TextReply(content="几点开门", **WHO).render().encode(),
    ImageReply(media_id="m1", **WHO).render().encode(),
    MusicReply(title="曲", description="词", thumb_media_id="t", **WHO).render().encode(),
    ArticlesReply(
        articles=[{"title": "茶", "description": "新", "image": "", "url": "https://a.example"}],
        **WHO,
    )
    .render()
    .encode(),
    TransferCustomerServiceReply(**WHO).render().encode(),
    b'{"ToUserName":"oooooooooooooooooooooooooooo","MsgType":"text","Content":"x"}',
]
PIECES = [
    b"<!DOCTYPE xml>",
    b'<!DOCTYPE xml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
    b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd">',
    b'<!ENTITY c SYSTEM "file:///etc/passwd">',
    b"&b;",
    b"&#0;",
    b"&#x110000;",
    b"<![CDATA[",
    b"]]>",
    b"<xml>",
    b"</xml>",
    b"<a>" * 20,
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<?xml version='1.0' encoding='nonsense'?>",
    b"\xff\xfe",
    b"\0",
    b"\xed\xa0\x80",
    b'{"a":' * 2_000,
    b"[" * 2_000,
    b"1e999",
    b"null",
    b"{}",
]
BOMB = b"""<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>"""


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A reply with pieces put in, bytes changed, or a part left out."""
    body = bytearray(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        until = at + draw(st.sampled_from((0, 0, 1, 5, 50)))
        body[at:until] = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)))
    return bytes(body)


def read(body: bytes, envelopes: list[Envelope], *, is_open: bool) -> object:
    """What is made of an answer, or why nothing is."""
    try:
        return parse_reply(body, OPENID, TOKEN, envelopes=envelopes, is_open=is_open)
    except Unreadable as why:
        return why


@settings(max_examples=400, deadline=None)
@given(st.one_of(spoilt(), st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_every_answer_is_read_or_refused(body: bytes) -> None:
    key = "k" * AES_KEY_CHARACTERS
    envelope = Envelope(key, "wx0")
    for envelopes, is_open in (([], True), ([envelope], True), ([envelope], False)):
        found = read(body, envelopes, is_open=is_open)
        if b"<!DOCTYPE" in body.lstrip()[:9]:
            assert isinstance(found, Unreadable)
        if isinstance(found, dict):
            assert set(found) >= {"kind"}


@pytest.mark.parametrize("body", VALID)
def test_bombs_and_outside_entities_are_refused_wherever_they_hide(body: bytes) -> None:
    if body.startswith(b"{"):
        return
    for name in (b"&f;", b"&c;"):
        hidden = BOMB + body.replace(b"<xml>", b"<xml><Z>" + name + b"</Z>", 1)
        with pytest.raises(Unreadable):
            parse_xml(hidden)


def test_a_bomb_within_what_is_encrypted_is_refused() -> None:
    key = "k" * AES_KEY_CHARACTERS
    crypto = WeChatCrypto(TOKEN, key, "wx0")
    sealed = crypto.encrypt_message((BOMB + VALID[0]).decode(), "n", "1")
    envelope = Envelope(key, "wx0")
    with pytest.raises(Unreadable):
        parse_reply(sealed.encode(), OPENID, TOKEN, envelopes=[envelope], is_open=False)
