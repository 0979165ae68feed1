"""What a merchant holds, its bank account, money on its way there, and what was settled."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.funds import names
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.payouts import (
    list_payouts,
    read_bank_account,
    set_bank_account,
    withdraw_purse,
)
from banyan.pay.settle import list_settlements, read_balances

_home = "/console/funds"


@at_desk(Permission.FINANCE_READ)
async def show_funds(desk: Desk) -> Answer:
    """Balances, withdrawals, settlements."""
    return await _show(desk, {})


@at_desk(Permission.FINANCE_WRITE)
async def withdraw(desk: Desk) -> Answer:
    """Send money to the bank account."""
    try:
        await desk.run(
            withdraw_purse,
            amount_fen=desk.money("amount"),
            currency=desk.currency,
            remark=desk.ask.form.text("remark"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, {"amount_fen": "amount"}), status=422)
    return desk.ask.go(_home, mark("The money is on its way."))


@at_desk(Permission.FINANCE_WRITE)
async def set_account(desk: Desk) -> Answer:
    """Say where the merchant's money is sent."""
    form = desk.ask.form
    try:
        number = form.text("number").replace(" ", "")
        await desk.run(set_bank_account, name=form.text("name"), number=number)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(_home, mark("Your bank account is noted."))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    balances = await desk.run(read_balances)
    held = await desk.run(read_bank_account)
    payouts = await desk.run(list_payouts, cursor=desk.ask.query.text("cursor") or None)
    settlements = await desk.run(list_settlements, limit=30)
    return await desk.page(
        "funds/page.html",
        status=status,
        balance=balances.items[0],
        others=balances.items[1:],
        account=held.account,
        payouts=payouts.items,
        settlements=settlements.items,
        pager=desk.pager((), payouts.next_cursor),
        names=names,
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _home, show_funds),
    PageRoute("POST", f"{_home}/withdraw", withdraw),
    PageRoute("POST", f"{_home}/bank-account", set_account),
)
