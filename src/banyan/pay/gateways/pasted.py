"""Keys as people paste them: read, and put into one form; or what is wrong with them. Pure."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from types import MappingProxyType

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from banyan.base.errors import Invalid

BITS_MIN = 2048
_label = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_mistaken: Mapping[bool, Mapping[str, str]] = MappingProxyType(
    {
        True: {
            "CERTIFICATE": "gateways.key_is_certificate",
            "PUBLIC KEY": "gateways.key_is_public",
            "RSA PUBLIC KEY": "gateways.key_is_public",
            "ENCRYPTED PRIVATE KEY": "gateways.key_is_locked",
        },
        False: {
            "CERTIFICATE": "gateways.key_is_certificate",
            "PRIVATE KEY": "gateways.key_is_private",
            "RSA PRIVATE KEY": "gateways.key_is_private",
            "ENCRYPTED PRIVATE KEY": "gateways.key_is_private",
        },
    }
)
"""What else is pasted where a private key belongs, or a public one."""


def read_private_key(text: str, field: str) -> str:
    """A private key as PEM, however it was pasted: with its first and last line or without.

    Raises Invalid `gateways.key_unreadable`, `gateways.key_is_certificate`,
    `gateways.key_is_public`, `gateways.key_is_locked`, `gateways.key_not_rsa`.
    """
    key = _load(
        text,
        field,
        lambda pem: load_pem_private_key(pem, None),
        lambda der: load_der_private_key(der, None),
        is_private=True,
    )
    if not isinstance(key, RSAPrivateKey) or key.key_size < BITS_MIN:
        raise Invalid("gateways.key_not_rsa", field=field)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_public_key(text: str, field: str, own: str) -> str:
    """A public key as PEM, however it was pasted, that is not of the pair of `own`.

    Raises Invalid like `read_private_key`, and `gateways.key_is_private`, `gateways.key_is_own`.
    """
    key = _load(text, field, load_pem_public_key, load_der_public_key, is_private=False)
    if not isinstance(key, RSAPublicKey) or key.key_size < BITS_MIN:
        raise Invalid("gateways.key_not_rsa", field=field)
    pair = load_pem_private_key(own.encode(), None).public_key()
    if isinstance(pair, RSAPublicKey) and pair.public_numbers() == key.public_numbers():
        raise Invalid("gateways.key_is_own", field=field)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _load(
    text: str,
    field: str,
    load_pem: Callable[[bytes], object],
    load_der: Callable[[bytes], object],
    *,
    is_private: bool,
) -> object:
    told = text.strip()
    label = _label.search(told)
    if label is not None and label[1] in _mistaken[is_private]:
        raise Invalid(_mistaken[is_private][label[1]], field=field)
    try:
        if label is not None:
            return load_pem(told.encode())
        return load_der(b64decode("".join(told.split()), validate=True))
    except TypeError:
        raise Invalid("gateways.key_is_locked", field=field) from None
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid("gateways.key_unreadable", field=field) from None
