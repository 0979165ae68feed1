"""Every SQL statement on schema `payees`, and thin functions over them."""

from collections.abc import Collection, Mapping
from datetime import datetime

import asyncpg

from banyan.base.db import Connection
from banyan.base.secret import Secret
from banyan.parties.ids import MerchantId
from banyan.pay.payees.ports import PORTS
from banyan.pay.payees.types import (
    ApiKeys,
    Bond,
    Certificate,
    KeyMode,
    Payee,
    PlatformKey,
    PlatformKind,
    Scope,
)

_insert_payee = """
insert into payees.payees (merchant_id, mchid, mode, rate_bp, opened_at)
values ($1, $2, $3, $4, $5)
on conflict do nothing
returning mchid
"""

_find_payees = """
select merchant_id, mchid, mode, rate_bp, apiv3_sealed, apiv2_sealed, opened_at,
    told_by
from payees.payees
where merchant_id = any($1)
"""

_find_by_mchids = """
select merchant_id, mchid, mode, rate_bp, apiv3_sealed, apiv2_sealed, opened_at,
    told_by
from payees.payees
where mchid = any($1)
"""

_lock_payee = """
select merchant_id, mchid, mode, rate_bp, apiv3_sealed, apiv2_sealed, opened_at,
    told_by
from payees.payees
where merchant_id = $1
for update
"""

_set_mode = "update payees.payees set mode = $2 where merchant_id = $1"
_set_rate = "update payees.payees set rate_bp = $2 where merchant_id = $1"
_set_told_by = """
update payees.payees set told_by = $2 where merchant_id = $1 and told_by <> $2
"""
_set_apiv3_key = "update payees.payees set apiv3_sealed = $2 where merchant_id = $1"
_set_apiv2_key = "update payees.payees set apiv2_sealed = $2 where merchant_id = $1"

_list_terms = "select merchant_id, rate_bp from payees.payees where merchant_id = any($1)"

_insert_certificate = """
insert into payees.certificates (
    merchant_id, serial_no, public_key_pem, certificate_pem, effective_at, expires_at, added_at
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (merchant_id, serial_no) do nothing
returning serial_no
"""

_revoke_certificate = """
update payees.certificates set revoked_at = $3
where merchant_id = $1 and serial_no = $2 and revoked_at is null
returning serial_no
"""

_list_certificates = """
select merchant_id, serial_no, public_key_pem, certificate_pem, effective_at, expires_at, added_at,
    revoked_at
from payees.certificates
where merchant_id = any($1)
order by merchant_id, added_at desc, serial_no
limit 1000
"""

_set_bond = """
insert into payees.bonds (provider_id, merchant_id, bound_at, scopes)
values ($1, $2, $3, $4)
on conflict (provider_id, merchant_id) do update set scopes = excluded.scopes
"""

_delete_bond = """
delete from payees.bonds where provider_id = $1 and merchant_id = $2
returning merchant_id
"""

_find_bound = """
select merchant_id, scopes from payees.bonds where provider_id = $1 and merchant_id = any($2)
"""

_find_bonds = """
select provider_id, merchant_id from payees.bonds
where provider_id = any($1) and merchant_id = any($2) and $3 = any(scopes)
"""

_find_providers = """
select provider_id from payees.bonds where merchant_id = $1 order by provider_id limit 100
"""

_list_bonds = """
select b.provider_id, p.mchid as provider_mchid, b.merchant_id, m.mchid, b.bound_at, b.scopes
from payees.bonds b
inner join payees.payees p on p.merchant_id = b.provider_id
inner join payees.payees m on m.merchant_id = b.merchant_id
where b.provider_id = $1 or b.merchant_id = $1
order by b.bound_at desc
limit $2
"""

_insert_appids = """
insert into payees.appids (merchant_id, appid, bound_at)
select $1, u.appid, $3
from unnest($2::text[]) as u (appid)
on conflict (merchant_id, appid) do nothing
"""

_list_appids = "select appid from payees.appids where merchant_id = $1 limit 1000"

_insert_platform_key = """
insert into payees.platform_keys (
    kind, serial, private_key_sealed, public_key_pem, certificate_pem, effective_at, expires_at,
    added_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_lock_platform_keys = "lock table payees.platform_keys in share row exclusive mode"

_list_platform_keys = """
select kind, serial, private_key_sealed, public_key_pem, certificate_pem, effective_at, expires_at
from payees.platform_keys
where expires_at > $1
order by kind, expires_at desc, serial
limit 100
"""


async def insert_payee(db: Connection, payee: Payee) -> bool:
    """Add a payee; False if the merchant is one already, or the number is taken."""
    return bool(
        await db.fetchval(
            _insert_payee,
            payee.merchant_id,
            payee.mchid,
            payee.mode,
            payee.rate_bp,
            payee.opened_at,
        )
    )


async def find_payees(db: Connection, merchant_ids: Collection[int]) -> dict[int, Payee]:
    """Return those of the merchants who can be paid over the wire."""
    rows = await db.fetch(_find_payees, [int(one) for one in merchant_ids])
    return {row["merchant_id"]: _payee(row) for row in rows}


async def find_by_mchids(db: Connection, mchids: Collection[str]) -> dict[str, Payee]:
    """Return the payees of these numbers, by number."""
    rows = await db.fetch(_find_by_mchids, list(mchids))
    return {row["mchid"]: _payee(row) for row in rows}


async def find_keys(
    db: Connection, merchant_ids: Collection[int]
) -> dict[int, tuple[Payee, ApiKeys]]:
    """Return payees with the keys that they and we know."""
    rows = await db.fetch(_find_payees, [int(one) for one in merchant_ids])
    return {row["merchant_id"]: (_payee(row), _keys(row)) for row in rows}


async def lock_payee(db: Connection, merchant_id: int) -> Payee | None:
    """Lock a payee."""
    row = await db.fetchrow(_lock_payee, merchant_id)
    return _payee(row) if row else None


async def set_mode(db: Connection, merchant_id: int, mode: KeyMode) -> None:
    """Write by which of our keys a payee knows us."""
    await db.execute(_set_mode, merchant_id, mode)


async def set_told_by(db: Connection, merchant_id: int, kind: PlatformKind) -> None:
    """Write by which of our pairs a payee's program knew us last."""
    await db.execute(_set_told_by, merchant_id, kind)


async def set_rate(db: Connection, merchant_id: int, rate_bp: int) -> None:
    """Write what is kept of a payee's payments."""
    await db.execute(_set_rate, merchant_id, rate_bp)


async def set_apiv3_key(db: Connection, merchant_id: int, key: str) -> None:
    """Write the key of the third interface."""
    await db.execute(_set_apiv3_key, merchant_id, PORTS.seal.close(key, _label(merchant_id, 3)))


async def set_apiv2_key(db: Connection, merchant_id: int, key: str) -> None:
    """Write the key of the second interface."""
    await db.execute(_set_apiv2_key, merchant_id, PORTS.seal.close(key, _label(merchant_id, 2)))


async def list_terms(db: Connection, merchant_ids: Collection[int]) -> Mapping[int, int]:
    """Return what is kept of payees' payments."""
    rows = await db.fetch(_list_terms, [int(one) for one in merchant_ids])
    return {row["merchant_id"]: row["rate_bp"] for row in rows}


async def insert_certificate(db: Connection, merchant_id: int, one: Certificate) -> bool:
    """Add a certificate; False if the payee has one of that number."""
    return bool(
        await db.fetchval(
            _insert_certificate,
            merchant_id,
            one.serial_no,
            one.public_key_pem,
            one.certificate_pem,
            one.effective_at,
            one.expires_at,
            one.added_at,
        )
    )


async def revoke_certificate(
    db: Connection, merchant_id: int, serial_no: str, now: datetime
) -> bool:
    """Let a certificate be good no more; False if there is none such."""
    return bool(await db.fetchval(_revoke_certificate, merchant_id, serial_no, now))


async def list_certificates(
    db: Connection, merchant_ids: Collection[int]
) -> dict[int, list[Certificate]]:
    """Return payees' certificates, revoked ones included, the latest first."""
    found: dict[int, list[Certificate]] = {}
    for row in await db.fetch(_list_certificates, [int(one) for one in merchant_ids]):
        found.setdefault(row["merchant_id"], []).append(
            Certificate(
                serial_no=row["serial_no"],
                public_key_pem=row["public_key_pem"],
                certificate_pem=row["certificate_pem"],
                effective_at=row["effective_at"],
                expires_at=row["expires_at"],
                added_at=row["added_at"],
                revoked_at=row["revoked_at"],
            )
        )
    return found


async def set_bond(
    db: Connection, provider_id: int, merchant_id: int, scopes: Collection[Scope], now: datetime
) -> None:
    """Let a provider act for a merchant, from now on so far."""
    await db.execute(_set_bond, provider_id, merchant_id, now, list(scopes))


async def delete_bond(db: Connection, provider_id: int, merchant_id: int) -> bool:
    """Let a provider act for a merchant no more; False if it may not anyway."""
    return bool(await db.fetchval(_delete_bond, provider_id, merchant_id))


async def find_bound(
    db: Connection, provider_id: int, merchant_ids: Collection[int]
) -> dict[int, list[Scope]]:
    """Return those of the merchants for whom a provider may act, and how far."""
    rows = await db.fetch(_find_bound, provider_id, [int(one) for one in merchant_ids])
    return {row["merchant_id"]: [Scope(one) for one in row["scopes"]] for row in rows}


async def find_bonds(
    db: Connection, provider_ids: Collection[int], merchant_ids: Collection[int], scope: Scope
) -> frozenset[tuple[int, int]]:
    """Return the (provider, merchant) among these where the one may do this for the other."""
    providers, merchants = [int(one) for one in provider_ids], [int(one) for one in merchant_ids]
    rows = await db.fetch(_find_bonds, providers, merchants, scope)
    return frozenset((row["provider_id"], row["merchant_id"]) for row in rows)


async def find_providers(db: Connection, merchant_id: int) -> list[MerchantId]:
    """Return who may act for a payee."""
    rows = await db.fetch(_find_providers, merchant_id)
    return [MerchantId(row["provider_id"]) for row in rows]


async def list_bonds(db: Connection, merchant_id: int, limit: int) -> list[Bond]:
    """Return for whom a merchant may act, and who for it."""
    return [
        Bond(
            provider_id=MerchantId(row["provider_id"]),
            provider_mchid=row["provider_mchid"],
            merchant_id=MerchantId(row["merchant_id"]),
            mchid=row["mchid"],
            bound_at=row["bound_at"],
            scopes=[Scope(one) for one in row["scopes"]],
        )
        for row in await db.fetch(_list_bonds, merchant_id, limit)
    ]


async def insert_appids(
    db: Connection, merchant_id: int, appids: Collection[str], now: datetime
) -> None:
    """Let a payee be paid through others' accounts."""
    await db.execute(_insert_appids, merchant_id, list(appids), now)


async def list_appids(db: Connection, merchant_id: int) -> frozenset[str]:
    """Return the others' accounts that a payee may be paid through."""
    return frozenset(row["appid"] for row in await db.fetch(_list_appids, merchant_id))


async def lock_platform_keys(db: Connection) -> None:
    """Let nobody else add a pair before the end of this transaction."""
    await db.execute(_lock_platform_keys)


async def insert_platform_key(db: Connection, one: PlatformKey, now: datetime) -> None:
    """Add one of our own pairs."""
    await db.execute(
        _insert_platform_key,
        one.kind,
        one.serial,
        PORTS.seal.close(one.private_key_pem.reveal(), f"platform {one.serial}"),
        one.public_key_pem,
        one.certificate_pem,
        one.effective_at,
        one.expires_at,
        now,
    )


async def list_platform_keys(db: Connection, at: datetime) -> list[PlatformKey]:
    """Return our own pairs that have not ended by then, of each kind the latest first."""
    return [
        PlatformKey(
            kind=PlatformKind(row["kind"]),
            serial=row["serial"],
            private_key_pem=Secret(
                PORTS.seal.open(row["private_key_sealed"], f"platform {row['serial']}")
            ),
            public_key_pem=row["public_key_pem"],
            certificate_pem=row["certificate_pem"],
            effective_at=row["effective_at"],
            expires_at=row["expires_at"],
        )
        for row in await db.fetch(_list_platform_keys, at)
    ]


def _label(merchant_id: int, version: int) -> str:
    return f"apiv{version} {int(merchant_id)}"


def _payee(row: asyncpg.Record) -> Payee:
    return Payee(
        merchant_id=MerchantId(row["merchant_id"]),
        mchid=row["mchid"],
        mode=KeyMode(row["mode"]),
        rate_bp=row["rate_bp"],
        has_apiv3_key=row["apiv3_sealed"] is not None,
        has_apiv2_key=row["apiv2_sealed"] is not None,
        opened_at=row["opened_at"],
        told_by=PlatformKind(row["told_by"]),
    )


def _keys(row: asyncpg.Record) -> ApiKeys:
    merchant_id = row["merchant_id"]
    return ApiKeys(
        apiv3_key=_open(row["apiv3_sealed"], _label(merchant_id, 3)),
        apiv2_key=_open(row["apiv2_sealed"], _label(merchant_id, 2)),
    )


def _open(sealed: bytes | None, label: str) -> Secret | None:
    return None if sealed is None else Secret(PORTS.seal.open(sealed, label))
