"""How a unionid is made of a provider and a person."""

import base64
import hashlib
import hmac

CHANNELS_MAX = 100
"""Most channels bound to one provider."""

_length = 28
_person_bytes = 8


def compute_unionid(salt: bytes, person_id: int) -> str:
    """What all channels of a provider know a person by: it says nothing about who they are."""
    told = hmac.digest(salt, person_id.to_bytes(_person_bytes, "big"), hashlib.sha256)
    return f"o{base64.urlsafe_b64encode(told).decode()}"[:_length]
