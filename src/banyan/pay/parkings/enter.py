"""Cars come in: the car park learns whether they can pay in passing."""

from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.secret import digest
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.ids import MerchantId
from banyan.pay.parkings import store
from banyan.pay.parkings.admit import check_park
from banyan.pay.parkings.rules import decide_obstacle
from banyan.pay.parkings.types import (
    CarEntered,
    Deduction,
    Entry,
    EntryId,
    Line,
    OutNo,
    PlateColor,
    PlateNo,
    Seconds,
    Url,
)

_shown_max = 50
_last = 2**63 - 1


class EnterCar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A car came into my car park."""

    merchant_id: MerchantId
    provider_id: Id = Id(0)
    """Who tells in the car park's name; 0 for itself."""
    out_no: OutNo
    plate_no: PlateNo
    color: PlateColor
    name: Line
    began: Line
    free_s: Seconds
    notify_url: Url = ""


class ReadParkings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came into my car park last, and what was taken."""

    merchant_id: MerchantId


class Parkings(msgspec.Struct, frozen=True, kw_only=True):
    """What came into a car park last and what was taken, the newest first."""

    is_admitted: bool
    """Whether an operator has admitted the car park."""
    entries: Annotated[list[Entry], msgspec.Meta(max_length=_shown_max)]
    deductions: Annotated[list[Deduction], msgspec.Meta(max_length=_shown_max)]


@single(permission=Permission.ORDERS_TAKE)
async def enter_car(work: Work, command: EnterCar) -> Entry:
    """Note that a car came in; told again in the same words it came in once.

    Raises Refusal `parkings.not_admitted`, `parkings.out_no_taken`.
    """
    await check_park(work, command.merchant_id)
    plate = await store.find_plate(work.db, command.plate_no, command.color)
    owes = plate is not None and await store.owes(work.db, plate.person_id)
    entry = Entry(
        merchant_id=Id(command.merchant_id),
        entry_id=EntryId(work.ids.next()),
        provider_id=command.provider_id,
        out_no=command.out_no,
        plate_no=command.plate_no,
        color=command.color,
        person_id=plate.person_id if plate else Id(0),
        name=command.name,
        began=command.began,
        free_s=command.free_s,
        notify_url=command.notify_url,
        obstacle=decide_obstacle(plate, owes=owes),
        entered_at=work.now,
        changed_at=work.now,
    )
    words = digest(json.encode(command).decode())
    if await store.insert_entry(work.db, entry, words):
        work.record(
            CarEntered(
                merchant_id=entry.merchant_id,
                person_id=entry.person_id,
                subject_id=entry.entry_id,
                plate_no=entry.plate_no,
                obstacle=entry.obstacle,
            )
        )
        return entry
    known = await store.find_entry_of(
        work.db, command.merchant_id, command.provider_id, command.out_no
    )
    assert known is not None, "it stood in the way"
    if known[1] != words:
        raise Refusal("parkings.out_no_taken")
    return known[0]


@reading(permission=Permission.ORDERS_READ)
async def read_parkings(work: Work, query: ReadParkings) -> Parkings:
    """Return what came into a car park last, and what was taken."""
    return Parkings(
        is_admitted=await store.is_park(work.db, query.merchant_id),
        entries=await store.list_entries(work.db, query.merchant_id, _last, _shown_max),
        deductions=await store.list_deductions(work.db, query.merchant_id, _last, _shown_max),
    )


async def access_entry(
    work: Work, merchant_id: int, entry_id: int, *, is_locked: bool = False
) -> Entry:
    """Return a car that came in. Raises NotFound `parkings.no_such_entry`."""
    found = await store.find_entry(work.db, merchant_id, entry_id, is_locked=is_locked)
    if found is None:
        raise NotFound("parkings.no_such_entry")
    return found
