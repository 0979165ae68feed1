"""Every SQL statement on schema `charges`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from banyan.base import json
from banyan.books.work import Connection
from banyan.pay.charges.rows import read_charge, read_combination, read_refund
from banyan.pay.charges.types import (
    Charge,
    ChargeRefund,
    ChargeState,
    Combination,
    Way,
)

Key = tuple[int, int]
"""Merchant and charge."""

INSERT_CHARGES = """
insert into charges.charges as c (
    merchant_id, charge_id, provider_id, combined_id, network, protocol, way, out_no, digest,
    token, channel_id, sub_channel_id, wanted_payer_id, currency, total_fen, is_shared, facts,
    created_at, expires_at, payable_until, state, payer_id, rate_bp
)
select merchant_id, charge_id, provider_id, combined_id, network, protocol, way, out_no,
    decode(digest, 'hex'), token, channel_id, sub_channel_id, wanted_payer_id, currency, total_fen,
    is_shared, facts, created_at, expires_at, payable_until, state, payer_id, rate_bp
from json_to_recordset($1::text::json) as u (
    merchant_id bigint, charge_id bigint, provider_id bigint, combined_id bigint, network text,
    protocol text, way text, out_no text, digest text, token text, channel_id bigint,
    sub_channel_id bigint, wanted_payer_id bigint, currency text, total_fen bigint,
    is_shared boolean, facts text, created_at timestamptz, expires_at timestamptz,
    payable_until timestamptz, state text, payer_id bigint, rate_bp integer
)
on conflict do nothing
returning c.*
"""

LOCK_OUT_NO = """
select c.*
from charges.charges as c
where c.merchant_id = $1 and c.provider_id = $2 and c.network = $3 and c.out_no = $4
for update
"""

RENEW = """
update charges.charges as c
set payable_until = $3
where c.merchant_id = $1 and c.charge_id = $2
returning c.*
"""

INSERT_COMBINATION = """
insert into charges.combinations (
    merchant_id, combined_id, network, out_no, digest, token, facts, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
"""

FIND_COMBINATION = """
select digest, merchant_id, combined_id, out_no, token, facts, created_at
from charges.combinations
where merchant_id = $1 and network = $2 and out_no = $3
"""

FIND_COMBINATIONS = """
select merchant_id, combined_id, out_no, token, facts, created_at
from charges.combinations
where combined_id = any($1::bigint[])
"""

# A row is its charge's lock: of two at once one changes it, and the other finds it changed.
TAKE_PAYABLE = """
update charges.charges as c
set state = 'paid', payer_id = u.payer_id
from json_to_recordset($1::text::json) as u (token text, payer_id bigint, paid_at timestamptz)
where c.token = u.token and c.state in ('unpaid', 'paying') and c.payer_id in (0, u.payer_id)
    and c.payable_until >= u.paid_at
returning c.*
"""

GIVE_BACK = """
update charges.charges as c
set state = u.state, payer_id = u.payer_id
from json_to_recordset($1::text::json) as u (
    merchant_id bigint, charge_id bigint, state text, payer_id bigint
)
where c.merchant_id = u.merchant_id and c.charge_id = u.charge_id
"""

FIND_BY_TOKENS = """
select c.*
from charges.charges as c
where c.token = any($1::text[])
order by c.charge_id
"""

FINISH_PAID = """
update charges.charges as c
set payer_id = u.payer_id, paid_at = u.paid_at, payer_fen = u.payer_fen,
    voucher_fen = u.voucher_fen, discount_fen = u.discount_fen, fee_fen = u.fee_fen,
    unsplit_fen = u.unsplit_fen, promotions = u.promotions, openid = u.openid,
    sub_openid = u.sub_openid
from json_to_recordset($1::text::json) as u (
    merchant_id bigint, charge_id bigint, payer_id bigint, paid_at timestamptz, payer_fen bigint,
    voucher_fen bigint, discount_fen bigint, fee_fen bigint, unsplit_fen bigint,
    promotions text, openid text, sub_openid text
)
where c.merchant_id = u.merchant_id and c.charge_id = u.charge_id
returning c.*
"""

FIND = """
select c.*
from charges.charges as c
where c.merchant_id = $1 and c.charge_id = $2
"""

FIND_SHOWN = """
select * from charges.charges
where payer_id = $1 and way = 'code'
order by charge_id desc
limit 1
"""

FIND_BY_ID = """
select c.*
from charges.charges as c
where c.charge_id = $1
"""

FIND_ASKED = """
select c.*
from charges.charges as c
where (c.merchant_id = $1 and c.provider_id = 0 and c.network = $2 and c.out_no = $3)
    or (c.provider_id = $1 and c.network = $2 and c.out_no = $3)
    or c.combined_id = any(
        select o.combined_id from charges.combinations as o
        where o.merchant_id = $1 and o.network = $2 and o.out_no = $3
    )
order by c.charge_id
limit 1
"""

FIND_OUT_NO = """
select c.*
from charges.charges as c
where c.merchant_id = $1 and c.provider_id = $2 and c.network = $3 and c.out_no = $4
"""

FIND_COMBINED = """
select c.*
from charges.charges as c
where c.combined_id = any($1::bigint[]) and c.token = any($2::text[])
order by c.charge_id
"""

LOCK = FIND + " for update"

SET_STATE = """
update charges.charges as c
set state = $3, closed_at = coalesce($4, c.closed_at), payer_id = $5
where c.merchant_id = $1 and c.charge_id = $2
returning c.*
"""

ADD_REFUNDED = """
update charges.charges as c
set refund_count = c.refund_count + 1, refunded_fen = c.refunded_fen + $3,
    payer_refunded_fen = c.payer_refunded_fen + $4,
    voucher_refunded_fen = c.voucher_refunded_fen + $5,
    discount_refunded_fen = c.discount_refunded_fen + $6,
    fee_refunded_fen = c.fee_refunded_fen + $7, unsplit_fen = c.unsplit_fen - $8
where c.merchant_id = $1 and c.charge_id = $2
returning c.*
"""

ADD_UNSPLIT = """
update charges.charges as c
set unsplit_fen = c.unsplit_fen + $3
where c.merchant_id = $1 and c.charge_id = $2 and c.unsplit_fen + $3 >= 0
returning c.*
"""

INSERT_REFUND = """
insert into charges.refunds (
    merchant_id, refund_id, charge_id, provider_id, network, out_refund_no, digest, refund_fen,
    payer_fen, voucher_fen, discount_fen, fee_fen, pool_fen, funds, reason, facts, refunded_by,
    refunded_at, payer_id
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""

FIND_REFUND_NO = """
select r.*
from charges.refunds as r
where r.merchant_id = $1 and r.provider_id = $2 and r.network = $3 and r.out_refund_no = $4
"""

FIND_REFUND = """
select r.*
from charges.refunds as r
where r.merchant_id = $1 and r.refund_id = $2
"""

LIST_REFUNDS = """
select r.*
from charges.refunds as r
where r.merchant_id = $1 and r.charge_id = $2
order by r.refund_id
limit 100
"""

LIST_CHARGES = """
select c.*
from charges.charges as c
where c.merchant_id = $1 and c.charge_id < $2 and ($3 = '' or c.state = $3)
    and ($4 = '' or c.out_no = $4) and c.created_at >= $5 and c.created_at < $6
order by c.charge_id desc
limit $7
"""

SUM_TAKEN = """
select c.currency, sum(c.payer_fen + c.voucher_fen - c.fee_fen)::bigint as taken_fen
from charges.charges as c where c.merchant_id = $1 and c.paid_at >= $2 and not c.is_shared
group by c.currency
"""


async def insert_charges(db: Connection, rows: Sequence[Mapping[str, object]]) -> list[Charge]:
    """Insert charges; those whose number is taken are left out of the answer."""
    found = await db.fetch(INSERT_CHARGES, json.encode(rows).decode())
    return sorted((read_charge(row) for row in found), key=lambda one: one.charge_id)


async def lock_out_no(
    db: Connection, merchant_id: int, provider_id: int, network: str, out_no: str
) -> tuple[bytes, Charge] | None:
    """Lock the charge of a merchant's own number, with the digest of how it was asked for."""
    row = await db.fetchrow(LOCK_OUT_NO, merchant_id, provider_id, network, out_no)
    return None if row is None else (row["digest"], read_charge(row))


async def renew(db: Connection, charge: Charge, payable_until: datetime) -> Charge:
    """Let what was handed out work until then."""
    row = await db.fetchrow(RENEW, charge.merchant_id, charge.charge_id, payable_until)
    return read_charge(row)


async def insert_combination(db: Connection, one: Combination, network: str, digest: bytes) -> bool:
    """Insert a combination; False if its number is taken."""
    done = await db.execute(
        INSERT_COMBINATION,
        one.merchant_id,
        one.combined_id,
        network,
        one.out_no,
        digest,
        one.token,
        json.encode(one.facts).decode(),
        one.created_at,
    )
    return done.endswith(" 1")


async def find_combination(
    db: Connection, merchant_id: int, network: str, out_no: str
) -> tuple[bytes, Combination] | None:
    """The combination of a merchant's own number, with the digest of how it was asked for."""
    row = await db.fetchrow(FIND_COMBINATION, merchant_id, network, out_no)
    return None if row is None else (row["digest"], read_combination(row))


async def find_combinations(db: Connection, ids: Iterable[int]) -> dict[int, Combination]:
    """The combinations of these ids."""
    rows = await db.fetch(FIND_COMBINATIONS, sorted(ids))
    return {row["combined_id"]: read_combination(row) for row in rows}


async def take_payable(db: Connection, wanted: Sequence[tuple[str, int, datetime]]) -> list[Charge]:
    """Make those charges paid that can be, by token, payer and instant; return these."""
    due = [{"token": token, "payer_id": payer_id, "paid_at": at} for token, payer_id, at in wanted]
    rows = await db.fetch(TAKE_PAYABLE, json.encode(due).decode())
    return [read_charge(row) for row in rows]


async def give_back(db: Connection, charges: Sequence[Charge]) -> None:
    """Undo `take_payable` for these charges, within the same transaction."""
    rows = []
    for one in charges:
        # Whoever showed the code is the only one who can pay what the till asked for by it.
        is_paying = one.way is Way.CODE
        row = {
            "merchant_id": int(one.merchant_id),
            "charge_id": int(one.charge_id),
            "state": (ChargeState.PAYING if is_paying else ChargeState.UNPAID).value,
            "payer_id": int(one.payer_id) if is_paying else 0,
        }
        rows.append(row)
    await db.execute(GIVE_BACK, json.encode(rows).decode())


async def find_by_tokens(db: Connection, tokens: Iterable[str]) -> list[Charge]:
    """The charges of tokens; several that are paid together share one."""
    return [read_charge(row) for row in await db.fetch(FIND_BY_TOKENS, sorted(tokens))]


async def finish_paid(db: Connection, rows: Sequence[Mapping[str, object]]) -> dict[Key, Charge]:
    """Write what paid charges came to."""
    found = [read_charge(row) for row in await db.fetch(FINISH_PAID, json.encode(rows).decode())]
    return {(one.merchant_id, one.charge_id): one for one in found}


async def find_charge(db: Connection, merchant_id: int, charge_id: int) -> Charge | None:
    """A charge if it is there."""
    return _maybe(await db.fetchrow(FIND, merchant_id, charge_id))


async def find_by_id(db: Connection, charge_id: int) -> Charge | None:
    """A charge if it is there, whoever is paid."""
    return _maybe(await db.fetchrow(FIND_BY_ID, charge_id))


async def find_shown(db: Connection, person_id: int) -> Charge | None:
    """Return the newest charge by a code of this person."""
    return _maybe(await db.fetchrow(FIND_SHOWN, person_id))


async def find_asked(db: Connection, asker_id: int, network: str, out_no: str) -> Charge | None:
    """What a merchant asked for by this number, for itself, for another, or the first of many."""
    return _maybe(await db.fetchrow(FIND_ASKED, asker_id, network, out_no))


async def lock_charge(db: Connection, merchant_id: int, charge_id: int) -> Charge | None:
    """A charge, locked to the end of the transaction."""
    return _maybe(await db.fetchrow(LOCK, merchant_id, charge_id))


async def find_out_no(
    db: Connection, merchant_id: int, provider_id: int, network: str, out_no: str
) -> Charge | None:
    """The charge of a merchant's own number if it is there."""
    return _maybe(await db.fetchrow(FIND_OUT_NO, merchant_id, provider_id, network, out_no))


async def list_combined(db: Connection, combinations: Iterable[Combination]) -> list[Charge]:
    """The charges of combinations."""
    found = list(combinations)
    ids = [int(one.combined_id) for one in found]
    rows = await db.fetch(FIND_COMBINED, ids, [one.token for one in found])
    return [read_charge(row) for row in rows]


async def set_state(
    db: Connection,
    charge: Charge,
    state: ChargeState,
    *,
    closed_at: datetime | None = None,
    payer_id: int | None = None,
) -> Charge:
    """Give a locked charge another state, and a payer if one is named."""
    payer = int(charge.payer_id) if payer_id is None else payer_id
    row = await db.fetchrow(
        SET_STATE, charge.merchant_id, charge.charge_id, state.value, closed_at, payer
    )
    return read_charge(row)


async def add_refund(
    db: Connection, charge: Charge, refund: ChargeRefund, network: str, digest: bytes
) -> Charge:
    """Write a refund, and count it in its charge, which is locked."""
    await db.execute(
        INSERT_REFUND,
        refund.merchant_id,
        refund.refund_id,
        refund.charge_id,
        refund.provider_id,
        network,
        refund.out_refund_no,
        digest,
        refund.refund_fen,
        refund.payer_fen,
        refund.voucher_fen,
        refund.discount_fen,
        refund.fee_fen,
        refund.pool_fen,
        refund.funds.value,
        refund.reason,
        json.encode(refund.facts).decode(),
        refund.refunded_by,
        refund.refunded_at,
        charge.payer_id,
    )
    row = await db.fetchrow(
        ADD_REFUNDED,
        charge.merchant_id,
        charge.charge_id,
        refund.refund_fen,
        refund.payer_fen,
        refund.voucher_fen,
        refund.discount_fen,
        refund.fee_fen,
        refund.pool_fen,
    )
    return read_charge(row)


async def add_unsplit(
    db: Connection, merchant_id: int, charge_id: int, amount_fen: int
) -> Charge | None:
    """Lock a charge and add to what waits to be shared; None if there is not so much to take."""
    return _maybe(await db.fetchrow(ADD_UNSPLIT, merchant_id, charge_id, amount_fen))


async def find_refund_no(
    db: Connection, merchant_id: int, provider_id: int, network: str, out_refund_no: str
) -> tuple[bytes, ChargeRefund] | None:
    """The refund of a merchant's own number, with the digest of how it was asked for."""
    row = await db.fetchrow(FIND_REFUND_NO, merchant_id, provider_id, network, out_refund_no)
    return None if row is None else (row["digest"], read_refund(row))


async def find_refund(db: Connection, merchant_id: int, refund_id: int) -> ChargeRefund | None:
    """A refund if it is there."""
    row = await db.fetchrow(FIND_REFUND, merchant_id, refund_id)
    return None if row is None else read_refund(row)


async def list_refunds(db: Connection, merchant_id: int, charge_id: int) -> list[ChargeRefund]:
    """The refunds of a charge, the earliest first."""
    return [read_refund(row) for row in await db.fetch(LIST_REFUNDS, merchant_id, charge_id)]


async def list_charges(db: Connection, merchant_id: int, *parts: object) -> list[Charge]:
    """A merchant's charges before an id, of a state and a number if given, of a time."""
    return [read_charge(row) for row in await db.fetch(LIST_CHARGES, merchant_id, *parts)]


def _maybe(row: Any) -> Charge | None:  # noqa: ANN401 - a record or nothing
    return None if row is None else read_charge(row)


async def sum_taken(db: Connection, merchant_id: int, since: datetime) -> dict[str, int]:
    """What payments since an instant brought to what a merchant waits for, by currency."""
    rows = await db.fetch(SUM_TAKEN, merchant_id, since)
    return {row["currency"]: row["taken_fen"] for row in rows}
