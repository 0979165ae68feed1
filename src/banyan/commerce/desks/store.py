"""Every SQL statement on schema `desks`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from asyncpg import Record

from banyan.base.json import encode
from banyan.books.work import Connection
from banyan.commerce.desks.types import Taking
from banyan.commerce.places import PlaceId
from banyan.commerce.stores import StoreId
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import AttemptId

INSERT_TAKING = """
insert into desks.takings (
    merchant_id, charge_id, store_id, place_id, code_id, person_id, currency, total_fen, remark,
    asked_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

SET_PAID = """
update desks.takings as t
set paid_at = u.paid_at
from json_to_recordset($1::text::json) as u (
    merchant_id bigint, charge_id bigint, paid_at timestamptz
)
where t.merchant_id = u.merchant_id and t.charge_id = u.charge_id
returning t.*
"""

SET_PAID_OUTSIDE = """
update desks.takings set paid_at = $3, method = $4, attempt_id = $5
where merchant_id = $1 and charge_id = $2 and paid_at is null
returning *
"""

LOCK_TAKING = """
select * from desks.takings where merchant_id = $1 and charge_id = $2 for update
"""

ADD_REFUNDED = """
update desks.takings as t
set refunded_fen = t.refunded_fen + u.refund_fen
from (
    select merchant_id, charge_id, sum(refund_fen)::bigint as refund_fen
    from json_to_recordset($1::text::json) as one (
        merchant_id bigint, charge_id bigint, refund_fen bigint
    )
    group by merchant_id, charge_id
) as u
where t.merchant_id = u.merchant_id and t.charge_id = u.charge_id
returning t.*, u.refund_fen
"""

SUM_TAKINGS = """
select place_id, count(*) as count, sum(total_fen)::bigint as total_fen,
    sum(refunded_fen)::bigint as refunded_fen
from desks.takings
where merchant_id = $1 and place_id = any($2::bigint[]) and paid_at >= $3 and paid_at < $4
group by place_id
"""

LIST_TAKINGS = """
select merchant_id, charge_id, store_id, place_id, currency, total_fen, refunded_fen, remark,
    paid_at, method, attempt_id
from desks.takings
where merchant_id = $1 and place_id = $2 and paid_at >= $3 and paid_at < $4
    and (paid_at, charge_id) < ($5, $6)
order by paid_at desc, charge_id desc
limit $7
"""

LIST_OUTSIDE = """
select merchant_id, charge_id, store_id, place_id, currency, total_fen, refunded_fen, remark,
    paid_at, method, attempt_id
from desks.takings
where merchant_id = $1 and charge_id = any($2::bigint[]) and attempt_id <> 0
order by charge_id
limit 100
"""

FIND_LAST = """
select merchant_id, charge_id, store_id, place_id, currency, total_fen, refunded_fen, remark,
    paid_at, method, attempt_id
from desks.takings
where merchant_id = $1 and person_id = $2 and paid_at >= $3
order by paid_at desc
limit 1
"""


class Asked(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What somebody is about to pay at a desk."""

    merchant_id: int
    charge_id: int
    store_id: int
    place_id: int
    code_id: int
    person_id: int
    currency: str
    total_fen: int
    remark: str
    asked_at: datetime


class Paid(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """When a charge was paid."""

    merchant_id: int
    charge_id: int
    paid_at: datetime


class Refunded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How much of a charge went back."""

    merchant_id: int
    charge_id: int
    refund_fen: int


class Moved(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A taking of which money came or went."""

    merchant_id: int
    charge_id: int
    store_id: int
    code_id: int
    person_id: int
    currency: str
    total_fen: int
    paid_at: datetime | None
    refund_fen: int = 0
    """What went back just now."""


async def insert_taking(db: Connection, one: Asked) -> None:
    """Write down at which desk a charge was asked for."""
    await db.execute(INSERT_TAKING, *msgspec.structs.astuple(one))


async def set_paid(db: Connection, paid: Sequence[Paid]) -> list[Moved]:
    """Write down that charges were paid; others than those of desks are passed over."""
    return [_moved(row) for row in await db.fetch(SET_PAID, encode(paid).decode())]


async def set_paid_outside(
    db: Connection,
    merchant_id: int,
    charge_id: int,
    paid_at: datetime,
    method: str,
    attempt_id: int,
) -> Moved | None:
    """Write down that a taking came through a provider; None if it had come already."""
    key = (merchant_id, charge_id, paid_at, method, attempt_id)
    row = await db.fetchrow(SET_PAID_OUTSIDE, *key)
    return None if row is None else _moved(row)


async def lock_taking(db: Connection, merchant_id: int, charge_id: int) -> Taking | None:
    """Lock what was paid at a desk, and return it; None if nothing was."""
    row = await db.fetchrow(LOCK_TAKING, merchant_id, charge_id)
    return None if row is None or row["paid_at"] is None else _taking(row)


async def add_refunded(db: Connection, refunded: Sequence[Refunded]) -> list[Moved]:
    """Add what went back; others than those of desks are passed over."""
    return [_moved(row) for row in await db.fetch(ADD_REFUNDED, encode(refunded).decode())]


async def sum_takings(
    db: Connection, merchant_id: int, place_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, Mapping[str, int]]:
    """How many takings desks had in a span of time, their sum and what of it went back."""
    rows = await db.fetch(SUM_TAKINGS, merchant_id, place_ids, since, until)
    return {row["place_id"]: dict(row) for row in rows}


async def list_takings(  # noqa: PLR0913 - a filter has many sides
    db: Connection,
    merchant_id: int,
    place_id: int,
    *,
    since: datetime,
    until: datetime,
    before: tuple[datetime, int],
    limit: int,
) -> list[Taking]:
    """What a desk took in a span of time, the latest first."""
    rows = await db.fetch(LIST_TAKINGS, merchant_id, place_id, since, until, *before, limit)
    return [_taking(row) for row in rows]


async def list_outside(db: Connection, merchant_id: int, charge_ids: Sequence[int]) -> list[Taking]:
    """What of these came through providers."""
    rows = await db.fetch(LIST_OUTSIDE, merchant_id, charge_ids)
    return [_taking(row) for row in rows]


async def find_last(
    db: Connection, merchant_id: int, person_id: int, since: datetime
) -> Taking | None:
    """What a person paid last at a desk of a merchant."""
    row = await db.fetchrow(FIND_LAST, merchant_id, person_id, since)
    return None if row is None else _taking(row)


def _moved(row: Record) -> Moved:
    return Moved(**{name: row[name] for name in Moved.__struct_fields__ if name in row})


def _taking(row: Record) -> Taking:
    return Taking(
        merchant_id=MerchantId(row["merchant_id"]),
        charge_id=ChargeId(row["charge_id"]),
        store_id=StoreId(row["store_id"]),
        place_id=PlaceId(row["place_id"]),
        currency=row["currency"],
        total_fen=row["total_fen"],
        refunded_fen=row["refunded_fen"],
        remark=row["remark"],
        paid_at=row["paid_at"],
        method=PaymentMethod(row["method"]),
        attempt_id=AttemptId(row["attempt_id"]),
    )
