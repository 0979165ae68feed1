"""Every SQL statement on schema `guides`, and thin functions over them."""

from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.guides.types import Guide, GuideId

_insert_guide = """
insert into guides.guides (
    merchant_id, guide_id, store_id, corp_no, staff_no, work_no, name, phone, code_url, avatar_url,
    group_url, added_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (merchant_id, store_id, staff_no) do nothing
returning guide_id
"""
_columns = """
select merchant_id, guide_id, store_id, corp_no, staff_no, work_no, name, phone, code_url,
    avatar_url, group_url, added_at, changed_at
from guides.guides
"""
_find_guide = f"{_columns} where merchant_id = $1 and guide_id = $2"
_lock_guide = f"{_find_guide} for update"
_find_staff = f"{_columns} where merchant_id = $1 and store_id = $2 and staff_no = $3"
_set_guide = """
update guides.guides
set name = $3, phone = $4, code_url = $5, avatar_url = $6, group_url = $7, changed_at = $8
where merchant_id = $1 and guide_id = $2
"""
_count_of_store = """
select count(*) from guides.guides where merchant_id = $1 and store_id = $2
"""
_list_guides = f"""{_columns}
where merchant_id = $1 and ($2::bigint = 0 or store_id = $2)
    and ($3::text = '' or staff_no = $3)
    and ($4::text = '' or phone = $4)
    and ($5::text = '' or work_no = $5)
order by guide_id
offset $6
limit $7
"""
_count_guides = """
select count(*) from guides.guides
where merchant_id = $1 and ($2::bigint = 0 or store_id = $2)
    and ($3::text = '' or staff_no = $3)
    and ($4::text = '' or phone = $4)
    and ($5::text = '' or work_no = $5)
"""

_set_assignment = """
insert into guides.assignments (merchant_id, provider_id, out_no, guide_id, assigned_at)
values ($1, $2, $3, $4, $5)
on conflict (merchant_id, provider_id, out_no) do update
set guide_id = excluded.guide_id, assigned_at = excluded.assigned_at
"""
_find_assigned = """
select guide_id from guides.assignments
where merchant_id = $1 and provider_id = $2 and out_no = $3
"""
_count_assigned = """
select guide_id, count(*) from guides.assignments
where merchant_id = $1 and guide_id = any($2::bigint[])
group by guide_id
"""


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Which guides: empty texts and 0 stand for any."""

    merchant_id: int
    store_id: int = 0
    staff_no: str = ""
    phone: str = ""
    work_no: str = ""


async def insert_guide(db: Connection, guide: Guide) -> bool:
    """Add a guide; False if the store has one of that name in the directory."""
    return await db.fetchval(_insert_guide, *msgspec.structs.astuple(guide)) is not None


async def find_guide(
    db: Connection, merchant_id: int, guide_id: int, *, is_locked: bool = False
) -> Guide | None:
    """Return a merchant's guide, or None."""
    row = await db.fetchrow(_lock_guide if is_locked else _find_guide, merchant_id, guide_id)
    return _guide(row) if row else None


async def find_staff(
    db: Connection, merchant_id: int, store_id: int, staff_no: str
) -> Guide | None:
    """Return the guide of a store whom the directory calls so, or None."""
    row = await db.fetchrow(_find_staff, merchant_id, store_id, staff_no)
    return _guide(row) if row else None


async def set_guide(db: Connection, guide: Guide) -> None:
    """Write what may change of a locked guide."""
    await db.execute(
        _set_guide,
        guide.merchant_id,
        guide.guide_id,
        guide.name,
        guide.phone,
        guide.code_url,
        guide.avatar_url,
        guide.group_url,
        guide.changed_at,
    )


async def count_of_store(db: Connection, merchant_id: int, store_id: int) -> int:
    """Return how many guides a store has."""
    count: int = await db.fetchval(_count_of_store, merchant_id, store_id)
    return count


async def list_guides(
    db: Connection, sought: Sought, offset: int, limit: int
) -> tuple[list[Guide], int]:
    """Return such guides, the earliest first, and how many there are."""
    matching = msgspec.structs.astuple(sought)
    rows = await db.fetch(_list_guides, *matching, offset, limit)
    total: int = await db.fetchval(_count_guides, *matching)
    return [_guide(row) for row in rows], total


async def set_assignment(
    db: Connection, guide: Guide, provider_id: int, out_no: str, now: datetime
) -> None:
    """Write whose charge it is; the last word holds."""
    await db.execute(_set_assignment, guide.merchant_id, provider_id, out_no, guide.guide_id, now)


async def find_assigned(
    db: Connection, merchant_id: int, provider_id: int, out_no: str
) -> int | None:
    """Return whose charge it is, or None."""
    found: int | None = await db.fetchval(_find_assigned, merchant_id, provider_id, out_no)
    return found


async def count_assigned(
    db: Connection, merchant_id: int, guide_ids: list[GuideId]
) -> dict[int, int]:
    """Return how many charges each of them brought about."""
    rows = await db.fetch(_count_assigned, merchant_id, guide_ids)
    return {row["guide_id"]: row["count"] for row in rows}


def _guide(row: asyncpg.Record) -> Guide:
    fields = dict(row)
    fields["merchant_id"] = Id(fields["merchant_id"])
    fields["store_id"] = Id(fields["store_id"])
    fields["guide_id"] = GuideId(fields["guide_id"])
    return Guide(**fields)
