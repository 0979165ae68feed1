"""Vouchers inside charges: who gives what, what goes back, and what rivals get."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.ids import Id
from banyan.parties.ids import PersonId
from banyan.pay.charges import (
    Asked,
    ChargeState,
    CombinedAsk,
    CreateCharges,
    Funds,
    ListOff,
    PaidCharge,
    PayCharge,
    Protocol,
    TakeCharge,
    Way,
    create_charges,
    list_off,
    pay_charges,
    take_charge,
)
from banyan.pay.vouchers import ListMyVouchers, Voucher, VoucherState, list_my_vouchers
from tests.kit.charges import (
    ask,
    build_ask,
    charge_of,
    funds_of,
    give_back,
    open_till,
    pay_asked,
)
from tests.kit.loyalty import second_office
from tests.kit.sales import fill_wallet
from tests.kit.vouchers import add_stock, fill_purse, read_purse, report_on, send
from tests.kit.world import World

_WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
"""


async def pay(world: World, asked: Asked, voucher_id: int | None = None) -> PaidCharge:
    """Have Lin pay with this voucher; 0 for none."""
    chosen = None if voucher_id is None else Id(voucher_id)
    command = PayCharge(token=asked.token, voucher_id=chosen)
    return await world.office.run(pay_charges, command, world.as_person("lin"))


async def held(world: World, name: str = "lin") -> list[Voucher]:
    """What somebody holds."""
    query = ListMyVouchers(state=VoucherState.HELD)
    return (await world.office.run(list_my_vouchers, query, world.as_person(name))).items


async def test_a_fund_pays_its_part_and_gets_it_back_in_parts(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    voucher = await send(world, stock, "lin", "r1")
    asked = await ask(world, "no1", 1_000)
    (offered,) = await world.office.run(
        list_off, ListOff(token=asked.token), world.as_person("lin")
    )
    assert [(one.voucher.voucher_id, one.amount_fen) for one in offered.offers] == [
        (voucher.voucher_id, 200)
    ]
    paid = await pay(world, asked)
    charge = paid.charges[0]
    assert (paid.payer_fen, charge.voucher_fen, charge.discount_fen) == (800, 200, 0)
    assert (charge.settled_fen, charge.fee_fen) == (1_000, 6)
    (promotion,) = charge.promotions
    assert (promotion.amount_fen, promotion.merchant_fen, promotion.is_cash) == (200, 200, True)
    assert (await funds_of(world)).unsettled_fen == 994
    assert await held(world) == []
    part = await give_back(world, "no1", 333)
    assert (part.refund.payer_fen, part.refund.voucher_fen) == (266, 67)
    assert (await report_on(world, stock)).counts.fund_fen == 1_867
    await give_back(world, "no1", 667)
    assert (await funds_of(world)).unsettled_fen == 0
    counts = (await report_on(world, stock)).counts
    assert (counts.fund_fen, counts.held, counts.used) == (2_000, 1, 0)
    assert [one.voucher_id for one in await held(world)] == [voucher.voucher_id]


async def test_what_the_merchant_gives_up_costs_no_fee_and_is_not_shared(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    charge = (await pay(world, await ask(world, "no1", 1_000, is_shared=True))).charges[0]
    assert (charge.payer_fen, charge.voucher_fen, charge.discount_fen) == (800, 0, 200)
    assert (charge.settled_fen, charge.fee_fen, charge.unsplit_fen) == (800, 5, 795)
    funds = await funds_of(world)
    assert (funds.unsettled_fen, funds.shared_fen) == (0, 795)
    refund = (await give_back(world, "no1", 1_000)).refund
    assert (refund.payer_fen, refund.discount_fen, refund.settled_fen) == (800, 200, 800)
    assert len(await held(world)) == 1


async def test_a_funded_charge_that_is_shared_waits_whole(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    charge = (await pay(world, await ask(world, "no1", 1_000, is_shared=True))).charges[0]
    assert charge.unsplit_fen == 994
    funds = await funds_of(world)
    assert (funds.unsettled_fen, funds.shared_fen) == (0, 994)
    await give_back(world, "no1", 1_000)
    assert (await report_on(world, stock)).counts.fund_fen == 2_000


async def test_whoever_chooses_gets_what_they_chose_or_pays_nothing(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    voucher = await send(world, stock, "lin", "r1")
    assert (await pay(world, await ask(world, "no1", 1_000), 0)).payer_fen == 1_000
    cheap = await ask(world, "no2", 999)
    with pytest.raises(Refusal, match=r"vouchers\.not_fitting"):
        await pay(world, cheap, int(voucher.voucher_id))
    with pytest.raises(NotFound, match=r"vouchers\.not_found"):
        await pay(world, cheap, 7)
    assert (await charge_of(world, "no2")).state is ChargeState.UNPAID
    assert (await pay(world, cheap, 0)).payer_fen == 999
    chosen = await pay(world, await ask(world, "no3", 1_000), int(voucher.voucher_id))
    assert chosen.payer_fen == 800


async def test_who_is_short_keeps_the_voucher(world: World) -> None:
    await open_till(world, "wu", money_fen=700)
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "wu", "r1")
    asked = await ask(world, "no1", 1_000)
    with pytest.raises(Refusal, match=r"wallets\.insufficient"):
        await pay_asked(world, "wu", asked)
    assert len(await held(world, "wu")) == 1
    await fill_wallet(world, "wu", 100)
    assert (await pay_asked(world, "wu", asked)).payer_fen == 800


async def _ask_together(world: World, out_no: str, **totals_fen: int) -> Asked:
    wish = CreateCharges(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.NATIVE,
        combined=CombinedAsk(out_no=out_no),
        asks=[build_ask(world, number, total_fen) for number, total_fen in totals_fen.items()],
    )
    return await world.office.run(create_charges, wish, world.owner)


async def test_each_of_a_combination_takes_its_own(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    first = await send(world, stock, "lin", "r1")
    await send(world, stock, "lin", "r2")
    asked = await _ask_together(world, "all", a=1_000, b=1_500)
    paid = await pay(world, asked)
    assert (paid.total_fen, paid.payer_fen) == (2_500, 2_100)
    for number in ("a", "b"):
        await give_back(world, number, (await charge_of(world, number)).total_fen)
    asked = await _ask_together(world, "more", c=900, d=1_500)
    assert (await pay(world, asked, int(first.voucher_id))).payer_fen == 2_200


async def test_a_combination_that_nothing_chosen_fits_is_not_paid(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    voucher = await send(world, stock, "lin", "r1")
    asked = await _ask_together(world, "all", a=900, b=999)
    for chosen in (int(voucher.voucher_id), 7):
        with pytest.raises(Refusal, match=r"vouchers\.not_fitting"):
            await pay(world, asked, chosen)
    assert {(await charge_of(world, one)).state for one in "ab"} == {ChargeState.UNPAID}
    assert len(await held(world)) == 1
    assert (await pay(world, asked)).payer_fen == 1_899


async def test_a_reversed_payment_gives_the_voucher_back_even_when_settled(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    await fill_purse(world, 3_000)
    stock = await add_stock(world)
    await send(world, stock, "lin", "r1")
    await pay(world, await ask(world, "no1", 1_000))
    refund = (await give_back(world, "no1", 1_000, funds=Funds.AVAILABLE)).refund
    assert refund.voucher_fen == 200
    assert await read_purse(world) == 3_000 - 2_000 - 994
    assert len(await held(world)) == 1


async def test_what_is_paid_or_closed_offers_nothing_more(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    for number in ("r1", "r2"):
        await send(world, stock, "lin", number)
    lin = world.as_person("lin")
    asked = await ask(world, "no1", 1_000)
    (before,) = await world.office.run(list_off, ListOff(token=asked.token), lin)
    assert len(before.offers) == 2
    await pay(world, asked)
    (after,) = await world.office.run(list_off, ListOff(token=asked.token), lin)
    assert (after.total_fen, after.offers) == (1_000, [])
    with pytest.raises(NotFound, match=r"charges\.not_found"):
        await world.office.run(list_off, ListOff(token="2" * 20), lin)


async def test_a_scanned_code_takes_the_best_voucher_by_itself(world: World) -> None:
    await open_till(world, "lin", money_fen=10_000)
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    lin = await world.person("lin")
    command = TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        way=Way.CODE,
        asks=[build_ask(world, "till1", 1_000)],
        shown_at=world.now,
        payer_id=PersonId(lin.person_id),
    )
    charge = await world.office.run(take_charge, command, world.owner)
    assert (charge.payer_fen, charge.discount_fen) == (800, 200)


async def _pay_at_once(world: World, commands: Sequence[PayCharge]) -> Counter[object]:
    """How often what was paid, or what was refused, when two processes pay as one person."""
    lin = world.as_person("lin")
    async with second_office(world) as other:
        offices = [world.office, other]
        outcomes = await asyncio.gather(
            *(
                offices[number % 2].run(pay_charges, command, lin)
                for number, command in enumerate(commands)
            ),
            return_exceptions=True,
        )
    return Counter(
        one.code if isinstance(one, Failure) else getattr(one, "payer_fen", one) for one in outcomes
    )


async def test_one_voucher_and_many_payments_at_once(world: World) -> None:
    await open_till(world, "lin", money_fen=20_000)
    await fill_purse(world, 2_000)
    stock = await add_stock(world)
    voucher = await send(world, stock, "lin", "r1")
    every = [await ask(world, f"no{number}", 1_000) for number in range(10)]
    codes = await _pay_at_once(
        world,
        [
            PayCharge(token=asked.token, voucher_id=Id(voucher.voucher_id) if number < 5 else None)
            for number, asked in enumerate(every)
        ],
    )
    assert codes[800] == 1
    refused = sum(codes[code] for code in ("vouchers.not_found", "vouchers.contended"))
    assert codes[1_000] + refused == 9
    assert codes[1_000] >= 4
    assert (await report_on(world, stock)).counts.used == 1


async def test_rivals_never_pay_more_than_they_were_shown(world: World) -> None:
    await open_till(world, "lin", money_fen=20_000)
    await send(world, await add_stock(world, is_cash=False), "lin", "r1")
    every = [await ask(world, f"no{number}", 1_000) for number in range(6)]
    codes = await _pay_at_once(
        world, [PayCharge(token=asked.token, expected_payer_fen=800) for asked in every]
    )
    assert codes == {800: 1, "charges.payer_fen_differs": 5}
    states = Counter([(await charge_of(world, f"no{number}")).state for number in range(6)])
    assert states[ChargeState.UNPAID] == 5
    await world.check()


async def test_a_combination_is_paid_as_shown_or_uses_no_voucher(world: World) -> None:
    await open_till(world, "lin", money_fen=20_000)
    stock = await add_stock(world, is_cash=False)
    await send(world, stock, "lin", "r1")
    await send(world, stock, "lin", "r2")
    asked = await _ask_together(world, "all", a=1_000, b=1_500)
    alone = await ask(world, "c", 1_000)
    lin = world.as_person("lin")
    for shown_fen, chosen in ((2_300, None), (2_400, None), (2_100, 0)):
        command = PayCharge(
            token=asked.token,
            expected_payer_fen=shown_fen,
            voucher_id=None if chosen is None else Id(chosen),
        )
        with pytest.raises(Refusal, match=r"charges\.payer_fen_differs"):
            await world.office.run(pay_charges, command, lin)
    assert len(await held(world)) == 2
    shown = [
        PayCharge(token=asked.token, expected_payer_fen=2_100),
        PayCharge(token=alone.token, expected_payer_fen=800),
    ]
    async with second_office(world) as other:
        outcomes = await asyncio.gather(
            world.office.run(pay_charges, shown[0], lin),
            other.run(pay_charges, shown[1], lin),
            return_exceptions=True,
        )
    codes = Counter(
        one.code if isinstance(one, Failure) else getattr(one, "payer_fen", one) for one in outcomes
    )
    assert codes["charges.payer_fen_differs"] == 1
    assert (codes[2_100], codes[800]) in {(1, 0), (0, 1)}
    assert len(await held(world)) == codes[800]
    await world.check()


async def test_one_of_two_vouchers_that_is_gone_gives_the_other_back(world: World) -> None:
    await open_till(world, "lin", money_fen=20_000)
    stock = await add_stock(world, is_cash=False)
    first, second = [await send(world, stock, "lin", number) for number in ("r1", "r2")]
    asked = await _ask_together(world, "all", a=1_000, b=1_500)
    command = PayCharge(token=asked.token, expected_payer_fen=2_100)
    turn = "update vouchers.vouchers set state = $2 where voucher_id = $1"

    async def pay_meanwhile() -> None:
        with pytest.raises(Refusal, match=r"charges\.payer_fen_differs"):
            await world.office.run(pay_charges, command, world.as_person("lin"))

    async with world.building.pool.acquire() as rival, world.building.pool.acquire() as watch:
        async with asyncio.TaskGroup() as tasks, rival.transaction():
            await rival.execute(turn, int(first.voucher_id), "expired")
            paying = tasks.create_task(pay_meanwhile())
            while not await watch.fetchval(_WAITING):
                assert not paying.done()
                await asyncio.sleep(0.01)
        assert [one.voucher_id for one in await held(world)] == [second.voucher_id]
        await rival.execute(turn, int(first.voucher_id), "held")
    assert {(await charge_of(world, one)).state for one in "ab"} == {ChargeState.UNPAID}
    assert (await world.office.run(pay_charges, command, world.as_person("lin"))).payer_fen == 2_100
