"""Certificates for programs in certificate mode: a root, Banyan's own, and the program's."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509.oid import NameOID

from banyan.base.errors import Invalid

_root = "Banyan Alipay Root"
_own = "Banyan Alipay"
_life = timedelta(days=3_650)
_slack = timedelta(days=1)


def render_public_key(private_key: str) -> str:
    """The public half of a key."""
    public = _load(private_key).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def issue_root(private_key: str, serial: int, now: datetime) -> str:
    """A certificate of the key by itself, on which the others rest."""
    key = _load(private_key)
    return _issue(key, key.public_key(), _name(_root), serial, now, is_root=True)


def issue_own(private_key: str, serial: int, now: datetime) -> str:
    """A certificate of the key under the root."""
    key = _load(private_key)
    return _issue(key, key.public_key(), _name(_own), serial, now)


def issue_for_app(
    private_key: str, public_key: str, app_id: int, serial: int, now: datetime
) -> str:
    """A certificate of a program's key under the root."""
    public = load_pem_public_key(public_key.encode())
    assert isinstance(public, RSAPublicKey)
    return _issue(_load(private_key), public, _name(str(app_id)), serial, now)


def _issue(
    issuer: RSAPrivateKey,
    public: RSAPublicKey,
    subject: x509.Name,
    serial: int,
    now: datetime,
    *,
    is_root: bool = False,
) -> str:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_name(_root))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(now - _slack)
        .not_valid_after(now + _life)
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    return builder.sign(issuer, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _name(common: str) -> x509.Name:
    # Programs compute a certificate's number from all four.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Banyan"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Pay"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _load(private_key: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(private_key.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError):
        raise Invalid("alipayapps.key_malformed") from None
    assert isinstance(key, RSAPrivateKey)
    return key
