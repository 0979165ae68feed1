"""Every SQL statement on schema `tallies`."""

from collections.abc import Sequence
from datetime import date, datetime

import asyncpg
import msgspec

from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.gateways import GatewayId, GatewayKind, StatementLine
from banyan.pay.tallies.types import Source, Statement, StatementState

_want_statements = """
insert into tallies.statements (
    merchant_id, gateway_id, day, kind, state, due_at, changed_at
)
select w.merchant_id, w.gateway_id, d.day::date, w.kind, 'wanted', '-infinity', $6
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::date[], $5::date[])
    as w (merchant_id, gateway_id, kind, since, until)
cross join lateral generate_series(w.since::timestamp, w.until::timestamp, '1 day') as d (day)
on conflict (merchant_id, gateway_id, day) do nothing
"""

_want_again = """
insert into tallies.statements (
    merchant_id, gateway_id, day, kind, state, due_at, changed_at
)
values ($1, $2, $3, $4, 'wanted', '-infinity', $5)
on conflict (merchant_id, gateway_id, day) do update set due_at = '-infinity', tries = 0, why = ''
returning *
"""

_take_statements = """
update tallies.statements as s
set due_at = $2, tries = s.tries + 1
where (s.merchant_id, s.gateway_id, s.day) in (
    select merchant_id, gateway_id, day from tallies.statements
    where due_at <= $1
    order by due_at, day desc
    limit $3
    for update skip locked
)
returning s.*
"""

_lock_statement = """
select * from tallies.statements where merchant_id = $1 and gateway_id = $2 and day = $3 for update
"""

_set_statement = """
insert into tallies.statements as s (
    merchant_id, gateway_id, day, kind, state, source, why, due_at, line_count, booked_fee_fen,
    changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (merchant_id, gateway_id, day) do update
set state = excluded.state, source = excluded.source, why = excluded.why, due_at = excluded.due_at,
    line_count = excluded.line_count, booked_fee_fen = excluded.booked_fee_fen,
    changed_at = excluded.changed_at
"""

_delete_lines = """
delete from tallies.lines where merchant_id = $1 and gateway_id = $2 and day = $3
"""

_insert_lines = """
insert into tallies.lines (
    merchant_id, gateway_id, day, line, kind, out_no, out_refund_no, provider_no, currency,
    amount_fen, fee_fen, is_done, at
)
select $1, $2, $3, t.line, t.kind, t.out_no, t.out_refund_no, t.provider_no, t.currency,
    t.amount_fen, t.fee_fen, t.is_done, t.at
from unnest(
    $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
    $11::boolean[], $12::timestamptz[]
) with ordinality as t (
    kind, out_no, out_refund_no, provider_no, currency, amount_fen, fee_fen, is_done, at, line
)
"""

# Of a table that has just grown by so many rows the planner thinks that it is small, until
# somebody counts: comparing would take a minute instead of a moment.
_count_lines = "analyze tallies.lines"
_many = 500

_list_fees = """
select out_no, fee_fen from tallies.lines
where merchant_id = $1 and gateway_id = $2 and day = $3 and currency = $4 and fee_fen <> 0
"""

_lock_told = """
select s.* from tallies.statements as s
where s.merchant_id = $1 and (s.gateway_id, s.day) in (
    select l.gateway_id, l.day from tallies.lines as l
    inner join unnest($2::bigint[], $3::text[]) as u (gateway_id, out_no)
        on u.gateway_id = l.gateway_id and u.out_no = l.out_no
    where l.merchant_id = $1
)
order by s.gateway_id, s.day
for update
"""

_set_remark = """
insert into tallies.remarks (
    merchant_id, gateway_id, problem, out_no, out_refund_no, here_fen, there_fen, note, actor_id, at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (merchant_id, gateway_id, problem, out_no, out_refund_no, here_fen, there_fen)
do update set note = excluded.note, actor_id = excluded.actor_id, at = excluded.at
"""

_delete_remark = """
delete from tallies.remarks
where merchant_id = $1 and gateway_id = $2 and problem = $3 and out_no = $4
    and out_refund_no = $5 and here_fen = $6 and there_fen = $7
"""

_lock_rate = """
select rate_bp from tallies.terms where merchant_id = $1 and gateway_id = $2 for update
"""

_list_rates = "select gateway_id, rate_bp from tallies.terms where merchant_id = $1"

_set_rate = """
insert into tallies.terms (merchant_id, gateway_id, rate_bp, changed_at)
values ($1, $2, $3, $4)
on conflict (merchant_id, gateway_id) do update
set rate_bp = excluded.rate_bp, changed_at = excluded.changed_at
"""

_delete_rate = "delete from tallies.terms where merchant_id = $1 and gateway_id = $2"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A statement, and what only the room itself needs of it."""

    statement: Statement
    tries: int = 0
    due_at: datetime | None = None
    booked_fee_fen: int = 0


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Days of which there should be statements, both included."""

    merchant_id: int
    gateway_id: int
    kind: GatewayKind
    since: date
    until: date


class RemarkKey(msgspec.Struct, frozen=True, kw_only=True):
    """Of which difference a remark is."""

    merchant_id: int
    gateway_id: int
    problem: str
    out_no: str
    out_refund_no: str
    here_fen: int
    there_fen: int


async def want_statements(db: Connection, wanted: Sequence[Wanted], now: datetime) -> None:
    """Have those asked for that nobody has asked for yet."""
    await db.execute(
        _want_statements,
        [one.merchant_id for one in wanted],
        [one.gateway_id for one in wanted],
        [one.kind.value for one in wanted],
        [one.since for one in wanted],
        [one.until for one in wanted],
        now,
    )


async def want_again(db: Connection, wanted: Wanted, now: datetime) -> Kept:
    """Have one asked for at once; what is known of it stays until another comes."""
    row = await db.fetchrow(
        _want_again,
        wanted.merchant_id,
        wanted.gateway_id,
        wanted.since,
        wanted.kind.value,
        now,
    )
    assert row is not None
    return _read(row)


async def take_statements(db: Connection, at: datetime, until: datetime, limit: int) -> list[Kept]:
    """Return statements that are to be fetched; nobody else has them until then."""
    return [_read(row) for row in await db.fetch(_take_statements, at, until, limit)]


async def lock_statement(
    db: Connection, merchant_id: int, gateway_id: int, day: date
) -> Kept | None:
    """Lock the statement of a day, and return it."""
    row = await db.fetchrow(_lock_statement, merchant_id, gateway_id, day)
    return _read(row) if row else None


async def set_statement(db: Connection, kept: Kept) -> None:
    """Write what is known of a statement."""
    one = kept.statement
    await db.execute(
        _set_statement,
        one.merchant_id,
        one.gateway_id,
        one.day,
        one.kind.value,
        one.state.value,
        one.source.value if one.source else "",
        one.why,
        kept.due_at,
        one.line_count,
        kept.booked_fee_fen,
        one.changed_at,
    )


async def set_lines(db: Connection, statement: Statement, lines: Sequence[StatementLine]) -> None:
    """Put these lines in place of those that a statement had."""
    key = (statement.merchant_id, statement.gateway_id, statement.day)
    await db.execute(_delete_lines, *key)
    await db.execute(
        _insert_lines,
        *key,
        [one.kind.value for one in lines],
        [one.out_no for one in lines],
        [one.out_refund_no for one in lines],
        [one.provider_no for one in lines],
        [one.currency for one in lines],
        [one.amount_fen for one in lines],
        [one.fee_fen for one in lines],
        [one.is_done for one in lines],
        [one.at for one in lines],
    )
    if len(lines) >= _many:
        await db.execute(_count_lines)


async def list_fees(db: Connection, statement: Statement, currency: str) -> list[tuple[str, int]]:
    """The fees of a statement, each with the number of its payment."""
    key = (statement.merchant_id, statement.gateway_id, statement.day)
    rows = await db.fetch(_list_fees, *key, currency)
    return [(row["out_no"], row["fee_fen"]) for row in rows]


async def lock_told(
    db: Connection, merchant_id: int, numbers: Sequence[tuple[int, str]]
) -> list[Kept]:
    """Lock the statements that tell of these (gateway, number), and return them."""
    gateways = [gateway_id for gateway_id, _ in numbers]
    rows = await db.fetch(_lock_told, merchant_id, gateways, [out_no for _, out_no in numbers])
    return [_read(row) for row in rows]


async def set_remark(
    db: Connection, key: RemarkKey, note: str, actor_id: int, at: datetime
) -> None:
    """Write what is said of a difference."""
    await db.execute(_set_remark, *msgspec.structs.astuple(key), note, actor_id, at)


async def delete_remark(db: Connection, key: RemarkKey) -> None:
    """Forget what was said of a difference."""
    await db.execute(_delete_remark, *msgspec.structs.astuple(key))


async def lock_rate(db: Connection, merchant_id: int, gateway_id: int) -> int | None:
    """The fee that was agreed upon, if any."""
    rate: int | None = await db.fetchval(_lock_rate, merchant_id, gateway_id)
    return rate


async def list_rates(db: Connection, merchant_id: int) -> dict[int, int]:
    """The fees that were agreed upon, by gateway."""
    rows = await db.fetch(_list_rates, merchant_id)
    return {row["gateway_id"]: row["rate_bp"] for row in rows}


async def set_rate(
    db: Connection, merchant_id: int, gateway_id: int, rate_bp: int | None, now: datetime
) -> None:
    """Write the fee that was agreed upon; none if None."""
    if rate_bp is None:
        await db.execute(_delete_rate, merchant_id, gateway_id)
        return
    await db.execute(_set_rate, merchant_id, gateway_id, rate_bp, now)


def _read(row: asyncpg.Record) -> Kept:
    return Kept(
        statement=Statement(
            merchant_id=MerchantId(row["merchant_id"]),
            gateway_id=GatewayId(row["gateway_id"]),
            kind=GatewayKind(row["kind"]),
            day=row["day"],
            state=StatementState(row["state"]),
            source=Source(row["source"]) if row["source"] else None,
            why=row["why"],
            line_count=row["line_count"],
            changed_at=row["changed_at"],
        ),
        tries=row["tries"],
        due_at=row["due_at"],
        booked_fee_fen=row["booked_fee_fen"],
    )
