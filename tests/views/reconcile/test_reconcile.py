"""Whatever is wrong between the books is found with its number on its day; nothing else is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from banyan.books.actor import SYSTEM
from banyan.pay.charges import Funds
from banyan.pay.payouts import WithdrawPurse, withdraw_purse
from banyan.pay.settle import CHINA
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
