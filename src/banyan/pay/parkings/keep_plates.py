"""A person's cars: which may pay in passing."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import PersonId
from banyan.pay.parkings import store
from banyan.pay.parkings.rules import decide_obstacle
from banyan.pay.parkings.telling import tell_entry
from banyan.pay.parkings.types import (
    PLATES_MAX,
    Deduction,
    EntryChanged,
    Obstacle,
    Plate,
    PlateBound,
    PlateChanged,
    PlateColor,
    PlateDropped,
    PlateId,
    PlateNo,
)

_shown_max = 50
_last = 2**63 - 1


class BindPlate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let my car pay in passing."""

    plate_no: PlateNo
    color: PlateColor = PlateColor.BLUE


class PausePlate(BindPlate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let my car not pay in passing for now, or again."""

    is_paused: bool


class DropPlate(BindPlate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This is no more my car."""


class ReadMyParking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """My cars, and what was taken for parking."""


class MyParking(msgspec.Struct, frozen=True, kw_only=True):
    """A person's cars, and what was taken from them for parking, the newest first."""

    plates: Annotated[list[Plate], msgspec.Meta(max_length=PLATES_MAX)]
    deductions: Annotated[list[Deduction], msgspec.Meta(max_length=_shown_max)]


class FindPlate(BindPlate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether this person's car can pay in passing."""

    person_id: PersonId


class FoundPlate(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a car can pay in passing, and why not if it can't."""

    obstacle: Obstacle
    plate: Plate | None


@single(permission=Permission.PERSON)
async def bind_plate(work: Work, command: BindPlate) -> Plate:
    """Let a car pay in passing, that of nobody else; bound twice it is bound once.

    Raises Refusal `parkings.plate_taken`, `parkings.too_many_plates`.
    """
    person_id = Id(work.actor.person_id)
    plate = Plate(
        plate_id=PlateId(work.ids.next()),
        plate_no=command.plate_no,
        color=command.color,
        person_id=person_id,
        is_paused=False,
        bound_at=work.now,
    )
    if not await store.insert_plate(work.db, plate):
        known = await store.find_plate(work.db, command.plate_no, command.color)
        if known is not None and known.person_id == person_id:
            return known
        raise Refusal("parkings.plate_taken")
    # One more than there may be is asked for, so that it shows.
    if len(await store.list_plates(work.db, person_id, PLATES_MAX + 1)) > PLATES_MAX:
        raise Refusal("parkings.too_many_plates", plates_max=PLATES_MAX)
    work.record(PlateBound(person_id=person_id, subject_id=plate.plate_id, plate_no=plate.plate_no))
    await look_again(work, [plate], owes=await store.owes(work.db, person_id))
    return plate


@single(permission=Permission.PERSON)
async def pause_plate(work: Work, command: PausePlate) -> Plate:
    """Let a car not pay in passing for now, or again. Raises NotFound `parkings.no_such_plate`."""
    before = await _lock_mine(work, command)
    plate = msgspec.structs.replace(before, is_paused=command.is_paused)
    if plate == before:
        return plate
    await store.set_paused(work.db, plate, is_paused=plate.is_paused)
    work.record(
        PlateChanged(
            person_id=plate.person_id,
            subject_id=plate.plate_id,
            plate_no=plate.plate_no,
            is_paused=plate.is_paused,
        )
    )
    await look_again(work, [plate], owes=await store.owes(work.db, plate.person_id))
    return plate


@single(permission=Permission.PERSON)
async def drop_plate(work: Work, command: DropPlate) -> None:
    """Let a car be nobody's. Raises NotFound `parkings.no_such_plate`."""
    plate = await _lock_mine(work, command)
    await store.delete_plate(work.db, plate)
    work.record(
        PlateDropped(person_id=plate.person_id, subject_id=plate.plate_id, plate_no=plate.plate_no)
    )
    await _change_inside(work, plate, Obstacle.UNKNOWN, 0)


@reading(permission=Permission.PERSON)
async def read_my_parking(work: Work, query: ReadMyParking) -> MyParking:  # noqa: ARG001 - whoever asks says whose
    """Return one's cars, and what was taken for parking."""
    person_id = work.actor.person_id
    return MyParking(
        plates=await store.list_plates(work.db, person_id, PLATES_MAX),
        deductions=await store.list_of_person(work.db, person_id, _last, _shown_max),
    )


@reading(permission=Permission.SYSTEM)
async def find_plate(work: Work, query: FindPlate) -> FoundPlate:
    """Return whether this person's car can pay in passing; another's is unknown to them."""
    plate = await store.find_plate(work.db, query.plate_no, query.color)
    if plate is None or plate.person_id != query.person_id:
        return FoundPlate(obstacle=Obstacle.UNKNOWN, plate=None)
    owes = await store.owes(work.db, plate.person_id)
    return FoundPlate(obstacle=decide_obstacle(plate, owes=owes), plate=plate)


async def look_again(work: Work, plates: Sequence[Plate], *, owes: bool) -> None:
    """Tell car parks in which these cars are whether they can pay now, where that is new."""
    for plate in plates:
        await _change_inside(work, plate, decide_obstacle(plate, owes=owes), plate.person_id)


async def look_at_cars(work: Work, person_id: int) -> None:
    """Tell car parks in which a person's cars are whether they can pay now, where that is new."""
    plates = await store.list_plates(work.db, person_id, PLATES_MAX)
    await look_again(work, plates, owes=await store.owes(work.db, person_id))


async def _change_inside(work: Work, plate: Plate, obstacle: Obstacle, person_id: int) -> None:
    for entry in await store.change_inside(work.db, plate, obstacle, person_id, work.now):
        await tell_entry(work, entry)
        work.record(
            EntryChanged(
                merchant_id=entry.merchant_id,
                person_id=entry.person_id,
                subject_id=entry.entry_id,
                plate_no=entry.plate_no,
                obstacle=entry.obstacle,
            )
        )


async def _lock_mine(work: Work, command: BindPlate) -> Plate:
    plate = await store.find_plate(work.db, command.plate_no, command.color, is_locked=True)
    if plate is None or plate.person_id != work.actor.person_id:
        raise NotFound("parkings.no_such_plate")
    return plate
