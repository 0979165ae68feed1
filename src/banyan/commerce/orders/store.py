"""Every SQL statement on schema `orders`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from banyan.base import json
from banyan.books.work import Connection
from banyan.commerce.orders.records import LineRecord, OrderRecord, SaleRecord
from banyan.commerce.orders.types import CLOSED, OrderState

OrderKey = tuple[int, int]
"""Merchant and order."""

# Rows travel as one JSON text with the columns' names: an eighth of the client's work for arrays.
INSERT_ORDERS = """
insert into orders.orders (
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, points_earned, note, placed_at, expires_at
)
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, points_earned, note, placed_at, expires_at
from json_to_recordset($1::text::json) as o (
    merchant_id bigint, order_id bigint, store_id bigint, person_id bigint, member_id bigint,
    coupon_id bigint, campaign_id bigint, place_id bigint, code_id bigint, placed_by bigint,
    kind text, state text, currency text, pickup_number integer, line_count integer,
    subtotal_fen bigint, discount_fen bigint, total_fen bigint, points_earned bigint, note text,
    placed_at timestamptz, expires_at timestamptz
)
"""

INSERT_LINES = """
insert into orders.lines (
    merchant_id, order_id, line_no, sku_id, product_id, name, variant, unit_price_fen, quantity,
    discount_fen, total_fen, reservation_id
)
select
    merchant_id, order_id, line_no, sku_id, product_id, name, variant, unit_price_fen, quantity,
    discount_fen, total_fen, reservation_id
from json_to_recordset($1::text::json) as l (
    merchant_id bigint, order_id bigint, line_no integer, sku_id bigint, product_id bigint,
    name text, variant text, unit_price_fen bigint, quantity bigint, discount_fen bigint,
    total_fen bigint, reservation_id bigint
)
"""

# One row a store and day is locked to the commit, once for all orders of the batch.
TAKE_PICKUPS = """
insert into orders.pickups as p (merchant_id, store_id, given_on, last_number)
select * from unnest($1::bigint[], $2::bigint[], $3::date[], $4::integer[])
on conflict (merchant_id, store_id, given_on)
do update set last_number = p.last_number + excluded.last_number
returning merchant_id, store_id, given_on, last_number
"""

# Lock and change in one: what was unpaid is paid now, and a rival finds it so. The operation then
# looks at the rows and takes back what may not be paid, which is rare.
TAKE_UNPAID = """
update orders.orders o
set state = 'paid', paid_at = u.paid_at
from json_to_recordset($1::text::json) as u (
    merchant_id bigint, order_id bigint, paid_at timestamptz
)
where o.merchant_id = u.merchant_id and o.order_id = u.order_id and o.state = 'unpaid'
returning
    o.merchant_id, o.order_id, o.store_id, o.person_id, o.member_id, o.coupon_id, o.campaign_id,
    o.place_id, o.code_id, o.placed_by, o.kind, o.state, o.currency, o.pickup_number,
    o.line_count, o.subtotal_fen, o.discount_fen, o.total_fen, o.refunded_fen, o.points_earned,
    o.points_back, o.points_short, o.note, o.placed_at, o.expires_at, o.paid_at, o.closed_at
"""

GIVE_UNPAID_BACK = """
update orders.orders o
set state = 'unpaid', paid_at = null
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, order_id)
where o.merchant_id = u.merchant_id and o.order_id = u.order_id and o.state = 'paid'
"""

FIND_ORDERS = """
select
    o.merchant_id, o.order_id, o.store_id, o.person_id, o.member_id, o.coupon_id, o.campaign_id,
    o.place_id, o.code_id, o.placed_by, o.kind, o.state, o.currency, o.pickup_number,
    o.line_count, o.subtotal_fen, o.discount_fen, o.total_fen, o.refunded_fen, o.points_earned,
    o.points_back, o.points_short, o.note, o.placed_at, o.expires_at, o.paid_at, o.closed_at
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, order_id)
inner join orders.orders o on o.merchant_id = u.merchant_id and o.order_id = u.order_id
"""

# Locks by writing: rows of several shards can't be selected for update.
LOCK_ORDERS = """
update orders.orders o
set state = o.state
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, order_id)
where o.merchant_id = u.merchant_id and o.order_id = u.order_id
returning
    o.merchant_id, o.order_id, o.store_id, o.person_id, o.member_id, o.coupon_id, o.campaign_id,
    o.place_id, o.code_id, o.placed_by, o.kind, o.state, o.currency, o.pickup_number,
    o.line_count, o.subtotal_fen, o.discount_fen, o.total_fen, o.refunded_fen, o.points_earned,
    o.points_back, o.points_short, o.note, o.placed_at, o.expires_at, o.paid_at, o.closed_at
"""

LOCK_ORDER = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where merchant_id = $1 and order_id = $2
for update
"""

LOCK_FREE_ORDER = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where merchant_id = $1 and order_id = $2
for update skip locked
"""

SET_ASKED = """
update orders.orders set person_id = $3, asked_at = $4
where merchant_id = $1 and order_id = $2 and state = 'unpaid'
"""

FORGET_ASKED = """
update orders.orders
set asked_at = null, person_id = case when placed_by <> 0 and member_id = 0 then 0 else $3 end
where merchant_id = $1 and order_id = $2 and person_id = $3 and state = 'unpaid'
"""

FIND_ASKED = """
select merchant_id, order_id, asked_at from orders.orders
where person_id = $1 and asked_at is not null
order by asked_at desc limit 1
"""

FIND_ORDER_OF_PERSON = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where person_id = $1 and order_id = $2 and person_id <> 0
"""

LIST_ORDERS_OF_PERSON = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where person_id = $1 and person_id <> 0 and order_id < $2
    and ($3::text[] is null or state = any($3))
order by order_id desc
limit $4
"""

LIST_ORDERS = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where merchant_id = $1
    and (placed_at, order_id) < ($2, $3)
    and ($4::timestamptz is null or placed_at >= $4)
    and ($5::bigint[] is null or store_id = any($5))
    and ($6::text[] is null or state = any($6))
    and ($7::bigint = 0 or member_id = $7)
order by placed_at desc, order_id desc
limit $8
"""

# The same for one member, and for closed orders: said so that an index serves them.
LIST_ORDERS_OF_MEMBER = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where merchant_id = $1
    and (placed_at, order_id) < ($2, $3)
    and ($4::timestamptz is null or placed_at >= $4)
    and ($5::bigint[] is null or store_id = any($5))
    and ($6::text[] is null or state = any($6))
    and member_id = $7 and member_id <> 0
order by placed_at desc, order_id desc
limit $8
"""

LIST_CLOSED_ORDERS = """
select
    merchant_id, order_id, store_id, person_id, member_id, coupon_id, campaign_id, place_id,
    code_id, placed_by, kind, state, currency, pickup_number, line_count, subtotal_fen,
    discount_fen, total_fen, refunded_fen, points_earned, points_back, points_short, note,
    placed_at, expires_at, paid_at, closed_at
from orders.orders
where merchant_id = $1
    and (placed_at, order_id) < ($2, $3)
    and ($4::timestamptz is null or placed_at >= $4)
    and ($5::bigint[] is null or store_id = any($5))
    and ($6::text[] is null or state = any($6))
    and $7::bigint = 0
    and closed_at is not null
order by placed_at desc, order_id desc
limit $8
"""

LIST_SALES = """
select l.order_id, l.sku_id, l.quantity, l.total_fen, l.reservation_id
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, order_id)
inner join orders.lines l on l.merchant_id = u.merchant_id and l.order_id = u.order_id
"""

LIST_LINES = """
select
    merchant_id, order_id, line_no, sku_id, product_id, name, variant, unit_price_fen, quantity,
    discount_fen, total_fen, reservation_id, refunded_quantity, refunded_fen
from orders.lines
where merchant_id = $1 and order_id = $2
order by line_no
limit $3
"""

LIST_LINES_OF = """
select
    l.merchant_id, l.order_id, l.line_no, l.sku_id, l.product_id, l.name, l.variant,
    l.unit_price_fen, l.quantity, l.discount_fen, l.total_fen, l.reservation_id,
    l.refunded_quantity, l.refunded_fen
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, order_id)
inner join orders.lines l on l.merchant_id = u.merchant_id and l.order_id = u.order_id
order by l.order_id, l.line_no
"""

CLOSE_ORDER = """
update orders.orders
set state = $3, closed_at = $4
where merchant_id = $1 and order_id = $2
"""

SET_REFUNDED = """
update orders.orders o
set state = u.state, refunded_fen = o.refunded_fen + u.amount_fen,
    points_back = o.points_back + u.points_back, points_short = o.points_short + u.points_short,
    closed_at = u.closed_at
from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
    $7::timestamptz[]
) as u (merchant_id, order_id, state, amount_fen, points_back, points_short, closed_at)
where o.merchant_id = u.merchant_id and o.order_id = u.order_id
"""

ADD_RETURNED = """
update orders.lines l
set refunded_quantity = l.refunded_quantity + u.quantity,
    refunded_fen = l.refunded_fen + u.amount_fen
from unnest($1::bigint[], $2::bigint[], $3::integer[], $4::bigint[], $5::bigint[])
    as u (merchant_id, order_id, line_no, quantity, amount_fen)
where l.merchant_id = u.merchant_id and l.order_id = u.order_id and l.line_no = u.line_no
"""

INSERT_RETURNS = """
insert into orders.returns (
    merchant_id, order_id, refund_id, line_no, quantity, amount_fen, is_restocked
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::bigint[], $4::integer[], $5::bigint[], $6::bigint[],
    $7::boolean[]
)
"""

LIST_RETURNS = """
select merchant_id, order_id, refund_id, line_no, quantity, amount_fen, is_restocked
from orders.returns
where merchant_id = $1 and order_id = $2
order by refund_id, line_no
limit $3
"""


class _Due(msgspec.Struct, frozen=True, gc=False):
    """An order to pay and when, as its statement reads it."""

    merchant_id: int
    order_id: int
    paid_at: datetime


async def insert_orders(db: Connection, rows: Sequence[OrderRecord]) -> None:
    """Insert orders that are unpaid."""
    await db.execute(INSERT_ORDERS, json.encode(rows).decode())


async def insert_lines(db: Connection, rows: Sequence[LineRecord]) -> None:
    """Insert lines of any number of orders."""
    await db.execute(INSERT_LINES, json.encode(rows).decode())


async def take_pickups(
    db: Connection, wanted: Mapping[tuple[int, int, date], int]
) -> dict[tuple[int, int, date], int]:
    """Take so many numbers of each store and day; return the last one taken of each."""
    keys = sorted(wanted)
    merchants, stores, days = zip(*keys, strict=True)
    rows = await db.fetch(TAKE_PICKUPS, merchants, stores, days, [wanted[key] for key in keys])
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def take_unpaid(
    db: Connection, orders: Mapping[OrderKey, datetime]
) -> dict[OrderKey, OrderRecord]:
    """Make those orders paid, at the given instants, that are unpaid; return these."""
    due = [_Due(*key, paid_at) for key, paid_at in sorted(orders.items())]
    rows = await db.fetch(TAKE_UNPAID, json.encode(due).decode())
    return {(row[0], row[1]): OrderRecord(*row) for row in rows}


async def give_unpaid_back(db: Connection, keys: Iterable[OrderKey]) -> None:
    """Undo `take_unpaid` for these orders, within the same transaction."""
    merchants, ids = zip(*sorted(keys), strict=True)
    await db.execute(GIVE_UNPAID_BACK, merchants, ids)


async def find_orders(db: Connection, keys: Iterable[OrderKey]) -> dict[OrderKey, OrderRecord]:
    """Return those of the orders that exist."""
    merchants, ids = zip(*keys, strict=True)
    rows = await db.fetch(FIND_ORDERS, merchants, ids)
    return {(row[0], row[1]): OrderRecord(*row) for row in rows}


async def lock_order(db: Connection, merchant_id: int, order_id: int) -> OrderRecord | None:
    """Return the order, locked to the end of the transaction."""
    row = await db.fetchrow(LOCK_ORDER, merchant_id, order_id)
    return OrderRecord(*row) if row else None


async def lock_orders(db: Connection, keys: Iterable[OrderKey]) -> dict[OrderKey, OrderRecord]:
    """Return those of the orders that exist, locked to the end of the transaction."""
    merchants, ids = zip(*sorted(keys), strict=True)
    rows = await db.fetch(LOCK_ORDERS, merchants, ids)
    return {(row[0], row[1]): OrderRecord(*row) for row in rows}


async def lock_free_order(db: Connection, merchant_id: int, order_id: int) -> OrderRecord | None:
    """Return the order, locked, unless somebody else has it locked."""
    row = await db.fetchrow(LOCK_FREE_ORDER, merchant_id, order_id)
    return OrderRecord(*row) if row else None


async def set_asked(db: Connection, order: OrderRecord, person_id: int, now: datetime) -> None:
    """Make a locked order this person's, whom a till asks for it."""
    await db.execute(SET_ASKED, order.merchant_id, order.order_id, person_id, now)


async def forget_asked(db: Connection, merchant_id: int, order_id: int, person_id: int) -> None:
    """Ask this person no more; an order that was nobody's is nobody's again."""
    await db.execute(FORGET_ASKED, merchant_id, order_id, person_id)


async def find_asked(db: Connection, person_id: int) -> tuple[OrderKey, datetime] | None:
    """The order that a till last asked this person for, and when."""
    row = await db.fetchrow(FIND_ASKED, person_id)
    return ((row[0], row[1]), row[2]) if row else None


async def find_order_of_person(db: Connection, person_id: int, order_id: int) -> OrderRecord | None:
    """Return an order if it is this person's."""
    row = await db.fetchrow(FIND_ORDER_OF_PERSON, person_id, order_id)
    return OrderRecord(*row) if row else None


async def list_orders_of_person(
    db: Connection,
    person_id: int,
    before_id: int,
    states: Sequence[OrderState] | None,
    limit: int,
) -> list[OrderRecord]:
    """Return a person's orders, the newest first."""
    rows = await db.fetch(LIST_ORDERS_OF_PERSON, person_id, before_id, states, limit)
    return [OrderRecord(*row) for row in rows]


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders of a merchant to list, the newest first."""

    merchant_id: int
    before_at: datetime
    before_id: int
    since_at: datetime | None
    store_ids: Sequence[int] | None
    states: Sequence[OrderState] | None
    member_id: int


async def list_orders(db: Connection, which: OrderFilter, limit: int) -> list[OrderRecord]:
    """Return orders of a merchant, those placed last first."""
    if which.member_id:
        statement = LIST_ORDERS_OF_MEMBER
    elif which.states and CLOSED.issuperset(which.states):
        statement = LIST_CLOSED_ORDERS
    else:
        statement = LIST_ORDERS
    rows = await db.fetch(statement, *msgspec.structs.astuple(which), limit)
    return [OrderRecord(*row) for row in rows]


async def list_sales(db: Connection, keys: Iterable[OrderKey]) -> dict[int, list[SaleRecord]]:
    """Return what was sold in these orders, by order id."""
    merchants, ids = zip(*keys, strict=True)
    sales: dict[int, list[SaleRecord]] = {order_id: [] for order_id in ids}
    for row in await db.fetch(LIST_SALES, merchants, ids):
        sales[row[0]].append(SaleRecord(*row))
    return sales


async def list_lines(
    db: Connection, merchant_id: int, order_id: int, limit: int
) -> list[LineRecord]:
    """Return the lines of an order in their order."""
    return [LineRecord(*row) for row in await db.fetch(LIST_LINES, merchant_id, order_id, limit)]


async def list_lines_of(
    db: Connection, keys: Iterable[OrderKey]
) -> dict[OrderKey, list[LineRecord]]:
    """Return the lines of many orders, each in their order."""
    merchants, ids = zip(*sorted(keys), strict=True)
    found: dict[OrderKey, list[LineRecord]] = {}
    for row in await db.fetch(LIST_LINES_OF, merchants, ids):
        found.setdefault((row[0], row[1]), []).append(LineRecord(*row))
    return found


async def close_order(
    db: Connection, key: OrderKey, state: OrderState, closed_at: datetime
) -> None:
    """Note that a locked order is over."""
    await db.execute(CLOSE_ORDER, *key, state, closed_at)


class Refunded(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one refund changes an order."""

    merchant_id: int
    order_id: int
    state: OrderState
    amount_fen: int
    points_back: int
    points_short: int
    closed_at: datetime | None


async def set_refunded(db: Connection, refunded: Sequence[Refunded]) -> None:
    """Add a refund each to locked orders."""
    columns = zip(*map(msgspec.structs.astuple, refunded), strict=True)
    await db.execute(SET_REFUNDED, *columns)


class ReturnRecord(msgspec.Struct, frozen=True, gc=False):
    """A row of `orders.returns`: units of one line that one refund gave back."""

    merchant_id: int
    order_id: int
    refund_id: int
    line_no: int
    quantity: int
    amount_fen: int
    is_restocked: bool


async def insert_returns(db: Connection, rows: Sequence[ReturnRecord]) -> None:
    """Note on the lines of locked orders, and beside them, what one refund each gave back."""
    columns = list(zip(*map(msgspec.structs.astuple, rows), strict=True))
    merchants, orders, _refunds, numbers, quantities, amounts, _restocked = columns
    await db.execute(ADD_RETURNED, merchants, orders, numbers, quantities, amounts)
    await db.execute(INSERT_RETURNS, *columns)


async def list_returns(
    db: Connection, merchant_id: int, order_id: int, limit: int
) -> list[ReturnRecord]:
    """Return what was given back of an order, refund by refund."""
    return [
        ReturnRecord(*row) for row in await db.fetch(LIST_RETURNS, merchant_id, order_id, limit)
    ]
