"""Settlement against a real database: limits, chains, pendings, ids, refusals that cost nothing."""

from datetime import timedelta

import msgspec
import pytest

from banyan.base.errors import Failure, Refusal
from banyan.books.actor import SYSTEM, Permission
from banyan.books.ledger import Account, AccountFlag, AccountSums, TransferId, read_accounts
from banyan.books.ledger.post_transfers import PostTransfer, post_transfers
from banyan.books.office import Office
from banyan.books.rooms import LEDGER
from banyan.books.timers.run import run_due
from banyan.books.work import Work, single

BOOK = 156
SOURCE = Account(BOOK, 0, 1)
LIN = Account(BOOK, 11, 2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
SHOP = Account(BOOK, 22, 2, AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS)
FEES = Account(BOOK, 33, 2)


class Nothing(msgspec.Struct, frozen=True):
    """A command without content."""

    amount: int = 0
    pending_id: int = 0


@single(permission=Permission.SYSTEM)
async def fund(work: Work, command: Nothing) -> Nothing:
    """Open the cast's accounts and give Lin some."""
    for account in (SOURCE, LIN, SHOP, FEES):
        work.open_account(account)
    _move(work, SOURCE, LIN, command.amount)
    return command


@single(permission=Permission.SYSTEM)
async def pay_with_fee(work: Work, command: Nothing) -> Nothing:
    """Two linked transfers: the amount to the shop, and a fee of 1 from the shop."""
    _move(work, LIN, SHOP, command.amount)
    _move(work, SHOP, FEES, 1)
    return command


@single(permission=Permission.SYSTEM)
async def set_aside(work: Work, command: Nothing) -> Nothing:
    """A pending transfer of an hour."""
    transfer = work.move(
        book=BOOK,
        debit=LIN.account_id,
        credit=SHOP.account_id,
        amount=command.amount,
        code=1,
        cause=0,
        pending_until=work.now + timedelta(hours=1),
    )
    return Nothing(pending_id=transfer)


@single(permission=Permission.SYSTEM)
async def complete(work: Work, command: Nothing) -> Nothing:
    """Post a pending transfer, in part if an amount is given."""
    work.post(command.pending_id, code=1, cause=0, amount=command.amount)
    return command


@single(permission=Permission.SYSTEM)
async def give_up(work: Work, command: Nothing) -> Nothing:
    """Void a pending transfer."""
    work.void(command.pending_id, code=1, cause=0)
    return command


def _move(work: Work, debit: Account, credit: Account, amount: int) -> None:
    work.move(
        book=BOOK, debit=debit.account_id, credit=credit.account_id, amount=amount, code=1, cause=0
    )


async def _sums(office: Office, account: Account) -> AccountSums:
    async with office.pool.acquire() as db:
        return (await read_accounts(db, [account.account_id]))[account.account_id]


async def test_linked_transfers_succeed_or_fail_together(office: Office) -> None:
    """A fee that the shop can bear only after the payment is fine; too much moves nothing."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    await office.run(pay_with_fee, Nothing(amount=40), SYSTEM)
    with pytest.raises(Refusal, match=r"ledger\.exceeds_credits"):
        await office.run(pay_with_fee, Nothing(amount=61), SYSTEM)
    assert (await _sums(office, LIN)).balance == 60
    assert (await _sums(office, SHOP)).balance == 39
    assert (await _sums(office, FEES)).balance == 1


async def test_pending_blocks_then_posts_in_part(office: Office) -> None:
    """What is set aside can't be spent; a part is posted and the rest is free again."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    aside = await office.run(set_aside, Nothing(amount=80), SYSTEM)
    with pytest.raises(Refusal, match=r"ledger\.exceeds_credits"):
        await office.run(set_aside, Nothing(amount=21), SYSTEM)
    await office.run(complete, Nothing(pending_id=aside.pending_id, amount=50), SYSTEM)
    lin = await _sums(office, LIN)
    assert (lin.balance, lin.available, lin.debits_pending) == (50, 50, 0)
    for again in (complete, give_up):
        with pytest.raises(Refusal, match=r"ledger\.pending_settled"):
            await office.run(again, Nothing(pending_id=aside.pending_id), SYSTEM)


async def test_void_and_expiry_release(office: Office) -> None:
    """Voided by hand or by time, nothing stays aside and nothing has moved."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    aside = await office.run(set_aside, Nothing(amount=80), SYSTEM)
    await office.run(give_up, Nothing(pending_id=aside.pending_id), SYSTEM)
    expiring = await office.run(set_aside, Nothing(amount=80), SYSTEM)
    async with office.begin() as work:
        work.later("ledger.expire_pendings", 0, work.now)
    await run_due(office, LEDGER.timers)
    assert (await _sums(office, LIN)).debits_pending == 80
    await office.set_clock(office.clock.now() + timedelta(hours=2))
    await run_due(office, LEDGER.timers)
    assert (await _sums(office, LIN)).available == 100
    with pytest.raises(Refusal, match=r"ledger\.pending_settled"):
        await office.run(complete, Nothing(pending_id=expiring.pending_id), SYSTEM)


async def test_posting_more_than_was_set_aside_is_refused(office: Office) -> None:
    """A post is bounded by its pending transfer, which stays."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    aside = await office.run(set_aside, Nothing(amount=80), SYSTEM)
    with pytest.raises(Refusal, match=r"ledger\.exceeds_pending"):
        await office.run(complete, Nothing(pending_id=aside.pending_id, amount=81), SYSTEM)
    await office.run(complete, Nothing(pending_id=aside.pending_id), SYSTEM)
    assert (await _sums(office, SHOP)).balance == 80


def _post(transfer: int, debit: Account, amount: int, credit: Account = SHOP) -> PostTransfer:
    return PostTransfer(
        transfer_id=TransferId(transfer),
        book=BOOK,
        debit=debit.account_id,
        credit=credit.account_id,
        amount=amount,
        code=1,
    )


def _codes(outcomes: list[TransferId | Failure]) -> list[str]:
    return [one.code if isinstance(one, Failure) else "posted" for one in outcomes]


async def test_a_batch_serves_whom_it_can(office: Office) -> None:
    """Of three who want 60 of 100 one is served; strangers' accounts and books are refused."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    nobody = Account(BOOK, 99, 9)
    commands = [
        _post(1, LIN, 60),
        _post(2, LIN, 60),
        _post(3, nobody, 1),
        msgspec.structs.replace(_post(4, LIN, 1), book=826),
        _post(5, LIN, 40),
    ]
    assert _codes(await office.run_many(post_transfers, commands, SYSTEM)) == [
        "posted",
        "ledger.exceeds_credits",
        "ledger.account_missing",
        "ledger.book_mismatch",
        "posted",
    ]
    assert (await _sums(office, LIN)).balance == 0


async def test_a_transfer_id_moves_once(office: Office) -> None:
    """Sent again, in one batch or later, it exists; with other content the id is taken."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    once = _post(7, LIN, 10)
    assert _codes(await office.run_many(post_transfers, [once, once], SYSTEM)) == [
        "posted",
        "ledger.transfer_exists",
    ]
    later = [once, _post(7, LIN, 11), _post(8, LIN, 1)]
    assert _codes(await office.run_many(post_transfers, later, SYSTEM)) == [
        "ledger.transfer_exists",
        "ledger.id_taken",
        "posted",
    ]
    assert (await _sums(office, LIN)).balance == 89


async def test_a_book_is_not_mixed_up_in_a_batch(office: Office) -> None:
    """One right transfer does not carry another through that names its account in another book."""
    await office.run(fund, Nothing(amount=100), SYSTEM)
    foreign = msgspec.structs.replace(_post(2, LIN, 1), book=826)
    outcomes = await office.run_many(post_transfers, [_post(1, LIN, 10), foreign], SYSTEM)
    assert _codes(outcomes) == ["posted", "ledger.book_mismatch"]
    assert (await _sums(office, LIN)).balance == 90
