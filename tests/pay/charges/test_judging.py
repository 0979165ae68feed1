"""Risk has a say in charges: dear codes wait for the password, and who is refused pays nothing."""

import base64
from datetime import timedelta

import msgspec
import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.charges import (
    Charge,
    ChargeState,
    ConfirmCharge,
    PayCharge,
    Protocol,
    ReadCharge,
    TakeCharge,
    Way,
    confirm_charge,
    pay_charges,
    read_charge,
    take_charge,
)
from banyan.pay.passwords import GivePassword, give_password
from banyan.pay.paycodes import Seed, SowSeed, TakeCode, rules, sow_seed, take_codes
from banyan.pay.risk import Action, LimitMerchant, Measure, limit_merchant
from tests.kit.charges import ask, build_ask, charge_of, open_till, pay_asked
from tests.kit.risk import decisions, hold, operator, rule
from tests.kit.sales import balance, fill_wallet
from tests.kit.world import World

PASSWORD = "258036"


async def sow(world: World) -> Seed:
    """Lin's phone, which makes codes."""
    await open_till(world, "lin", money_fen=1_000_000)
    return await world.office.run(sow_seed, SowSeed(), world.as_person("lin"))


async def scan(world: World, seed: Seed, out_no: str, total_fen: int, turn: int = 0) -> Charge:
    """Have the till scan the code on lin's phone, and take so much."""
    code = rules.compute_code(seed.seed_number, base64.b64decode(seed.secret), world.now, turn)
    taking = TakeCode(merchant_id=world.merchant_id, code=code, subject=out_no)
    holder = await world.office.run(take_codes, taking, world.owner)
    command = TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.CODE,
        asks=[build_ask(world, out_no, total_fen)],
        payer_id=holder.person_id,
        session_id=holder.session_id,  # type: ignore[arg-type]
        shown_at=holder.taken_at,
    )
    return await world.office.run(take_charge, command, world.owner)


async def test_a_dear_code_waits_for_the_password(world: World) -> None:
    seed = await sow(world)
    lin = world.as_person("lin")
    cheap = await scan(world, seed, "T1", 100_000)
    assert (cheap.state, cheap.payer_id) == (ChargeState.PAID, lin.person_id)
    dear = await scan(world, seed, "T2", 100_001, turn=1)
    assert dear.state is ChargeState.PAYING
    assert await balance(world, "lin") == 900_000
    given = GivePassword(person_id=PersonId(lin.person_id), password=PASSWORD)
    await world.office.run(give_password, given, SYSTEM)
    wrong = ConfirmCharge(token=dear.token, password="111111")
    with pytest.raises(Refusal, match=r"passwords\.wrong"):
        await world.office.run(confirm_charge, wrong, lin)
    assert (await charge_of(world, "T2")).state is ChargeState.PAYING
    right = ConfirmCharge(token=dear.token, password=PASSWORD, expected_total_fen=100_001)
    paid = await world.office.run(confirm_charge, right, lin)
    assert paid.charges[0].state is ChargeState.PAID
    assert await balance(world, "lin") == 799_999
    made = [(one.action, one.is_proved) for one in await decisions(world)]
    assert made == [(Action.WATCH, True), (Action.STEP_UP, False)]


async def test_a_code_that_failed_takes_no_money_when_its_owner_has_left(world: World) -> None:
    seed = await sow(world)
    code = rules.compute_code(seed.seed_number, base64.b64decode(seed.secret), world.now, 0)

    async def bring(total_fen: int) -> Charge:
        taking = TakeCode(merchant_id=world.merchant_id, code=code, subject="T1")
        holder = await world.office.run(take_codes, taking, world.owner)
        command = TakeCharge(
            merchant_id=world.merchant_id,
            protocol=Protocol.WECHAT,
            way=Way.CODE,
            asks=[build_ask(world, "T1", total_fen)],
            payer_id=holder.person_id,
            shown_at=holder.taken_at,
        )
        return await world.office.run(take_charge, command, world.owner)

    await hold(world, rule(Measure.AMOUNT, 10_000_000))
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await bring(1_000_001)
    await world.advance(timedelta(minutes=11))
    with pytest.raises(Refusal, match=r"paycodes\.expired"):
        await bring(50_000)
    assert await balance(world, "lin") == 1_000_000


async def test_the_eleventh_code_of_a_day_waits_for_the_password(world: World) -> None:
    seed = await sow(world)
    states = []
    for number in range(11):
        code = await scan(world, seed, f"T{number}", 10, turn=number % 4)
        states.append(code.state)
        if number % 4 == 3:
            await world.office.set_clock(rules.compute_change(world.now))
    assert states == [ChargeState.PAID] * 10 + [ChargeState.PAYING]


async def test_who_is_refused_pays_nothing_and_it_is_written_down(world: World) -> None:
    seed = await sow(world)
    await hold(world, rule(Measure.AMOUNT, 500))
    with pytest.raises(Refusal, match=r"risk\.refused") as caught:
        await scan(world, seed, "T1", 501)
    query = ReadCharge(merchant_id=world.merchant_id, protocol=Protocol.WECHAT, out_no="T1")
    charge = await world.office.run(read_charge, query, world.owner)
    assert charge.state is ChargeState.FAILED
    (made,) = await decisions(world)
    assert str(int(made.decision_id)) == caught.value.fields["decision_id"]
    assert (made.amount_fen, made.hits[0].code) == (501, "a_rule")
    assert await balance(world, "lin") == 1_000_000


async def test_a_dear_charge_on_the_phone_asks_for_the_password(world: World) -> None:
    await open_till(world, "lin", money_fen=1_000_000)
    asked = await ask(world, "T1", 500_001)
    lin = world.as_person("lin")
    with pytest.raises(Refusal, match=r"risk\.password_needed") as caught:
        await pay_asked(world, "lin", asked)
    assert caught.value.fields["subject"] == f"charges.{asked.token}"
    assert (await charge_of(world, "T1")).state is ChargeState.UNPAID
    given = GivePassword(person_id=PersonId(lin.person_id), password=PASSWORD)
    await world.office.run(give_password, given, SYSTEM)
    due_fen = asked.charges[0].total_fen
    other = ConfirmCharge(token=asked.token, password=PASSWORD, expected_payer_fen=due_fen - 1)
    with pytest.raises(Refusal, match=r"charges\.payer_fen_differs"):
        await world.office.run(confirm_charge, other, lin)
    confirm = msgspec.structs.replace(other, expected_payer_fen=due_fen)
    await world.office.run(confirm_charge, confirm, lin)
    assert await balance(world, "lin") == 499_999


async def test_a_merchants_limit_holds_for_charges(world: World) -> None:
    await open_till(world, "lin", "wu")
    await fill_wallet(world, "lin", 1_000)
    limit = LimitMerchant(limited_id=world.merchant_id, day_max_fen=900, reason="new here")
    await world.office.run(limit_merchant, limit, await operator(world))
    first, second = await ask(world, "T1", 500), await ask(world, "T2", 500)
    await pay_asked(world, "lin", first)
    with pytest.raises(Refusal, match=r"risk\.refused"):
        await pay_asked(world, "wu", second)
    assert (await charge_of(world, "T2")).state is ChargeState.UNPAID
    await pay_asked(world, "wu", await ask(world, "T3", 400))


async def test_what_a_voucher_stops_does_not_count_as_the_merchants_day(world: World) -> None:
    await open_till(world, "lin")
    limit = LimitMerchant(limited_id=world.merchant_id, day_max_fen=900, reason="new here")
    await world.office.run(limit_merchant, limit, await operator(world))
    asked = await ask(world, "T1", 500)
    wrong = PayCharge(token=asked.token, voucher_id=Id(7))
    for _ in range(3):
        with pytest.raises(NotFound, match=r"vouchers\.not_found"):
            await world.office.run(pay_charges, wrong, world.as_person("lin"))
    await pay_asked(world, "lin", asked)
    await pay_asked(world, "lin", await ask(world, "T2", 400))
