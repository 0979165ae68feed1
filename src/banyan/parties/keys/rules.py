"""What an API key may be allowed, and whether it works."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from banyan.base.errors import Invalid, Refusal
from banyan.books.work import Grant, Permission
from banyan.parties.keys.types import KEY_SCOPES, ApiKey


def check_scopes(scopes: Sequence[str]) -> frozenset[Permission]:
    """The scopes as a set. Raises Invalid `keys.not_a_scope` for what no key can have."""
    known = {one.value: one for one in KEY_SCOPES}
    wrong = sorted({str(one) for one in scopes} - known.keys())
    if wrong:
        raise Invalid("keys.not_a_scope", scopes=wrong)
    return frozenset(known[one] for one in scopes)


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
