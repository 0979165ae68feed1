"""Every SQL statement on schema `complaints`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.pay.complaints.types import (
    Complaint,
    ComplaintId,
    ComplaintState,
    Grievance,
    Links,
    RefundState,
    Step,
    StepId,
    StepKind,
)

_insert_complaint = """
insert into complaints.complaints (
    merchant_id, complaint_id, charge_id, transaction_no, out_no, charged_fen, person_id, openid,
    phone, problem, told, asked_fen, refunded_fen, state, has_unread, made_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
on conflict (merchant_id, charge_id) do nothing
returning complaint_id
"""
_columns = """
select merchant_id, complaint_id, charge_id, transaction_no, out_no, charged_fen, person_id, openid,
    phone, problem, told, asked_fen, refunded_fen, state, refund_state, is_withdrawn, has_unread,
    times, made_at, changed_at
from complaints.complaints
"""
_find_complaint = f"{_columns} where merchant_id = $1 and complaint_id = $2"
_lock_complaint = f"{_find_complaint} for update"
_find_of_charge = f"{_columns} where merchant_id = $1 and charge_id = $2"
_lock_of_charge = f"{_find_of_charge} for update"
_set_complaint = """
update complaints.complaints
set problem = $3, asked_fen = $4, refunded_fen = $5, state = $6, refund_state = $7,
    is_withdrawn = $8, has_unread = $9, times = $10, changed_at = $11, phone = $12
where merchant_id = $1 and complaint_id = $2
"""
_list_of_days = f"""{_columns}
where merchant_id = $1 and made_at >= $2 and made_at < $3
order by made_at desc, complaint_id desc
offset $4
limit $5
"""
_count_of_days = """
select count(*) from complaints.complaints
where merchant_id = $1 and made_at >= $2 and made_at < $3
"""
_list_complaints = f"""{_columns}
where merchant_id = $1 and ($2::text is null or state = $2) and (made_at, complaint_id) < ($3, $4)
order by made_at desc, complaint_id desc
limit $5
"""
_list_of_person = f"""{_columns}
where person_id = $1 and (made_at, complaint_id) < ($2, $3)
order by made_at desc, complaint_id desc
limit $4
"""

_insert_step = """
insert into complaints.steps (
    merchant_id, complaint_id, step_id, kind, told, images, links, amount_fen, made_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_list_steps = """
select merchant_id, complaint_id, step_id, kind, told, images, links, amount_fen, made_at
from complaints.steps
where merchant_id = $1 and complaint_id = $2
order by step_id desc
offset $3
limit $4
"""
_count_steps = """
select count(*) from complaints.steps where merchant_id = $1 and complaint_id = $2
"""
_find_images_said = """
select complaint_id, images from complaints.steps
where merchant_id = $1 and complaint_id = any($2::bigint[])
    and kind in ('made', 'continued', 'person_said') and images <> '{}'
order by step_id
"""

_insert_image = """
insert into complaints.images (merchant_id, image_id, person_id, file, kind, added_at)
values ($1, $2, $3, $4, $5, $6)
"""
_find_image = """
select file, kind, person_id from complaints.images where merchant_id = $1 and image_id = $2
"""
_count_brought = """
select count(*) from complaints.images
where person_id = $1 and ($1 <> 0 or merchant_id = $2) and added_at > $3
"""
_count_images = """
select count(*) from complaints.images
where merchant_id = $1 and image_id = any($2::text[]) and person_id = $3
"""
_is_shown_to = """
select exists(
    select 1 from complaints.steps as s
    inner join complaints.complaints as c
        on s.merchant_id = c.merchant_id and s.complaint_id = c.complaint_id
    where c.merchant_id = $1 and c.person_id = $2 and $3 = any(s.images)
)
"""

_find_address = "select url from complaints.addresses where merchant_id = $1"
_insert_address = """
insert into complaints.addresses (merchant_id, url) values ($1, $2)
on conflict (merchant_id) do nothing
returning url
"""
_set_address = """
update complaints.addresses set url = $2 where merchant_id = $1 returning url
"""
_delete_address = "delete from complaints.addresses where merchant_id = $1 returning url"


async def insert_complaint(db: Connection, complaint: Complaint) -> bool:
    """Add a complaint; False if there is one about that charge."""
    found = await db.fetchval(
        _insert_complaint,
        complaint.merchant_id,
        complaint.complaint_id,
        complaint.charge_id,
        complaint.transaction_no,
        complaint.out_no,
        complaint.charged_fen,
        complaint.person_id,
        complaint.openid,
        complaint.phone,
        complaint.problem.value,
        complaint.told,
        complaint.asked_fen,
        complaint.refunded_fen,
        complaint.state.value,
        complaint.has_unread,
        complaint.made_at,
        complaint.changed_at,
    )
    return found is not None


async def find_complaint(
    db: Connection, merchant_id: int, complaint_id: int, *, is_locked: bool = False
) -> Complaint | None:
    """Return a complaint, or None."""
    statement = _lock_complaint if is_locked else _find_complaint
    row = await db.fetchrow(statement, merchant_id, complaint_id)
    return _complaint(row) if row else None


async def find_of_charge(
    db: Connection, merchant_id: int, charge_id: int, *, is_locked: bool = False
) -> Complaint | None:
    """Return the complaint about a charge, or None."""
    statement = _lock_of_charge if is_locked else _find_of_charge
    row = await db.fetchrow(statement, merchant_id, charge_id)
    return _complaint(row) if row else None


async def set_complaint(db: Connection, complaint: Complaint) -> None:
    """Write what changes of a locked complaint."""
    await db.execute(
        _set_complaint,
        complaint.merchant_id,
        complaint.complaint_id,
        complaint.problem.value,
        complaint.asked_fen,
        complaint.refunded_fen,
        complaint.state.value,
        complaint.refund_state.value,
        complaint.is_withdrawn,
        complaint.has_unread,
        complaint.times,
        complaint.changed_at,
        complaint.phone,
    )


async def list_of_days(
    db: Connection, merchant_id: int, days: tuple[datetime, datetime], offset: int, limit: int
) -> tuple[list[Complaint], int]:
    """Return complaints made within a time, the newest first, and how many there are."""
    rows = await db.fetch(_list_of_days, merchant_id, *days, offset, limit)
    total: int = await db.fetchval(_count_of_days, merchant_id, *days)
    return [_complaint(row) for row in rows], total


async def list_complaints(
    db: Connection, merchant_id: int, state: str | None, before: tuple[datetime, int], limit: int
) -> list[Complaint]:
    """Return a merchant's complaints, the newest first."""
    rows = await db.fetch(_list_complaints, merchant_id, state, *before, limit)
    return [_complaint(row) for row in rows]


async def list_of_person(
    db: Connection, person_id: int, before: tuple[datetime, int], limit: int
) -> list[Complaint]:
    """Return a person's complaints, the newest first."""
    return [_complaint(row) for row in await db.fetch(_list_of_person, person_id, *before, limit)]


async def insert_step(db: Connection, step: Step) -> None:
    """Add what was said or done."""
    await db.execute(
        _insert_step,
        step.merchant_id,
        step.complaint_id,
        step.step_id,
        step.kind.value,
        step.told,
        step.images,
        step.links,
        step.amount_fen,
        step.made_at,
    )


async def list_steps(
    db: Connection, merchant_id: int, complaint_id: int, offset: int, limit: int
) -> tuple[list[Step], int]:
    """Return what was said and done, the newest first, and how much there is."""
    rows = await db.fetch(_list_steps, merchant_id, complaint_id, offset, limit)
    total: int = await db.fetchval(_count_steps, merchant_id, complaint_id)
    return [_step(row) for row in rows], total


async def find_images_said(
    db: Connection, merchant_id: int, complaint_ids: Sequence[int]
) -> dict[int, list[str]]:
    """Return the pictures that people sent with each complaint, the earliest first."""
    found: dict[int, list[str]] = {}
    for row in await db.fetch(_find_images_said, merchant_id, complaint_ids):
        found.setdefault(row["complaint_id"], []).extend(row["images"])
    return found


async def insert_image(  # noqa: PLR0913, PLR0917 - one row
    db: Connection,
    merchant_id: int,
    image_id: str,
    person_id: int,
    file: str,
    kind: str,
    now: datetime,
) -> None:
    """Add a picture."""
    await db.execute(_insert_image, merchant_id, image_id, person_id, file, kind, now)


async def count_brought(db: Connection, merchant_id: int, person_id: int, since: datetime) -> int:
    """Return how many pictures a person, or without one the merchant, brought since an instant."""
    count: int = await db.fetchval(_count_brought, person_id, merchant_id, since)
    return count


async def find_image(
    db: Connection, merchant_id: int, image_id: str
) -> tuple[str, str, int] | None:
    """Return file, kind and sender of a picture, or None."""
    row = await db.fetchrow(_find_image, merchant_id, image_id)
    return tuple(row) if row else None


async def count_images(
    db: Connection, merchant_id: int, images: Sequence[str], person_id: int
) -> int:
    """Return how many of these pictures this sender added."""
    count: int = await db.fetchval(_count_images, merchant_id, images, person_id)
    return count


async def is_shown_to(db: Connection, merchant_id: int, person_id: int, image_id: str) -> bool:
    """Whether a picture came with a complaint of this person."""
    return bool(await db.fetchval(_is_shown_to, merchant_id, person_id, image_id))


async def find_address(db: Connection, merchant_id: int) -> str | None:
    """Return where a merchant wants to be told of complaints."""
    url: str | None = await db.fetchval(_find_address, merchant_id)
    return url


async def insert_address(db: Connection, merchant_id: int, url: str) -> bool:
    """Tell a merchant there from now on; False if it named an address before."""
    return await db.fetchval(_insert_address, merchant_id, url) is not None


async def set_address(db: Connection, merchant_id: int, url: str) -> bool:
    """Tell a merchant elsewhere; False if it named no address before."""
    return await db.fetchval(_set_address, merchant_id, url) is not None


async def delete_address(db: Connection, merchant_id: int) -> bool:
    """Tell a merchant no more; False if it named no address before."""
    return await db.fetchval(_delete_address, merchant_id) is not None


def _complaint(row: asyncpg.Record) -> Complaint:
    fields = dict(row)
    for name in ("merchant_id", "charge_id", "person_id"):
        fields[name] = Id(fields[name])
    fields["complaint_id"] = ComplaintId(fields["complaint_id"])
    fields["problem"] = Grievance(fields["problem"])
    fields["state"] = ComplaintState(fields["state"])
    fields["refund_state"] = RefundState(fields["refund_state"])
    return Complaint(**fields)


def _step(row: asyncpg.Record) -> Step:
    fields = dict(row)
    fields["merchant_id"] = Id(fields["merchant_id"])
    fields["complaint_id"] = ComplaintId(fields["complaint_id"])
    fields["step_id"] = StepId(fields["step_id"])
    fields["kind"] = StepKind(fields["kind"])
    links = fields["links"]
    fields["links"] = None if links is None else msgspec.convert(links, Links)
    return Step(**fields)
