"""RSA pairs and their certificates, in the forms that payment programs read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"
"""How the names of public keys begin that are known without a certificate."""
VALID_FOR = timedelta(days=5 * 365)
"""How long a certificate lives."""
_bits = 2_048
_name_max = 64
_begins_before = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A private key and its certificate."""

    private_key_pem: str
    public_key_pem: str
    certificate_pem: str
    serial_no: str
    effective_at: datetime
    expires_at: datetime


def make_pair(common_name: str, organisation: str, now: datetime) -> Pair:
    """A fresh pair, good for five years. It takes a while: call it off the loop."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_bits)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_name_max]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_name_max]),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        ]
    )
    effective_at = (now - _begins_before).replace(microsecond=0)
    expires_at = effective_at + VALID_FOR
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(effective_at)
        .not_valid_after(expires_at)
        .sign(key, hashes.SHA256())
    )
    public = key.public_key()
    return Pair(
        private_key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        public_key_pem=public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode(),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        serial_no=f"{certificate.serial_number:X}",
        effective_at=effective_at,
        expires_at=expires_at,
    )
