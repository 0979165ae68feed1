"""People say at a cash desk how much they pay; the desk counts what was paid, and nothing else."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.commerce.desks import (
    DESK_MAX_FEN,
    AskAtDesk,
    ListDesks,
    ListTakings,
    ReadDesk,
    ReadMyLast,
    list_desks,
    list_takings,
    read_desk,
    read_my_last,
)
from banyan.commerce.places import PlaceKind, SwitchCode, switch_code
from banyan.parties.staff import Role
from banyan.pay.charges import (
    ChargeState,
    ListCharges,
    PayCharge,
    Protocol,
    RefundCharge,
    Way,
    list_charges,
    pay_charges,
    refund_charge,
)
from banyan.pay.risk import Action, Measure
from tests.kit.charges import funds_of
from tests.kit.commerce_shop import add_spots, add_store
from tests.kit.desks import SINCE, UNTIL, open_desk, pay_at_desk, say_amount, sum_of, takings_of
from tests.kit.risk import hold, rule
from tests.kit.sales import balance
from tests.kit.vouchers import add_stock, send
from tests.kit.world import World


async def test_what_is_paid_at_a_desk_is_a_charge_like_any_other(world: World) -> None:
    desk = await open_desk(world, "lin")
    charge = await pay_at_desk(world, "lin", desk, 2_850, "3 号桌")
    assert (charge.way, charge.protocol, charge.state) == (Way.DESK, Protocol.OWN, ChargeState.PAID)
    assert (charge.facts.description, charge.facts.attach) == ("1 号收银台", "3 号桌")
    assert await balance(world, "lin") == 100_000 - 2_850
    fee_fen = 17
    assert charge.fee_fen == fee_fen
    assert (await funds_of(world)).unsettled_fen == 2_850 - fee_fen
    (taking,) = (await takings_of(world, desk)).items
    assert (taking.total_fen, taking.remark, taking.paid_at) == (2_850, "3 号桌", charge.paid_at)
    found = await sum_of(world, desk)
    assert (found.count, found.total_fen, found.refunded_fen) == (1, 2_850, 0)
    page = await world.office.run(
        list_charges, ListCharges(merchant_id=world.merchant_id), world.owner
    )
    assert [one.charge_id for one in page.items] == [charge.charge_id]
    await world.check()


async def test_what_went_back_is_counted_at_its_desk(world: World) -> None:
    desk = await open_desk(world, "lin")
    charge = await pay_at_desk(world, "lin", desk, 2_000)
    for number, fen in enumerate((500, 700)):
        command = RefundCharge(
            merchant_id=world.merchant_id,
            charge_id=charge.charge_id,
            out_refund_no=f"R{number}",
            refund_fen=fen,
        )
        await world.office.run(refund_charge, command, world.owner)
    found = await sum_of(world, desk)
    assert (found.count, found.total_fen, found.refunded_fen) == (1, 2_000, 1_200)
    assert await balance(world, "lin") == 100_000 - 800
    await world.check()


async def test_taps_and_lost_answers_are_one_payment(world: World) -> None:
    desk = await open_desk(world, "lin")
    asked = await asyncio.gather(
        *(say_amount(world, "lin", desk, 900, key="form-1") for _ in range(8))
    )
    assert len({one.token for one in asked}) == 1
    lin = world.as_person("lin")
    races = [world.office.run(pay_charges, PayCharge(token=asked[0].token), lin) for _ in range(8)]
    outcomes = await asyncio.gather(*races, return_exceptions=True)
    codes = [one.code for one in outcomes if isinstance(one, Failure)]
    assert codes == ["charges.already_paid"] * 7
    assert await balance(world, "lin") == 100_000 - 900
    again = await say_amount(world, "lin", desk, 900, key="form-1")
    assert again.token == asked[0].token
    other = await say_amount(world, "lin", desk, 900, key="form-2")
    assert other.token != asked[0].token
    assert (await sum_of(world, desk)).count == 1
    last = ReadMyLast(merchant_id=world.merchant_id)
    taking = (await world.office.run(read_my_last, last, lin)).taking
    assert taking is not None
    assert taking.total_fen == 900
    await world.check()


async def test_nobody_pays_for_another_and_nothing_left_unpaid_stays(world: World) -> None:
    desk = await open_desk(world, "lin", "wu")
    charge = await say_amount(world, "lin", desk, 900)
    with pytest.raises(Refusal, match=r"charges\.for_another"):
        await world.office.run(pay_charges, PayCharge(token=charge.token), world.as_person("wu"))
    await world.advance(timedelta(minutes=16))
    with pytest.raises(Refusal, match=r"charges\.closed"):
        await world.office.run(pay_charges, PayCharge(token=charge.token), world.as_person("lin"))
    assert (await takings_of(world, desk)).items == []
    await world.check()


async def test_codes_that_are_off_or_hang_elsewhere_take_no_money(world: World) -> None:
    desk = await open_desk(world, "lin")
    (door,) = await add_spots(world, desk.store_id, PlaceKind.DOOR, ["正门"])
    with pytest.raises(Refusal, match=r"desks\.no_desk"):
        await say_amount(world, "lin", door, 900)
    unknown = msgspec.structs.replace(desk.codes[0], token="Z" * 12)
    with pytest.raises(NotFound, match=r"places\.code_not_found"):
        await say_amount(world, "lin", msgspec.structs.replace(desk, codes=[unknown]), 900)
    command = SwitchCode(
        merchant_id=world.merchant_id, code_id=desk.codes[0].code_id, is_active=False
    )
    await world.office.run(switch_code, command, world.owner)
    with pytest.raises(Refusal, match=r"places\.code_inactive"):
        await say_amount(world, "lin", desk, 900)
    query = ReadDesk(code=desk.codes[0].token)
    with pytest.raises(Refusal, match=r"places\.code_inactive"):
        await world.office.run(read_desk, query, world.as_person("lin"))
    assert not (await sum_of(world, desk)).is_active


@pytest.mark.parametrize("given", [0, -1, DESK_MAX_FEN + 1, "1", 1.5, None])
def test_bad_amounts_are_no_commands(given: object) -> None:
    raw = msgspec.json.encode({"code": "A" * 12, "total_fen": given})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(raw, type=AskAtDesk)


async def test_staff_see_the_desks_of_their_stores(world: World) -> None:
    desk = await open_desk(world, "lin", "hao")
    other_store = await add_store(world, "分店")
    (other,) = await add_spots(world, other_store, PlaceKind.TILL, ["分店收银台"])
    await world.staff("hao", Role.CASHIER, store_ids=[desk.store_id])
    hao = world.as_person("hao")
    await pay_at_desk(world, "lin", desk, 100)
    # Staff pay like anybody else.
    await pay_at_desk(world, "hao", other, 200)
    await world.settle()
    query = ListDesks(merchant_id=world.merchant_id, since=SINCE, until=UNTIL)
    assert [one.total_fen for one in (await world.office.run(list_desks, query, hao)).items] == [
        100
    ]
    found = await world.office.run(list_desks, query, world.owner)
    assert [one.total_fen for one in found.items] == [100, 200]
    hidden = ListTakings(
        merchant_id=world.merchant_id, place_id=other.place_id, since=SINCE, until=UNTIL
    )
    with pytest.raises(NotFound):
        await world.office.run(list_takings, hidden, hao)


async def test_takings_come_in_pages_the_latest_first(world: World) -> None:
    desk = await open_desk(world, "lin")
    for fen in range(1, 6):
        await pay_at_desk(world, "lin", desk, fen)
    first = await takings_of(world, desk, limit=2)
    assert [one.total_fen for one in first.items] == [5, 4]
    seen = []
    cursor = first.next_cursor
    while cursor:
        query = ListTakings(
            merchant_id=world.merchant_id,
            place_id=desk.place_id,
            limit=2,
            cursor=cursor,
            since=SINCE,
            until=UNTIL,
        )
        page = await world.office.run(list_takings, query, world.owner)
        seen += [one.total_fen for one in page.items]
        cursor = page.next_cursor
    assert seen == [3, 2, 1]


async def test_it_is_settled_the_next_day_less_its_fee(world: World) -> None:
    desk = await open_desk(world, "lin")
    await pay_at_desk(world, "lin", desk, 10_000)
    await world.advance(timedelta(days=2))
    funds = await funds_of(world)
    assert (funds.unsettled_fen, funds.purse_fen) == (0, 9_940)
    await world.check()


async def test_vouchers_come_off_at_a_desk_too(world: World) -> None:
    desk = await open_desk(world, "lin")
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    charge = await pay_at_desk(world, "lin", desk, 1_000)
    assert (charge.payer_fen, charge.discount_fen) == (800, 200)
    assert await balance(world, "lin") == 100_000 - 800
    # What was rung up is what the desk counts.
    assert (await sum_of(world, desk)).total_fen == 1_000
    await world.check()


async def test_a_dear_payment_needs_the_password(world: World) -> None:
    desk = await open_desk(world, "lin")
    await hold(world, rule(Measure.AMOUNT, 1_000, Action.STEP_UP))
    with pytest.raises(Refusal, match=r"risk\.password_needed"):
        await pay_at_desk(world, "lin", desk, 1_001)
    await pay_at_desk(world, "lin", desk, 999)
    assert (await sum_of(world, desk)).count == 1
    await world.check()
