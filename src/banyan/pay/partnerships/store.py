"""Every SQL statement on schema `partnerships`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.partnerships.types import Business, Partnership

_set_request = """
insert into partnerships.requests as r (merchant_id, request_key, digest, asked_at)
values ($1, $2, $3, $4)
on conflict (merchant_id, request_key) do update set digest = r.digest
returning digest
"""

_set_built = """
insert into partnerships.partnerships as p (
    merchant_id, business, stock_id, partner_merchant_id, partner_channel_id, built_at, updated_at
)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (merchant_id, business, stock_id, partner_merchant_id, partner_channel_id) do update
set built_at = case when p.terminated_at is null then p.built_at else excluded.built_at end,
    updated_at = case when p.terminated_at is null then p.updated_at else excluded.built_at end,
    terminated_at = null
returning *
"""

_set_terminated = """
update partnerships.partnerships
set terminated_at = coalesce(terminated_at, $6), updated_at = coalesce(terminated_at, $6)
where merchant_id = $1 and business = $2 and stock_id = $3 and partner_merchant_id = $4
    and partner_channel_id = $5
returning *
"""

_list = """
select *, count(*) over () as total_count
from partnerships.partnerships
where merchant_id = $1 and business = $2 and ($3::bigint is null or stock_id = $3)
    and ($4::bigint is null or partner_merchant_id = $4)
    and ($5::bigint is null or partner_channel_id = $5)
order by built_at desc, partner_merchant_id, partner_channel_id
offset $6
limit $7
"""

_find_partnered = """
select distinct u.sender_id, u.channel_id, u.stock_id
from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    as u (merchant_id, sender_id, channel_id, stock_id)
inner join partnerships.partnerships as p
    on u.merchant_id = p.merchant_id and u.stock_id = p.stock_id
where p.business = $1 and p.terminated_at is null
    and (
        (p.partner_merchant_id <> 0 and p.partner_merchant_id = u.sender_id)
        or (p.partner_channel_id <> 0 and p.partner_channel_id = u.channel_id)
    )
"""


async def set_request(db: Connection, merchant_id: int, key: str, digest: str, at: datetime) -> str:
    """Note what was asked under a key; return what was asked first."""
    return str(await db.fetchval(_set_request, merchant_id, key, digest, at))


async def set_built(db: Connection, *key: object) -> Partnership:
    """Build a partnership, or leave the one there is."""
    return _of(await db.fetchrow(_set_built, *key))


async def set_terminated(db: Connection, *key: object) -> Partnership | None:
    """End a partnership, if there is one."""
    row = await db.fetchrow(_set_terminated, *key)
    return _of(row) if row else None


async def list_partnerships(
    db: Connection, conditions: Sequence[object], offset: int, limit: int
) -> tuple[list[Partnership], int]:
    """Return a merchant's partnerships, the newest first, and how many there are."""
    rows = await db.fetch(_list, *conditions, offset, limit)
    return [_of(row) for row in rows], int(rows[0]["total_count"]) if rows else 0


async def find_partnered(
    db: Connection, business: Business, asked: Sequence[tuple[int, int, int, int]]
) -> set[tuple[int, int, int]]:
    """Return which (sender, channel, stock) of (maker, sender, channel, stock) may be."""
    if not asked:
        return set()
    columns = zip(*((int(a), int(b), int(c), int(d)) for a, b, c, d in asked), strict=True)
    rows = await db.fetch(_find_partnered, business.value, *columns)
    return {(row["sender_id"], row["channel_id"], row["stock_id"]) for row in rows}


def _of(row: Any) -> Partnership:  # noqa: ANN401 - a record of the driver
    return Partnership(
        merchant_id=Id(row["merchant_id"]),
        business=Business(row["business"]),
        stock_id=Id(row["stock_id"]),
        partner_merchant_id=Id(row["partner_merchant_id"]),
        partner_channel_id=Id(row["partner_channel_id"]),
        built_at=row["built_at"],
        terminated_at=row["terminated_at"],
        updated_at=row["updated_at"],
    )
