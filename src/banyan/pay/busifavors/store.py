"""Every SQL statement on schema `busifavors`, and thin functions over them."""

from collections.abc import Sequence
from datetime import date, datetime

from banyan.base import json
from banyan.base.db import Connection
from banyan.pay.busifavors.records import coupon_of, stock_of, subsidy_of
from banyan.pay.busifavors.rules import day_of
from banyan.pay.busifavors.types import (
    CouponStock,
    HeldCoupon,
    Subsidy,
    SubsidyId,
    SubsidyReturn,
)

_set_request = """
insert into busifavors.requests as r (
    merchant_id, kind, request_no, digest, subject_id, asked_at
)
values ($1, $2, $3, $4, $5, $6)
on conflict (merchant_id, kind, request_no) do update set digest = r.digest
returning digest, subject_id, asked_at
"""

_insert_stock = """
insert into busifavors.stocks (
    merchant_id, stock_id, belong_merchant_id, name, comment, goods_name, kind, amount_fen,
    percent, minimum_fen, code_mode, max_count, max_by_day, max_by_person, rule, words,
    is_subsidised, begins_at, ends_at, created_at, day_on
)
values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::jsonb, $16, $17, $18,
    $19, $20, $21
)
"""

_stocks = """
select s.merchant_id, s.stock_id, s.belong_merchant_id, s.name, s.comment, s.goods_name, s.kind,
    s.amount_fen, s.percent, s.minimum_fen, s.code_mode, s.max_count, s.max_by_day,
    s.max_by_person, s.rule::text as rule, s.words, s.is_subsidised, s.begins_at, s.ends_at,
    s.created_at, s.sent_count, s.day_on, s.day_count
from busifavors.stocks as s
"""
_find_stock = f"{_stocks} where s.stock_id = $1"
_lock_stock = f"{_find_stock} and s.merchant_id = $2 for update"

_list_stocks = f"""
{_stocks}
where s.merchant_id = $1
order by s.stock_id desc
limit $2
"""

_count_codes = """
select count(*) as every, count(*) filter (where coupon_id = 0) as free
from busifavors.codes
where merchant_id = $1 and stock_id = $2
"""

_set_stock = """
update busifavors.stocks
set name = $3, comment = $4, goods_name = $5, words = $6, max_count = $7, max_by_day = $8
where merchant_id = $1 and stock_id = $2
"""

_add_sent = """
update busifavors.stocks
set sent_count = sent_count + 1, day_on = $3,
    day_count = 1 + case when day_on = $3 then day_count else 0 end
where merchant_id = $1 and stock_id = $2
"""

_insert_codes = """
insert into busifavors.codes (merchant_id, stock_id, code, upload_id, place, uploaded_at)
select $1, $2, u.code, $4, u.place, $5
from unnest($3::text[]) with ordinality as u (code, place)
on conflict (merchant_id, stock_id, code) do nothing
"""

_find_codes = """
select code, upload_id from busifavors.codes
where merchant_id = $1 and stock_id = $2 and code = any($3)
"""

_take_code = """
update busifavors.codes
set coupon_id = $3
where merchant_id = $1 and stock_id = $2 and code = (
    select code from busifavors.codes
    where merchant_id = $1 and stock_id = $2 and coupon_id = 0
    order by upload_id, place
    limit 1
    for update
)
returning code
"""

_max_ordinal = """
select coalesce(max(ordinal), 0) from busifavors.coupons
where merchant_id = $1 and stock_id = $2 and person_id = $3
"""

_insert_coupon = """
insert into busifavors.coupons (
    merchant_id, coupon_id, stock_id, code, person_id, channel_id, ordinal, sender_merchant_id,
    request_no, sent_at, usable_from, usable_until
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (merchant_id, stock_id, code) do nothing
returning coupon_id
"""

_coupons = """
select c.coupon_id, c.code, c.person_id, c.channel_id, c.sender_merchant_id, c.request_no,
    c.state, c.sent_at, c.usable_from, c.usable_until, c.used_at, c.use_request_no,
    c.deactivated_at, c.out_no, count(*) over () as total_count,
    s.merchant_id, s.stock_id, s.belong_merchant_id, s.name, s.comment, s.goods_name, s.kind,
    s.amount_fen, s.percent, s.minimum_fen, s.code_mode, s.max_count, s.max_by_day,
    s.max_by_person, s.rule::text as rule, s.words, s.is_subsidised, s.begins_at, s.ends_at,
    s.created_at, s.sent_count, s.day_on, s.day_count
from busifavors.coupons as c
inner join busifavors.stocks as s on c.merchant_id = s.merchant_id and c.stock_id = s.stock_id
"""

_find_coupons = f"""
{_coupons}
where c.code = $1 and ($2::bigint is null or c.stock_id = $2)
    and ($3::bigint in (s.merchant_id, s.belong_merchant_id, c.sender_merchant_id))
limit 2
"""

_lock_coupon = """
select coupon_id from busifavors.coupons
where merchant_id = $1 and coupon_id = $2
for update
"""

_find_coupon = f"{_coupons} where c.merchant_id = $1 and c.coupon_id = $2"

_list_coupons = f"""
{_coupons}
where c.person_id = $1 and ($2::bigint is null or c.stock_id = $2)
    and ($3::bigint is null or s.merchant_id = $3)
    and ($4::bigint is null or s.belong_merchant_id = $4)
    and ($5::bigint is null or c.sender_merchant_id = $5)
    and ($6::bigint is null or $6 in (s.merchant_id, s.belong_merchant_id, c.sender_merchant_id))
    and (
        $7::text is null
        or $7 = case
            when c.state = 'held' and c.usable_until <= $8 then 'expired' else c.state
        end
    )
order by c.coupon_id desc
offset $9
limit $10
"""

_set_coupon = """
update busifavors.coupons
set state = $3, used_at = $4, use_request_no = $5, deactivated_at = $6, out_no = $7
where merchant_id = $1 and coupon_id = $2
"""

_set_callback = """
insert into busifavors.callbacks as c (merchant_id, url, set_at)
values ($1, $2, $3)
on conflict (merchant_id) do update set url = excluded.url, set_at = excluded.set_at
"""

_find_callback = "select url from busifavors.callbacks where merchant_id = $1"

_insert_subsidy = """
insert into busifavors.subsidies (
    merchant_id, subsidy_id, payee_id, stock_id, code, transaction_no, amount_fen, description,
    out_no, paid_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (merchant_id, stock_id, code, transaction_no) do nothing
returning subsidy_id
"""

_subsidies = """
select p.merchant_id, p.subsidy_id, p.payee_id, p.stock_id, p.code, p.transaction_no, p.amount_fen,
    p.returned_fen, p.description, p.out_no, p.paid_at
from busifavors.subsidies as p
"""
_find_subsidy = (
    f"{_subsidies} where p.subsidy_id = $2 and $1::bigint in (p.merchant_id, p.payee_id)"
)
_lock_subsidy = f"""
{_subsidies}
where p.merchant_id = $1 and p.stock_id = $2 and p.code = $3 and p.transaction_no = $4
    and p.payee_id = $5
for update
"""
_list_subsidies = f"""
{_subsidies}
where $1::bigint in (p.merchant_id, p.payee_id) and p.stock_id = $2 and p.code = $3
    and ($4::text is null or p.out_no = $4)
order by p.subsidy_id
limit 100
"""

_add_returned = """
update busifavors.subsidies
set returned_fen = returned_fen + $3
where merchant_id = $1 and subsidy_id = $2
"""

_insert_return = """
insert into busifavors.subsidy_returns (
    merchant_id, return_id, subsidy_id, refund_no, amount_fen, description, out_no, returned_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_find_return = """
select r.return_id, r.refund_no, r.amount_fen as back_fen, r.description as back_description,
    r.out_no as back_out_no, r.returned_at, p.merchant_id, p.subsidy_id, p.payee_id, p.stock_id,
    p.code, p.transaction_no, p.amount_fen, p.returned_fen, p.description, p.out_no, p.paid_at
from busifavors.subsidy_returns as r
inner join busifavors.subsidies as p
    on r.merchant_id = p.merchant_id and r.subsidy_id = p.subsidy_id
where r.return_id = $2 and $1::bigint in (p.merchant_id, p.payee_id)
"""


async def set_request(
    db: Connection, key: tuple[int, str, str], digest: str, subject_id: int, at: datetime
) -> tuple[str, int, datetime]:
    """Note what (merchant, kind, number) asked; return digest, subject and time of the first."""
    row = await db.fetchrow(_set_request, *key, digest, subject_id, at)
    assert row is not None, "it was inserted or there"
    return row["digest"], row["subject_id"], row["asked_at"]


async def insert_stock(db: Connection, one: CouponStock, day_on: date) -> None:
    """Insert a stock of which nothing was sent."""
    await db.execute(
        _insert_stock,
        int(one.merchant_id),
        int(one.stock_id),
        int(one.belong_merchant_id),
        one.name,
        one.comment,
        one.goods_name,
        one.kind.value,
        one.amount_fen,
        one.percent,
        one.minimum_fen,
        one.code_mode.value,
        one.max_count,
        one.max_by_day,
        one.max_by_person,
        json.encode(one.rule).decode(),
        one.words,
        one.is_subsidised,
        one.begins_at,
        one.ends_at,
        one.created_at,
        day_on,
    )


async def find_stock(db: Connection, stock_id: int, day_on: date) -> CouponStock | None:
    """Return a stock, whoever made it."""
    row = await db.fetchrow(_find_stock, stock_id)
    return stock_of(row, day_on) if row else None


async def lock_stock(
    db: Connection, merchant_id: int, stock_id: int, day_on: date
) -> CouponStock | None:
    """Lock a stock of a merchant's."""
    row = await db.fetchrow(_lock_stock, stock_id, merchant_id)
    return stock_of(row, day_on) if row else None


async def list_stocks(
    db: Connection, merchant_id: int, day_on: date, limit: int
) -> list[CouponStock]:
    """Return a merchant's stocks, the newest first."""
    return [stock_of(row, day_on) for row in await db.fetch(_list_stocks, merchant_id, limit)]


async def count_codes(db: Connection, stock: CouponStock) -> tuple[int, int]:
    """Return how many codes were uploaded, and how many of them are free."""
    row = await db.fetchrow(_count_codes, int(stock.merchant_id), int(stock.stock_id))
    assert row is not None, "a count has a row"
    return row["every"], row["free"]


async def set_stock(db: Connection, one: CouponStock) -> None:
    """Write what may change of a stock."""
    await db.execute(
        _set_stock,
        int(one.merchant_id),
        int(one.stock_id),
        one.name,
        one.comment,
        one.goods_name,
        one.words,
        one.max_count,
        one.max_by_day,
    )


async def add_sent(db: Connection, stock: CouponStock, day_on: date) -> None:
    """Count one more that was sent."""
    await db.execute(_add_sent, int(stock.merchant_id), int(stock.stock_id), day_on)


async def insert_codes(
    db: Connection, stock: CouponStock, codes: Sequence[str], upload_id: int, at: datetime
) -> None:
    """Insert codes that are not there yet."""
    await db.execute(
        _insert_codes, int(stock.merchant_id), int(stock.stock_id), list(codes), upload_id, at
    )


async def find_codes(db: Connection, stock: CouponStock, codes: Sequence[str]) -> dict[str, int]:
    """Return with which upload each of these codes came."""
    rows = await db.fetch(_find_codes, int(stock.merchant_id), int(stock.stock_id), list(codes))
    return {row["code"]: row["upload_id"] for row in rows}


async def take_code(db: Connection, stock: CouponStock, coupon_id: int) -> str | None:
    """Give an uploaded code out."""
    code = await db.fetchval(_take_code, int(stock.merchant_id), int(stock.stock_id), coupon_id)
    return None if code is None else str(code)


async def count_held(db: Connection, stock: CouponStock, person_id: int) -> int:
    """Return how many coupons of a stock somebody ever got."""
    merchant_id, stock_id = int(stock.merchant_id), int(stock.stock_id)
    return int(await db.fetchval(_max_ordinal, merchant_id, stock_id, person_id))


async def insert_coupon(db: Connection, one: HeldCoupon, ordinal: int) -> bool:
    """Insert a coupon; False if there is one with its code."""
    made = await db.fetchval(
        _insert_coupon,
        int(one.stock.merchant_id),
        int(one.coupon_id),
        int(one.stock.stock_id),
        one.code,
        one.person_id,
        one.channel_id,
        ordinal,
        int(one.sender_merchant_id),
        one.request_no,
        one.sent_at,
        one.usable_from,
        one.usable_until,
    )
    return made is not None


async def find_coupons(
    db: Connection, code: str, stock_id: int | None, merchant_id: int, day_on: date
) -> list[HeldCoupon]:
    """Return coupons of a code that a merchant has to do with; two are enough to be unsure."""
    rows = await db.fetch(_find_coupons, code, stock_id, merchant_id)
    return [coupon_of(row, day_on) for row in rows]


async def lock_coupon(db: Connection, coupon: HeldCoupon, day_on: date) -> HeldCoupon:
    """Lock a coupon and return it as it is now."""
    key = int(coupon.stock.merchant_id), int(coupon.coupon_id)
    await db.fetchval(_lock_coupon, *key)
    return await read_coupon(db, *key, day_on)


async def read_coupon(db: Connection, merchant_id: int, coupon_id: int, day_on: date) -> HeldCoupon:
    """Return a coupon that is there."""
    row = await db.fetchrow(_find_coupon, merchant_id, coupon_id)
    assert row is not None, "coupons are never deleted"
    return coupon_of(row, day_on)


async def list_coupons(
    db: Connection,
    person_id: int,
    conditions: Sequence[int | None],
    state: str | None,
    at: datetime,
    page: tuple[int, int],
) -> tuple[list[HeldCoupon], int]:
    """Return somebody's coupons, the newest first, and how many there are.

    Conditions: stock, maker, whose in name, sender, one of these three; None for any.
    """
    rows = await db.fetch(_list_coupons, person_id, *conditions, state, at, *page)
    return [coupon_of(row, day_of(at)) for row in rows], int(rows[0]["total_count"]) if rows else 0


async def set_coupon(db: Connection, one: HeldCoupon) -> None:
    """Write what changes in a coupon's life."""
    await db.execute(
        _set_coupon,
        int(one.stock.merchant_id),
        int(one.coupon_id),
        one.state.value,
        one.used_at,
        one.use_request_no,
        one.deactivated_at,
        one.out_no,
    )


async def set_callback(db: Connection, merchant_id: int, url: str, at: datetime) -> None:
    """Set where a merchant's program is told."""
    await db.execute(_set_callback, merchant_id, url, at)


async def find_callback(db: Connection, merchant_id: int) -> str | None:
    """Return where a merchant's program is told."""
    url = await db.fetchval(_find_callback, merchant_id)
    return None if url is None else str(url)


async def insert_subsidy(db: Connection, one: Subsidy) -> bool:
    """Insert a subsidy; False if this coupon was paid for with this payment before."""
    made = await db.fetchval(
        _insert_subsidy,
        int(one.merchant_id),
        int(one.subsidy_id),
        int(one.payee_id),
        int(one.stock_id),
        one.code,
        one.transaction_no,
        one.amount_fen,
        one.description,
        one.out_no,
        one.paid_at,
    )
    return made is not None


async def find_subsidy(db: Connection, merchant_id: int, subsidy_id: int) -> Subsidy | None:
    """Return a subsidy that a merchant paid or got."""
    row = await db.fetchrow(_find_subsidy, merchant_id, subsidy_id)
    return subsidy_of(row) if row else None


async def lock_subsidy(db: Connection, *key: object) -> Subsidy | None:
    """Lock the subsidy of (payer, stock, code, payment, payee)."""
    row = await db.fetchrow(_lock_subsidy, *key)
    return subsidy_of(row) if row else None


async def list_subsidies(db: Connection, *conditions: object) -> list[Subsidy]:
    """Return subsidies of (payer or payee, stock, code, number or None)."""
    return [subsidy_of(row) for row in await db.fetch(_list_subsidies, *conditions)]


async def insert_return(db: Connection, one: SubsidyReturn) -> None:
    """Insert what came back of a locked subsidy, and count it there."""
    merchant_id, subsidy_id = int(one.subsidy.merchant_id), int(one.subsidy.subsidy_id)
    await db.execute(_add_returned, merchant_id, subsidy_id, one.amount_fen)
    await db.execute(
        _insert_return,
        merchant_id,
        int(one.return_id),
        subsidy_id,
        one.refund_no,
        one.amount_fen,
        one.description,
        one.out_no,
        one.returned_at,
    )


async def find_return(db: Connection, merchant_id: int, return_id: int) -> SubsidyReturn | None:
    """Return what came back, for either merchant."""
    row = await db.fetchrow(_find_return, merchant_id, return_id)
    if row is None:
        return None
    return SubsidyReturn(
        return_id=SubsidyId(row["return_id"]),
        subsidy=subsidy_of(row),
        refund_no=row["refund_no"],
        amount_fen=row["back_fen"],
        description=row["back_description"],
        out_no=row["back_out_no"],
        returned_at=row["returned_at"],
    )
