"""Reads the certificates that payees' programs sign by."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from banyan.base.errors import Invalid
from banyan.pay.payees.types import Certificate

_bits_min = 2_048
_bits_max = 4_096


def read_certificate(pem: str, added_at: datetime) -> Certificate:
    """What a certificate says.

    Raises Invalid `payees.certificate_malformed`, also for keys that are not RSA of 2048 to 4096
    bits: the wire has no other.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
        serial_no = f"{found.serial_number:X}"
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid("payees.certificate_malformed") from None
    if not isinstance(key, rsa.RSAPublicKey) or not _bits_min <= key.key_size <= _bits_max:
        raise Invalid("payees.certificate_malformed")
    effective_at, expires_at = found.not_valid_before_utc, found.not_valid_after_utc
    if found.serial_number <= 0 or effective_at >= expires_at:
        raise Invalid("payees.certificate_malformed")
    encoding, kind = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return Certificate(
        serial_no=serial_no,
        public_key_pem=key.public_bytes(encoding, kind).decode(),
        certificate_pem=found.public_bytes(encoding).decode(),
        effective_at=effective_at,
        expires_at=expires_at,
        added_at=added_at,
    )
