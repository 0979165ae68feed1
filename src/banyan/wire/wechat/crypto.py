"""The encryption of pushes and answers in safe mode: AES-256-CBC around a message and an appid."""

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from banyan.wire.wechat.unreadable import Unreadable

AES_KEY_CHARACTERS = 43
CHANCE_BYTES = 16
_key_bytes = 32
_length_bytes = 4
_pad_to = 32
_block = 16


class Envelope:
    """Closes and opens what an account, named by its appid, and its server send each other."""

    def __init__(self, aes_key: str, appid: str) -> None:
        """`aes_key` are 43 letters and digits. Raises Unreadable for any other."""
        try:
            # Of the last letter only four bits count: whatever the others are, it is a key.
            key = base64.b64decode(aes_key + "=")
        except (binascii.Error, ValueError):
            raise Unreadable("the key is not base64") from None
        if len(key) != _key_bytes:
            raise Unreadable("the key has another length")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:_block]))
        self._appid = appid.encode()

    def close(self, message: bytes, chance: bytes) -> str:
        """The message in base64; `chance` are 16 bytes that nobody can guess."""
        assert len(chance) == CHANCE_BYTES
        text = chance + len(message).to_bytes(_length_bytes, "big") + message + self._appid
        count = _pad_to - len(text) % _pad_to
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(text + bytes([count]) * count) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> bytes:
        """The message that was closed for this account. Raises Unreadable."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise Unreadable("what is encrypted is not base64") from None
        if not raw or len(raw) % _block:
            raise Unreadable("what is encrypted has another length")
        decryptor = self._cipher.decryptor()
        text = _unpad(decryptor.update(raw) + decryptor.finalize())
        start = CHANCE_BYTES + _length_bytes
        end = start + int.from_bytes(text[CHANCE_BYTES:start], "big")
        if len(text) < start or end > len(text):
            raise Unreadable("what is encrypted is cut off, or by another key")
        if text[end:] != self._appid:
            raise Unreadable("what is encrypted is for another account")
        return text[start:end]


def _unpad(text: bytes) -> bytes:
    count = text[-1]
    if not 1 <= count <= _pad_to or text[-count:] != bytes([count]) * count:
        raise Unreadable("what is encrypted ends in another way, or is by another key")
    return text[:-count]
