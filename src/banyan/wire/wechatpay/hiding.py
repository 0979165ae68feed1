"""Hides what not everybody on the way may read: resources by AES, single fields by RSA."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from banyan.wire.wechat import Unreadable
from banyan.wire.wechatpay.signing import load_private_key, load_public_key

ALGORITHM = "AEAD_AES_256_GCM"
_oaep = padding.OAEP(
    mgf=padding.MGF1(algorithm=hashes.SHA1()),  # noqa: S303 - the protocol's own
    algorithm=hashes.SHA1(),  # noqa: S303 - the protocol's own
    label=None,
)


def seal_resource(apiv3_key: str, plain: bytes, associated: str, nonce: str) -> str:
    """A resource as base64 of its cipher and tag."""
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), plain, associated.encode())
    return base64.b64encode(sealed).decode()


def open_resource(apiv3_key: str, sealed: str, associated: str, nonce: str) -> bytes:
    """What was sealed. Raises Unreadable."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(apiv3_key.encode()).decrypt(nonce.encode(), raw, associated.encode())
    except (InvalidTag, ValueError):
        raise Unreadable("it was not sealed by this key") from None


def encrypt_field(public_key_pem: str, text: str) -> str:
    """A field that only the key's owner reads; an empty one stays empty."""
    if not text:
        return ""
    return base64.b64encode(load_public_key(public_key_pem).encrypt(text.encode(), _oaep)).decode()


def decrypt_field(private_key_pem: str, hidden: str) -> str:
    """What was hidden from all but us; an empty field stays empty. Raises Unreadable."""
    if not hidden:
        return ""
    try:
        raw = base64.b64decode(hidden, validate=True)
        return load_private_key(private_key_pem).decrypt(raw, _oaep).decode()
    except ValueError:
        raise Unreadable("it was not encrypted by our key") from None
