"""What a merchant's own programs sign in with: API keys with scopes, rotated and revoked."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.keys.actors import MarkKeyUsed, find_key_actors, mark_key_used
from banyan.parties.keys.change_key import RevokeKey, RotateKey, revoke_key, rotate_key
from banyan.parties.keys.create_key import CreateKey, create_key
from banyan.parties.keys.list_keys import ListKeys, list_keys
from banyan.parties.keys.types import (
    KEY_SCOPES,
    ApiKey,
    KeyActor,
    KeyCreated,
    KeyId,
    KeyRevoked,
    KeyRotated,
    NewKey,
)

ROOM = Room(
    name="keys",
    migrations=Path(__file__).parent / "migrations",
    operations=(create_key, rotate_key, revoke_key, list_keys, mark_key_used),
    events=(KeyCreated, KeyRotated, KeyRevoked),
)

__all__ = (
    "KEY_SCOPES",
    "ROOM",
    "ApiKey",
    "CreateKey",
    "KeyActor",
    "KeyCreated",
    "KeyId",
    "KeyRevoked",
    "KeyRotated",
    "ListKeys",
    "MarkKeyUsed",
    "NewKey",
    "RevokeKey",
    "RotateKey",
    "create_key",
    "find_key_actors",
    "list_keys",
    "mark_key_used",
    "revoke_key",
    "rotate_key",
)
