"""What Alipay signs, in which order, and the two kinds of signature."""

import base64
import binascii
from collections.abc import Mapping
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key


class SignType(StrEnum):
    """Of which digest a signature is."""

    RSA2 = "RSA2"
    """SHA-256."""
    RSA = "RSA"
    """SHA-1, which old programs use."""


def render_request_text(parameters: Mapping[str, str], *, keeps_empty: bool = False) -> str:
    """What is signed of a request: all but `sign`, without what is empty, by name.

    Some SDKs sign what is empty, too.
    """
    return _join(parameters, {"sign"}, keeps_empty=keeps_empty)


def render_notice_text(parameters: Mapping[str, str]) -> str:
    """What is signed of a notice or a return: all but `sign` and `sign_type`, by name."""
    return _join(parameters, {"sign", "sign_type"})


def _join(parameters: Mapping[str, str], left_out: set[str], *, keeps_empty: bool = False) -> str:
    return "&".join(
        f"{name}={value}"
        for name, value in sorted(parameters.items())
        if (value or keeps_empty) and name not in left_out
    )


def sign(text: bytes, key: RSAPrivateKey, kind: SignType) -> str:
    """A signature in base64."""
    return base64.b64encode(key.sign(text, PKCS1v15(), _digest(kind))).decode()


def is_signed(text: bytes, signature: str, key: RSAPublicKey, kind: SignType) -> bool:
    """Whether the signature is of this text by this key."""
    try:
        # Line breaks and blanks are forgiven: a plus sign that was not escaped arrives as a blank.
        raw = base64.b64decode("".join(signature.replace(" ", "+").split()), validate=True)
        key.verify(raw, text, PKCS1v15(), _digest(kind))
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def _digest(kind: SignType) -> hashes.HashAlgorithm:
    return hashes.SHA256() if kind is SignType.RSA2 else hashes.SHA1()  # noqa: S303 - the protocol's


def parse_private_key(pem: str) -> RSAPrivateKey:
    """Banyan's own key, as it was kept."""
    # Nobody else could have kept it: to check it again takes longer than to sign.
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def parse_public_key(pem: str) -> RSAPublicKey:
    """A program's key, as it was kept."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)
    return key
