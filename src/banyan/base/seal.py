"""Keyed digests and sealed letters: without the server's key nobody can read what is in them."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from banyan.base.secret import Secret

KEY_BYTES_MIN = 32
_nonce_bytes = 12


class Seal:
    """Digests and seals under keys derived from one server key, others for each room.

    A code has six digits: anybody could try all million against a plain hash, but not against one
    whose key is not in the database.
    """

    def __init__(self, key: Secret, room: str) -> None:
        raw = key.reveal().encode()
        assert len(raw) >= KEY_BYTES_MIN, "the server's key is too short"
        self._digest_key = _derive(raw, f"banyan {room} digest".encode())
        self._letters = AESGCM(_derive(raw, f"banyan {room} letter".encode()))

    def digest(self, *parts: str) -> bytes:
        """The same 32 bytes for the same parts; nothing about them without the key."""
        text = b"".join(b"%d:%s" % (len(part.encode()), part.encode()) for part in parts)
        return hmac.digest(self._digest_key, text, hashlib.sha256)

    def close(self, text: str, label: str) -> bytes:
        """The text, readable only by `open` with the same label."""
        nonce = secrets.token_bytes(_nonce_bytes)
        return nonce + self._letters.encrypt(nonce, text.encode(), label.encode())

    def open(self, letter: bytes, label: str) -> str:
        """What was closed. A forged letter, or one of another key or label, is a bug and raises."""
        nonce, sealed = letter[:_nonce_bytes], letter[_nonce_bytes:]
        return self._letters.decrypt(nonce, sealed, label.encode()).decode()

    def find(self, letter: bytes, label: str) -> str | None:
        """What was closed; None for what strangers made up."""
        try:
            return self.open(letter, label)
        except (InvalidTag, ValueError):
            return None


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, hashlib.sha256)
