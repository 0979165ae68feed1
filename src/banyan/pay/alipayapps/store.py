"""Every SQL statement on schema `alipayapps`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps.types import App, AppId, Scope

_insert_app = """
insert into alipayapps.apps (
    merchant_id, app_id, name, notify_url, redirect_host, app_public_key, app_certificate,
    private_key_sealed, public_key, certificate, root_certificate, is_closed, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""

_set_app = """
update alipayapps.apps
set name = $3, notify_url = $4, redirect_host = $5, app_public_key = $6, app_certificate = $7,
    is_closed = $8
where merchant_id = $1 and app_id = $2
"""

_lock_app = """
select merchant_id, app_id, name, notify_url, redirect_host, app_public_key, app_certificate,
    private_key_sealed, public_key, certificate, root_certificate, is_closed, created_at
from alipayapps.apps
where merchant_id = $1 and app_id = $2
for update
"""

_find_app = """
select merchant_id, app_id, name, notify_url, redirect_host, app_public_key, app_certificate,
    private_key_sealed, public_key, certificate, root_certificate, is_closed, created_at
from alipayapps.apps
where app_id = $1
"""

_list_apps = """
select merchant_id, app_id, name, notify_url, redirect_host, app_public_key, app_certificate,
    private_key_sealed, public_key, certificate, root_certificate, is_closed, created_at
from alipayapps.apps
where merchant_id = $1
order by created_at, app_id
limit $2
"""

_insert_seller = """
insert into alipayapps.sellers (merchant_id, seller_id) values ($1, $2)
on conflict (merchant_id) do nothing
"""

_find_sellers = """
select merchant_id, seller_id from alipayapps.sellers where merchant_id = any($1)
"""

_find_by_numbers = """
select merchant_id, seller_id from alipayapps.sellers where seller_id = any($1::text[])
"""

_insert_buyers = """
insert into alipayapps.buyers (merchant_id, person_id, number)
select $1, u.person_id, u.number
from unnest($2::bigint[], $3::text[]) as u (person_id, number)
on conflict do nothing
"""

_find_buyers = """
select person_id, number from alipayapps.buyers where merchant_id = $1 and person_id = any($2)
"""

_find_buyer = "select person_id from alipayapps.buyers where merchant_id = $1 and number = $2"

_insert_openids = """
insert into alipayapps.openids (app_id, person_id, open_id)
select $1, u.person_id, u.open_id
from unnest($2::bigint[], $3::text[]) as u (person_id, open_id)
on conflict do nothing
"""

_find_openids = """
select person_id, open_id from alipayapps.openids where app_id = $1 and person_id = any($2)
"""

_find_openid = "select person_id from alipayapps.openids where app_id = $1 and open_id = $2"

_insert_consent = """
insert into alipayapps.consents (app_id, person_id, consented_at) values ($1, $2, $3)
on conflict (app_id, person_id) do nothing
returning app_id
"""

_find_consent = """
select consented_at from alipayapps.consents where app_id = $1 and person_id = $2
"""

_insert_code = """
insert into alipayapps.codes (app_id, code_digest, person_id, merchant_id, scope, expires_at)
values ($1, $2, $3, $4, $5, $6)
"""

_delete_codes = "delete from alipayapps.codes where app_id = $1 and expires_at < $2"

_take_code = """
update alipayapps.codes set used_at = $3
where app_id = $1 and code_digest = $2 and used_at is null and expires_at > $3
returning person_id, merchant_id, scope
"""

_insert_issued = """
insert into alipayapps.tokens (
    app_id, token_digest, refresh_digest, person_id, scope, begun_at, expires_at,
    refresh_expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_delete_issued = "delete from alipayapps.tokens where app_id = $1 and refresh_expires_at < $2"

_take_refresh = """
delete from alipayapps.tokens
where app_id = $1 and refresh_digest = $2 and refresh_expires_at > $3
returning person_id, scope
"""

_find_issued = """
select person_id, scope, expires_at from alipayapps.tokens where app_id = $1 and token_digest = $2
"""

_set_mandate = """
insert into alipayapps.mandates (
    app_id, merchant_id, token_digest, refresh_digest, mandated_at, expires_at, refresh_expires_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (app_id, merchant_id) do update
set token_digest = excluded.token_digest, refresh_digest = excluded.refresh_digest,
    mandated_at = excluded.mandated_at, expires_at = excluded.expires_at,
    refresh_expires_at = excluded.refresh_expires_at
"""

_find_mandate = """
select app_id, merchant_id, token_digest, refresh_digest, mandated_at, expires_at,
    refresh_expires_at
from alipayapps.mandates
where app_id = $1 and token_digest = $2
"""

_lock_mandate = """
select app_id, merchant_id, token_digest, refresh_digest, mandated_at, expires_at,
    refresh_expires_at
from alipayapps.mandates
where app_id = $1 and refresh_digest = $2
for update
"""

_list_mandates = """
select app_id, merchant_id, token_digest, refresh_digest, mandated_at, expires_at,
    refresh_expires_at
from alipayapps.mandates
where merchant_id = $1
order by app_id
limit $2
"""

_delete_mandate = """
delete from alipayapps.mandates where merchant_id = $1 and app_id = $2 returning app_id
"""


class AppRow(App, frozen=True, kw_only=True):
    """A row of `alipayapps.apps`."""

    private_key_sealed: bytes

    def shown(self) -> App:
        """What may be shown of it."""
        return App(**{name: getattr(self, name) for name in App.__struct_fields__})


class TakenCode(msgspec.Struct, frozen=True):
    """What a code that was brought stands for."""

    person_id: int
    merchant_id: int
    scope: str


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `alipayapps.tokens`."""

    app_id: int
    token_digest: bytes
    refresh_digest: bytes
    person_id: int
    scope: Scope
    begun_at: datetime
    expires_at: datetime
    refresh_expires_at: datetime


class MandateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `alipayapps.mandates`."""

    app_id: int
    merchant_id: int
    token_digest: bytes
    refresh_digest: bytes
    mandated_at: datetime
    expires_at: datetime
    refresh_expires_at: datetime


async def insert_app(db: Connection, row: AppRow) -> None:
    """Write a new app."""
    await db.execute(
        _insert_app,
        row.merchant_id,
        row.app_id,
        row.name,
        row.notify_url,
        row.redirect_host,
        row.app_public_key,
        row.app_certificate,
        row.private_key_sealed,
        row.public_key,
        row.certificate,
        row.root_certificate,
        row.is_closed,
        row.created_at,
    )


async def set_app(db: Connection, app: App) -> None:
    """Write what of an app may change."""
    await db.execute(
        _set_app,
        app.merchant_id,
        app.app_id,
        app.name,
        app.notify_url,
        app.redirect_host,
        app.app_public_key,
        app.app_certificate,
        app.is_closed,
    )


async def lock_app(db: Connection, merchant_id: int, app_id: int) -> AppRow | None:
    """Lock a merchant's app."""
    return _app(await db.fetchrow(_lock_app, merchant_id, app_id))


async def find_app(db: Connection, app_id: int) -> AppRow | None:
    """Return an app."""
    return _app(await db.fetchrow(_find_app, app_id))


async def list_apps(db: Connection, merchant_id: int, limit: int) -> list[AppRow]:
    """Return a merchant's apps, the oldest first."""
    rows = await db.fetch(_list_apps, merchant_id, limit)
    return [one for one in map(_app, rows) if one]


def _app(row: asyncpg.Record | None) -> AppRow | None:
    if row is None:
        return None
    fields = dict(row)
    fields["merchant_id"] = MerchantId(fields["merchant_id"])
    fields["app_id"] = AppId(fields["app_id"])
    return AppRow(**fields)


async def ensure_seller(db: Connection, merchant_id: int, seller_id: str) -> None:
    """Give a merchant this number unless it has one."""
    await db.execute(_insert_seller, merchant_id, seller_id)


async def find_sellers(db: Connection, merchant_ids: Sequence[int]) -> dict[int, str]:
    """Return the numbers of merchants."""
    rows = await db.fetch(_find_sellers, merchant_ids)
    return {row["merchant_id"]: row["seller_id"] for row in rows}


async def find_by_numbers(db: Connection, numbers: Sequence[str]) -> dict[int, str]:
    """Return the merchants of these sellers' numbers, with their numbers."""
    rows = await db.fetch(_find_by_numbers, list(numbers))
    return {row["merchant_id"]: row["seller_id"] for row in rows}


async def insert_buyers(db: Connection, merchant_id: int, numbers: Mapping[int, str]) -> None:
    """Give people these numbers at a merchant, unless they have one or another has this."""
    await db.execute(_insert_buyers, merchant_id, list(numbers), list(numbers.values()))


async def find_buyers(
    db: Connection, merchant_id: int, person_ids: Sequence[int]
) -> dict[int, str]:
    """Return the numbers of people at a merchant."""
    rows = await db.fetch(_find_buyers, merchant_id, person_ids)
    return {row["person_id"]: row["number"] for row in rows}


async def find_buyer(db: Connection, merchant_id: int, number: str) -> int | None:
    """Return the person of a number at a merchant."""
    person_id: int | None = await db.fetchval(_find_buyer, merchant_id, number)
    return person_id


async def insert_openids(db: Connection, app_id: int, openids: Mapping[int, str]) -> None:
    """Give people these open ids at an app, unless they have one."""
    await db.execute(_insert_openids, app_id, list(openids), list(openids.values()))


async def find_openids(db: Connection, app_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the open ids of people at an app."""
    rows = await db.fetch(_find_openids, app_id, person_ids)
    return {row["person_id"]: row["open_id"] for row in rows}


async def find_openid(db: Connection, app_id: int, open_id: str) -> int | None:
    """Return the person of an open id at an app."""
    person_id: int | None = await db.fetchval(_find_openid, app_id, open_id)
    return person_id


async def insert_consent(db: Connection, app_id: int, person_id: int, now: datetime) -> bool:
    """Note that a person lets an app know their name; False if they had before."""
    return await db.fetchval(_insert_consent, app_id, person_id, now) is not None


async def has_consented(db: Connection, app_id: int, person_id: int) -> bool:
    """Return whether a person lets an app know their name."""
    return await db.fetchval(_find_consent, app_id, person_id) is not None


async def insert_code(
    db: Connection, app_id: int, code_digest: bytes, code: TakenCode, until: datetime
) -> None:
    """Add a code that works until then."""
    await db.execute(
        _insert_code, app_id, code_digest, code.person_id, code.merchant_id, code.scope, until
    )


async def delete_codes(db: Connection, app_id: int, before: datetime) -> None:
    """Forget an app's codes that ended before."""
    await db.execute(_delete_codes, app_id, before)


async def take_code(
    db: Connection, app_id: int, code_digest: bytes, now: datetime
) -> TakenCode | None:
    """Use up a code that works."""
    row = await db.fetchrow(_take_code, app_id, code_digest, now)
    return TakenCode(row["person_id"], row["merchant_id"], row["scope"]) if row else None


async def insert_tokens(db: Connection, row: TokenRow) -> None:
    """Write tokens, and forget the app's tokens that have ended."""
    await db.execute(_delete_issued, row.app_id, row.begun_at)
    await db.execute(_insert_issued, *msgspec.structs.astuple(row))


async def take_refresh(
    db: Connection, app_id: int, refresh_digest: bytes, now: datetime
) -> tuple[int, Scope] | None:
    """Use up a refresh token that works, and its access token with it."""
    row = await db.fetchrow(_take_refresh, app_id, refresh_digest, now)
    return (row["person_id"], Scope(row["scope"])) if row else None


async def find_tokens(
    db: Connection, app_id: int, token_digest: bytes
) -> tuple[int, Scope, datetime] | None:
    """Return whose an access token is, for what, and until when."""
    row = await db.fetchrow(_find_issued, app_id, token_digest)
    return (row["person_id"], Scope(row["scope"]), row["expires_at"]) if row else None


async def set_mandate(db: Connection, row: MandateRow) -> None:
    """Write a mandate, in place of the one before."""
    await db.execute(_set_mandate, *msgspec.structs.astuple(row))


async def find_mandate(db: Connection, app_id: int, token_digest: bytes) -> MandateRow | None:
    """Return the mandate of a token."""
    return _mandate(await db.fetchrow(_find_mandate, app_id, token_digest))


async def lock_mandate(db: Connection, app_id: int, refresh_digest: bytes) -> MandateRow | None:
    """Lock the mandate of a refresh token."""
    return _mandate(await db.fetchrow(_lock_mandate, app_id, refresh_digest))


async def list_mandates(db: Connection, merchant_id: int, limit: int) -> list[MandateRow]:
    """Return a merchant's mandates."""
    rows = await db.fetch(_list_mandates, merchant_id, limit)
    return [one for one in map(_mandate, rows) if one]


async def delete_mandate(db: Connection, merchant_id: int, app_id: int) -> bool:
    """End a mandate; False if there was none."""
    return await db.fetchval(_delete_mandate, merchant_id, app_id) is not None


def _mandate(row: asyncpg.Record | None) -> MandateRow | None:
    return MandateRow(**dict(row)) if row else None
