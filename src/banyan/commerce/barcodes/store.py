"""Every SQL statement on schema `barcodes`, and thin functions over them."""

from collections.abc import Iterable
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.commerce.barcodes.types import Goods, GoodsFacts, GoodsState, Standard
from banyan.reach.channels import ChannelId

_insert_goods = """
insert into barcodes.goods (channel_id, standard, code, goods_id, facts, state, updated_at)
values ($1, $2, $3, $4, $5, 'off', $6)
on conflict do nothing
returning goods_id
"""

_find_goods = """
select channel_id, standard, code, goods_id, facts, state, why, updated_at
from barcodes.goods
where channel_id = $1 and standard = $2 and code = $3
"""

_lock_goods = """
select channel_id, standard, code, goods_id, facts, state, why, updated_at
from barcodes.goods
where channel_id = $1 and standard = $2 and code = $3
for update
"""

_lock_by_id = """
select channel_id, standard, code, goods_id, facts, state, why, updated_at
from barcodes.goods
where channel_id = $1 and goods_id = $2
for update
"""

_set_goods = """
update barcodes.goods set facts = $4, state = $5, why = $6, updated_at = $7
where channel_id = $1 and standard = $2 and code = $3
"""

_delete_goods = """
delete from barcodes.goods where channel_id = $1 and standard = $2 and code = $3 returning goods_id
"""

_list_goods = """
select channel_id, standard, code, goods_id, facts, state, why, updated_at
from barcodes.goods
where channel_id = $1 and ($2::text is null or state = $2) and strpos(code, $3) > 0
order by goods_id
offset $4 limit $5
"""

_count_goods = """
select count(*) from barcodes.goods
where channel_id = $1 and ($2::text is null or state = $2) and strpos(code, $3) > 0
"""

_find_shown = """
select g.channel_id, g.standard, g.code, g.goods_id, g.facts, g.state, g.why, g.updated_at
from barcodes.goods g
where g.standard = $1 and g.code = $2 and (
    g.state = 'on' or exists (
        select from barcodes.testers t where t.channel_id = g.channel_id and t.person_id = $3
    )
)
order by g.state = 'on' desc, g.updated_at, g.goods_id
limit 1
"""

_list_brands = """
select distinct facts ->> 'brand' as brand from barcodes.goods
where channel_id = $1 and facts ->> 'brand' <> ''
order by brand
limit 100
"""

_delete_testers = "delete from barcodes.testers where channel_id = $1"
_insert_testers = """
insert into barcodes.testers (channel_id, person_id) select $1, * from unnest($2::bigint[])
on conflict do nothing
"""

_insert_visit = """
insert into barcodes.visits (token, channel_id, standard, code, person_id, visited_at)
values ($1, $2, $3, $4, $5, $6)
"""

_check_visit = """
with before as (
    select token, is_checked from barcodes.visits
    where token = $1 and channel_id = $2 and visited_at > $3
    for update
)
update barcodes.visits v set is_checked = true
from before b
where v.token = b.token
returning v.standard, v.code, v.person_id, b.is_checked
"""

_forget_visits = "delete from barcodes.visits where visited_at < $1"


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A scan, and whether the account's program had asked about it before."""

    standard: Standard
    code: str
    person_id: int
    was_checked: bool


async def insert_goods(db: Connection, goods: Goods) -> bool:
    """Add what an account says; False if it says something about that code."""
    found = await db.fetchval(
        _insert_goods,
        goods.channel_id,
        goods.standard.value,
        goods.code,
        goods.goods_id,
        goods.facts,
        goods.updated_at,
    )
    return found is not None


async def find_goods(
    db: Connection, channel_id: int, standard: Standard, code: str
) -> Goods | None:
    """Return what an account says about a code, or None."""
    row = await db.fetchrow(_find_goods, channel_id, standard.value, code)
    return _goods(row) if row else None


async def lock_goods(
    db: Connection, channel_id: int, standard: Standard, code: str
) -> Goods | None:
    """Lock what an account says about a code and return it, or None."""
    row = await db.fetchrow(_lock_goods, channel_id, standard.value, code)
    return _goods(row) if row else None


async def lock_by_id(db: Connection, channel_id: int, goods_id: int) -> Goods | None:
    """Lock what an account says by its number and return it, or None."""
    row = await db.fetchrow(_lock_by_id, channel_id, goods_id)
    return _goods(row) if row else None


async def set_goods(db: Connection, goods: Goods) -> None:
    """Write what an account says, and whether it is shown."""
    await db.execute(
        _set_goods,
        goods.channel_id,
        goods.standard.value,
        goods.code,
        goods.facts,
        goods.state.value,
        goods.why,
        goods.updated_at,
    )


async def delete_goods(db: Connection, channel_id: int, standard: Standard, code: str) -> bool:
    """Delete what an account says; False if there was nothing."""
    return await db.fetchval(_delete_goods, channel_id, standard.value, code) is not None


async def list_goods(
    db: Connection,
    channel_id: int,
    *,
    state: GoodsState | None,
    part: str,
    offset: int,
    limit: int,
) -> tuple[list[Goods], int]:
    """Return some of what an account says, the oldest first, and how much there is."""
    wanted = state.value if state else None
    rows = await db.fetch(_list_goods, channel_id, wanted, part, offset, limit)
    total: int = await db.fetchval(_count_goods, channel_id, wanted, part)
    return [_goods(row) for row in rows], total


async def find_shown(db: Connection, standard: Standard, code: str, person_id: int) -> Goods | None:
    """Return what somebody sees who scans a code, or None."""
    row = await db.fetchrow(_find_shown, standard.value, code, person_id)
    return _goods(row) if row else None


async def list_brands(db: Connection, channel_id: int) -> list[str]:
    """Return the brands of which an account says something."""
    return [row["brand"] for row in await db.fetch(_list_brands, channel_id)]


async def set_testers(db: Connection, channel_id: int, person_ids: Iterable[int]) -> None:
    """Write who sees what is not published."""
    await db.execute(_delete_testers, channel_id)
    await db.execute(_insert_testers, channel_id, list(person_ids))


async def insert_visit(
    db: Connection, token: str, goods: Goods, person_id: int, now: datetime
) -> None:
    """Add a scan."""
    await db.execute(
        _insert_visit, token, goods.channel_id, goods.standard.value, goods.code, person_id, now
    )


async def check_visit(db: Connection, channel_id: int, token: str, since: datetime) -> Visit | None:
    """Return a scan that is not older, and note that it was asked about; or None."""
    row = await db.fetchrow(_check_visit, token, channel_id, since)
    if row is None:
        return None
    return Visit(
        standard=Standard(row["standard"]),
        code=row["code"],
        person_id=row["person_id"],
        was_checked=row["is_checked"],
    )


async def forget_visits(db: Connection, before: datetime) -> None:
    """Delete older scans."""
    await db.execute(_forget_visits, before)


def _goods(row: asyncpg.Record) -> Goods:
    return Goods(
        channel_id=ChannelId(row["channel_id"]),
        standard=Standard(row["standard"]),
        code=row["code"],
        goods_id=Id(row["goods_id"]),
        facts=msgspec.convert(row["facts"], GoodsFacts),
        state=GoodsState(row["state"]),
        why=row["why"],
        updated_at=row["updated_at"],
    )
