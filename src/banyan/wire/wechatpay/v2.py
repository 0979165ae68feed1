"""The second interface: flat XML, signed by a key that both sides know."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from hmac import compare_digest
from typing import Any

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from banyan.wire.wechat import Unreadable
from banyan.wire.wechat.xml import parse_xml, render_xml

MD5 = "MD5"
HMAC_SHA256 = "HMAC-SHA256"
SIGN_TYPES = frozenset({MD5, HMAC_SHA256})
_block_bits = 128


def sign_v2(fields: Mapping[str, str], apiv2_key: str, sign_type: str = MD5) -> str:
    """The signature of all fields that are not empty, but for `sign` itself."""
    named = sorted((name, value) for name, value in fields.items() if value and name != "sign")
    text = "&".join(f"{name}={value}" for name, value in [*named, ("key", apiv2_key)]).encode()
    if sign_type == HMAC_SHA256:
        return hmac.new(apiv2_key.encode(), text, hashlib.sha256).hexdigest().upper()
    return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()


def is_signed_v2(fields: Mapping[str, str], apiv2_key: str) -> bool:
    """Whether the fields are signed by this key, in the way that they name."""
    sign_type = fields.get("sign_type") or MD5
    if sign_type not in SIGN_TYPES:
        return False
    wanted = sign_v2(fields, apiv2_key, sign_type)
    return compare_digest(wanted.encode(), fields.get("sign", "").encode())


def parse_v2(body: bytes) -> dict[str, str]:
    """The fields of a request. Raises Unreadable, also for fields that hold others or are twice."""
    found: dict[str, str] = {}
    for name, nodes in parse_xml(body).items():
        (first, *more) = nodes
        if more or not isinstance(first, str):
            raise Unreadable(f"{name} is not one text")
        found[name] = first
    return found


def render_v2(fields: Iterable[tuple[str, Any]]) -> bytes:
    """Fields as XML, those that are empty left out; a list of pairs is elements in an element."""
    return render_xml([(name, value) for name, value in fields if value]).encode()


def hide_v2(apiv2_key: str, plain: bytes) -> str:
    """What a server is told of a refund: AES-256 in blocks, under a digest of the key."""
    padder = padding.PKCS7(_block_bits).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = _cipher(apiv2_key).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def open_v2(apiv2_key: str, hidden: str) -> bytes:
    """What `hide_v2` hid. Raises Unreadable."""
    try:
        decryptor = _cipher(apiv2_key).decryptor()
        padded = decryptor.update(base64.b64decode(hidden)) + decryptor.finalize()
        unpadder = padding.PKCS7(_block_bits).unpadder()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise Unreadable("it was not hidden by this key") from None


def _cipher(apiv2_key: str) -> Cipher[modes.ECB]:
    key = hashlib.md5(apiv2_key.encode(), usedforsecurity=False).hexdigest().encode()
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - the protocol's own
