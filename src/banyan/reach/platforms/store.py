"""Every SQL statement on schema `platforms`, and thin functions over them."""

from collections.abc import Collection
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.platforms.types import Authorization, OptionName, PlatformSettings
from banyan.reach.tokens import Function

_find_settings = "select message_url, allowed_ips from platforms.settings where channel_id = $1"

# Also a platform without a row is locked: the insert waits for a rival's, and updates it.
_lock_settings = """
insert into platforms.settings as s (channel_id, message_url, allowed_ips) values ($1, '', '{}')
on conflict (channel_id) do update set message_url = s.message_url
returning message_url, allowed_ips
"""

_set_settings = """
update platforms.settings set message_url = $2, allowed_ips = $3 where channel_id = $1
"""

_insert_ticket = """
insert into platforms.tickets (channel_id, ticket_digest, expires_at) values ($1, $2, $3)
"""

_delete_tickets = "delete from platforms.tickets where channel_id = $1 and expires_at < $2"

_find_ticket = """
select expires_at from platforms.tickets where channel_id = $1 and ticket_digest = $2
"""

_insert_asking = """
insert into platforms.asking_codes (channel_id, code_digest, expires_at) values ($1, $2, $3)
"""

_delete_askings = "delete from platforms.asking_codes where channel_id = $1 and expires_at < $2"

_find_asking = """
select expires_at, used_at from platforms.asking_codes where channel_id = $1 and code_digest = $2
"""

# Of rivals the second waits for the first, and then finds the code used.
_use_asking = """
update platforms.asking_codes set used_at = $3
where channel_id = $1 and code_digest = $2 and used_at is null and expires_at > $3
returning channel_id
"""

_insert_code = """
insert into platforms.codes (channel_id, code_digest, account_id, expires_at)
values ($1, $2, $3, $4)
"""

_delete_codes = "delete from platforms.codes where channel_id = $1 and expires_at < $2"

_find_code = """
select expires_at, used_at from platforms.codes where channel_id = $1 and code_digest = $2
"""

_use_code = """
update platforms.codes set used_at = $3
where channel_id = $1 and code_digest = $2 and used_at is null and expires_at > $3
returning account_id
"""

_list_of_accounts = """
select channel_id, platform_id, merchant_id, functions, authorized_at, refresh_digest,
    refresh_sealed
from platforms.authorizations
where channel_id = any($1)
order by channel_id, platform_id
"""

_find_authorization = """
select channel_id, platform_id, merchant_id, functions, authorized_at, refresh_digest,
    refresh_sealed
from platforms.authorizations
where channel_id = $1 and platform_id = $2
"""

_lock_authorization = """
select channel_id, platform_id, merchant_id, functions, authorized_at, refresh_digest,
    refresh_sealed
from platforms.authorizations
where channel_id = $1 and platform_id = $2
for update
"""

_list_of_platform = """
select channel_id, platform_id, merchant_id, functions, authorized_at, refresh_digest,
    refresh_sealed
from platforms.authorizations
where platform_id = $1
order by authorized_at, channel_id
offset $2
limit $3
"""

_count_of_platform = "select count(*) from platforms.authorizations where platform_id = $1"

_list_told = """
select channel_id from platforms.authorizations
where platform_id = $1 and 'messages' = any(functions)
"""

_set_authorization = """
insert into platforms.authorizations (
    channel_id, platform_id, merchant_id, functions, authorized_at, refresh_digest, refresh_sealed
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (channel_id, platform_id) do update
set functions = excluded.functions, authorized_at = excluded.authorized_at,
    refresh_digest = excluded.refresh_digest, refresh_sealed = excluded.refresh_sealed
"""

_delete_authorization = """
delete from platforms.authorizations where channel_id = $1 and platform_id = $2
"""

_find_option = "select value from platforms.options where channel_id = $1 and name = $2"

_set_option = """
insert into platforms.options (channel_id, name, value)
values ($1, $2, $3)
on conflict (channel_id, name) do update set value = excluded.value
"""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An authorization with its refresh token as it lies in the database."""

    authorization: Authorization
    refresh_digest: bytes
    refresh_sealed: bytes


class CodeState(msgspec.Struct, frozen=True):
    """Until when a code works, and when it was used."""

    expires_at: datetime
    used_at: datetime | None


async def find_settings(db: Connection, platform_id: int) -> PlatformSettings:
    """Return a platform's settings."""
    row = await db.fetchrow(_find_settings, platform_id)
    if row is None:
        return PlatformSettings()
    return PlatformSettings(message_url=row["message_url"], allowed_ips=row["allowed_ips"])


async def lock_settings(db: Connection, platform_id: int) -> PlatformSettings:
    """Lock a platform's settings, and with them of whose messages it is told and where."""
    row = await db.fetchrow(_lock_settings, platform_id)
    assert row is not None
    return PlatformSettings(message_url=row["message_url"], allowed_ips=row["allowed_ips"])


async def set_settings(db: Connection, platform_id: int, settings: PlatformSettings) -> None:
    """Write a platform's locked settings."""
    await db.execute(_set_settings, platform_id, settings.message_url, settings.allowed_ips)


async def insert_ticket(
    db: Connection, platform_id: int, ticket_digest: bytes, until: datetime, before: datetime
) -> None:
    """Add a ticket, and forget those that ended before."""
    await db.execute(_delete_tickets, platform_id, before)
    await db.execute(_insert_ticket, platform_id, ticket_digest, until)


async def find_ticket(db: Connection, platform_id: int, ticket_digest: bytes) -> datetime | None:
    """Return when a ticket ends or ended."""
    ends: datetime | None = await db.fetchval(_find_ticket, platform_id, ticket_digest)
    return ends


async def insert_asking(
    db: Connection, platform_id: int, code_digest: bytes, until: datetime, before: datetime
) -> None:
    """Add a code with which owners come, and forget those that ended before."""
    await db.execute(_delete_askings, platform_id, before)
    await db.execute(_insert_asking, platform_id, code_digest, until)


async def find_asking(db: Connection, platform_id: int, code_digest: bytes) -> CodeState | None:
    """Return how a code with which owners come stands."""
    row = await db.fetchrow(_find_asking, platform_id, code_digest)
    return CodeState(*row) if row else None


async def use_asking(db: Connection, platform_id: int, code_digest: bytes, now: datetime) -> bool:
    """Use up a code with which owners come; False if it does not work."""
    return await db.fetchval(_use_asking, platform_id, code_digest, now) is not None


async def insert_code(
    db: Connection, platform_id: int, code_digest: bytes, account_id: int, until: datetime
) -> None:
    """Add a code about an account."""
    await db.execute(_insert_code, platform_id, code_digest, account_id, until)


async def delete_codes(db: Connection, platform_id: int, before: datetime) -> None:
    """Forget the codes about accounts that ended before."""
    await db.execute(_delete_codes, platform_id, before)


async def find_code(db: Connection, platform_id: int, code_digest: bytes) -> CodeState | None:
    """Return how a code about an account stands."""
    row = await db.fetchrow(_find_code, platform_id, code_digest)
    return CodeState(*row) if row else None


async def use_code(
    db: Connection, platform_id: int, code_digest: bytes, now: datetime
) -> int | None:
    """Use up a code about an account; return which, or None if it does not work."""
    account_id: int | None = await db.fetchval(_use_code, platform_id, code_digest, now)
    return account_id


async def list_of_accounts(db: Connection, channel_ids: Collection[int]) -> list[Kept]:
    """Return what platforms may do for these accounts."""
    return [kept_of(row) for row in await db.fetch(_list_of_accounts, list(channel_ids))]


async def find_authorization(db: Connection, channel_id: int, platform_id: int) -> Kept | None:
    """Return what a platform may do for an account."""
    row = await db.fetchrow(_find_authorization, channel_id, platform_id)
    return kept_of(row) if row else None


async def lock_authorization(db: Connection, channel_id: int, platform_id: int) -> Kept | None:
    """Lock what a platform may do for an account."""
    row = await db.fetchrow(_lock_authorization, channel_id, platform_id)
    return kept_of(row) if row else None


async def list_of_platform(
    db: Connection, platform_id: int, offset: int, limit: int
) -> tuple[int, list[Kept]]:
    """Return for how many accounts a platform acts, and some of them in order."""
    rows = await db.fetch(_list_of_platform, platform_id, offset, limit)
    total: int = await db.fetchval(_count_of_platform, platform_id)
    return total, [kept_of(row) for row in rows]


async def list_told(db: Connection, platform_id: int) -> list[int]:
    """Return the accounts whose messages a platform handles."""
    return [row["channel_id"] for row in await db.fetch(_list_told, platform_id)]


async def set_authorization(db: Connection, kept: Kept) -> None:
    """Write what a platform may do for an account."""
    one = kept.authorization
    await db.execute(
        _set_authorization,
        one.channel_id,
        one.platform_id,
        one.merchant_id,
        one.functions,
        one.authorized_at,
        kept.refresh_digest,
        kept.refresh_sealed,
    )


async def delete_authorization(db: Connection, channel_id: int, platform_id: int) -> None:
    """Let a platform do nothing for an account."""
    await db.execute(_delete_authorization, channel_id, platform_id)


async def find_option(db: Connection, channel_id: int, name: OptionName) -> int | None:
    """Return how an option of an account was set."""
    value: int | None = await db.fetchval(_find_option, channel_id, name)
    return value


async def set_option(db: Connection, channel_id: int, name: OptionName, value: int) -> None:
    """Write an option of an account."""
    await db.execute(_set_option, channel_id, name, value)


def kept_of(row: asyncpg.Record) -> Kept:
    """Return an authorization of a row."""
    return Kept(
        authorization=Authorization(
            channel_id=ChannelId(row["channel_id"]),
            platform_id=ChannelId(row["platform_id"]),
            merchant_id=Id(row["merchant_id"]),
            functions=[Function(one) for one in row["functions"]],
            authorized_at=row["authorized_at"],
        ),
        refresh_digest=row["refresh_digest"],
        refresh_sealed=row["refresh_sealed"],
    )
