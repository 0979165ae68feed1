"""Sending money from my wallet to my bank account, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, Refusal
from banyan.base.money import CNY
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.phone.proving import Asking, find_asking, run_proved
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money
from banyan.pay.payouts import (
    ListMyPayouts,
    PayoutState,
    ReadMyBankAccount,
    SetMyBankAccount,
    WithdrawWallet,
    list_my_payouts,
    read_my_bank_account,
    set_my_bank_account,
    subject_of,
    withdraw_wallet,
)
from banyan.pay.wallets import SHORT, ReadWallet, read_wallet

_home = "/wallet/withdraw"
_states: Mapping[PayoutState, tuple[str, str]] = {
    PayoutState.ACCEPTED: (mark("On its way"), "info"),
    PayoutState.PAID: (mark("Arrived"), "success"),
    PayoutState.FAILED: (mark("Refused by the bank"), "danger"),
}


async def show_payouts(ask: Ask) -> Answer:
    """What can be sent and where to, and what was sent."""
    return await _show(ask, {})


async def set_account(ask: Ask) -> Answer:
    """Say where my money is sent."""
    number = ask.form.text("number").replace(" ", "")
    try:
        command = fill(SetMyBankAccount, name=ask.form.text("name"), number=number)
        await ask.run(set_my_bank_account, command, key=ask.form.key)
    except Failure as failure:
        return await _refused(ask, failure)
    return ask.go(_home, mark("Your bank account is noted."))


async def withdraw(ask: Ask) -> Answer:
    """Send money to my bank account."""
    try:
        amount_fen = _amount(ask)
        command = fill(WithdrawWallet, amount_fen=amount_fen)
        await run_proved(ask, withdraw_wallet, command, subject_of(command))
    except Failure as failure:
        if failure.code == "answers.key_reused":
            return ask.go(_home)
        asking = await find_asking(ask, failure)
        if asking is not None:
            amount_fen = _amount(ask)
            # Nobody gives the password for what can't be sent anyway.
            if amount_fen <= (await ask.run(read_wallet, ReadWallet())).available_fen:
                return await _show(ask, {}, asking, amount_fen)
            failure = Refusal(SHORT)
        return await _refused(ask, failure)
    return ask.go(_home, mark("The money is on its way."))


def _amount(ask: Ask) -> int:
    """What was typed, more than nothing. Raises Wrong."""
    text = mark("Enter an amount such as 50 or 12.80")
    try:
        amount_fen = parse_money(ask.form.text("amount"), CNY.code)
    except ValueError:
        raise Wrong({"amount": Mistake(text)}) from None
    if not amount_fen:
        raise Wrong({"amount": Mistake(text)})
    return amount_fen


async def _refused(ask: Ask, failure: Failure) -> Answer:
    if failure.code == "sessions.required":
        raise failure
    return await _show(ask, ask.mistakes(failure, {SHORT: "amount"}))


async def _show(
    ask: Ask, errors: dict[str, str], asking: Asking | None = None, amount_fen: int = 0
) -> Answer:
    wallet = await ask.run(read_wallet, ReadWallet())
    held = await ask.run(read_my_bank_account, ReadMyBankAccount())
    page = await ask.run(list_my_payouts, ListMyPayouts(cursor=cursor_of(ask)))
    return show(
        ask,
        "payout/page.html",
        await frame_of(ask),
        status=422 if errors or asking else 200,
        asking=asking,
        amount_fen=amount_fen,
        wallet=wallet,
        account=held.account,
        payouts=page.items,
        next_cursor=page.next_cursor,
        states={state: (ask.words(text), tint) for state, (text, tint) in _states.items()},
        form=ask.form,
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _home, show_payouts),
    PageRoute("POST", _home, withdraw),
    PageRoute("POST", "/wallet/bank-account", set_account),
)
