"""The numbers by which Alipay's programs name certificates."""

import hashlib
import re

from cryptography.x509 import Certificate, Name, load_pem_x509_certificate
from cryptography.x509.oid import NameOID, ObjectIdentifier

_one = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_rsa = re.compile(r"1\.2\.840\.113549\.1\.1\.")
"""Algorithms of RSA; roots by other ones have no part in the number of a chain."""


def read_sn(pem: str) -> str:
    """The number of a certificate: a digest of who issued it and its serial number.

    Raises ValueError for what is none.
    """
    return _compute(load_pem_x509_certificate(pem.encode()))


def read_chain_sn(pem: str) -> str:
    """The number of a file of root certificates. Raises ValueError for what is none."""
    found = [load_pem_x509_certificate(one) for one in _one.findall(pem.encode())]
    return "_".join(
        _compute(one) for one in found if _rsa.match(one.signature_algorithm_oid.dotted_string)
    )


def _compute(certificate: Certificate) -> str:
    issuer = certificate.issuer
    text = (
        f"CN={_find(issuer, NameOID.COMMON_NAME)},"
        f"OU={_find(issuer, NameOID.ORGANIZATIONAL_UNIT_NAME)},"
        f"O={_find(issuer, NameOID.ORGANIZATION_NAME)},"
        f"C={_find(issuer, NameOID.COUNTRY_NAME)}{certificate.serial_number}"
    )
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _find(name: Name, kind: ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(kind)
    return str(found[-1].value) if found else "None"
