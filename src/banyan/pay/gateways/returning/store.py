"""Every SQL statement on what goes back through gateways, and thin functions over them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import asyncpg

from banyan.base import json
from banyan.books.work import Connection
from banyan.pay.gateways.rows import KeptRefund, read_attempt, read_refund
from banyan.pay.gateways.types import Attempt, GatewayRefund

# Money of one subject goes back out of the one attempt that paid it, never more than is left.
_add_refunded = """
update gateways.attempts as a
set refunded_fen = a.refunded_fen + u.amount_fen
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as u (merchant_id, subject_id, amount_fen)
where a.merchant_id = u.merchant_id and a.subject_id = u.subject_id and a.subject = $4
    and a.state = 'paid' and a.refunded_fen + u.amount_fen <= a.amount_fen
returning a.*
"""

_insert_refunds = """
insert into gateways.refunds (
    merchant_id, refund_id, attempt_id, gateway_id, kind, source_id, out_no, out_refund_no,
    currency, amount_fen, reason, state, asked_at, due_at
)
select merchant_id, refund_id, attempt_id, gateway_id, kind, source_id, out_no, out_refund_no,
    currency, amount_fen, reason, state, asked_at, '-infinity'
from json_to_recordset($1::text::json) as r (
    merchant_id bigint, refund_id bigint, attempt_id bigint, gateway_id bigint, kind text,
    source_id bigint, out_no text, out_refund_no text, currency text, amount_fen bigint,
    reason text, state text, asked_at timestamptz
)
"""

_lock_refund = """
select * from gateways.refunds where merchant_id = $1 and refund_id = $2 for update
"""

_lock_out_refund_no = """
select * from gateways.refunds where merchant_id = $1 and out_refund_no = $2 for update
"""

_list_refunds = """
select * from gateways.refunds
where merchant_id = $1 and refund_id < $2 and ($3::text is null or state = $3)
    and ($4::bigint = 0 or attempt_id = $4)
order by refund_id desc
limit $5
"""

_list_refunds_of = """
select * from gateways.refunds
where merchant_id = $1 and attempt_id = any($2)
order by refund_id
"""

_list_troubles = """
select t.attempt_id, t.state, t.currency, t.amount_fen, t.asked_at
from (
    (
        select attempt_id, state, currency, amount_fen, asked_at from gateways.attempts
        where merchant_id = $1 and state = 'disputed'
        order by attempt_id desc limit $2
    )
    union all
    (
        select attempt_id, state, currency, amount_fen, asked_at from gateways.refunds
        where merchant_id = $1 and state in ('refused', 'stuck')
        order by refund_id desc limit $2
    )
    union all
    (
        select 0, 'unread', '', 0, unread_since from gateways.gateways
        where merchant_id = $1 and is_current and unread_since is not null
    )
) as t
order by t.asked_at desc, t.attempt_id desc limit $2
"""

_take_refunds = """
update gateways.refunds as r
set due_at = $2, tries = r.tries + 1
from gateways.attempts as a
where a.merchant_id = r.merchant_id and a.attempt_id = r.attempt_id
    and (r.merchant_id, r.refund_id) in (
    select d.merchant_id, d.refund_id
    from gateways.refunds as d
    inner join gateways.gateways as g
        on g.merchant_id = d.merchant_id and g.gateway_id = d.gateway_id
    where d.due_at <= $1 and g.rest_until <= $1
    order by d.due_at
    limit $3
    for update of d skip locked
)
returning r.*, a.provider_no as payment_no, a.amount_fen as total_fen
"""

_set_refund = """
update gateways.refunds
set state = $3, out_refund_no = $4, provider_no = $5, why = $6, done_at = $7
where merchant_id = $1 and refund_id = $2
"""

_set_refund_due = """
update gateways.refunds set due_at = $3 where merchant_id = $1 and refund_id = $2
"""

# Not at the instant of business, which a test server may have moved: leases go by real time.
_ask_now = """
update gateways.refunds set due_at = '-infinity' where merchant_id = $1 and refund_id = $2
"""

_ask_soon = """
update gateways.refunds set due_at = '-infinity'
where merchant_id = $1 and attempt_id = $2 and due_at is not null
returning refund_id
"""


async def add_refunded(
    db: Connection, subject: str, amounts: Mapping[tuple[int, int], int]
) -> dict[tuple[int, int], Attempt]:
    """Lock the attempts that paid these (merchant, subject), and note what goes back of each."""
    keys = sorted(amounts)
    merchants, subjects = zip(*keys, strict=True)
    fen = [amounts[key] for key in keys]
    rows = await db.fetch(_add_refunded, merchants, subjects, fen, subject)
    found = (read_attempt(row).attempt for row in rows)
    return {(int(one.merchant_id), int(one.subject_id)): one for one in found}


async def insert_refunds(db: Connection, refunds: Sequence[GatewayRefund]) -> None:
    """Insert refunds of which the provider does not know yet."""
    await db.execute(_insert_refunds, json.encode(refunds).decode())


async def lock_refund(db: Connection, merchant_id: int, refund_id: int) -> KeptRefund | None:
    """Lock a refund, and return it."""
    row = await db.fetchrow(_lock_refund, merchant_id, refund_id)
    return read_refund(row) if row else None


async def lock_out_refund_no(
    db: Connection, merchant_id: int, out_refund_no: str
) -> KeptRefund | None:
    """Lock the refund that the provider knows by this number, and return it."""
    row = await db.fetchrow(_lock_out_refund_no, merchant_id, out_refund_no)
    return read_refund(row) if row else None


async def list_refunds(
    db: Connection, merchant_id: int, before: int, state: str | None, attempt_id: int, limit: int
) -> list[GatewayRefund]:
    """Return refunds of a merchant, the newest first."""
    rows = await db.fetch(_list_refunds, merchant_id, before, state, attempt_id, limit)
    return [read_refund(row).refund for row in rows]


async def list_refunds_of(
    db: Connection, merchant_id: int, attempt_ids: Collection[int]
) -> list[GatewayRefund]:
    """Return the refunds of some attempts."""
    rows = await db.fetch(_list_refunds_of, merchant_id, list(attempt_ids))
    return [read_refund(row).refund for row in rows]


async def take_refunds(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[KeptRefund]:
    """Return refunds of which a provider is to be asked; nobody else has them until then."""
    return [read_refund(row) for row in await db.fetch(_take_refunds, at, until, limit)]


async def set_refund(db: Connection, one: GatewayRefund) -> None:
    """Write how far a locked refund is."""
    await db.execute(
        _set_refund,
        one.merchant_id,
        one.refund_id,
        one.state.value,
        one.out_refund_no,
        one.provider_no,
        one.why,
        one.done_at,
    )


async def set_refund_due(
    db: Connection, merchant_id: int, refund_id: int, due_at: datetime | None
) -> None:
    """Say when a provider is asked about a refund again; None for no more."""
    await db.execute(_set_refund_due, merchant_id, refund_id, due_at)


async def list_troubles(db: Connection, merchant_id: int, limit: int) -> Sequence[asyncpg.Record]:
    """Return disputed payments and refunds that a provider did not make, the latest first."""
    return await db.fetch(_list_troubles, merchant_id, limit)


async def ask_now(db: Connection, merchant_id: int, refund_id: int) -> None:
    """Have the provider asked at once about a refund."""
    await db.execute(_ask_now, merchant_id, refund_id)


async def ask_soon(db: Connection, merchant_id: int, attempt_id: int) -> bool:
    """Have the provider asked at once about what goes back of an attempt, if anything does."""
    return bool(await db.fetch(_ask_soon, merchant_id, attempt_id))
