"""My wallet."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.base.money import CNY
from banyan.base.money import currency as money_of
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.phone.topping_up import put_in
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.wallets import ListWallets, ReadWallet, list_wallets, read_wallet
from banyan.views.statements import ListWalletEntries, list_wallet_entries


async def show_wallet(ask: Ask) -> Answer:
    """The balance, and what came and went."""
    given = ask.query.text("currency")
    return await _show(ask, _currency(given) if given else "", {})


async def top_up(ask: Ask) -> Answer:
    """Put play money in from the test bank."""
    currency = _currency(ask.form.text("currency"))
    try:
        await put_in(ask, currency)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show(ask, currency, ask.mistakes(failure))
    return ask.go(f"/wallet?currency={currency}", mark("Your wallet is topped up."))


def _currency(given: str) -> str:
    is_code = len(given) == len(CNY.code) and given.isascii() and given.isalpha()
    return given.upper() if is_code else CNY.code


async def _show(ask: Ask, currency: str, errors: dict[str, str]) -> Answer:
    """One wallet with its entries, beside those in other currencies; the first if none is named."""
    wallets = (await ask.run(list_wallets, ListWallets())).items
    currency = currency or wallets[0].currency
    wallet = await ask.run(read_wallet, fill(ReadWallet, currency=currency))
    query = ListWalletEntries(currency=currency, cursor=cursor_of(ask))
    page = await ask.run(list_wallet_entries, query)
    return show(
        ask,
        "wallet/page.html",
        await frame_of(ask),
        status=422 if errors else 200,
        wallet=wallet,
        wallets=wallets,
        digits=money_of(currency).exponent,
        happened=page.items,
        next_cursor=page.next_cursor,
        amount=ask.form.text("amount"),
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", "/wallet", show_wallet),
    PageRoute("POST", "/wallet/top-up", top_up),
)
