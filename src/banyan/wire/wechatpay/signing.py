"""Signatures of the third interface: of requests, of answers, and of what servers are told."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_attribute = re.compile(r'\s*([a-z_]+)="([^"]*)"\s*(?:,|$)')
_keys_known = 4_096


@dataclass(frozen=True, slots=True)
class Authorization:
    """Who signed a request, and what is signed beside it."""

    mchid: str
    serial_no: str
    timestamp: str
    nonce: str
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    """What the header says, its attributes in any order; None for anything else."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme != SCHEME:
        return None
    found: dict[str, str] = {}
    place = 0
    while place < len(rest):
        match = _attribute.match(rest, place)
        if match is None or match[1] in found:
            return None
        found[match[1]] = match[2]
        place = match.end()
    try:
        return Authorization(
            mchid=found["mchid"],
            serial_no=found["serial_no"].upper(),
            timestamp=found["timestamp"],
            nonce=found["nonce_str"],
            signature=found["signature"],
        )
    except KeyError:
        return None


def write_authorization(private_key_pem: str, one: Authorization, text: bytes) -> str:
    """The header of a request whose text is this; the signature in `one` does not count."""
    signature = sign(private_key_pem, text)
    return (
        f'{SCHEME} mchid="{one.mchid}",nonce_str="{one.nonce}",signature="{signature}",'
        f'timestamp="{one.timestamp}",serial_no="{one.serial_no}"'
    )


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed of a request; `target` is path and query as they stand on the wire."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def answer_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What is signed of an answer, or of what a server is told."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def sign(private_key_pem: str, text: bytes) -> str:
    """The signature in base64."""
    key = load_private_key(private_key_pem)
    signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def is_signed(public_key_pem: str, text: bytes, signature: str) -> bool:
    """Whether this signature is of this text and key."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key = load_public_key(public_key_pem)
        key.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=64)
def load_private_key(pem: str) -> rsa.RSAPrivateKey:
    """A private key of our own; reading one costs as much as signing by it."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@lru_cache(maxsize=_keys_known)
def load_public_key(pem: str) -> rsa.RSAPublicKey:
    """A public key. Raises ValueError for what is none of RSA."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:
        raise ValueError("no key that we know") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("no RSA key")  # noqa: TRY004 - the text is of the wrong kind
    return key
