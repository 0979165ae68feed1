"""How apps, people and tokens are numbered, how long tokens live, and where people are sent."""

import base64
import binascii
from datetime import timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

from banyan.base.errors import Invalid, Refusal
from banyan.base.links import split_link

APPS_MAX = 50
"""Most apps of one merchant."""
CODE_LIFE = timedelta(days=1)
TOKEN_LIFE = timedelta(days=15)
REFRESH_LIFE = timedelta(days=30)
MANDATE_LIFE = timedelta(days=365)
MANDATE_REFRESH_LIFE = timedelta(days=372)
KEPT = timedelta(days=2)
"""How long it is still known that a code once worked."""

_bits_min, _bits_max = 1024, 4096
_space = 10**12
_app_prefix, _number_prefix = "2021", "2088"


def render_app_id(chance: bytes) -> int:
    """A number of sixteen digits for an app."""
    return int(_app_prefix) * _space + int.from_bytes(chance, "big") % _space


def render_number(chance: bytes) -> str:
    """A number of sixteen digits for whoever takes part in a payment."""
    return f"{_number_prefix}{int.from_bytes(chance, 'big') % _space:012d}"


def render_open_id(chance: bytes) -> str:
    """What one app knows a person by."""
    return base64.urlsafe_b64encode(chance).decode().rstrip("=")


def check_public_key(text: str) -> str:
    """A pasted key as PEM; empty stays empty. Raises Invalid `alipayapps.key_malformed`."""
    raw = text.strip().encode()
    if not raw:
        return ""
    try:
        key = _read_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or not _bits_min <= key.key_size <= _bits_max:
        raise Invalid("alipayapps.key_malformed")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _read_key(raw: bytes) -> object:
    if raw.startswith(b"-----BEGIN CERTIFICATE-----"):
        return load_pem_x509_certificate(raw).public_key()
    if raw.startswith(b"-----BEGIN"):
        return load_pem_public_key(raw)
    return load_der_public_key(base64.b64decode(b"".join(raw.split()), validate=True))


def check_notify_url(url: str) -> str:
    """Accept a whole web address or nothing. Raises Invalid `alipayapps.url_malformed`."""
    if url and split_link(url) is None:
        raise Invalid("alipayapps.url_malformed")
    return url


def check_host(host: str) -> str:
    """Accept a bare host, perhaps with a port. Raises Invalid `alipayapps.host_malformed`."""
    parts = split_link(f"http://{host}/")
    if host and (parts is None or parts.netloc != host):
        raise Invalid("alipayapps.host_malformed")
    return host.lower()


def check_redirect(redirect_host: str, redirect: str) -> str:
    """Accept an address at the app's own host, and return the host.

    Raises Invalid `alipayapps.url_malformed`, Refusal `alipayapps.wrong_host`.
    """
    parts = split_link(redirect)
    if parts is None:
        raise Invalid("alipayapps.url_malformed")
    given = parts.netloc if ":" in redirect_host else parts.hostname
    if not redirect_host or (given or "").lower() != redirect_host:
        raise Refusal("alipayapps.wrong_host", host=parts.netloc[:200])
    return parts.netloc
