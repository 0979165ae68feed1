"""Every SQL statement on schema `stock`."""

from collections.abc import Sequence

from asyncpg import Record

from banyan.books.work import Connection, Work
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock.types import CountedLine, Movement, MovementId, MovementKind
from banyan.commerce.stores import StoreId

INSERT_MOVEMENTS = """
insert into stock.movements (
    merchant_id, movement_id, kind, store_id, to_store_id, note, actor_kind, actor_id, moved_at,
    line_no, sku_id, quantity
)
select $1::bigint, $2::bigint, $3::text, $4::bigint, $5::bigint, $6::text, $7::text, $8::bigint,
    $9::timestamptz, n.line_no, n.sku_id, n.quantity
from unnest($10::bigint[], $11::bigint[]) with ordinality as n (sku_id, quantity, line_no)
"""
LIST_MOVEMENTS = """
select movement_id, line_no, kind, store_id, to_store_id, sku_id, quantity, note, moved_at
from stock.movements
where merchant_id = $1 and (store_id = $2 or to_store_id = $2)
    and ($3::bigint = 0 or sku_id = $3)
    and (movement_id, line_no) < ($4::bigint, $5::bigint)
order by movement_id desc, line_no desc limit $6
"""
LOCK_COUNTS = """
insert into stock.counts (merchant_id, store_id, sku_id, counted, counted_at)
select $1::bigint, $2::bigint, n.sku_id, n.counted, $5::timestamptz
from unnest($3::bigint[], $4::bigint[]) as n (sku_id, counted)
order by n.sku_id
on conflict (merchant_id, store_id, sku_id) do update
set counted = excluded.counted, counted_at = excluded.counted_at
"""


async def insert_movements(work: Work, merchant_id: int, movements: Sequence[Movement]) -> None:
    """Remember the lines of one delivery, write-off, count or carriage, and who recorded it."""
    first = movements[0]
    await work.db.execute(
        INSERT_MOVEMENTS,
        merchant_id,
        first.movement_id,
        first.kind.value,
        first.store_id,
        first.to_store_id,
        first.note,
        work.actor.kind,
        work.actor.actor_id,
        first.moved_at,
        [one.sku_id for one in movements],
        [one.quantity for one in movements],
    )


async def list_movements(
    db: Connection,
    merchant_id: int,
    store_id: int,
    sku_id: int,
    before: tuple[int, int],
    limit: int,
) -> list[tuple[int, Movement]]:
    """What came to and left a store, the latest first, each with its line number."""
    rows = await db.fetch(LIST_MOVEMENTS, merchant_id, store_id, sku_id, *before, limit)
    return [(row["line_no"], _movement(row)) for row in rows]


async def lock_counts(
    work: Work, merchant_id: int, store_id: int, lines: Sequence[CountedLine]
) -> None:
    """Write what was counted; whoever counts the same waits until the commit."""
    await work.db.execute(
        LOCK_COUNTS,
        merchant_id,
        store_id,
        [one.sku_id for one in lines],
        [one.quantity for one in lines],
        work.now,
    )


def _movement(row: Record) -> Movement:
    return Movement(
        movement_id=MovementId(row["movement_id"]),
        kind=MovementKind(row["kind"]),
        store_id=StoreId(row["store_id"]),
        to_store_id=StoreId(row["to_store_id"]),
        sku_id=SkuId(row["sku_id"]),
        quantity=row["quantity"],
        note=row["note"],
        moved_at=row["moved_at"],
    )
