"""Takes what parking costs from the wallet of the car's owner, again until it is there."""

import msgspec

from banyan.base import json
from banyan.base.errors import Refusal
from banyan.base.ids import NONE, Id
from banyan.base.money import PositiveFen
from banyan.base.secret import digest
from banyan.books.timers import Timer
from banyan.books.work import Permission, Work, single
from banyan.parties.ids import MerchantId
from banyan.pay.parkings import store
from banyan.pay.parkings.admit import check_park
from banyan.pay.parkings.charging import (
    DEDUCT,
    ask_charge,
    fact_of,
    merchant_key,
    read_wallet_fen,
    take,
)
from banyan.pay.parkings.enter import access_entry
from banyan.pay.parkings.keep_plates import look_at_cars
from banyan.pay.parkings.rules import ASKED_AGAIN, begin_of_day, check_amount, find_refusal
from banyan.pay.parkings.telling import tell_deduction
from banyan.pay.parkings.types import (
    Deduction,
    DeductionId,
    DeductionState,
    DeductionTerms,
    EntryId,
    OutNo,
    ParkingAccepted,
    ParkingFailed,
)


class DeductParking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take what parking costs."""

    merchant_id: MerchantId
    provider_id: Id = NONE
    entry_id: EntryId
    out_no: OutNo
    total_fen: PositiveFen
    terms: DeductionTerms


@single(permission=Permission.ORDERS_TAKE)
async def deduct_parking(work: Work, command: DeductParking) -> Deduction:
    """Accept to take what parking costs, and take it a moment later; told again it is taken once.

    Whose car it is agreed to pay in passing wherever it parks, and nobody asks them: hence there is
    a limit to a stay and to a day.

    Raises NotFound `parkings.no_such_entry`; Refusal `parkings.not_admitted`,
    `parkings.out_no_taken`, `parkings.other_car`, `parkings.left_already`,
    `parkings.plate_unknown`, `parkings.plate_paused`, `parkings.owes`, `parkings.too_much`,
    `charges.out_no_used`, `charges.already_paid`.
    """
    words = digest(json.encode(command).decode())
    known = await store.find_deduction_of(
        work.db, command.merchant_id, command.provider_id, command.out_no
    )
    if known is not None:
        return _same(known, words)
    await check_park(work, command.merchant_id)
    entry = await access_entry(work, command.merchant_id, command.entry_id, is_locked=True)
    plate = await store.find_plate(work.db, entry.plate_no, entry.color, is_locked=True)
    owes = plate is not None and await store.owes(work.db, plate.person_id)
    refusal = find_refusal(entry, command.terms, plate, owes=owes)
    if refusal is not None:
        # Whoever asked for the same at the same time was before us.
        known = await store.find_deduction_of(
            work.db, command.merchant_id, command.provider_id, command.out_no
        )
        if known is not None:
            return _same(known, words)
        raise refusal
    assert plate is not None, "it would have been refused"
    today = begin_of_day(work.now)
    check_amount(command.total_fen, await store.sum_asked(work.db, plate.person_id, today))
    deduction = Deduction(
        merchant_id=Id(command.merchant_id),
        deduction_id=DeductionId(work.ids.next()),
        provider_id=command.provider_id,
        entry_id=command.entry_id,
        person_id=plate.person_id,
        out_no=command.out_no,
        terms=command.terms,
        total_fen=command.total_fen,
        charge_id=NONE,
        state=DeductionState.ACCEPTED,
        made_at=work.now,
    )
    # The charge is asked for at once, so that its number is this one's.
    asked = await ask_charge(work, deduction)
    deduction = msgspec.structs.replace(deduction, charge_id=asked.charges[0].charge_id)
    if not await store.insert_deduction(work.db, deduction, words):
        known = await store.find_deduction_of(
            work.db, command.merchant_id, command.provider_id, command.out_no
        )
        assert known is not None, "it stood in the way"
        return _same(known, words)
    await store.set_left(work.db, entry, work.now)
    work.later(DEDUCT, deduction.deduction_id, work.now, merchant_key(deduction))
    work.record(
        ParkingAccepted(
            **fact_of(deduction), out_no=deduction.out_no, total_fen=deduction.total_fen
        )
    )
    return deduction


async def deduct_due(work: Work, timer: Timer) -> None:
    """Take what is to be taken; what the wallet does not hold is owed, and asked for again."""
    found = await store.find_deduction(work.db, int(timer.data), timer.subject, is_locked=True)
    if found is None or found.state in {DeductionState.PAID, DeductionState.CLOSED}:
        return
    if await read_wallet_fen(work, found) >= found.total_fen:
        refusal = await _try_to_take(work, found)
        # What is not let pass without the person is owed; what the car park closed is not, as
        # follows from that.
        if refusal is None or not refusal.code.startswith("risk."):
            return
    short = msgspec.structs.replace(found, state=DeductionState.FAILED, tries=found.tries + 1)
    await store.set_deduction(work.db, short)
    pause = ASKED_AGAIN.pause_after(short.tries)
    if pause is not None:
        work.later(DEDUCT, short.deduction_id, work.now + pause, merchant_key(short))
    work.record(
        ParkingFailed(
            **fact_of(short),
            out_no=short.out_no,
            total_fen=short.total_fen,
            tries=short.tries,
        )
    )
    if found.state is DeductionState.ACCEPTED:
        await tell_deduction(work, short, None)
        await look_at_cars(work, short.person_id)


async def _try_to_take(work: Work, deduction: Deduction) -> Refusal | None:
    try:
        await take(work, deduction)
    except Refusal as refusal:
        return refusal
    return None


def _same(known: tuple[Deduction, bytes], words: bytes) -> Deduction:
    if known[1] != words:
        raise Refusal("parkings.out_no_taken")
    return known[0]
