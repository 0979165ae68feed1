"""Every SQL statement on schema `imports`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.books.work import Connection

Key = tuple[int, int, str]
"""Merchant, source, and the number that something has there."""

INSERT_SOURCE = """
insert into imports.sources (merchant_id, source_id, name, opened_at)
values ($1, $2, $3, $4)
on conflict (merchant_id, name) do nothing
returning source_id
"""

FIND_SOURCE = "select source_id from imports.sources where merchant_id = $1 and name = $2"

FIND_CUSTOMERS = """
select c.merchant_id, c.source_id, c.number, c.person_id
from unnest($1::bigint[], $2::bigint[], $3::text[]) as u (merchant_id, source_id, number)
inner join imports.customers as c
    on c.merchant_id = u.merchant_id and c.source_id = u.source_id and c.number = u.number
"""

# Whoever is first makes the person; a rival waits here for their commit, and finds them.
CLAIM_CUSTOMERS = """
insert into imports.customers (merchant_id, source_id, number, person_id)
select u.merchant_id, u.source_id, u.number, 0
from unnest($1::bigint[], $2::bigint[], $3::text[]) as u (merchant_id, source_id, number)
order by u.merchant_id, u.source_id, u.number
on conflict (merchant_id, source_id, number) do nothing
returning merchant_id, source_id, number
"""

SET_CUSTOMERS = """
update imports.customers as c
set person_id = u.person_id
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[])
    as u (merchant_id, source_id, number, person_id)
where c.merchant_id = u.merchant_id and c.source_id = u.source_id and c.number = u.number
"""

FIND_ORDERS = """
select o.merchant_id, o.source_id, o.number, o.order_id, o.line_count, o.total_fen
from unnest($1::bigint[], $2::bigint[], $3::text[]) as u (merchant_id, source_id, number)
inner join imports.orders as o
    on o.merchant_id = u.merchant_id and o.source_id = u.source_id and o.number = u.number
"""

INSERT_ORDERS = """
insert into imports.orders (merchant_id, source_id, number, order_id, line_count, total_fen)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::integer[], $6::bigint[]
)
"""

FIND_REFUNDS = """
select r.merchant_id, r.source_id, r.number, r.order_id, r.refund_id, r.amount_fen
from unnest($1::bigint[], $2::bigint[], $3::text[]) as u (merchant_id, source_id, number)
inner join imports.refunds as r
    on r.merchant_id = u.merchant_id and r.source_id = u.source_id and r.number = u.number
"""

INSERT_REFUNDS = """
insert into imports.refunds (merchant_id, source_id, number, order_id, refund_id, amount_fen)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[]
)
"""

SUM_UP = """
select
    (select count(*) from imports.customers where merchant_id = $1 and source_id = $2) as customers,
    count(*) filter (where x.is_order) as orders,
    coalesce(sum(x.amount_fen) filter (where x.is_order), 0)::bigint as total_fen,
    count(*) filter (where not x.is_order) as refunds,
    coalesce(sum(x.amount_fen) filter (where not x.is_order), 0)::bigint as refunded_fen
from (
    select true as is_order, o.total_fen as amount_fen
    from imports.orders as o where o.merchant_id = $1 and o.source_id = $2
    union all
    select false, r.amount_fen
    from imports.refunds as r where r.merchant_id = $1 and r.source_id = $2
) as x
"""


class OrderRow(msgspec.Struct, frozen=True, gc=False):
    """An order that was brought, and what it was made of."""

    merchant_id: int
    source_id: int
    number: str
    order_id: int
    line_count: int
    total_fen: int


class RefundRow(msgspec.Struct, frozen=True, gc=False):
    """A refund that was brought."""

    merchant_id: int
    source_id: int
    number: str
    order_id: int
    refund_id: int
    amount_fen: int


async def insert_source(
    db: Connection, merchant_id: int, source_id: int, name: str, opened_at: datetime
) -> bool:
    """Insert a source; False if the merchant has one of that name."""
    return await db.fetchval(INSERT_SOURCE, merchant_id, source_id, name, opened_at) is not None


async def find_source(db: Connection, merchant_id: int, name: str) -> int | None:
    """Return the source of that name."""
    found: int | None = await db.fetchval(FIND_SOURCE, merchant_id, name)
    return found


async def find_customers(db: Connection, keys: Sequence[Key]) -> dict[Key, int]:
    """Return the person behind each customer who was brought before."""
    rows = await db.fetch(FIND_CUSTOMERS, *_columns(keys))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def claim_customers(db: Connection, keys: Sequence[Key]) -> list[Key]:
    """Return those of the customers who are ours to make persons of, waiting for rivals."""
    rows = await db.fetch(CLAIM_CUSTOMERS, *_columns(keys))
    return [(row[0], row[1], row[2]) for row in rows]


async def set_customers(db: Connection, people: Mapping[Key, int]) -> None:
    """Remember which person a claimed customer is."""
    await db.execute(SET_CUSTOMERS, *_columns(list(people)), list(people.values()))


async def find_orders(db: Connection, keys: Sequence[Key]) -> dict[Key, OrderRow]:
    """Return those of the orders that were brought before."""
    rows = await db.fetch(FIND_ORDERS, *_columns(keys))
    return {(row[0], row[1], row[2]): OrderRow(*row) for row in rows}


async def insert_orders(db: Connection, rows: Sequence[OrderRow]) -> None:
    """Remember orders."""
    await db.execute(INSERT_ORDERS, *zip(*map(msgspec.structs.astuple, rows), strict=True))


async def find_refunds(db: Connection, keys: Sequence[Key]) -> dict[Key, list[RefundRow]]:
    """Return the refunds of those cancellations that were brought before."""
    found: dict[Key, list[RefundRow]] = {}
    for row in await db.fetch(FIND_REFUNDS, *_columns(keys)):
        found.setdefault((row[0], row[1], row[2]), []).append(RefundRow(*row))
    return found


async def insert_refunds(db: Connection, rows: Sequence[RefundRow]) -> None:
    """Remember refunds."""
    await db.execute(INSERT_REFUNDS, *zip(*map(msgspec.structs.astuple, rows), strict=True))


async def sum_up(db: Connection, merchant_id: int, source_id: int) -> asyncpg.Record:
    """Return counts and sums of what came from a source."""
    row = await db.fetchrow(SUM_UP, merchant_id, source_id)
    assert row is not None
    return row


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[int], list[str]]:
    return [one[0] for one in keys], [one[1] for one in keys], [one[2] for one in keys]
