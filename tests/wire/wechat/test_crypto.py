"""Our encryption and signatures against the SDK's own, both ways, and against forgers."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException
from wechatpy.utils import WeChatSigner

from banyan.wire.wechat import Envelope, Unreadable, sign

_letters = string.ascii_letters + string.digits
# Of the last letter only four bits count; the SDK's decoder and ours forgive the other two.
KEYS = st.text(_letters, min_size=43, max_size=43)
APPIDS = st.text(string.hexdigits, min_size=16, max_size=16).map(lambda one: f"wx{one}")
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=300)
CHANCE = st.binary(min_size=16, max_size=16)


def sdk(key: str) -> PrpCrypto:
    return PrpCrypto(base64.b64decode(key + "="))


@given(KEYS, APPIDS, TEXTS, CHANCE)
def test_the_sdk_opens_what_we_close(key: str, appid: str, text: str, chance: bytes) -> None:
    sealed = Envelope(key, appid).close(text.encode(), chance)
    assert sdk(key).decrypt(sealed, appid) == text


@given(KEYS, APPIDS, TEXTS)
def test_we_open_what_the_sdk_closes(key: str, appid: str, text: str) -> None:
    sealed = sdk(key).encrypt(text, appid).decode()
    assert Envelope(key, appid).open(sealed) == text.encode()


@given(KEYS, APPIDS, st.binary(max_size=100), CHANCE)
def test_what_was_closed_opens_again(key: str, appid: str, message: bytes, chance: bytes) -> None:
    envelope = Envelope(key, appid)
    sealed = envelope.close(message, chance)
    assert envelope.open(sealed) == message
    assert len(base64.b64decode(sealed)) % 32 == 0


@given(KEYS, APPIDS, APPIDS, TEXTS, CHANCE)
def test_it_is_for_one_account_only(
    key: str, appid: str, other: str, text: str, chance: bytes
) -> None:
    if appid == other:
        return
    sealed = Envelope(key, appid).close(text.encode(), chance)
    with pytest.raises(Unreadable):
        Envelope(key, other).open(sealed)
    with pytest.raises(InvalidAppIdException):
        sdk(key).decrypt(sealed, other)


@given(KEYS, KEYS, APPIDS, TEXTS, CHANCE)
def test_another_key_opens_nothing(
    key: str, other: str, appid: str, text: str, chance: bytes
) -> None:
    if base64.b64decode(key + "=") == base64.b64decode(other + "="):
        return
    with pytest.raises(Unreadable):
        Envelope(other, appid).open(Envelope(key, appid).close(text.encode(), chance))


@given(KEYS, APPIDS, TEXTS, CHANCE, st.data())
def test_what_is_altered_or_cut_does_not_open_as_something_longer(
    key: str, appid: str, text: str, chance: bytes, data: st.DataObject
) -> None:
    envelope = Envelope(key, appid)
    raw = bytearray(base64.b64decode(envelope.close(text.encode(), chance)))
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(Unreadable):
        envelope.open(base64.b64encode(bytes(raw[:cut])).decode())


@given(st.text(max_size=200))
def test_nonsense_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        Envelope("k" * 43, "wx1").open(text)


@given(st.binary(max_size=10).map(lambda one: base64.b64encode(one * 16).decode()))
def test_blocks_of_nonsense_are_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        Envelope("k" * 43, "wx1").open(text)


@pytest.mark.parametrize("key", ["", "k" * 42, "k" * 44, "*" * 43, "k" * 42 + "é"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Unreadable):
        Envelope(key, "wx1")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=40), min_size=1, max_size=4))
def test_we_sign_as_the_sdk_does(parts: list[str]) -> None:
    signer = WeChatSigner()
    signer.add_data(*parts)
    assert sign(*parts) == signer.signature


def test_a_known_signature() -> None:
    assert sign("token", "1234567890", "abc") == "1de5087c332215b3937901f916e67c89c6aeba0c"
