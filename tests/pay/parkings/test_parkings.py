"""Cars pay in passing, once, from the wallet of whoever they belong to."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.parties.ids import PersonId
from banyan.pay.charges import CloseCharge, Protocol, close_charge
from banyan.pay.parkings import (
    AdmitPark,
    BindPlate,
    Deduction,
    DeductionState,
    DeductionTerms,
    DeductParking,
    DropPlate,
    EnterCar,
    Entry,
    FindPlate,
    Obstacle,
    PausePlate,
    PayMyParking,
    PlateColor,
    ReadDeduction,
    ReadMyParking,
    ReadParkings,
    admit_park,
    bind_plate,
    deduct_parking,
    drop_plate,
    enter_car,
    find_plate,
    pause_plate,
    pay_my_parking,
    read_deduction,
    read_my_parking,
    read_parkings,
    subject_of,
)
from banyan.pay.passwords import GivePassword, ProvePassword, give_password, prove_password
from banyan.pay.risk import (
    Absent,
    Action,
    BlockPerson,
    Measure,
    UnblockPerson,
    block_person,
    unblock_person,
)
from tests.kit.lending import TOLD_AT, Lending, lend
from tests.kit.risk import decisions, hold, rule
from tests.kit.sales import balance, fill_wallet
from tests.kit.world import World

CAR = "粤B888888"


async def bind(world: World, name: str, plate_no: str = CAR) -> None:
    await world.office.run(bind_plate, BindPlate(plate_no=plate_no), world.as_person(name))


async def enter(world: World, out_no: str = "in-1", plate_no: str = CAR) -> Entry:
    command = EnterCar(
        merchant_id=world.merchant_id,
        out_no=out_no,
        plate_no=plate_no,
        color=PlateColor.BLUE,
        name="欢乐海岸停车场",
        began="2026-11-22T10:00:00+08:00",
        free_s=900,
        notify_url=TOLD_AT,
    )
    return await world.office.run(enter_car, command, world.owner)


def deduction(lending: Lending, entry: Entry, total_fen: int, out_no: str) -> DeductParking:
    return DeductParking(
        merchant_id=lending.world.merchant_id,
        entry_id=entry.entry_id,
        out_no=out_no,
        total_fen=total_fen,
        terms=DeductionTerms(
            description="停车场扣费",
            plate_no=entry.plate_no,
            color=entry.color,
            name=entry.name,
            began=entry.began,
            ended="2026-11-22T12:00:00+08:00",
            charged_s=7_200,
            channel_id=int(lending.channel.channel_id),
            notify_url=TOLD_AT,
        ),
    )


async def read(world: World, out_no: str = "p-1") -> Deduction:
    query = ReadDeduction(merchant_id=world.merchant_id, out_no=out_no)
    return (await world.office.run(read_deduction, query, world.owner)).deduction


async def test_a_car_comes_in_and_pays_when_it_leaves(world: World) -> None:
    lending = await lend(world)
    await bind(world, "lin")
    entry = await enter(world)
    assert (entry.obstacle, await enter(world)) == (Obstacle.NONE, entry)
    command = deduction(lending, entry, 500, "p-1")
    accepted = await world.office.run(deduct_parking, command, world.owner)
    assert accepted.state is DeductionState.ACCEPTED
    await world.settle()
    paid = await read(world)
    assert (paid.state, paid.is_repaid) == (DeductionState.PAID, False)
    assert await balance(world, "lin") == 9_500
    assert await world.office.run(deduct_parking, command, world.owner) == paid
    with pytest.raises(Refusal, match=r"parkings\.left_already"):
        await world.office.run(deduct_parking, deduction(lending, entry, 500, "p-2"), world.owner)
    seen = await world.office.run(
        read_parkings, ReadParkings(merchant_id=world.merchant_id), world.owner
    )
    assert (len(seen.entries), len(seen.deductions)) == (1, 1)
    await world.check()


async def test_only_who_was_admitted_takes_money_from_cars(world: World) -> None:
    lending = await lend(world)
    await bind(world, "lin")
    entry = await enter(world)
    dismissal = AdmitPark(merchant_id=world.merchant_id, is_admitted=False)
    with pytest.raises(NotFound, match=r"operations\.not_found"):
        await world.office.run(admit_park, dismissal, world.owner)
    await world.office.run(admit_park, dismissal, SYSTEM)
    with pytest.raises(Refusal, match=r"parkings\.not_admitted"):
        await enter(world, "in-2")
    with pytest.raises(Refusal, match=r"parkings\.not_admitted"):
        await world.office.run(deduct_parking, deduction(lending, entry, 500, "p-1"), world.owner)
    assert await balance(world, "lin") == 10_000


async def test_whoever_owes_can_not_pay_in_passing_until_they_repay(world: World) -> None:
    lending = await lend(world)
    await bind(world, "wu")
    entry = await enter(world)
    await world.office.run(deduct_parking, deduction(lending, entry, 500, "p-1"), world.owner)
    await world.settle()
    assert (await read(world)).state is DeductionState.FAILED
    inside = await enter(world, "in-2")
    assert inside.obstacle is Obstacle.OVERDUE
    with pytest.raises(Refusal, match=r"parkings\.owes"):
        await world.office.run(deduct_parking, deduction(lending, inside, 500, "p-2"), world.owner)
    wu = world.as_person("wu")
    pay = PayMyParking(merchant_id=world.merchant_id, deduction_id=(await read(world)).deduction_id)
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await world.office.run(pay_my_parking, pay, wu)
    await fill_wallet(world, "wu", 700)
    await asyncio.gather(*(world.office.run(pay_my_parking, pay, wu) for _ in range(4)))
    repaid = await read(world)
    assert (repaid.state, repaid.is_repaid) == (DeductionState.PAID, True)
    assert await balance(world, "wu") == 200
    seen = await world.office.run(
        read_parkings, ReadParkings(merchant_id=world.merchant_id), world.owner
    )
    assert [one.obstacle for one in seen.entries] == [Obstacle.NONE, Obstacle.NONE]
    await world.check()


async def test_what_is_owed_is_taken_when_it_is_there(world: World) -> None:
    lending = await lend(world)
    await bind(world, "wu")
    entries = [await enter(world, f"in-{number}") for number in (1, 2)]
    for number, entry in enumerate(entries, 1):
        command = deduction(lending, entry, 500, f"p-{number}")
        await world.office.run(deduct_parking, command, world.owner)
    await world.settle()
    closing = CloseCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="p-2")
    await world.office.run(close_charge, closing, world.owner)
    await fill_wallet(world, "wu", 2_000)
    world.office.clock.offset += timedelta(hours=8)
    await world.settle()
    assert (await read(world)).state is DeductionState.PAID
    assert (await read(world, "p-2")).state is DeductionState.CLOSED
    assert await balance(world, "wu") == 1_500
    await world.check()


async def test_who_may_not_pay_for_now_owes_for_parking(world: World) -> None:
    lending = await lend(world)
    await bind(world, "lin")
    entry = await enter(world)
    lin = PersonId(world.as_person("lin").person_id)
    await world.office.run(block_person, BlockPerson(blocked_id=lin, reason="丢失"), SYSTEM)
    command = deduction(lending, entry, 500, "p-1")
    await world.office.run(deduct_parking, command, world.owner)
    await world.settle()
    assert (await read(world)).state is DeductionState.FAILED
    await world.office.run(unblock_person, UnblockPerson(blocked_id=lin), SYSTEM)
    world.office.clock.offset += timedelta(hours=2)
    await world.settle()
    repaid = await read(world)
    assert (repaid.state, repaid.is_repaid) == (DeductionState.PAID, True)
    await world.check()


async def test_what_needs_a_password_is_owed_until_its_owner_gives_it(world: World) -> None:
    lending = await lend(world)
    await bind(world, "lin")
    entry = await enter(world)
    await hold(world, rule(Measure.AMOUNT, 400, Action.STEP_UP, absent=Absent.REFUSE))
    command = deduction(lending, entry, 500, "p-1")
    await world.office.run(deduct_parking, command, world.owner)
    await world.settle()
    owed = await read(world)
    assert owed.state is DeductionState.FAILED
    paying = PayMyParking(merchant_id=world.merchant_id, deduction_id=owed.deduction_id)
    lin, subject = world.as_person("lin"), subject_of(owed.deduction_id)
    with pytest.raises(Refusal, match=r"risk\.password_needed") as refused:
        await world.office.run(pay_my_parking, paying, lin)
    assert refused.value.fields["subject"] == subject
    assert (await read(world)).state is DeductionState.FAILED
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    proving = ProvePassword(password="258036", subject=subject)
    proof = (await world.office.run(prove_password, proving, lin)).token
    proved = msgspec.structs.replace(paying, proof=proof)
    await world.office.run(pay_my_parking, proved, lin)
    assert (await read(world)).state is DeductionState.PAID
    told = [(one.action, one.is_proved, one.hits[0].is_absent) for one in await decisions(world)]
    assert told == [(Action.WATCH, True, False), (Action.REFUSE, False, True)]
    await world.check()


async def test_a_car_is_one_persons_and_may_pause(world: World) -> None:
    await lend(world)
    await bind(world, "lin")
    await bind(world, "lin")
    with pytest.raises(Refusal, match=r"parkings\.plate_taken"):
        await bind(world, "wu")
    lin = world.as_person("lin")
    entry = await enter(world)
    pause = PausePlate(plate_no=CAR, is_paused=True)
    await world.office.run(pause_plate, pause, lin)
    asked = FindPlate(plate_no=CAR, person_id=PersonId(lin.person_id))
    assert (await world.office.run(find_plate, asked, SYSTEM)).obstacle is Obstacle.PAUSED
    with pytest.raises(NotFound):
        await world.office.run(pause_plate, pause, world.as_person("wu"))
    await world.office.run(drop_plate, DropPlate(plate_no=CAR), lin)
    mine = await world.office.run(read_my_parking, ReadMyParking(), lin)
    assert mine.plates == []
    await bind(world, "wu")
    seen = await world.office.run(
        read_parkings, ReadParkings(merchant_id=world.merchant_id), world.owner
    )
    wu = world.as_person("wu")
    assert [(one.entry_id, one.person_id) for one in seen.entries] == [
        (entry.entry_id, wu.person_id)
    ]
    await world.check()


async def test_nobody_has_more_than_ten_cars(world: World) -> None:
    await lend(world)
    outcomes = await asyncio.gather(
        *(bind(world, "lin", f"粤B0000{number:02d}") for number in range(12)),
        return_exceptions=True,
    )
    refused = [one.code for one in outcomes if isinstance(one, Failure)]
    assert set(refused) <= {"parkings.too_many_plates"}
    mine = await world.office.run(read_my_parking, ReadMyParking(), world.as_person("lin"))
    assert len(mine.plates) == 10


async def test_what_car_parks_say_has_a_limit(world: World) -> None:
    lending = await lend(world)
    await fill_wallet(world, "lin", 990_000)
    await bind(world, "lin")

    async def ask(number: int, total_fen: int) -> str:
        entry = await enter(world, f"in-{number}")
        command = deduction(lending, entry, total_fen, f"p-{number}")
        try:
            await world.office.run(deduct_parking, command, world.owner)
        except Refusal as refusal:
            return refusal.code
        return ""

    assert await ask(1, 50_001) == "parkings.too_much"
    told = [await ask(number, 50_000) for number in (2, 3, 4)]
    assert told == ["", "", "parkings.too_much"]
    await world.settle()
    assert await balance(world, "lin") == 900_000
    await world.advance(timedelta(days=1))
    assert await ask(5, 1) == ""
