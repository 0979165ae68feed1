"""Every SQL statement on schema staff."""

from collections.abc import Sequence

import asyncpg

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.parties.ids import MerchantId, PersonId
from banyan.parties.staff.types import Role, StaffId, StaffRow

_insert_staff = """
insert into staff.staff (merchant_id, staff_id, person_id, role, store_ids, since_at, invited_by)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (merchant_id, person_id) do nothing
returning staff_id
"""

# The owners always, so that two who remove each other wait for each other; ids ascend, so that
# they wait in the same order.
_lock_staff = """
select merchant_id, staff_id, person_id, role, store_ids, since_at
from staff.staff
where merchant_id = $1 and (role = 'owner' or staff_id = $2 or person_id = $3)
order by staff_id
for update
"""

_set_role = """
update staff.staff
set role = $3, store_ids = $4
where merchant_id = $1 and staff_id = $2
"""

_delete_staff = "delete from staff.staff where merchant_id = $1 and staff_id = $2"

_list_staff = """
select merchant_id, staff_id, person_id, role, store_ids, since_at
from staff.staff
where merchant_id = $1 and staff_id > $2
order by staff_id
limit $3
"""

_count_staff = "select count(*) from staff.staff where merchant_id = $1"

_count_grants = "select count(*) from staff.staff where person_id = $1"

_list_grants = """
select merchant_id, staff_id, person_id, role, store_ids, since_at
from staff.staff
where person_id = $1
order by merchant_id
limit $2
"""


async def insert_staff(db: Connection, row: StaffRow, invited_by: int) -> bool:
    """Give a person a place; return False if they have one at this merchant already."""
    staff_id = await db.fetchval(
        _insert_staff,
        row.merchant_id,
        row.staff_id,
        row.person_id,
        row.role.value,
        row.store_ids,
        row.since_at,
        invited_by,
    )
    return staff_id is not None


async def lock_staff(
    db: Connection, merchant_id: int, *, staff_id: int = 0, person_id: int = 0
) -> list[StaffRow]:
    """Lock all owners of a merchant, and the one staff or person beside them."""
    return [_row(row) for row in await db.fetch(_lock_staff, merchant_id, staff_id, person_id)]


async def set_role(db: Connection, row: StaffRow) -> None:
    """Write somebody's role and stores."""
    await db.execute(_set_role, row.merchant_id, row.staff_id, row.role.value, row.store_ids)


async def delete_staff(db: Connection, merchant_id: int, staff_id: int) -> None:
    """Take somebody's place away."""
    await db.execute(_delete_staff, merchant_id, staff_id)


async def list_staff_rows(
    db: Connection, merchant_id: int, after: int, limit: int
) -> list[StaffRow]:
    """Return a merchant's staff after that id."""
    return [_row(row) for row in await db.fetch(_list_staff, merchant_id, after, limit)]


async def count_staff(db: Connection, merchant_id: int, person_id: int) -> tuple[int, int]:
    """Return how many act for the merchant, and for how many merchants the person acts."""
    staff_count = int(await db.fetchval(_count_staff, merchant_id))
    return staff_count, int(await db.fetchval(_count_grants, person_id))


async def list_grants(db: Connection, person_id: int, limit: int) -> list[StaffRow]:
    """Return where a person acts for whom."""
    return [_row(row) for row in await db.fetch(_list_grants, person_id, limit)]


def _row(row: asyncpg.Record) -> StaffRow:
    store_ids: Sequence[int] | None = row["store_ids"]
    return StaffRow(
        merchant_id=MerchantId(row["merchant_id"]),
        staff_id=StaffId(row["staff_id"]),
        person_id=PersonId(row["person_id"]),
        role=Role(row["role"]),
        store_ids=None if store_ids is None else [Id(one) for one in store_ids],
        since_at=row["since_at"],
    )
