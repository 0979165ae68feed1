"""Every SQL statement on schema `circles`, and thin functions over them."""

import asyncpg

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.circles.types import CircleMember, GivenPoints

_find_member = """
select merchant_id, person_id, joined_at, left_at from circles.members
where merchant_id = $1 and person_id = $2
"""
_set_member = """
insert into circles.members (merchant_id, person_id, joined_at, left_at)
values ($1, $2, $3, $4)
on conflict (merchant_id, person_id) do update
set joined_at = excluded.joined_at, left_at = excluded.left_at
"""
_insert_points = """
insert into circles.points (
    merchant_id, charge_id, person_id, is_earned, points, total_points, remark, given_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (merchant_id, charge_id) do nothing
returning charge_id
"""
_points_columns = """
select merchant_id, charge_id, person_id, is_earned, points, total_points, remark, given_at
from circles.points
"""
_find_points = f"{_points_columns} where merchant_id = $1 and charge_id = $2"
_list_points = f"""{_points_columns}
where merchant_id = $1 and person_id = $2
order by charge_id desc
limit $3
"""


async def find_member(db: Connection, merchant_id: int, person_id: int) -> CircleMember | None:
    """Return whether somebody let a mall give them points, or None if they never did."""
    row = await db.fetchrow(_find_member, merchant_id, person_id)
    if row is None:
        return None
    return CircleMember(
        merchant_id=Id(row["merchant_id"]),
        person_id=Id(row["person_id"]),
        joined_at=row["joined_at"],
        left_at=row["left_at"],
    )


async def set_member(db: Connection, member: CircleMember) -> None:
    """Write whether somebody lets a mall give them points."""
    await db.execute(
        _set_member, member.merchant_id, member.person_id, member.joined_at, member.left_at
    )


async def insert_points(db: Connection, given: GivenPoints) -> bool:
    """Add what was given; False if it was said of that charge before."""
    found = await db.fetchval(
        _insert_points,
        given.merchant_id,
        given.charge_id,
        given.person_id,
        given.is_earned,
        given.points,
        given.total_points,
        given.remark,
        given.given_at,
    )
    return found is not None


async def find_points(db: Connection, merchant_id: int, charge_id: int) -> GivenPoints | None:
    """Return what was given for a charge, or None."""
    row = await db.fetchrow(_find_points, merchant_id, charge_id)
    return _points(row) if row else None


async def list_points(
    db: Connection, merchant_id: int, person_id: int, limit: int
) -> list[GivenPoints]:
    """Return what a mall gave somebody, the newest first."""
    return [_points(row) for row in await db.fetch(_list_points, merchant_id, person_id, limit)]


def _points(row: asyncpg.Record) -> GivenPoints:
    fields = dict(row)
    for name in ("merchant_id", "charge_id", "person_id"):
        fields[name] = Id(fields[name])
    return GivenPoints(**fields)
