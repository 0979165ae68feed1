"""Every SQL statement on schema `scores`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.scores.types import (
    SCHEMES_MAX,
    Mandate,
    MandateId,
    MandateState,
    PaidBy,
    Scheme,
    SchemeId,
    ScoreOrder,
    ScoreOrderId,
    ScoreState,
    Standing,
    Terms,
)

_insert_scheme = """
insert into scores.schemes (merchant_id, scheme_id, name, risk_max_fen, is_open, opened_at)
values ($1, $2, $3, $4, $5, $6)
"""

_scheme_columns = """
select merchant_id, scheme_id, name, risk_max_fen, is_open, opened_at from scores.schemes
"""
_find_scheme = f"{_scheme_columns} where merchant_id = $1 and scheme_id = $2"
_lock_scheme = f"{_find_scheme} for update"
_list_schemes = f"{_scheme_columns} where merchant_id = $1 order by scheme_id limit $2"
_find_schemes = f"""{_scheme_columns}
where merchant_id = any($1::bigint[]) and scheme_id = any($2::bigint[])
"""
_set_scheme = """
update scores.schemes set name = $3, risk_max_fen = $4, is_open = $5
where merchant_id = $1 and scheme_id = $2
"""

_insert_mandate = """
insert into scores.mandates (
    merchant_id, mandate_id, scheme_id, code, channel_id, state, token, notify_url, asked_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (merchant_id, code) do nothing
returning mandate_id
"""
_mandate_columns = """
select merchant_id, mandate_id, scheme_id, code, channel_id, person_id, openid, state, token,
    notify_url, why, asked_at, given_at, closed_at, most_fen
from scores.mandates
"""
_find_mandate_by_code = f"{_mandate_columns} where merchant_id = $1 and code = $2"
_lock_mandate_by_code = f"{_find_mandate_by_code} for update"
_find_mandate_by_token = f"{_mandate_columns} where token = $1"
_lock_mandate_by_token = f"{_find_mandate_by_token} for update"
_find_given = f"""{_mandate_columns}
where merchant_id = $1 and scheme_id = $2 and person_id = $3
order by mandate_id desc
limit 1
"""
_lock_given = f"""{_mandate_columns}
where merchant_id = $1 and scheme_id = $2 and person_id = $3 and state = 'given'
for update
"""
_list_mandates_of_person = f"""{_mandate_columns}
where person_id = $1 and state = 'given'
order by mandate_id desc
limit $2
"""
_set_mandate = """
update scores.mandates
set person_id = $3, openid = $4, state = $5, why = $6, given_at = $7, closed_at = $8,
    most_fen = $9
where merchant_id = $1 and mandate_id = $2
"""

_insert_order = """
insert into scores.orders (
    merchant_id, order_id, scheme_id, out_no, digest, channel_id, person_id, openid, terms, state,
    is_confirm_needed, total_fen, is_shared, token, created_at, confirmed_at, completed_at,
    done_digest
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict (merchant_id, out_no) do nothing
returning order_id
"""
_order_columns = """
select merchant_id, order_id, scheme_id, out_no, channel_id, person_id, openid, terms, state,
    is_confirm_needed, total_fen, is_shared, paid_by, charge_id, transaction_no, tries, why, token,
    created_at, confirmed_at, completed_at, paid_at, ended_at
from scores.orders
"""
_find_by_out_no = f"{_order_columns} where merchant_id = $1 and out_no = $2"
_lock_by_out_no = f"{_find_by_out_no} for update"
_find_by_token = f"{_order_columns} where token = $1"
_lock_by_token = f"{_find_by_token} for update"
_lock_by_id = f"{_order_columns} where merchant_id = $1 and order_id = $2 for update"
_find_digests = """
select digest, done_digest from scores.orders where merchant_id = $1 and order_id = $2
"""
_set_order = """
update scores.orders
set person_id = $3, openid = $4, terms = $5, state = $6, total_fen = $7, is_shared = $8,
    paid_by = $9, charge_id = $10, transaction_no = $11, tries = $12, why = $13,
    confirmed_at = $14, completed_at = $15, paid_at = $16, ended_at = $17
where merchant_id = $1 and order_id = $2
"""
_set_done_digest = """
update scores.orders set done_digest = $3 where merchant_id = $1 and order_id = $2
"""
_list_orders = f"""{_order_columns}
where merchant_id = $1 and (created_at, order_id) < ($2, $3)
    and ($4::text is null or state = $4)
    and (not $5 or state = 'doing' and completed_at is not null)
order by created_at desc, order_id desc
limit $6
"""
_list_of_person = f"""{_order_columns}
where person_id = $1 and (created_at, order_id) < ($2, $3)
order by created_at desc, order_id desc
limit $4
"""
_list_owed = f"""{_order_columns}
where person_id = $1 and state = 'doing' and completed_at is not null
order by completed_at, order_id
limit $2
"""
_list_of_day = f"""{_order_columns}
where merchant_id = $1 and scheme_id = $2 and paid_at >= $3 and paid_at < $4
order by paid_at, order_id
limit $5
"""
_read_owed = """
select count(*) as owed_count, coalesce(sum(total_fen), 0)::bigint as owed_fen
from scores.orders
where person_id = $1 and state = 'doing' and completed_at is not null and tries > 0
"""
_owed_max = 100


async def insert_scheme(db: Connection, scheme: Scheme) -> None:
    """Add a scheme."""
    await db.execute(_insert_scheme, *msgspec.structs.astuple(scheme))


async def find_scheme(
    db: Connection, merchant_id: int, scheme_id: int, *, is_locked: bool = False
) -> Scheme | None:
    """Return a merchant's scheme, or None."""
    row = await db.fetchrow(_lock_scheme if is_locked else _find_scheme, merchant_id, scheme_id)
    return _scheme(row) if row else None


async def find_schemes(
    db: Connection, merchant_ids: Sequence[int], scheme_ids: Sequence[int]
) -> dict[int, Scheme]:
    """Return schemes by id."""
    rows = await db.fetch(_find_schemes, merchant_ids, scheme_ids)
    return {row["scheme_id"]: _scheme(row) for row in rows}


async def list_schemes(db: Connection, merchant_id: int) -> list[Scheme]:
    """Return a merchant's schemes, the oldest first."""
    return [_scheme(row) for row in await db.fetch(_list_schemes, merchant_id, SCHEMES_MAX)]


async def set_scheme(db: Connection, scheme: Scheme) -> None:
    """Write what may change of a locked scheme."""
    await db.execute(
        _set_scheme,
        scheme.merchant_id,
        scheme.scheme_id,
        scheme.name,
        scheme.risk_max_fen,
        scheme.is_open,
    )


async def insert_mandate(db: Connection, mandate: Mandate) -> bool:
    """Add a mandate that is asked for; False if the merchant has one of that name."""
    found = await db.fetchval(
        _insert_mandate,
        mandate.merchant_id,
        mandate.mandate_id,
        mandate.scheme_id,
        mandate.code,
        mandate.channel_id,
        mandate.state.value,
        mandate.token,
        mandate.notify_url,
        mandate.asked_at,
    )
    return found is not None


async def find_mandate_by_code(
    db: Connection, merchant_id: int, code: str, *, is_locked: bool = False
) -> Mandate | None:
    """Return the mandate that a merchant calls so, or None."""
    statement = _lock_mandate_by_code if is_locked else _find_mandate_by_code
    row = await db.fetchrow(statement, merchant_id, code)
    return _mandate(row) if row else None


async def find_mandate_by_token(
    db: Connection, token: str, *, is_locked: bool = False
) -> Mandate | None:
    """Return the mandate that a token opens, or None."""
    statement = _lock_mandate_by_token if is_locked else _find_mandate_by_token
    row = await db.fetchrow(statement, token)
    return _mandate(row) if row else None


async def find_last_mandate(
    db: Connection, merchant_id: int, scheme_id: int, person_id: int
) -> Mandate | None:
    """Return what a person gave last to a scheme, closed or not, or None."""
    row = await db.fetchrow(_find_given, merchant_id, scheme_id, person_id)
    return _mandate(row) if row else None


async def lock_given(
    db: Connection, merchant_id: int, scheme_id: int, person_id: int
) -> Mandate | None:
    """Lock the mandate that holds between a person and a scheme, or return None."""
    row = await db.fetchrow(_lock_given, merchant_id, scheme_id, person_id)
    return _mandate(row) if row else None


async def list_mandates_of_person(db: Connection, person_id: int, limit: int) -> list[Mandate]:
    """Return the mandates that a person gave and that hold."""
    return [_mandate(row) for row in await db.fetch(_list_mandates_of_person, person_id, limit)]


async def set_mandate(db: Connection, mandate: Mandate) -> None:
    """Write what changes of a locked mandate."""
    await db.execute(
        _set_mandate,
        mandate.merchant_id,
        mandate.mandate_id,
        mandate.person_id,
        mandate.openid,
        mandate.state.value,
        mandate.why,
        mandate.given_at,
        mandate.closed_at,
        mandate.most_fen,
    )


async def insert_order(
    db: Connection, order: ScoreOrder, digest: bytes, done_digest: bytes | None = None
) -> bool:
    """Add an order; False if the merchant has one of that number."""
    found = await db.fetchval(
        _insert_order,
        order.merchant_id,
        order.order_id,
        order.scheme_id,
        order.out_no,
        digest,
        order.channel_id,
        order.person_id,
        order.openid,
        order.terms,
        order.state.value,
        order.is_confirm_needed,
        order.total_fen,
        order.is_shared,
        order.token,
        order.created_at,
        order.confirmed_at,
        order.completed_at,
        done_digest,
    )
    return found is not None


async def find_order(
    db: Connection, merchant_id: int, out_no: str, *, is_locked: bool = False
) -> ScoreOrder | None:
    """Return a merchant's order of that number, or None."""
    row = await db.fetchrow(_lock_by_out_no if is_locked else _find_by_out_no, merchant_id, out_no)
    return _order(row) if row else None


async def find_order_by_token(
    db: Connection, token: str, *, is_locked: bool = False
) -> ScoreOrder | None:
    """Return the order that a token opens, or None."""
    row = await db.fetchrow(_lock_by_token if is_locked else _find_by_token, token)
    return _order(row) if row else None


async def lock_order(db: Connection, merchant_id: int, order_id: int) -> ScoreOrder | None:
    """Lock an order by its id, or return None."""
    row = await db.fetchrow(_lock_by_id, merchant_id, order_id)
    return _order(row) if row else None


async def find_digests(
    db: Connection, merchant_id: int, order_id: int
) -> tuple[bytes, bytes | None]:
    """Return the digests of the words an order was begun and completed with."""
    row = await db.fetchrow(_find_digests, merchant_id, order_id)
    assert row is not None, "the order is locked"
    return row["digest"], row["done_digest"]


async def set_order(db: Connection, order: ScoreOrder) -> None:
    """Write what changes of a locked order."""
    await db.execute(
        _set_order,
        order.merchant_id,
        order.order_id,
        order.person_id,
        order.openid,
        order.terms,
        order.state.value,
        order.total_fen,
        order.is_shared,
        order.paid_by.value,
        order.charge_id,
        order.transaction_no,
        order.tries,
        order.why,
        order.confirmed_at,
        order.completed_at,
        order.paid_at,
        order.ended_at,
    )


async def set_done_digest(db: Connection, order: ScoreOrder, digest: bytes) -> None:
    """Write the words that a locked order was completed with."""
    await db.execute(_set_done_digest, order.merchant_id, order.order_id, digest)


async def list_orders(
    db: Connection,
    merchant_id: int,
    before: tuple[datetime, int],
    state: str | None,
    *,
    is_owed: bool,
    limit: int,
) -> list[ScoreOrder]:
    """Return a merchant's orders, the newest first; of one state, or owed, where asked so."""
    rows = await db.fetch(_list_orders, merchant_id, *before, state, is_owed, limit)
    return [_order(row) for row in rows]


async def list_of_person(
    db: Connection, person_id: int, before: tuple[datetime, int], limit: int
) -> list[ScoreOrder]:
    """Return a person's orders, the newest first."""
    return [_order(row) for row in await db.fetch(_list_of_person, person_id, *before, limit)]


async def list_owed(db: Connection, person_id: int) -> list[ScoreOrder]:
    """Return what a person owes, the oldest first."""
    return [_order(row) for row in await db.fetch(_list_owed, person_id, _owed_max)]


async def list_paid(
    db: Connection, merchant_id: int, scheme_id: int, days: tuple[datetime, datetime], limit: int
) -> list[ScoreOrder]:
    """Return the orders of a scheme that were paid within a time, the earliest first."""
    rows = await db.fetch(_list_of_day, merchant_id, scheme_id, *days, limit)
    return [_order(row) for row in rows]


async def read_standing(db: Connection, person_id: int) -> Standing:
    """Return what a person owes although it was asked for."""
    row = await db.fetchrow(_read_owed, person_id)
    assert row is not None
    return Standing(
        may_use=not row["owed_count"], owed_count=row["owed_count"], owed_fen=row["owed_fen"]
    )


def _scheme(row: asyncpg.Record) -> Scheme:
    fields = dict(row)
    fields["merchant_id"] = Id(fields["merchant_id"])
    fields["scheme_id"] = SchemeId(fields["scheme_id"])
    return Scheme(**fields)


def _mandate(row: asyncpg.Record) -> Mandate:
    fields = dict(row)
    for name in ("merchant_id", "channel_id", "person_id"):
        fields[name] = Id(fields[name])
    fields["mandate_id"] = MandateId(fields["mandate_id"])
    fields["scheme_id"] = SchemeId(fields["scheme_id"])
    fields["state"] = MandateState(fields["state"])
    return Mandate(**fields)


def _order(row: asyncpg.Record) -> ScoreOrder:
    fields = dict(row)
    for name in ("merchant_id", "channel_id", "person_id", "charge_id"):
        fields[name] = Id(fields[name])
    fields["order_id"] = ScoreOrderId(fields["order_id"])
    fields["scheme_id"] = SchemeId(fields["scheme_id"])
    fields["terms"] = msgspec.convert(fields["terms"], Terms)
    fields["state"] = ScoreState(fields["state"])
    fields["paid_by"] = PaidBy(fields["paid_by"])
    return ScoreOrder(**fields)
