"""Whatever is wrong between the books is found with its number on its day; nothing else is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from banyan.books.actor import SYSTEM
from banyan.pay.charges import Funds, PayCharge, pay_charges
from banyan.pay.payouts import WithdrawPurse, withdraw_purse
from banyan.pay.settle import CHINA
from banyan.pay.vouchers import send_vouchers
from banyan.reach.redpackets import SendMerchantPacket, send_merchant_packet
from banyan.views.reconcile import (
    Difference,
    Family,
    ListReconciledDays,
    Mismatch,
    ReadReconciliation,
    ReadTrialBalance,
    Reconciliation,
    list_reconciled_days,
    read_reconciliation,
    read_trial_balance,
)
from banyan.views.reconcile.rules import find_problem
from tests.kit.charges import ask, charge_of, give_back, open_till, pay_asked
from tests.kit.china import to_hour
from tests.kit.payouts import UNKNOWN_CARD, give_merchant_card, open_teller
from tests.kit.redpackets import grab
from tests.kit.sales import balance
from tests.kit.split import bring_back, paid_charge, part, partner, share
from tests.kit.vouchers import add_stock, sending

if TYPE_CHECKING:
    from tests.kit.world import World


@pytest.mark.parametrize(
    ("family", "ledger", "booked", "outside", "problem"),
    [
        (Family.CHARGE, 5, 5, None, None),
        (Family.CHARGE, None, 5, None, Mismatch.NOT_MOVED),
        (Family.CHARGE, 5, None, None, Mismatch.NOT_BOOKED),
        (Family.CHARGE, 4, 5, None, Mismatch.AMOUNT_DIFFERS),
        (Family.PAYOUT, -5, -5, -5, None),
        (Family.PAYOUT, -5, -5, None, Mismatch.NOT_OUTSIDE),
        (Family.PAYOUT, None, None, -5, Mismatch.ONLY_OUTSIDE),
        (Family.PAYOUT, -5, -5, -6, Mismatch.OUTSIDE_DIFFERS),
        (Family.OTHER, 5, None, None, None),
    ],
)
def test_problems(
    family: Family,
    ledger: int | None,
    booked: int | None,
    outside: int | None,
    problem: Mismatch | None,
) -> None:
    assert find_problem(family, ledger, booked, outside) is problem


async def spoil(world: World, statement: str) -> None:
    """Do what nobody may do."""
    async with world.office.begin() as work:
        await work.db.execute(statement)


async def a_day(world: World) -> None:
    """A day with a sale, a refund and money that left for the bank."""
    await open_till(world, "lin")
    await give_merchant_card(world)
    await pay_asked(world, "lin", await ask(world, "C00001", 10_000))
    await to_hour(world)
    await pay_asked(world, "lin", await ask(world, "C00002", 3_000))
    await give_back(world, "C00001", 1_000, "R00001", funds=Funds.AVAILABLE)
    await pay_out(world, 2_000)


async def pay_out(world: World, fen: int) -> None:
    command = WithdrawPurse(merchant_id=world.merchant_id, amount_fen=fen)
    await world.office.run(withdraw_purse, command, world.owner)
    await open_teller(world).run_waiting()


async def today(world: World) -> Reconciliation:
    on = world.now.astimezone(CHINA).date()
    query = ReadReconciliation(merchant_id=world.merchant_id, on=on)
    return await world.office.run(read_reconciliation, query, world.owner)


async def differences(world: World) -> list[Difference]:
    found = await today(world)
    assert found.is_even is (not found.differences)
    return found.differences


async def test_even_books(world: World) -> None:
    await a_day(world)
    found = await today(world)
    assert found.is_even
    assert (found.opening_fen, found.closing_fen) == (9_940, 9_940 + 2_982 - 994 - 2_000)
    assert [(one.family, one.count, one.ledger_fen, one.booked_fen) for one in found.sums] == [
        (Family.CHARGE, 1, 2_982, 2_982),
        (Family.CHARGE_REFUND, 1, -994, -994),
        (Family.PAYOUT, 1, -2_000, -2_000),
    ]
    assert found.sums[-1].outside_fen == -2_000
    on = found.on
    query = ListReconciledDays(
        merchant_id=world.merchant_id, since=on - timedelta(days=7), until=on
    )
    days = (await world.office.run(list_reconciled_days, query, world.owner)).items
    assert [(one.on, one.count, one.difference_count) for one in days] == [
        (on, 3, 0),
        (on - timedelta(days=1), 1, 0),
    ]
    assert (days[0].came_fen, days[0].went_fen) == (2_982, 2_994)
    await world.check()


async def test_a_bill_that_tells_another_amount(world: World) -> None:
    await a_day(world)
    await spoil(world, "update charges.charges set fee_fen = 17 where out_no = 'C00002'")
    (one,) = await differences(world)
    charge = await charge_of(world, "C00002")
    assert (one.family, one.problem) == (Family.CHARGE, Mismatch.AMOUNT_DIFFERS)
    assert (one.number, one.ledger_fen, one.booked_fen) == (charge.transaction_no, 2_982, 2_983)
    await spoil(world, "update charges.charges set fee_fen = 18 where out_no = 'C00002'")


async def test_a_refund_that_no_bill_tells_of(world: World) -> None:
    await a_day(world)
    await spoil(world, "update charges.refunds set refunded_at = refunded_at - interval '1 month'")
    (one,) = await differences(world)
    assert (one.family, one.problem) == (Family.CHARGE_REFUND, Mismatch.NOT_BOOKED)
    assert (one.ledger_fen, one.booked_fen) == (-994, None)
    await spoil(world, "update charges.refunds set refunded_at = refunded_at + interval '1 month'")


async def test_a_payout_that_the_bank_never_took(world: World) -> None:
    await a_day(world)
    await spoil(world, "update payouts.test_bank set number = '7'")
    (one,) = await differences(world)
    assert (one.family, one.problem) == (Family.PAYOUT, Mismatch.NOT_OUTSIDE)
    trial = await world.office.run(read_trial_balance, ReadTrialBalance(), SYSTEM)
    assert [(stray.number, stray.amount_fen) for stray in trial.strays] == [("7", 2_000)]
    await spoil(
        world, "update payouts.test_bank set number = (select payout_id::text from payouts.payouts)"
    )


async def test_a_payout_that_the_bank_took_all_the_same(world: World) -> None:
    await open_till(world, "lin")
    await give_merchant_card(world, UNKNOWN_CARD)
    await pay_asked(world, "lin", await ask(world, "C00001", 10_000))
    await to_hour(world)
    await pay_out(world, 2_000)
    assert await differences(world) == []
    await spoil(
        world,
        "insert into payouts.test_bank"
        " select payout_id::text, 'T1', '0000', 'CNY', 2000, changed_at from payouts.payouts",
    )
    (one,) = await differences(world)
    assert (one.problem, one.outside_fen) == (Mismatch.ONLY_OUTSIDE, -2_000)
    await spoil(world, "delete from payouts.test_bank")


async def test_the_trial_balance_is_even(world: World) -> None:
    await a_day(world)
    trial = await world.office.run(read_trial_balance, ReadTrialBalance(), SYSTEM)
    assert trial.is_even
    assert trial.strays == []
    by_code = {row.code: row.balance_fen for row in trial.rows}
    assert by_code[106] == 2_982
    assert by_code[102] == 9_940 - 994 - 2_000
    assert by_code[107] == 60 + 18 - 6


async def test_shares_and_packets_are_compared_one_by_one(world: World) -> None:
    await open_till(world, "lin")
    coop = await partner(world)
    await pay_asked(world, "lin", await ask(world, "C00001", 10_000))
    await to_hour(world)
    charge = await paid_charge(world, "T00001", 10_000)
    await share(world, charge, "S00001", part(coop, 1_000))
    await bring_back(world, "S00001", "B00001", coop, 400)
    command = SendMerchantPacket(merchant_id=world.merchant_id, total_fen=900, count=3)
    packet = await world.office.run(send_merchant_packet, command, world.owner)
    await grab(world, "wu", packet)
    found = await today(world)
    assert found.is_even
    assert [(one.family, one.ledger_fen, one.booked_fen) for one in found.sums] == [
        (Family.CHARGE, 9_940, 9_940),
        (Family.SHARE, -1_000, -1_000),
        (Family.SHARE_RETURN, 400, 400),
        (Family.PACKET, -900, -900),
    ]
    theirs = ReadReconciliation(merchant_id=coop.merchant_id, on=found.on)
    got = await world.office.run(read_reconciliation, theirs, world.as_person("hao"))
    assert [(one.family, one.ledger_fen, one.booked_fen) for one in got.sums] == [
        (Family.SHARE, 1_000, 1_000),
        (Family.SHARE_RETURN, -400, -400),
    ]
    await spoil(world, "update split.parts set amount_fen = 999")
    (one,) = await differences(world)
    assert (one.family, one.problem) == (Family.SHARE, Mismatch.AMOUNT_DIFFERS)
    await spoil(world, "update split.parts set amount_fen = 1000")
    await world.advance(timedelta(days=1))
    (back,) = [one for one in (await today(world)).sums if one.family is Family.PACKET_RETURN]
    left = 900 - (await balance(world, "wu"))
    assert (back.ledger_fen, back.booked_fen) == (left, left)


async def test_vouchers_of_which_nobody_paid_change_no_refund(world: World) -> None:
    await open_till(world, "lin")
    ends_at = world.now + timedelta(days=3)
    stock = await add_stock(world, is_cash=False, amount_fen=50, ends_at=ends_at)
    lin = world.as_person("lin")
    one = sending(world, stock, lin.person_id, "V00001")
    voucher = await world.office.run(send_vouchers, one, world.owner)
    asked = await ask(world, "C00001", 10_000)
    command = PayCharge(token=asked.token, voucher_id=voucher.voucher_id)
    await world.office.run(pay_charges, command, lin)
    await to_hour(world)
    await world.advance(timedelta(days=3))
    await give_back(world, "C00001", 5_000, "R00001", funds=Funds.AVAILABLE)
    assert not await differences(world)
