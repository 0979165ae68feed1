"""Every SQL statement on schema `paygifts`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.busifavors import CouponStockId
from banyan.pay.paygifts.types import Activity, ActivityId, ActivityPayee

_insert = """
insert into paygifts.activities as a (
    merchant_id, activity_id, request_no, digest, name, words, minimum_fen, stock_ids, begins_at,
    ends_at, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (merchant_id, request_no) do update set digest = a.digest
returning *
"""

_find = "select * from paygifts.activities where merchant_id = $1 and activity_id = $2"
_lock = f"{_find} for update"

_list = """
select *, count(*) over () as total_count
from paygifts.activities
where merchant_id = $1 and ($2::text is null or name like '%' || $2 || '%')
    and (
        $3::text is null
        or $3 = case
            when terminated_at is not null then 'terminated'
            when ends_at <= $4 then 'over'
            when begins_at > $4 then 'created'
            else 'ongoing'
        end
    )
order by activity_id desc
offset $5
limit $6
"""

_set_terminated = """
update paygifts.activities
set terminated_at = coalesce(terminated_at, $3)
where merchant_id = $1 and activity_id = $2
returning *
"""

_add_payees = """
insert into paygifts.payees (merchant_id, activity_id, payee_id, added_at)
select $1, $2, u.payee_id, $4
from unnest($3::bigint[]) as u (payee_id)
on conflict (merchant_id, activity_id, payee_id) do nothing
"""

_delete_payees = """
delete from paygifts.payees
where merchant_id = $1 and activity_id = $2 and payee_id = any($3)
"""

_list_payees = """
select payee_id, added_at, count(*) over () as total_count
from paygifts.payees
where merchant_id = $1 and activity_id = $2
order by added_at, payee_id
offset $3
limit $4
"""

_list_running = """
select a.*, p.payee_id
from paygifts.payees as p
inner join paygifts.activities as a
    on p.merchant_id = a.merchant_id and p.activity_id = a.activity_id
where p.payee_id = any($1) and a.ends_at > $2
order by a.activity_id
limit 1000
"""

_insert_gift = """
insert into paygifts.gifts (
    merchant_id, activity_id, charge_id, stock_id, person_id, coupon_id, refused, given_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def insert_activity(db: Connection, one: Activity, digest: str) -> tuple[Activity, str]:
    """Insert an activity; return the one that its request made first, and its digest."""
    row = await db.fetchrow(
        _insert,
        int(one.merchant_id),
        int(one.activity_id),
        one.request_no,
        digest,
        one.name,
        one.words,
        one.minimum_fen,
        [int(stock_id) for stock_id in one.stock_ids],
        one.begins_at,
        one.ends_at,
        one.created_at,
    )
    assert row is not None, "it was inserted or there"
    return _activity(row), row["digest"]


async def find_activity(db: Connection, merchant_id: int, activity_id: int) -> Activity | None:
    """Return an activity of a merchant's."""
    row = await db.fetchrow(_find, merchant_id, activity_id)
    return _activity(row) if row else None


async def lock_activity(db: Connection, merchant_id: int, activity_id: int) -> Activity | None:
    """Lock an activity of a merchant's."""
    row = await db.fetchrow(_lock, merchant_id, activity_id)
    return _activity(row) if row else None


async def list_activities(
    db: Connection, conditions: Sequence[object], offset: int, limit: int
) -> tuple[list[Activity], int]:
    """Return activities of (merchant, part of the name, state, now), the newest first."""
    rows = await db.fetch(_list, *conditions, offset, limit)
    return [_activity(row) for row in rows], int(rows[0]["total_count"]) if rows else 0


async def set_terminated(db: Connection, activity: Activity, at: datetime) -> Activity:
    """End an activity."""
    key = int(activity.merchant_id), int(activity.activity_id)
    return _activity(await db.fetchrow(_set_terminated, *key, at))


async def add_payees(
    db: Connection, activity: Activity, payee_ids: Iterable[int], at: datetime
) -> None:
    """Let payments to these merchants count."""
    key = int(activity.merchant_id), int(activity.activity_id)
    await db.execute(_add_payees, *key, sorted({int(one) for one in payee_ids}), at)


async def delete_payees(db: Connection, activity: Activity, payee_ids: Iterable[int]) -> None:
    """Let payments to these merchants count no more."""
    key = int(activity.merchant_id), int(activity.activity_id)
    await db.execute(_delete_payees, *key, sorted({int(one) for one in payee_ids}))


async def list_payees(
    db: Connection, activity: Activity, offset: int, limit: int
) -> tuple[list[ActivityPayee], int]:
    """Return the merchants, payments to which count, and how many there are."""
    key = int(activity.merchant_id), int(activity.activity_id)
    rows = await db.fetch(_list_payees, *key, offset, limit)
    found = [ActivityPayee(payee_id=row["payee_id"], added_at=row["added_at"]) for row in rows]
    return found, int(rows[0]["total_count"]) if rows else 0


async def list_running(
    db: Connection, payee_ids: Iterable[int], at: datetime
) -> list[tuple[int, Activity]]:
    """Return (merchant who is paid, activity) of those that may not be over yet."""
    rows = await db.fetch(_list_running, sorted({int(one) for one in payee_ids}), at)
    return [(row["payee_id"], _activity(row)) for row in rows]


async def insert_gift(db: Connection, *values: object) -> None:
    """Insert what was given, or why nothing was."""
    await db.execute(_insert_gift, *values)


def _activity(row: Any) -> Activity:  # noqa: ANN401 - a record of the driver
    return Activity(
        merchant_id=Id(row["merchant_id"]),
        activity_id=ActivityId(row["activity_id"]),
        request_no=row["request_no"],
        name=row["name"],
        words=row["words"],
        minimum_fen=row["minimum_fen"],
        stock_ids=[CouponStockId(one) for one in row["stock_ids"]],
        begins_at=row["begins_at"],
        ends_at=row["ends_at"],
        created_at=row["created_at"],
        terminated_at=row["terminated_at"],
    )
