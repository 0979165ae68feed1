"""Every SQL statement on schema `remit`, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.remit.types import (
    Batch,
    BatchId,
    BatchState,
    Receipt,
    ReceiptId,
    ReceiptKind,
    Remittance,
    RemittanceId,
    RemittanceState,
    Report,
    Way,
)

# Adds up what was sent on a day, for the caller to judge; all rivals wait for the row.
_add_sent = """
insert into remit.days as d (merchant_id, person_id, sent_on, amount_fen)
select $1, u.person_id, $2, u.amount_fen
from unnest($3::bigint[], $4::bigint[]) as u (person_id, amount_fen)
order by u.person_id
on conflict (merchant_id, person_id, sent_on) do update
set amount_fen = d.amount_fen + excluded.amount_fen
returning person_id, amount_fen
"""

_insert_batch = """
insert into remit.batches (
    merchant_id, batch_id, out_no, digest, protocol, channel_id, name, remark, scene, currency,
    total_fen, total_count, notify_url, state, created_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'accepted', $14, $14)
on conflict (merchant_id, out_no) do nothing
returning batch_id
"""

_find_batch_known = """
select batch_id, digest from remit.batches where merchant_id = $1 and out_no = $2
"""

_find_batch = """
select b.*, s.done_fen, s.done_count, s.failed_fen, s.failed_count
from remit.batches as b
cross join lateral (
    select coalesce(sum(amount_fen) filter (where state = 'done'), 0) as done_fen,
        count(*) filter (where state = 'done') as done_count,
        coalesce(sum(amount_fen) filter (where state = 'failed'), 0) as failed_fen,
        count(*) filter (where state = 'failed') as failed_count
    from remit.remittances as r
    where r.merchant_id = b.merchant_id and r.batch_id = b.batch_id and r.batch_id <> 0
) as s
where b.merchant_id = $1 and ($2::bigint = 0 or b.batch_id = $2) and ($3 = '' or b.out_no = $3)
limit 1
"""

_list_batches = """
select b.*, s.done_fen, s.done_count, s.failed_fen, s.failed_count
from (
    select * from remit.batches
    where merchant_id = $1 and ($2::bigint = 0 or batch_id < $2)
    order by batch_id desc
    limit $3
) as b
cross join lateral (
    select coalesce(sum(amount_fen) filter (where state = 'done'), 0) as done_fen,
        count(*) filter (where state = 'done') as done_count,
        coalesce(sum(amount_fen) filter (where state = 'failed'), 0) as failed_fen,
        count(*) filter (where state = 'failed') as failed_count
    from remit.remittances as r
    where r.merchant_id = b.merchant_id and r.batch_id = b.batch_id and r.batch_id <> 0
) as s
order by b.batch_id desc
"""

_lock_batch = """
select state from remit.batches where merchant_id = $1 and batch_id = $2 for update
"""

_set_batch = """
update remit.batches set state = $3, close_reason = $4, updated_at = $5
where merchant_id = $1 and batch_id = $2
"""

_insert_remittances = """
insert into remit.remittances (
    merchant_id, remittance_id, batch_id, way, out_no, digest, protocol, channel_id, openid,
    person_id, sealed_name, currency, amount_fen, remark, scene, perception, style, reports,
    notify_url, token, transfer_id, state, created_at, updated_at, expires_at
)
select $1, u.remittance_id, $2, $3, u.out_no, u.digest, $4, $5, u.openid, u.person_id,
    u.sealed_name, $6, u.amount_fen, u.remark, $7, $8, $9, $10::jsonb, $11, u.token,
    u.transfer_id, $12, $13, $13, $14
from unnest(
    $15::bigint[], $16::text[], $17::bytea[], $18::text[], $19::bigint[], $20::bytea[],
    $21::bigint[], $22::text[], $23::text[], $24::bigint[]
) as u (
    remittance_id, out_no, digest, openid, person_id, sealed_name, amount_fen, remark, token,
    transfer_id
)
on conflict (merchant_id, way, batch_id, out_no) do nothing
returning remittance_id
"""

_find_known = """
select remittance_id, digest from remit.remittances
where merchant_id = $1 and way = $2 and batch_id = 0 and out_no = $3
"""

_find_remittance = """
select * from remit.remittances
where merchant_id = $1 and ($2::bigint = 0 or remittance_id = $2)
    and ($3 = '' or (way = $4 and batch_id = $5 and out_no = $3))
limit 1
"""

_find_opened = "select * from remit.remittances where token = $1 limit 1"

_lock_remittance = """
select * from remit.remittances where merchant_id = $1 and remittance_id = $2 for update
"""

_lock_of_batch = """
select * from remit.remittances
where merchant_id = $1 and batch_id = $2 and state = 'processing'
order by remittance_id
for update
"""

_set_states = """
update remit.remittances as r
set state = u.state, fail_reason = u.fail_reason, updated_at = $2
from unnest($3::bigint[], $4::text[], $5::text[]) as u (remittance_id, state, fail_reason)
where r.merchant_id = $1 and r.remittance_id = u.remittance_id
"""

_list_of_batch = """
select * from remit.remittances
where merchant_id = $1 and batch_id = $2 and ($3 = '' or state = $3)
order by remittance_id
offset $4
limit $5
"""

_list_remittances = """
select * from remit.remittances
where merchant_id = $1 and ($2::bigint = 0 or remittance_id < $2)
    and ($4::bigint = 0 or batch_id = $4)
order by remittance_id desc
limit $3
"""

_list_of_person = """
select * from remit.remittances
where person_id = $1 and person_id <> 0 and ($2::bigint = 0 or remittance_id < $2)
    and (state = 'done' or way = 'confirm')
order by remittance_id desc
limit $3
"""

_insert_receipt = """
insert into remit.receipts (
    merchant_id, receipt_id, kind, subject_id, token, asked_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (merchant_id, kind, subject_id) do nothing
returning receipt_id
"""

_find_receipt = """
select * from remit.receipts where merchant_id = $1 and kind = $2 and subject_id = $3
"""

_find_opened_receipt = "select * from remit.receipts where token = $1 limit 1"

_set_ready = """
update remit.receipts set is_ready = true, updated_at = $3
where merchant_id = $1 and receipt_id = $2
"""


class NewRemittance(msgspec.Struct, frozen=True, kw_only=True):
    """What is particular to one of the remittances that are written together."""

    remittance_id: RemittanceId
    out_no: str
    digest: bytes
    openid: str
    person_id: int
    sealed_name: bytes | None
    amount_fen: int
    remark: str
    token: str = ""
    transfer_id: int = 0


class Held(msgspec.Struct, frozen=True):
    """A remittance with what only the room knows: whose, named how, and where its money waits."""

    remittance: Remittance
    person_id: int
    sealed_name: bytes | None
    transfer_id: int


async def add_sent(
    db: Connection, merchant_id: int, sent_on: date, amounts: Mapping[int, int]
) -> dict[int, int]:
    """Add what is sent on a day to each person, and to all (0); what it makes by then."""
    rows = await db.fetch(_add_sent, merchant_id, sent_on, list(amounts), list(amounts.values()))
    return {row["person_id"]: row["amount_fen"] for row in rows}


async def insert_batch(db: Connection, batch: Batch, digest: bytes) -> bool:
    """Write a new batch, unless its number is taken."""
    return bool(
        await db.fetchval(
            _insert_batch,
            batch.merchant_id,
            batch.batch_id,
            batch.out_no,
            digest,
            batch.protocol,
            batch.channel_id,
            batch.name,
            batch.remark,
            batch.scene,
            batch.currency,
            batch.total_fen,
            batch.total_count,
            batch.notify_url,
            batch.created_at,
        )
    )


async def find_batch_known(
    db: Connection, merchant_id: int, out_no: str
) -> tuple[BatchId, bytes] | None:
    """The batch of that number, and what was ordered by it."""
    row = await db.fetchrow(_find_batch_known, merchant_id, out_no)
    return None if row is None else (BatchId(row["batch_id"]), row["digest"])


async def find_batch(
    db: Connection, merchant_id: int, batch_id: int = 0, out_no: str = ""
) -> Batch | None:
    """A batch by its id or number."""
    assert batch_id or out_no
    row = await db.fetchrow(_find_batch, merchant_id, batch_id, out_no)
    return None if row is None else _batch_of(row)


async def list_batches(db: Connection, merchant_id: int, before: int, limit: int) -> list[Batch]:
    """A merchant's batches, the newest first."""
    return [_batch_of(row) for row in await db.fetch(_list_batches, merchant_id, before, limit)]


async def lock_batch(db: Connection, merchant_id: int, batch_id: int) -> BatchState | None:
    """Lock a batch."""
    state = await db.fetchval(_lock_batch, merchant_id, batch_id)
    return None if state is None else BatchState(state)


async def set_batch(
    db: Connection, batch: Batch, state: BatchState, reason: str, now: datetime
) -> None:
    """Write how far a batch is."""
    await db.execute(_set_batch, batch.merchant_id, batch.batch_id, state, reason, now)


async def insert_remittances(
    db: Connection, shared: Remittance, ones: Sequence[NewRemittance]
) -> int:
    """Write remittances that share all but their own; how many had a number that was free."""
    columns = zip(
        *(
            (
                one.remittance_id,
                one.out_no,
                one.digest,
                one.openid,
                one.person_id,
                one.sealed_name,
                one.amount_fen,
                one.remark,
                one.token,
                one.transfer_id,
            )
            for one in ones
        ),
        strict=True,
    )
    rows = await db.fetch(
        _insert_remittances,
        shared.merchant_id,
        shared.batch_id,
        shared.way,
        shared.protocol,
        shared.channel_id,
        shared.currency,
        shared.scene,
        shared.perception,
        shared.style,
        msgspec.json.encode(shared.reports).decode(),
        shared.notify_url,
        shared.state,
        shared.created_at,
        shared.expires_at,
        *columns,
    )
    return len(rows)


async def find_known(
    db: Connection, merchant_id: int, way: Way, out_no: str
) -> tuple[RemittanceId, bytes] | None:
    """The remittance of that number, and what was ordered by it."""
    row = await db.fetchrow(_find_known, merchant_id, way, out_no)
    return None if row is None else (RemittanceId(row["remittance_id"]), row["digest"])


async def find_remittance(
    db: Connection,
    merchant_id: int,
    *,
    remittance_id: int = 0,
    out_no: str = "",
    way: Way = Way.CONFIRM,
    batch_id: int = 0,
) -> Held | None:
    """A remittance by its id, or by its number within its kind and batch."""
    assert remittance_id or out_no
    row = await db.fetchrow(_find_remittance, merchant_id, remittance_id, out_no, way, batch_id)
    return None if row is None else _held_of(row)


async def find_by_token(db: Connection, token: str) -> Held | None:
    """The remittance that a phone opens."""
    row = await db.fetchrow(_find_opened, token)
    return None if row is None else _held_of(row)


async def lock_remittance(db: Connection, merchant_id: int, remittance_id: int) -> Held | None:
    """Lock a remittance."""
    row = await db.fetchrow(_lock_remittance, merchant_id, remittance_id)
    return None if row is None else _held_of(row)


async def lock_of_batch(db: Connection, merchant_id: int, batch_id: int) -> list[Held]:
    """Lock what has not ended of a batch."""
    return [_held_of(row) for row in await db.fetch(_lock_of_batch, merchant_id, batch_id)]


async def set_states(
    db: Connection,
    merchant_id: int,
    ends: Sequence[tuple[RemittanceId, RemittanceState, str]],
    now: datetime,
) -> None:
    """Write how remittances ended."""
    await db.execute(_set_states, merchant_id, now, *zip(*ends, strict=True))


async def list_of_batch(
    db: Connection, merchant_id: int, batch_id: int, *, state: str, offset: int, limit: int
) -> list[Remittance]:
    """Remittances of a batch in the order in which they were named."""
    rows = await db.fetch(_list_of_batch, merchant_id, batch_id, state, offset, limit)
    return [_held_of(row).remittance for row in rows]


async def list_remittances(
    db: Connection, merchant_id: int, before: int, limit: int, batch_id: int = 0
) -> list[Remittance]:
    """What a merchant sent, the newest first."""
    rows = await db.fetch(_list_remittances, merchant_id, before, limit, batch_id)
    return [_held_of(row).remittance for row in rows]


async def list_of_person(
    db: Connection, person_id: int, before: int, limit: int
) -> list[Remittance]:
    """What came to a person or waits for them, the newest first."""
    rows = await db.fetch(_list_of_person, person_id, before, limit)
    return [_held_of(row).remittance for row in rows]


async def insert_receipt(db: Connection, receipt: Receipt) -> bool:
    """Write a receipt that is to be made, unless it was asked for before."""
    return bool(
        await db.fetchval(
            _insert_receipt,
            receipt.merchant_id,
            receipt.receipt_id,
            receipt.kind,
            receipt.subject_id,
            receipt.token,
            receipt.asked_at,
        )
    )


async def find_receipt(
    db: Connection, merchant_id: int, kind: ReceiptKind, subject_id: int
) -> Receipt | None:
    """The receipt of a remittance or batch, if it was asked for."""
    row = await db.fetchrow(_find_receipt, merchant_id, kind, subject_id)
    return None if row is None else _receipt_of(row)


async def find_receipt_by_token(db: Connection, token: str) -> Receipt | None:
    """The receipt that a token opens."""
    row = await db.fetchrow(_find_opened_receipt, token)
    return None if row is None else _receipt_of(row)


async def set_ready(db: Connection, merchant_id: int, receipt_id: int, now: datetime) -> None:
    """Write that a receipt can be fetched."""
    await db.execute(_set_ready, merchant_id, receipt_id, now)


def _batch_of(row: asyncpg.Record) -> Batch:
    known = {name: row[name] for name in Batch.__struct_fields__}
    known |= {
        "merchant_id": Id(row["merchant_id"]),
        "batch_id": BatchId(row["batch_id"]),
        "channel_id": Id(row["channel_id"]),
        "state": BatchState(row["state"]),
        "done_fen": int(row["done_fen"]),
        "failed_fen": int(row["failed_fen"]),
    }
    return Batch(**known)


def _held_of(row: asyncpg.Record) -> Held:
    known = {name: row[name] for name in Remittance.__struct_fields__}
    known |= {
        "merchant_id": Id(row["merchant_id"]),
        "remittance_id": RemittanceId(row["remittance_id"]),
        "batch_id": BatchId(row["batch_id"]),
        "channel_id": Id(row["channel_id"]),
        "way": Way(row["way"]),
        "state": RemittanceState(row["state"]),
        "reports": msgspec.json.decode(row["reports"], type=list[Report]),
    }
    return Held(Remittance(**known), row["person_id"], row["sealed_name"], row["transfer_id"])


def _receipt_of(row: asyncpg.Record) -> Receipt:
    known = {name: row[name] for name in Receipt.__struct_fields__}
    known |= {
        "merchant_id": Id(row["merchant_id"]),
        "receipt_id": ReceiptId(row["receipt_id"]),
        "subject_id": Id(row["subject_id"]),
        "kind": ReceiptKind(row["kind"]),
    }
    return Receipt(**known)
