"""What an API key may be allowed, and whether it works."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from banyan.base.errors import Invalid, Refusal
from banyan.books.work import MERCHANT_PERMISSIONS, Grant, Permission
from banyan.parties.keys.types import ApiKey

KEY_SCOPES = MERCHANT_PERMISSIONS - {Permission.STAFF_WRITE, Permission.KEYS_WRITE}
"""A program is never let to make staff or other keys: one that leaks could not be shut out."""


def check_scopes(scopes: Sequence[Permission]) -> frozenset[Permission]:
    """The scopes as a set. Raises Invalid `keys.not_a_scope` for what no key can have."""
    wrong = sorted({one.value for one in scopes if one not in KEY_SCOPES})
    if wrong:
        raise Invalid("keys.not_a_scope", scopes=wrong)
    return frozenset(scopes)


def check_works(key: ApiKey, now: datetime) -> None:
    """Raise Refusal `keys.revoked` or `keys.expired` for a key that works no more."""
    if key.revoked_at is not None:
        raise Refusal("keys.revoked")
    if key.expires_at is not None and key.expires_at <= now:
        raise Refusal("keys.expired")


def compute_key_grant(scopes: Iterable[str], store_ids: Iterable[int] | None) -> Grant:
    """What a key with these scopes, in these stores or in all, allows."""
    known = set(scopes)
    return Grant(
        # A scope of a later version that this one does not know allows nothing here.
        frozenset(one for one in KEY_SCOPES if one.value in known),
        None if store_ids is None else frozenset(store_ids),
    )
