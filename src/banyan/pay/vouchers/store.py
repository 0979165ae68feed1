"""Every SQL statement on schema `vouchers`, and thin functions over them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from banyan.base import json
from banyan.base.db import Connection
from banyan.pay.vouchers.records import stock_of, voucher_of
from banyan.pay.vouchers.rules import Budget, Wish
from banyan.pay.vouchers.types import Callback, FlowRow, Stock, Voucher, VoucherId

_insert_stock = """
insert into vouchers.stocks (
    merchant_id, stock_id, belong_merchant_id, request_no, digest, name, comment, description,
    is_cash, amount_fen, minimum_fen, max_count, max_by_day, max_by_person, rule, style, begins_at,
    ends_at, state, created_at
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::jsonb, $16, $17, $18,
    'unactivated', $19
)
on conflict (merchant_id, request_no) do nothing
returning stock_id
"""

_insert_budget = """
insert into vouchers.budgets (merchant_id, stock_id, day_on) values ($1, $2, $3)
"""

_stocks = """
select merchant_id, stock_id, belong_merchant_id, name, comment, description, is_cash, amount_fen,
    minimum_fen, max_count, max_by_day, max_by_person, rule::text as rule, style, begins_at,
    ends_at, state, created_at, started_at, stopped_at, ended_at, funded_fen, returned_fen, digest
from vouchers.stocks
"""
_find_asked = f"{_stocks} where merchant_id = $1 and request_no = $2"
_find_stock = f"{_stocks} where merchant_id = $1 and stock_id = $2"
_lock_stock = f"{_stocks} where merchant_id = $1 and stock_id = $2 for update"
_hold_stocks = f"{_stocks} where stock_id = any($1) order by stock_id for share"
_find_stocks = f"{_stocks} where stock_id = any($1)"

_list_stocks = f"""
{_stocks}
where merchant_id = $1 and stock_id < $2 and ($3::text is null or state = $3)
    and ($4::timestamptz is null or created_at >= $4)
    and ($5::timestamptz is null or created_at <= $5)
order by stock_id desc
offset $6
limit $7
"""

_count_stocks = """
select count(*)
from vouchers.stocks
where merchant_id = $1 and ($2::text is null or state = $2)
    and ($3::timestamptz is null or created_at >= $3)
    and ($4::timestamptz is null or created_at <= $4)
"""

_set_stock = """
update vouchers.stocks
set state = $3, started_at = $4, stopped_at = $5, ended_at = $6, funded_fen = $7, returned_fen = $8
where merchant_id = $1 and stock_id = $2
"""

# Stocks of one batch may lie on several shards: an update that changes nothing locks them all.
_lock_budgets = """
update vouchers.budgets as b
set sent_count = b.sent_count
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, stock_id)
where b.merchant_id = u.merchant_id and b.stock_id = u.stock_id
returning b.stock_id, b.sent_count, b.day_on, b.day_count
"""

_add_sent = """
update vouchers.budgets as b
set sent_count = b.sent_count + u.sent, day_on = u.day_on,
    day_count = u.sent + case when b.day_on = u.day_on then b.day_count else 0 end
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::date[])
    as u (merchant_id, stock_id, sent, day_on)
where b.merchant_id = u.merchant_id and b.stock_id = u.stock_id
"""

_count_held = """
select v.stock_id, v.person_id, max(v.ordinal) as ordinal
from unnest($1::bigint[], $2::bigint[]) as u (stock_id, person_id)
inner join vouchers.vouchers as v on u.stock_id = v.stock_id and u.person_id = v.person_id
group by v.stock_id, v.person_id
"""

_find_sends = """
select s.merchant_id, s.request_no, s.stock_id, s.person_id, s.voucher_id
from unnest($1::bigint[], $2::text[]) as u (merchant_id, request_no)
inner join vouchers.sends as s on u.merchant_id = s.merchant_id and u.request_no = s.request_no
"""

_insert_sends = """
insert into vouchers.sends (merchant_id, request_no, stock_id, person_id, voucher_id)
select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
on conflict (merchant_id, request_no) do nothing
returning voucher_id
"""

_insert_vouchers = """
insert into vouchers.vouchers (
    person_id, voucher_id, merchant_id, stock_id, ordinal, sender_merchant_id, channel_id, sent_at,
    usable_from, usable_until
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::bigint[], $7::bigint[],
    $8::timestamptz[], $9::timestamptz[], $10::timestamptz[]
)
"""

_vouchers = """
select v.person_id, v.voucher_id, v.stock_id, v.merchant_id, v.sender_merchant_id, v.channel_id,
    s.name, s.description, s.is_cash, s.amount_fen, s.minimum_fen, v.state, v.sent_at,
    v.usable_from, v.usable_until, s.rule::text as rule, v.used_at, v.used_merchant_id,
    v.transaction_no, v.used_fen, count(*) over () as total_count
from vouchers.vouchers as v
inner join vouchers.stocks as s on v.merchant_id = s.merchant_id and v.stock_id = s.stock_id
"""

_list_held = f"""
{_vouchers}
where v.person_id = any($1) and v.state = 'held' and v.usable_until > $2
order by v.person_id, v.usable_until
limit 10000
"""

_set_used = """
update vouchers.vouchers as v
set state = 'used', used_at = u.used_at, used_merchant_id = u.used_merchant_id,
    charge_id = u.charge_id, transaction_no = u.transaction_no, used_fen = u.used_fen
from unnest(
    $1::bigint[], $2::bigint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::text[],
    $7::bigint[]
) as u (person_id, voucher_id, used_at, used_merchant_id, charge_id, transaction_no, used_fen)
where v.person_id = u.person_id and v.voucher_id = u.voucher_id and v.state = 'held'
returning v.voucher_id
"""

_insert_uses = """
insert into vouchers.uses (
    merchant_id, use_id, stock_id, voucher_id, person_id, paid_merchant_id, charge_id,
    transaction_no, total_fen, is_cash, amount_fen, used_at
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::text[], $9::bigint[], $10::boolean[], $11::bigint[], $12::timestamptz[]
)
"""

_set_held = """
update vouchers.vouchers as v
set state = 'held', used_at = null, used_merchant_id = 0, charge_id = 0, transaction_no = '',
    used_fen = 0
where v.person_id = $1 and v.voucher_id = $2 and v.charge_id = $3 and v.state = 'used'
    and v.usable_until > $4
returning v.voucher_id
"""

_add_refunded = """
update vouchers.uses
set refunded_fen = refunded_fen + $3
where merchant_id = $1 and use_id = $2
returning voucher_id, person_id, charge_id, stock_id
"""

_insert_refund = """
insert into vouchers.use_refunds (
    merchant_id, use_id, refund_id, stock_id, source_code, is_to_fund, amount_fen, refunded_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_find_voucher = f"""
{_vouchers}
where v.person_id = $1 and v.voucher_id = $2
"""

_list_vouchers = f"""
{_vouchers}
where v.person_id = $1 and ($2::bigint is null or v.stock_id = $2)
    and ($3::text is null or v.state = $3)
    and ($4::bigint is null or v.merchant_id = $4)
    and ($5::bigint is null or v.sender_merchant_id = $5)
    and ($6::bigint is null or s.rule -> 'merchant_ids' @> to_jsonb($6::bigint::text))
    and ($7::bigint is null or v.channel_id = $7)
order by v.voucher_id desc
offset $8
limit $9
"""

_expire = """
update vouchers.vouchers
set state = 'expired'
where (person_id, voucher_id) in (
    select person_id, voucher_id from vouchers.vouchers
    where stock_id = $1 and state = 'held'
    order by person_id, voucher_id
    limit $2
)
and state = 'held'
returning voucher_id
"""

_list_uses = """
select u.use_id, u.voucher_id, u.paid_merchant_id, u.transaction_no, u.total_fen, u.amount_fen,
    u.used_at
from vouchers.uses as u
where u.merchant_id = $1 and u.stock_id = $2 and u.used_at <= $3
order by u.used_at, u.use_id
limit 100000
"""

_list_refunds = """
select r.refund_id, u.voucher_id, u.paid_merchant_id, u.transaction_no, u.total_fen,
    r.amount_fen, r.refunded_at
from vouchers.use_refunds as r
inner join vouchers.uses as u on r.merchant_id = u.merchant_id and r.use_id = u.use_id
where r.merchant_id = $1 and r.stock_id = $2 and r.refunded_at <= $3
order by r.refunded_at, r.refund_id
limit 100000
"""

_set_callback = """
insert into vouchers.callbacks as c (merchant_id, url, is_on, set_at)
values ($1, $2, $3, $4)
on conflict (merchant_id) do update
set url = excluded.url, is_on = excluded.is_on, set_at = excluded.set_at
"""

_find_callbacks = """
select merchant_id, url, is_on, set_at from vouchers.callbacks where merchant_id = any($1)
"""


async def insert_stock(
    db: Connection, stock: Stock, request_no: str, digest: str, day_on: date
) -> bool:
    """Insert a stock with nothing sent; False if that request made one already."""
    made = await db.fetchval(
        _insert_stock,
        int(stock.merchant_id),
        int(stock.stock_id),
        int(stock.belong_merchant_id),
        request_no,
        digest,
        stock.name,
        stock.comment,
        stock.description,
        stock.is_cash,
        stock.amount_fen,
        stock.minimum_fen,
        stock.max_count,
        stock.max_by_day,
        stock.max_by_person,
        json.encode(stock.rule).decode(),
        stock.style,
        stock.begins_at,
        stock.ends_at,
        stock.created_at,
    )
    if made is not None:
        await db.execute(_insert_budget, int(stock.merchant_id), int(stock.stock_id), day_on)
    return made is not None


async def find_asked(db: Connection, merchant_id: int, request_no: str) -> tuple[Stock, str] | None:
    """Return the stock that this request made, and the digest of what was asked."""
    row = await db.fetchrow(_find_asked, merchant_id, request_no)
    return (stock_of(row), str(row["digest"])) if row else None


async def find_stock(db: Connection, merchant_id: int, stock_id: int) -> Stock | None:
    """Return a stock of a merchant's."""
    row = await db.fetchrow(_find_stock, merchant_id, stock_id)
    return stock_of(row) if row else None


async def lock_stock(db: Connection, merchant_id: int, stock_id: int) -> Stock | None:
    """Lock a stock of a merchant's."""
    row = await db.fetchrow(_lock_stock, merchant_id, stock_id)
    return stock_of(row) if row else None


async def hold_stocks(db: Connection, stock_ids: Iterable[int]) -> dict[int, Stock]:
    """Return stocks, none of which can end until this transaction is over."""
    rows = await db.fetch(_hold_stocks, sorted({int(one) for one in stock_ids}))
    return {int(row["stock_id"]): stock_of(row) for row in rows}


async def find_stocks(db: Connection, stock_ids: Iterable[int]) -> dict[int, Stock]:
    """Return stocks of whoever they are."""
    rows = await db.fetch(_find_stocks, sorted({int(one) for one in stock_ids}))
    return {int(row["stock_id"]): stock_of(row) for row in rows}


async def list_stocks(  # noqa: PLR0913 - the conditions of one list
    db: Connection,
    merchant_id: int,
    *,
    before: int,
    state: str | None,
    since: datetime | None,
    until: datetime | None,
    offset: int,
    limit: int,
) -> list[Stock]:
    """Return stocks of a merchant, the newest first."""
    rows = await db.fetch(_list_stocks, merchant_id, before, state, since, until, offset, limit)
    return [stock_of(row) for row in rows]


async def count_stocks(
    db: Connection,
    merchant_id: int,
    state: str | None,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Return how many stocks a merchant has of those."""
    return int(await db.fetchval(_count_stocks, merchant_id, state, since, until))


async def set_stock(db: Connection, stock: Stock) -> None:
    """Write what changes in a stock's life."""
    await db.execute(
        _set_stock,
        int(stock.merchant_id),
        int(stock.stock_id),
        stock.state.value,
        stock.started_at,
        stock.stopped_at,
        stock.ended_at,
        stock.funded_fen,
        stock.returned_fen,
    )


async def lock_budgets(db: Connection, stocks: Iterable[Stock]) -> dict[int, Budget]:
    """Lock what stocks sent, in the order of their numbers."""
    keys = sorted({(int(one.merchant_id), int(one.stock_id)) for one in stocks})
    rows = await db.fetch(_lock_budgets, *_columns_of(keys, 2))
    return {
        row["stock_id"]: Budget(
            sent_count=row["sent_count"], day_on=row["day_on"], day_count=row["day_count"]
        )
        for row in rows
    }


async def add_sent(db: Connection, sent: Mapping[tuple[int, int, date], int]) -> None:
    """Count what (merchant, stock, day) sent just now; a later day comes last."""
    for day_on in sorted({key[2] for key in sent}):
        rows = [(key[0], key[1], count, day_on) for key, count in sent.items() if key[2] == day_on]
        await db.execute(_add_sent, *_columns_of(sorted(rows), 4))


async def count_held(db: Connection, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return how many vouchers each (stock, person) ever got."""
    rows = await db.fetch(_count_held, *_columns_of(sorted(set(keys)), 2))
    return {(row["stock_id"], row["person_id"]): row["ordinal"] for row in rows}


async def find_sends(
    db: Connection, keys: Iterable[tuple[int, str]]
) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Return (stock, person, voucher) of each request (sender, number) that sent one before."""
    rows = await db.fetch(_find_sends, *_columns_of(sorted(set(keys)), 2))
    return {
        (row["merchant_id"], row["request_no"]): (
            row["stock_id"],
            row["person_id"],
            row["voucher_id"],
        )
        for row in rows
    }


async def insert_sends(db: Connection, sent: Sequence[tuple[VoucherId, Wish]]) -> set[int]:
    """Note which request sends which voucher; return those that no rival was faster for."""
    rows = [
        (w.sender_merchant_id, w.request_no, int(w.stock.stock_id), w.person_id, int(voucher_id))
        for voucher_id, w in sent
    ]
    return {row["voucher_id"] for row in await db.fetch(_insert_sends, *_columns_of(rows, 5))}


async def insert_vouchers(db: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert vouchers, held: their first ten columns but for the state."""
    await db.execute(_insert_vouchers, *_columns_of(rows, 10))


async def list_held(db: Connection, people: Iterable[int], at: datetime) -> list[Voucher]:
    """Return the vouchers that these people can still use, those over soonest first."""
    return [voucher_of(row) for row in await db.fetch(_list_held, sorted(set(people)), at)]


async def set_used(db: Connection, rows: Sequence[tuple[Any, ...]]) -> set[int]:
    """Use vouchers that are still held; return those that were."""
    return {row["voucher_id"] for row in await db.fetch(_set_used, *_columns_of(rows, 7))}


async def insert_uses(db: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert uses: all columns but what went back."""
    await db.execute(_insert_uses, *_columns_of(rows, 12))


async def set_held(
    db: Connection, person_id: int, voucher_id: int, charge_id: int, at: datetime
) -> bool:
    """Give a voucher back to its holder, unless its time is over."""
    done = await db.fetchval(_set_held, person_id, voucher_id, charge_id, at)
    return done is not None


async def add_refunded(
    db: Connection, merchant_id: int, use_id: int, amount_fen: int
) -> Mapping[str, int]:
    """Note that so much of a use goes back; return whose voucher and which charge it was."""
    row = await db.fetchrow(_add_refunded, merchant_id, use_id, amount_fen)
    assert row is not None, "the use that a charge names"
    return dict(row)


async def insert_refund(db: Connection, *values: object) -> None:
    """Insert what went back of a use."""
    await db.execute(_insert_refund, *values)


async def find_voucher(db: Connection, person_id: int, voucher_id: int) -> Voucher | None:
    """Return somebody's voucher."""
    row = await db.fetchrow(_find_voucher, person_id, voucher_id)
    return voucher_of(row) if row else None


async def list_vouchers(
    db: Connection, person_id: int, conditions: Sequence[object], offset: int, limit: int
) -> tuple[list[Voucher], int]:
    """Return somebody's vouchers, the newest first, and how many there are.

    Conditions: stock, state, maker, sender, merchant who is paid, channel; None for any.
    """
    rows = await db.fetch(_list_vouchers, person_id, *conditions, offset, limit)
    return [voucher_of(row) for row in rows], int(rows[0]["total_count"]) if rows else 0


async def expire(db: Connection, stock_id: int, limit: int) -> int:
    """Let held vouchers of a stock expire; return how many did."""
    return len(await db.fetch(_expire, stock_id, limit))


async def list_flow(
    db: Connection, stock: Stock, until: datetime, *, is_refunds: bool
) -> list[FlowRow]:
    """Return all uses of a stock up to an instant, or all that went back of them."""
    sql = _list_refunds if is_refunds else _list_uses
    rows = await db.fetch(sql, int(stock.merchant_id), int(stock.stock_id), until)
    return [
        FlowRow(
            flow_id=row[0],
            voucher_id=row[1],
            paid_merchant_id=row[2],
            transaction_no=row[3],
            total_fen=row[4],
            amount_fen=row[5],
            at=row[6],
        )
        for row in rows
    ]


async def set_callback(db: Connection, callback: Callback) -> None:
    """Set where a merchant's program is told."""
    await db.execute(_set_callback, *msgspec.structs.astuple(callback))


async def find_callbacks(db: Connection, merchant_ids: Iterable[int]) -> dict[int, Callback]:
    """Return where merchants' programs are told."""
    rows = await db.fetch(_find_callbacks, sorted({int(one) for one in merchant_ids}))
    return {row["merchant_id"]: Callback(**row) for row in rows}


def _columns_of(rows: Sequence[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) or [()] * count
