"""Every SQL statement on schema `providers`, and thin functions over them."""

from datetime import datetime

import asyncpg

from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.parties.providers.types import Provider, ProviderId

_insert_provider = """
insert into providers.providers (provider_id, merchant_id, appid, created_at, salt)
values ($1, $2, $3, $4, $5)
"""

_lock_provider = """
select provider_id, merchant_id, appid, created_at from providers.providers
where appid = $1
for update
"""

_find_of_channel = """
select p.provider_id, p.merchant_id, p.appid, p.created_at
from providers.bindings as b
inner join providers.providers as p on p.provider_id = b.provider_id
where b.channel_id = $1
"""

_find_salt = """
select p.salt
from providers.bindings as b
inner join providers.providers as p on p.provider_id = b.provider_id
where b.channel_id = $1
"""

_list_bound = """
select channel_id from providers.bindings where provider_id = $1 order by channel_id limit $2
"""

_insert_binding = """
insert into providers.bindings (channel_id, provider_id, bound_at)
values ($1, $2, $3)
on conflict (channel_id) do nothing
returning channel_id
"""

_delete_binding = """
delete from providers.bindings where channel_id = $1 and provider_id = $2 returning channel_id
"""


async def insert_provider(db: Connection, provider: Provider, salt: bytes) -> None:
    """Add a provider."""
    await db.execute(
        _insert_provider,
        provider.provider_id,
        provider.merchant_id,
        provider.appid,
        provider.created_at,
        salt,
    )


async def lock_provider(db: Connection, appid: str) -> Provider | None:
    """Lock a provider and return it, or None."""
    row = await db.fetchrow(_lock_provider, appid)
    return _provider(row) if row else None


async def find_provider(db: Connection, channel_id: int) -> Provider | None:
    """Return the provider to which a channel is bound, or None."""
    row = await db.fetchrow(_find_of_channel, channel_id)
    return _provider(row) if row else None


async def find_salt(db: Connection, channel_id: int) -> bytes | None:
    """Return what the unionids at a channel are made with, or None."""
    salt: bytes | None = await db.fetchval(_find_salt, channel_id)
    return salt


async def list_bound(db: Connection, provider_id: int, limit: int) -> list[int]:
    """Return the channels that are bound to a provider."""
    return [row["channel_id"] for row in await db.fetch(_list_bound, provider_id, limit)]


async def insert_binding(db: Connection, channel_id: int, provider_id: int, now: datetime) -> bool:
    """Bind a channel to a provider; False if it is bound already, to whomever."""
    return await db.fetchval(_insert_binding, channel_id, provider_id, now) is not None


async def delete_binding(db: Connection, channel_id: int, provider_id: int) -> bool:
    """Let a channel be bound to a provider no more; False if it was not."""
    return await db.fetchval(_delete_binding, channel_id, provider_id) is not None


def _provider(row: asyncpg.Record) -> Provider:
    return Provider(
        provider_id=ProviderId(row["provider_id"]),
        merchant_id=MerchantId(row["merchant_id"]),
        appid=row["appid"],
        created_at=row["created_at"],
    )
