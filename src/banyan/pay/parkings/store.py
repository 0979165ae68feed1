"""Every SQL statement on schema `parkings`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.parkings.types import (
    Deduction,
    DeductionId,
    DeductionState,
    DeductionTerms,
    Entry,
    EntryId,
    Obstacle,
    Plate,
    PlateColor,
    PlateId,
)

_insert_plate = """
insert into parkings.plates (plate_no, color, plate_id, person_id, is_paused, bound_at)
values ($1, $2, $3, $4, false, $5)
on conflict (plate_no, color) do nothing
returning plate_id
"""
_plate_columns = """
select plate_id, plate_no, color, person_id, is_paused, bound_at from parkings.plates
"""
_find_plate = f"{_plate_columns} where plate_no = $1 and color = $2"
_lock_plate = f"{_find_plate} for update"
_list_plates = f"{_plate_columns} where person_id = $1 order by plate_id limit $2"
_set_paused = "update parkings.plates set is_paused = $3 where plate_no = $1 and color = $2"
_delete_plate = "delete from parkings.plates where plate_no = $1 and color = $2"

_is_park = "select true from parkings.parks where merchant_id = $1"
_insert_park = """
insert into parkings.parks (merchant_id, admitted_at) values ($1, $2)
on conflict (merchant_id) do nothing
"""
_list_parks = """
select merchant_id, admitted_at from parkings.parks
where merchant_id > $1 order by merchant_id limit $2
"""
_delete_park = "delete from parkings.parks where merchant_id = $1"

_insert_entry = """
insert into parkings.entries (
    merchant_id, entry_id, provider_id, out_no, digest, plate_no, color, person_id, name, began,
    free_s, notify_url, obstacle, entered_at, changed_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
on conflict (merchant_id, provider_id, out_no) do nothing
returning entry_id
"""
_entry_columns = """
select merchant_id, entry_id, provider_id, out_no, plate_no, color, person_id, name, began, free_s,
    notify_url, obstacle, is_left, entered_at, changed_at
from parkings.entries
"""
_find_entry = f"{_entry_columns} where merchant_id = $1 and entry_id = $2"
_lock_entry = f"{_find_entry} for update"
_find_entry_of = f"""{_entry_columns}
where merchant_id = $1 and provider_id = $2 and out_no = $3
"""
_find_entry_digest = """
select digest from parkings.entries where merchant_id = $1 and entry_id = $2
"""
_list_entries = f"""{_entry_columns}
where merchant_id = $1 and entry_id < $2
order by entry_id desc
limit $3
"""
# What is inside of one plate is little: it is in one place at a time.
_change_inside = """
update parkings.entries set obstacle = $3, person_id = $4, changed_at = $5
where plate_no = $1 and color = $2 and not is_left and obstacle <> $3
returning merchant_id, entry_id, provider_id, out_no, plate_no, color, person_id, name, began,
    free_s, notify_url, obstacle, is_left, entered_at, changed_at
"""
_set_left = """
update parkings.entries set is_left = true, changed_at = $3
where merchant_id = $1 and entry_id = $2
"""

_insert_deduction = """
insert into parkings.deductions (
    merchant_id, deduction_id, provider_id, entry_id, person_id, out_no, digest, terms, total_fen,
    charge_id, state, made_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'accepted', $11)
on conflict (merchant_id, provider_id, out_no) do nothing
returning deduction_id
"""
_deduction_columns = """
select merchant_id, deduction_id, provider_id, entry_id, person_id, out_no, terms, total_fen,
    charge_id, state, is_repaid, tries, made_at, paid_at
from parkings.deductions
"""
_find_deduction = f"{_deduction_columns} where merchant_id = $1 and deduction_id = $2"
_lock_deduction = f"{_find_deduction} for update"
_find_deduction_of = f"""{_deduction_columns}
where merchant_id = $1 and provider_id = $2 and out_no = $3
"""
_find_deduction_digest = """
select digest from parkings.deductions where merchant_id = $1 and deduction_id = $2
"""
_set_deduction = """
update parkings.deductions
set charge_id = $3, state = $4, is_repaid = $5, tries = $6, paid_at = $7
where merchant_id = $1 and deduction_id = $2
"""
_list_deductions = f"""{_deduction_columns}
where merchant_id = $1 and deduction_id < $2
order by deduction_id desc
limit $3
"""
_list_of_person = f"""{_deduction_columns}
where person_id = $1 and deduction_id < $2
order by deduction_id desc
limit $3
"""
_close_deductions = """
update parkings.deductions as d
set state = 'closed'
from unnest($1::bigint[], $2::bigint[]) as closed (merchant_id, charge_id)
where d.merchant_id = closed.merchant_id and d.charge_id = closed.charge_id and d.state <> 'paid'
returning d.person_id
"""
_sum_asked = """
select coalesce(sum(total_fen), 0)::bigint from parkings.deductions
where person_id = $1 and made_at >= $2 and state <> 'closed'
"""
_owes = """
select exists(select 1 from parkings.deductions where person_id = $1 and state = 'failed')
"""


async def sum_asked(db: Connection, person_id: int, since: datetime) -> int:
    """Return what was asked of a person since an instant."""
    asked: int = await db.fetchval(_sum_asked, person_id, since)
    return asked


async def insert_plate(db: Connection, plate: Plate) -> bool:
    """Add a car; False if it is somebody's."""
    found = await db.fetchval(
        _insert_plate,
        plate.plate_no,
        plate.color.value,
        plate.plate_id,
        plate.person_id,
        plate.bound_at,
    )
    return found is not None


async def find_plate(
    db: Connection, plate_no: str, color: PlateColor, *, is_locked: bool = False
) -> Plate | None:
    """Return whose car it is, or None."""
    row = await db.fetchrow(_lock_plate if is_locked else _find_plate, plate_no, color.value)
    return _plate(row) if row else None


async def list_plates(db: Connection, person_id: int, limit: int) -> list[Plate]:
    """Return a person's cars."""
    return [_plate(row) for row in await db.fetch(_list_plates, person_id, limit)]


async def set_paused(db: Connection, plate: Plate, *, is_paused: bool) -> None:
    """Write whether a car pays in passing."""
    await db.execute(_set_paused, plate.plate_no, plate.color.value, is_paused)


async def delete_plate(db: Connection, plate: Plate) -> None:
    """Let a car be nobody's."""
    await db.execute(_delete_plate, plate.plate_no, plate.color.value)


async def is_park(db: Connection, merchant_id: int) -> bool:
    """Whether an operator has admitted a merchant as a car park."""
    return bool(await db.fetchval(_is_park, merchant_id))


async def list_parks(db: Connection, after: int, limit: int) -> dict[MerchantId, datetime]:
    """Those who were admitted after this one, and since when they are."""
    rows = await db.fetch(_list_parks, after, limit)
    return {MerchantId(row["merchant_id"]): row["admitted_at"] for row in rows}


async def set_park(db: Connection, merchant_id: int, now: datetime, *, is_park: bool) -> None:
    """Write whether a merchant is a car park."""
    if is_park:
        await db.execute(_insert_park, merchant_id, now)
    else:
        await db.execute(_delete_park, merchant_id)


async def insert_entry(db: Connection, entry: Entry, digest: bytes) -> bool:
    """Add a car that came in; False if its number is taken."""
    found = await db.fetchval(
        _insert_entry,
        entry.merchant_id,
        entry.entry_id,
        entry.provider_id,
        entry.out_no,
        digest,
        entry.plate_no,
        entry.color.value,
        entry.person_id,
        entry.name,
        entry.began,
        entry.free_s,
        entry.notify_url,
        entry.obstacle.value,
        entry.entered_at,
    )
    return found is not None


async def find_entry(
    db: Connection, merchant_id: int, entry_id: int, *, is_locked: bool = False
) -> Entry | None:
    """Return a car that came in, or None."""
    row = await db.fetchrow(_lock_entry if is_locked else _find_entry, merchant_id, entry_id)
    return _entry(row) if row else None


async def find_entry_of(
    db: Connection, merchant_id: int, provider_id: int, out_no: str
) -> tuple[Entry, bytes] | None:
    """Return a car that came in by the car park's number, with the digest of the words."""
    row = await db.fetchrow(_find_entry_of, merchant_id, provider_id, out_no)
    if row is None:
        return None
    digest = await db.fetchval(_find_entry_digest, merchant_id, row["entry_id"])
    return _entry(row), digest


async def list_entries(db: Connection, merchant_id: int, before: int, limit: int) -> list[Entry]:
    """Return cars that came in, the newest first."""
    return [_entry(row) for row in await db.fetch(_list_entries, merchant_id, before, limit)]


async def change_inside(
    db: Connection, plate: Plate, obstacle: Obstacle, person_id: int, now: datetime
) -> list[Entry]:
    """Write why a car that is inside can't pay; return the entries of which that is new."""
    rows = await db.fetch(
        _change_inside, plate.plate_no, plate.color.value, obstacle.value, person_id, now
    )
    return [_entry(row) for row in rows]


async def set_left(db: Connection, entry: Entry, now: datetime) -> None:
    """Write that a car has left."""
    await db.execute(_set_left, entry.merchant_id, entry.entry_id, now)


async def insert_deduction(db: Connection, deduction: Deduction, digest: bytes) -> bool:
    """Add what is taken; False if its number is taken."""
    found = await db.fetchval(
        _insert_deduction,
        deduction.merchant_id,
        deduction.deduction_id,
        deduction.provider_id,
        deduction.entry_id,
        deduction.person_id,
        deduction.out_no,
        digest,
        deduction.terms,
        deduction.total_fen,
        deduction.charge_id,
        deduction.made_at,
    )
    return found is not None


async def find_deduction(
    db: Connection, merchant_id: int, deduction_id: int, *, is_locked: bool = False
) -> Deduction | None:
    """Return what is taken, or None."""
    statement = _lock_deduction if is_locked else _find_deduction
    row = await db.fetchrow(statement, merchant_id, deduction_id)
    return _deduction(row) if row else None


async def find_deduction_of(
    db: Connection, merchant_id: int, provider_id: int, out_no: str
) -> tuple[Deduction, bytes] | None:
    """Return what is taken by the car park's number, with the digest of the words."""
    row = await db.fetchrow(_find_deduction_of, merchant_id, provider_id, out_no)
    if row is None:
        return None
    digest = await db.fetchval(_find_deduction_digest, merchant_id, row["deduction_id"])
    return _deduction(row), digest


async def set_deduction(db: Connection, deduction: Deduction) -> None:
    """Write what changes of what is taken."""
    await db.execute(
        _set_deduction,
        deduction.merchant_id,
        deduction.deduction_id,
        deduction.charge_id,
        deduction.state.value,
        deduction.is_repaid,
        deduction.tries,
        deduction.paid_at,
    )


async def close_deductions(db: Connection, charges: Sequence[tuple[int, int]]) -> set[int]:
    """Let nothing be owed of these charges, by merchant and charge; return whose that was."""
    merchants = [merchant_id for merchant_id, _ in charges]
    rows = await db.fetch(_close_deductions, merchants, [one for _, one in charges])
    return {row["person_id"] for row in rows}


async def list_deductions(
    db: Connection, merchant_id: int, before: int, limit: int
) -> list[Deduction]:
    """Return what was taken for a car park, the newest first."""
    rows = await db.fetch(_list_deductions, merchant_id, before, limit)
    return [_deduction(row) for row in rows]


async def list_of_person(
    db: Connection, person_id: int, before: int, limit: int
) -> list[Deduction]:
    """Return what was taken from a person, the newest first."""
    rows = await db.fetch(_list_of_person, person_id, before, limit)
    return [_deduction(row) for row in rows]


async def owes(db: Connection, person_id: int) -> bool:
    """Whether a person has not paid for parking somewhere."""
    return bool(await db.fetchval(_owes, person_id))


def _plate(row: asyncpg.Record) -> Plate:
    fields = dict(row)
    fields["plate_id"] = PlateId(fields["plate_id"])
    fields["color"] = PlateColor(fields["color"])
    fields["person_id"] = Id(fields["person_id"])
    return Plate(**fields)


def _entry(row: asyncpg.Record) -> Entry:
    fields = dict(row)
    for name in ("merchant_id", "provider_id", "person_id"):
        fields[name] = Id(fields[name])
    fields["entry_id"] = EntryId(fields["entry_id"])
    fields["color"] = PlateColor(fields["color"])
    fields["obstacle"] = Obstacle(fields["obstacle"])
    return Entry(**fields)


def _deduction(row: asyncpg.Record) -> Deduction:
    fields = dict(row)
    for name in ("merchant_id", "provider_id", "person_id", "charge_id"):
        fields[name] = Id(fields[name])
    fields["deduction_id"] = DeductionId(fields["deduction_id"])
    fields["entry_id"] = EntryId(fields["entry_id"])
    fields["terms"] = msgspec.convert(fields["terms"], DeductionTerms)
    fields["state"] = DeductionState(fields["state"])
    return Deduction(**fields)
