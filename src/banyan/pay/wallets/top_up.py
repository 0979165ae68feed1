"""Puts money into wallets: many people at once, each within the limits."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure
from banyan.base.money import Currency, currency
from banyan.books.ledger import EMPTY, AccountId, AccountSums, read_accounts
from banyan.books.work import Call, Permission, Work, plural
from banyan.pay.wallets import store
from banyan.pay.wallets.rules import check_top_up
from banyan.pay.wallets.types import (
    TEST_BANK,
    ToppedUp,
    TopUp,
    TopUpId,
    TopUpWallet,
    TransferCode,
    test_bank_of,
    wallet_of,
)


class _Known(msgspec.Struct, frozen=True):
    """What a batch of top-ups must know: the open banks and the wallets before it."""

    banks: frozenset[str]
    sums: dict[AccountId, AccountSums]


@plural(permission=Permission.PERSON, batch_max=128)
async def top_up(work: Work, calls: Sequence[Call[TopUpWallet]]) -> Sequence[TopUp | Failure]:
    """Move money from a bank into the wallet of each caller, once, and record it.

    The test bank hands out play money and is closed in production. The largest balance holds
    between rivals, because a wallet's row is locked while its top-up is decided.

    Fails with Invalid `money.unknown_currency`, `wallets.nothing_to_top_up`; Refusal
    `wallets.bank_closed`, `wallets.top_up_too_large`, `wallets.too_full`.
    """
    known = await _lock(work, calls)
    brought: dict[AccountId, int] = {}
    outcomes = [_decide(work, call, known, brought) for call in calls]
    done = [
        (call, outcome)
        for call, outcome in zip(calls, outcomes, strict=True)
        if isinstance(outcome, TopUp)
    ]
    if done:
        await store.insert_top_ups(work.db, [_row(call, outcome) for call, outcome in done])
    for call, outcome in done:
        _note(work, call, outcome)
    return outcomes


async def _lock(work: Work, calls: Sequence[Call[TopUpWallet]]) -> _Known:
    wallets = {
        (int(call.actor.person_id), call.command.currency): call.at
        for call in calls
        if _find_currency(call) is not None
    }
    if wallets:
        rows = [(person, code, at) for (person, code), at in sorted(wallets.items())]
        await store.lock_wallets(work.db, rows)
    accounts = [wallet_of(currency(code), person).account_id for person, code in wallets]
    return _Known(
        banks=frozenset(await store.list_open_banks(work.db)),
        sums=await read_accounts(work.db, accounts),
    )


def _find_currency(call: Call[TopUpWallet]) -> Currency | None:
    try:
        return currency(call.command.currency)
    except Failure:
        return None


def _decide(
    work: Work, call: Call[TopUpWallet], known: _Known, brought: dict[AccountId, int]
) -> TopUp | Failure:
    command = call.command
    try:
        account = wallet_of(currency(command.currency), call.actor.person_id).account_id
        balance = known.sums.get(account, EMPTY).balance + brought.get(account, 0)
        is_open = command.bank_id in known.banks
        check_top_up(command.amount_fen, balance, is_bank_open=is_open, currency=command.currency)
    except Failure as failure:
        return failure
    brought[account] = brought.get(account, 0) + command.amount_fen
    return TopUp(
        top_up_id=TopUpId(work.ids.next()),
        bank_id=command.bank_id,
        is_test=command.bank_id == TEST_BANK,
        currency=command.currency,
        amount_fen=command.amount_fen,
        balance_fen=balance + command.amount_fen,
        topped_up_at=call.at,
    )


def _row(call: Call[TopUpWallet], done: TopUp) -> tuple[object, ...]:
    return (
        call.actor.person_id,
        done.top_up_id,
        done.bank_id,
        done.currency,
        done.amount_fen,
        done.topped_up_at,
    )


def _note(work: Work, call: Call[TopUpWallet], done: TopUp) -> None:
    money = currency(done.currency)
    source, wallet = test_bank_of(money), wallet_of(money, call.actor.person_id)
    work.open_account(source)
    work.open_account(wallet)
    work.move(
        book=money.number,
        debit=source.account_id,
        credit=wallet.account_id,
        amount=done.amount_fen,
        code=TransferCode.TOP_UP,
        cause=done.top_up_id,
        index=call.index,
    )
    work.record(
        ToppedUp(
            person_id=call.actor.person_id,
            subject_id=done.top_up_id,
            currency=done.currency,
            amount_fen=done.amount_fen,
            bank_id=done.bank_id,
            balance_fen=done.balance_fen,
        ),
        index=call.index,
    )
