"""Every SQL statement on schema keys."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.parties.keys.types import ApiKey, KeyId

_insert_key = """
insert into keys.keys (
    merchant_id, key_id, name, prefix, digest, scopes, store_ids, created_by, created_at, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_count_keys = """
select count(*)
from keys.keys
where merchant_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
"""

_lock_key = """
select merchant_id, key_id, name, prefix, scopes, store_ids, created_at, last_used_at, expires_at,
    revoked_at, old_until
from keys.keys
where merchant_id = $1 and key_id = $2
for update
"""

_list_keys = """
select merchant_id, key_id, name, prefix, scopes, store_ids, created_at, last_used_at, expires_at,
    revoked_at, old_until
from keys.keys
where merchant_id = $1 and key_id < $2
order by key_id desc
limit $3
"""

_rotate_key = """
update keys.keys
set old_digest = digest, old_until = $5, digest = $3, prefix = $4
where merchant_id = $1 and key_id = $2
"""

_revoke_key = "update keys.keys set revoked_at = $3 where merchant_id = $1 and key_id = $2"

_set_used = """
update keys.keys
set last_used_at = $3
where merchant_id = $1 and key_id = $2 and (last_used_at is null or last_used_at < $3)
"""

_find_keys = """
select u.secret_digest, k.merchant_id, k.key_id, k.scopes, k.store_ids, k.last_used_at
from unnest($1::bytea[]) as u (secret_digest)
inner join keys.keys as k
    on k.digest = u.secret_digest or (k.old_digest = u.secret_digest and k.old_until > $2)
where k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)
limit $3
"""


class KnownKey(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed of a key that works, when it is used."""

    secret_digest: bytes
    merchant_id: int
    key_id: int
    scopes: list[str]
    store_ids: list[int] | None
    last_used_at: datetime | None


async def insert_key(db: Connection, key: ApiKey, digest: bytes, created_by: int) -> None:
    """Add a key."""
    await db.execute(
        _insert_key,
        key.merchant_id,
        key.key_id,
        key.name,
        key.prefix,
        digest,
        key.scopes,
        key.store_ids,
        created_by,
        key.created_at,
        key.expires_at,
    )


async def count_keys(db: Connection, merchant_id: int, now: datetime) -> int:
    """Return how many of a merchant's keys work."""
    return int(await db.fetchval(_count_keys, merchant_id, now))


async def lock_key(db: Connection, merchant_id: int, key_id: int) -> ApiKey | None:
    """Lock a key of this merchant and return it, or None."""
    row = await db.fetchrow(_lock_key, merchant_id, key_id)
    return _key(row) if row else None


async def list_key_rows(db: Connection, merchant_id: int, before: int, limit: int) -> list[ApiKey]:
    """Return a merchant's keys before that id, the latest first."""
    return [_key(row) for row in await db.fetch(_list_keys, merchant_id, before, limit)]


async def set_secret(db: Connection, key: ApiKey, digest: bytes) -> None:
    """Give a locked key a new secret; the one it had works until `key.old_until`."""
    await db.execute(_rotate_key, key.merchant_id, key.key_id, digest, key.prefix, key.old_until)


async def set_revoked(db: Connection, merchant_id: int, key_id: int, now: datetime) -> None:
    """Let a key work no more."""
    await db.execute(_revoke_key, merchant_id, key_id, now)


async def set_used(db: Connection, merchant_id: int, key_id: int, now: datetime) -> None:
    """Write when a key was last used."""
    await db.execute(_set_used, merchant_id, key_id, now)


async def find_keys(db: Connection, digests: Sequence[bytes], now: datetime) -> list[KnownKey]:
    """Return the keys of those secrets that work."""
    rows = await db.fetch(_find_keys, digests, now, len(digests))
    return [KnownKey(**row) for row in rows]


def _key(row: asyncpg.Record) -> ApiKey:
    store_ids = row["store_ids"]
    return ApiKey(
        merchant_id=MerchantId(row["merchant_id"]),
        key_id=KeyId(row["key_id"]),
        name=row["name"],
        prefix=row["prefix"],
        scopes=row["scopes"],
        store_ids=None if store_ids is None else [Id(one) for one in store_ids],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        old_until=row["old_until"],
    )
