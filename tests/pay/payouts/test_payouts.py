"""Money leaves for a bank once, whatever the bank says and whenever we are killed."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from banyan.base.errors import Failure, NotFound, Refusal, Trouble
from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, AccountSums, read_accounts
from banyan.doors.sandbox import Faults
from banyan.doors.sandbox.faults import FaultKind
from banyan.outside.bank import PlayBank, Teller
from banyan.parties.keys import KEY_SCOPES, find_key_actors
from banyan.parties.people import PersonId
from banyan.parties.staff import Role
from banyan.pay.enrolments import Account, ChangeSettlement, change_settlement
from banyan.pay.passwords import GivePassword, ProvePassword, give_password, prove_password
from banyan.pay.payouts import (
    BankOrder,
    HolderKind,
    ListMyPayouts,
    ListPayouts,
    Payout,
    PayoutState,
    ReadBankAccount,
    ReadMyPayout,
    ReadPayout,
    SetBankAccount,
    WithdrawPurse,
    WithdrawWallet,
    list_my_payouts,
    list_payouts,
    read_bank_account,
    read_my_payout,
    read_payout,
    set_bank_account,
    withdraw_purse,
    withdraw_wallet,
)
from banyan.pay.risk import Action, Kind, Measure
from banyan.pay.wallets import purse_of, wallet_of
from tests.kit.commerce_shop import open_tea_shop
from tests.kit.parties import add_key
from tests.kit.payouts import (
    UNKNOWN_CARD,
    Deadly,
    Killed,
    add_fault,
    end_leases,
    give_card,
    give_merchant_card,
    open_teller,
    play_bank,
)
from tests.kit.risk import decisions, hold, rule
from tests.kit.sales import buy, fill_wallet, open_bank
from tests.kit.world import World


async def open_wallet(world: World, amount_fen: int = 10_000) -> None:
    """Lin has money, and a card to send it to."""
    await open_bank(world)
    await give_card(world, await world.person("lin"))
    await fill_wallet(world, "lin", amount_fen)


async def wallet(world: World) -> AccountSums:
    account = wallet_of(CNY, world.as_person("lin").person_id).account_id
    async with world.building.pool.acquire() as db:
        return (await read_accounts(db, [account])).get(account, EMPTY)


async def withdraw(world: World, amount_fen: int = 3_000) -> Payout:
    command = WithdrawWallet(amount_fen=amount_fen)
    return await world.office.run(withdraw_wallet, command, world.as_person("lin"))


async def read(world: World, payout: Payout) -> Payout:
    query = ReadMyPayout(payout_id=payout.payout_id)
    return await world.office.run(read_my_payout, query, world.as_person("lin"))


async def count_at_bank(world: World) -> int:
    async with world.building.pool.acquire() as db:
        count: int = await db.fetchval("select count(*) from payouts.test_bank")
        return count


async def test_money_is_set_aside_and_then_the_banks(world: World) -> None:
    await open_wallet(world)
    since = await world.mark()
    payout = await withdraw(world)
    assert (payout.state, payout.is_test, payout.number_tail) == (
        PayoutState.ACCEPTED,
        True,
        "7890",
    )
    held = await wallet(world)
    assert (held.balance, held.available) == (10_000, 7_000)
    await world.check()
    assert await open_teller(world).run_waiting() == 1
    paid = await read(world, payout)
    assert paid.state is PayoutState.PAID
    assert paid.bank_no.startswith("T")
    held = await wallet(world)
    assert (held.balance, held.available) == (7_000, 7_000)
    assert await world.events(since) == ["payouts.accepted", "payouts.paid"]
    page = await world.office.run(list_my_payouts, ListMyPayouts(), world.as_person("lin"))
    assert page.items == [paid]
    assert await open_teller(world).run_waiting() == 0


async def test_a_bank_that_refuses_gives_the_money_back(world: World) -> None:
    await open_wallet(world)
    await give_card(world, world.as_person("lin"), UNKNOWN_CARD)
    payout = await withdraw(world)
    await open_teller(world).run_waiting()
    failed = await read(world, payout)
    assert (failed.state, failed.why) == (PayoutState.FAILED, "no such account")
    held = await wallet(world)
    assert (held.balance, held.available) == (10_000, 10_000)
    assert await count_at_bank(world) == 0


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.DROP, FaultKind.DUPLICATE])
async def test_a_bank_that_fails_pays_once(world: World, kind: FaultKind) -> None:
    await open_wallet(world)
    faults = Faults()
    add_fault(faults, kind, stage="send")
    payout = await withdraw(world)
    teller = open_teller(world, faults)
    await teller.run_waiting()
    if kind is not FaultKind.DUPLICATE:
        waiting = await read(world, payout)
        assert (waiting.state, waiting.why) == (PayoutState.ACCEPTED, "sandbox.fault")
        assert (await wallet(world)).available == 7_000
        assert await count_at_bank(world) == (kind is FaultKind.DROP)
        await world.check()
        await end_leases(world)
        await teller.run_waiting()
    assert (await read(world, payout)).state is PayoutState.PAID
    assert await count_at_bank(world) == 1
    assert (await wallet(world)).balance == 7_000


async def test_a_slow_bank_is_asked_what_became_of_it(world: World) -> None:
    await open_wallet(world)
    faults = Faults()
    add_fault(faults, FaultKind.DELAY, delay_s=30.0, stage="send")
    add_fault(faults, FaultKind.ERROR, stage="find")
    payout = await withdraw(world)
    teller = open_teller(world, faults, wait_s=0.2)
    await teller.run_waiting()
    assert (await read(world, payout)).why == "the bank gave no answer in time"
    assert await count_at_bank(world) == 1
    await end_leases(world)
    await teller.run_waiting()
    assert (await read(world, payout)).state is PayoutState.ACCEPTED
    await end_leases(world)
    await open_teller(world, faults).run_waiting()
    assert (await read(world, payout)).state is PayoutState.PAID
    assert await count_at_bank(world) == 1


@pytest.mark.parametrize("after", [False, True])
async def test_whoever_is_killed_at_the_bank_pays_once(world: World, *, after: bool) -> None:
    await open_wallet(world)
    payout = await withdraw(world)
    deadly = Teller(world.office, Deadly(play_bank(world), after=after))
    with pytest.raises(BaseExceptionGroup) as caught:
        await deadly.run_waiting()
    assert caught.group_contains(Killed)
    # Its lease holds: nobody else asks before it is over.
    assert await open_teller(world).run_waiting() == 0
    assert (await read(world, payout)).state is PayoutState.ACCEPTED
    assert await count_at_bank(world) == after
    await end_leases(world)
    assert await open_teller(world).run_waiting() == 1
    assert (await read(world, payout)).state is PayoutState.PAID
    assert await count_at_bank(world) == 1


async def test_two_tellers_pay_each_payout_once(world: World) -> None:
    await open_wallet(world, 100_000)
    for number in range(40):
        await withdraw(world, 100 + number)
    await asyncio.gather(*(open_teller(world).run_waiting() for _ in range(3)))
    assert await count_at_bank(world) == 40
    assert (await wallet(world)).balance == 100_000 - sum(100 + one for one in range(40))


async def test_rivals_take_out_what_there_is_and_no_more(world: World) -> None:
    await open_wallet(world, 4 * 2_500 + 2_499)
    outcomes = await asyncio.gather(
        *(withdraw(world, 2_500) for _ in range(12)), return_exceptions=True
    )
    codes = Counter(one.code if isinstance(one, Failure) else "done" for one in outcomes)
    assert codes == {"done": 4, "wallets.insufficient": 8}
    assert (await wallet(world)).available == 2_499
    await open_teller(world).run_waiting()
    assert (await wallet(world)).balance == 2_499


async def test_without_a_card_or_a_bank_nothing_leaves(world: World) -> None:
    await open_bank(world)
    await world.person("lin")
    await fill_wallet(world, "lin", 500)
    with pytest.raises(Refusal, match=r"payouts\.no_account"):
        await withdraw(world, 500)


async def open_purse(world: World) -> None:
    """Lin has bought tea of Mei's shop, which has a bank account."""
    await open_bank(world)
    shop = await open_tea_shop(world)
    await world.person("lin")
    await fill_wallet(world, "lin", 5_000)
    await buy(world, "lin", shop, {shop.oolong: 2})
    await give_merchant_card(world)


def purse_command(world: World, amount_fen: int = 2_000, out_no: str = "W1") -> WithdrawPurse:
    return WithdrawPurse(merchant_id=world.merchant_id, amount_fen=amount_fen, out_no=out_no)


async def test_a_merchants_number_names_one_payout(world: World) -> None:
    await open_purse(world)
    rivals = await asyncio.gather(
        *(world.office.run(withdraw_purse, purse_command(world), world.owner) for _ in range(8))
    )
    assert len({one.payout_id for one in rivals}) == 1
    with pytest.raises(Refusal, match=r"payouts\.number_used"):
        await world.office.run(withdraw_purse, purse_command(world, 1_999), world.owner)
    with pytest.raises(Refusal, match=r"payouts\.insufficient"):
        await world.office.run(withdraw_purse, purse_command(world, 1_601, "W2"), world.owner)
    await open_teller(world).run_waiting()
    query = ReadPayout(merchant_id=world.merchant_id, out_no="W1")
    paid = await world.office.run(read_payout, query, world.owner)
    assert (paid.state, paid.holder_kind) == (PayoutState.PAID, HolderKind.MERCHANT)
    account = purse_of(CNY, world.merchant_id).account_id
    async with world.building.pool.acquire() as db:
        assert (await read_accounts(db, [account]))[account].available == 1_600
    page = await world.office.run(
        list_payouts,
        ListPayouts(merchant_id=world.merchant_id, state=PayoutState.PAID),
        world.owner,
    )
    assert page.items == [paid]
    again = await world.office.run(withdraw_purse, purse_command(world), world.owner)
    assert again == paid


async def test_who_may_send_a_merchants_money(world: World) -> None:
    await open_purse(world)
    cashier = await world.staff("hao", Role.CASHIER)
    finance = await world.staff("wu", Role.FINANCE)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(withdraw_purse, purse_command(world), cashier)
    with pytest.raises(NotFound):
        await world.office.run(withdraw_purse, purse_command(world), world.as_person("lin"))
    await world.office.run(withdraw_purse, purse_command(world), finance)
    query = ReadBankAccount(merchant_id=world.merchant_id)
    held = await world.office.run(read_bank_account, query, finance)
    assert held.account is not None
    assert held.account.number_tail == "7890"
    async with world.building.pool.acquire() as db:
        sealed = await db.fetchval("select number_sealed from payouts.bank_accounts limit 1")
    assert b"6222" not in sealed
    await world.office.run(withdraw_purse, purse_command(world, 100, ""), SYSTEM)
    await open_teller(world).run_waiting()


async def test_the_test_bank_refuses_production(world: World) -> None:
    order = BankOrder(
        number="1",
        account_name="Lin",
        account_number="6222021234567890",
        currency="CNY",
        amount_fen=1,
        memo="",
        holder_kind=HolderKind.PERSON,
    )
    bank = PlayBank(world.office, is_production=True)
    with pytest.raises(Trouble, match=r"payouts\.play_money"):
        await bank.send(order)
    with pytest.raises(Trouble, match=r"payouts\.play_money"):
        await bank.find(order)
    assert await count_at_bank(world) == 0


async def test_risk_has_a_say_and_what_it_said_stays(world: World) -> None:
    await open_wallet(world)
    await hold(world, rule(Measure.AMOUNT, 2_999, kinds=["payout"]))
    with pytest.raises(Refusal, match=r"risk\.refused") as caught:
        await withdraw(world)
    assert (await wallet(world)).available == 10_000
    (made,) = await decisions(world)
    assert caught.value.fields == {"decision_id": str(int(made.decision_id))}
    assert (made.kind, made.action, made.amount_fen) == (Kind.PAYOUT, Action.REFUSE, 3_000)
    assert made.hits[0].code == "a_rule"
    assert (await withdraw(world, 2_999)).state is PayoutState.ACCEPTED
    assert len(await decisions(world)) == 1


async def test_a_dear_payout_wants_the_pay_password(world: World) -> None:
    await open_wallet(world)
    await hold(world, rule(Measure.DAY_FEN, 4_000, Action.STEP_UP))
    await withdraw(world)
    lin = world.as_person("lin")
    with pytest.raises(Refusal, match=r"risk\.password_needed") as caught:
        await withdraw(world)
    subject = str(caught.value.fields["subject"])
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    proving = ProvePassword(password="258036", subject=subject)
    proof = (await world.office.run(prove_password, proving, lin)).token
    command = WithdrawWallet(amount_fen=3_000, proof=proof)
    assert (await world.office.run(withdraw_wallet, command, lin)).amount_fen == 3_000
    with pytest.raises(Refusal, match=r"risk\.password_needed"):
        await world.office.run(withdraw_wallet, command, lin)
    made = [(one.action, one.is_proved) for one in await decisions(world)]
    assert made == [(Action.STEP_UP, False), (Action.WATCH, True), (Action.STEP_UP, False)]
    await world.check()


async def test_no_program_says_where_a_merchants_money_goes(world: World) -> None:
    await world.merchant()
    await open_bank(world)
    await give_merchant_card(world)
    new = await add_key(world, sorted(KEY_SCOPES))
    async with world.building.pool.acquire() as db:
        program = (await find_key_actors(db, [new.secret], world.now))[new.secret]
    query = ReadBankAccount(merchant_id=world.merchant_id)
    before = await world.office.run(read_bank_account, query, program)
    assert before.account is not None
    command = SetBankAccount(merchant_id=world.merchant_id, name="Thief", number=UNKNOWN_CARD)
    with pytest.raises(Refusal, match=r"sessions\.person_required"):
        await world.office.run(set_bank_account, command, program)
    wish = ChangeSettlement(
        merchant_id=world.merchant_id,
        mchid="1900000001",
        account=Account(kind="business", bank="工商银行", number=UNKNOWN_CARD),
    )
    with pytest.raises(Refusal, match=r"sessions\.person_required"):
        await world.office.run(change_settlement, wish, program)
    assert await world.office.run(read_bank_account, query, world.owner) == before
