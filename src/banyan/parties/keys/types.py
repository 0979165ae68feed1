"""API keys, the actors that they stand for, and the facts about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.books.journal import Event
from banyan.books.work import MERCHANT_PERMISSIONS, Actor, Permission
from banyan.parties.ids import MerchantId


class KeyId(Id):
    """An API key of a merchant."""


KEY_SCOPES = MERCHANT_PERMISSIONS - {Permission.STAFF_WRITE, Permission.KEYS_WRITE}
"""A program is never let to make staff or other keys: one that leaks could not be shut out."""
Scope = Annotated[
    str,
    msgspec.Meta(
        max_length=40, extra_json_schema={"enum": sorted(one.value for one in KEY_SCOPES)}
    ),
]
Scopes = Annotated[Sequence[Scope], msgspec.Meta(min_length=1, max_length=40)]
"""What a key may do: permissions, as staff have them."""


class KeyActor(Actor, frozen=True, kw_only=True):
    """A merchant's own program."""

    merchant_id: int = NONE
    is_used_stale: bool = False
    """Whether "last used" is so old that the door should run `mark_key_used`."""


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key as its merchant sees it; of the secret only the beginning."""

    merchant_id: MerchantId
    key_id: KeyId
    name: str
    prefix: str
    """The first characters of the secret, by which its keeper knows it again."""
    scopes: list[str]
    store_ids: list[Id] | None
    """The stores it is limited to; null means all."""
    created_at: datetime
    last_used_at: datetime | None
    """To the hour."""
    expires_at: datetime | None
    revoked_at: datetime | None
    old_until: datetime | None
    """Until when the secret before the last rotation still works."""


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """An API key with its secret, which is shown this once: only its digest is kept."""

    key: ApiKey
    secret: str


class KeyCreated(Event, frozen=True, kw_only=True, tag="keys.created"):
    """Somebody made an API key, `subject_id`, for a merchant."""

    scopes: list[str]


class KeyRotated(Event, frozen=True, kw_only=True, tag="keys.rotated"):
    """An API key, `subject_id`, has a new secret."""


class KeyRevoked(Event, frozen=True, kw_only=True, tag="keys.revoked"):
    """An API key, `subject_id`, works no more."""
