"""What a page of a mini program is handed about its user: readable by its server alone."""

import base64
import hashlib
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_block_bits = 128


class OpenData(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a user, encrypted; and as they are with a signature, where pages may see them."""

    raw_data: str
    signature: str
    encrypted_data: str
    iv: str


def seal_open_data(
    session_key: str, raw: Mapping[str, object], more: Mapping[str, object], iv: bytes
) -> OpenData:
    """Encrypt `raw` and `more` by AES-128-CBC under the key of a session, which is base64.

    `raw` is signed as well. `iv` are 16 bytes that nobody can guess.
    """
    raw_data = msgspec.json.encode(raw).decode()
    padder = PKCS7(_block_bits).padder()
    padded = padder.update(msgspec.json.encode({**raw, **more})) + padder.finalize()
    cipher = Cipher(algorithms.AES(base64.b64decode(session_key)), modes.CBC(iv)).encryptor()
    sealed = cipher.update(padded) + cipher.finalize()
    return OpenData(
        raw_data=raw_data,
        signature=_digest(raw_data + session_key),
        encrypted_data=base64.b64encode(sealed).decode(),
        iv=base64.b64encode(iv).decode(),
    )


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
