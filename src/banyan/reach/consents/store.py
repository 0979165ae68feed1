"""Every SQL statement on schema `consents`, and thin functions over them."""

from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.consents.types import Answer, Scope

_insert_grant = """
insert into consents.grants (channel_id, person_id, scope, granted_at)
values ($1, $2, $3, $4)
on conflict (channel_id, person_id, scope) do nothing
returning channel_id
"""

_find_grant = """
select granted_at from consents.grants where channel_id = $1 and person_id = $2 and scope = $3
"""

_list_grants = """
select channel_id, scope, granted_at
from consents.grants
where person_id = $1 and channel_id < $2
order by channel_id desc, scope
limit $3
"""

_delete_grants = """
delete from consents.grants where channel_id = $1 and person_id = $2 returning scope
"""

_delete_tokens = """
delete from consents.tokens where channel_id = $1 and person_id = $2 and scope <> 'base'
"""

_insert_code = """
insert into consents.codes (channel_id, code_digest, person_id, scope, expires_at, via_id)
values ($1, $2, $3, $4, $5, $6)
"""

_delete_old_codes = "delete from consents.codes where channel_id = $1 and expires_at < $2"

_use_code = """
update consents.codes as c
set used_at = $3
from (
    select channel_id, code_digest, used_at from consents.codes
    where channel_id = $1 and code_digest = $2
    for update
) as b
where c.channel_id = b.channel_id and c.code_digest = b.code_digest
returning c.person_id, c.scope, c.expires_at, b.used_at, c.via_id
"""

_set_tokens = """
insert into consents.tokens (
    channel_id, refresh_digest, token_digest, sealed, person_id, scope, token_expires_at,
    refresh_expires_at, via_id
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (channel_id, refresh_digest) do update
set token_digest = excluded.token_digest, sealed = excluded.sealed,
    token_expires_at = excluded.token_expires_at
"""

_delete_old_tokens = """
delete from consents.tokens where channel_id = $1 and refresh_expires_at < $2
"""

_lock_tokens = """
select channel_id, refresh_digest, token_digest, sealed, person_id, scope, token_expires_at,
    refresh_expires_at, via_id
from consents.tokens
where channel_id = $1 and refresh_digest = $2
for update
"""

_find_tokens = """
select channel_id, refresh_digest, token_digest, sealed, person_id, scope, token_expires_at,
    refresh_expires_at, via_id
from consents.tokens
where channel_id = $1 and token_digest = $2
"""

_set_app_key = """
insert into consents.app_keys (channel_id, person_id, sealed, started_at)
values ($1, $2, $3, $4)
on conflict (channel_id, person_id) do update
set sealed = excluded.sealed, started_at = excluded.started_at
"""

_find_app_key = """
select sealed from consents.app_keys where channel_id = $1 and person_id = $2
"""

_insert_login = """
insert into consents.logins (
    channel_id, ticket_digest, redirect, state, answer, person_id, expires_at
)
values ($1, $2, $3, $4, $5, $6, $7)
"""

_delete_old_logins = "delete from consents.logins where channel_id = $1 and expires_at < $2"

_lock_login = """
select channel_id, ticket_digest, redirect, state, answer, person_id, expires_at
from consents.logins
where channel_id = $1 and ticket_digest = $2
for update
"""

_set_answer = """
update consents.logins set answer = $3, person_id = $4 where channel_id = $1 and ticket_digest = $2
"""


class UsedCode(msgspec.Struct, frozen=True):
    """A code that was brought: whose it is, and when it had been brought before."""

    person_id: int
    scope: Scope
    expires_at: datetime
    used_at: datetime | None
    via_id: int = 0
    """The platform that asked for it on behalf of the channel; 0 for the channel itself."""


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `consents.tokens`."""

    channel_id: int
    refresh_digest: bytes
    token_digest: bytes
    sealed: bytes
    person_id: int
    scope: Scope
    token_expires_at: datetime
    refresh_expires_at: datetime
    via_id: int = 0


class LoginRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `consents.logins`."""

    channel_id: int
    ticket_digest: bytes
    redirect: str
    state: str
    answer: Answer
    person_id: int
    expires_at: datetime


async def insert_grant(
    db: Connection, channel_id: int, person_id: int, scope: Scope, now: datetime
) -> bool:
    """Note what a person lets a channel know; False if they had before."""
    return await db.fetchval(_insert_grant, channel_id, person_id, scope, now) is not None


async def has_granted(db: Connection, channel_id: int, person_id: int, scope: Scope) -> bool:
    """Return whether a person lets a channel know this."""
    return await db.fetchval(_find_grant, channel_id, person_id, scope) is not None


async def list_grants(
    db: Connection, person_id: int, before: int, limit: int
) -> list[tuple[int, Scope, datetime]]:
    """Return what a person lets channels know: channel, scope, since when."""
    rows = await db.fetch(_list_grants, person_id, before, limit)
    return [(row["channel_id"], Scope(row["scope"]), row["granted_at"]) for row in rows]


async def delete_grants(db: Connection, channel_id: int, person_id: int) -> bool:
    """Take back what a person lets a channel know, tokens and all; False if it was nothing."""
    rows = await db.fetch(_delete_grants, channel_id, person_id)
    await db.execute(_delete_tokens, channel_id, person_id)
    return bool(rows)


async def insert_code(
    db: Connection, channel_id: int, code_digest: bytes, used: UsedCode, before: datetime
) -> None:
    """Add a code, and forget the channel's codes that ended before."""
    await db.execute(_delete_old_codes, channel_id, before)
    await db.execute(
        _insert_code,
        channel_id,
        code_digest,
        used.person_id,
        used.scope,
        used.expires_at,
        used.via_id,
    )


async def use_code(
    db: Connection, channel_id: int, code_digest: bytes, now: datetime
) -> UsedCode | None:
    """Mark a code as used, and return it as it was before."""
    row = await db.fetchrow(_use_code, channel_id, code_digest, now)
    if row is None:
        return None
    return UsedCode(
        row["person_id"], Scope(row["scope"]), row["expires_at"], row["used_at"], row["via_id"]
    )


async def set_tokens(db: Connection, row: TokenRow, before: datetime) -> None:
    """Write tokens, and forget the channel's tokens that ended before."""
    await db.execute(_delete_old_tokens, row.channel_id, before)
    await db.execute(_set_tokens, *msgspec.structs.astuple(row))


async def lock_tokens(db: Connection, channel_id: int, refresh_digest: bytes) -> TokenRow | None:
    """Lock the tokens of a refresh token."""
    row = await db.fetchrow(_lock_tokens, channel_id, refresh_digest)
    return msgspec.convert(dict(row), TokenRow) if row else None


async def find_tokens(db: Connection, channel_id: int, token_digest: bytes) -> TokenRow | None:
    """Return the tokens of an access token."""
    row = await db.fetchrow(_find_tokens, channel_id, token_digest)
    return msgspec.convert(dict(row), TokenRow) if row else None


async def set_app_key(
    db: Connection, channel_id: int, person_id: int, sealed: bytes, now: datetime
) -> None:
    """Write a person's session key in a mini program, in place of the one before."""
    await db.execute(_set_app_key, channel_id, person_id, sealed, now)


async def find_app_key(db: Connection, channel_id: int, person_id: int) -> bytes | None:
    """Return a person's sealed session key in a mini program."""
    sealed: bytes | None = await db.fetchval(_find_app_key, channel_id, person_id)
    return sealed


async def insert_login(db: Connection, row: LoginRow, before: datetime) -> None:
    """Let a site wait for a phone, and forget its waits that ended before."""
    await db.execute(_delete_old_logins, row.channel_id, before)
    await db.execute(_insert_login, *msgspec.structs.astuple(row))


async def lock_login(db: Connection, channel_id: int, ticket_digest: bytes) -> LoginRow | None:
    """Lock the wait of a site."""
    row = await db.fetchrow(_lock_login, channel_id, ticket_digest)
    return msgspec.convert(dict(row), LoginRow) if row else None


async def set_answer(db: Connection, row: LoginRow, answer: Answer, person_id: int) -> None:
    """Write how far a wait is, and who answered."""
    await db.execute(_set_answer, row.channel_id, row.ticket_digest, answer, person_id)
