"""Putting money into the wallet, from the wallet's own page and when it is short for an order."""

from __future__ import annotations

from banyan.base.money import currency as money_of
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money
from banyan.pay.wallets import TopUp, TopUpWallet, top_up

_step_fen = 1_000


async def put_in(ask: Ask, currency: str) -> TopUp:
    """Put in what the form's `amount` says. Raises what `top_up` raises, and Wrong."""
    try:
        amount_fen = parse_money(ask.form.text("amount"), currency)
    except ValueError:
        text = mark("Enter an amount such as 50 or 12.80")
        whole = mark("Enter a whole amount such as 50")
        has_decimals = money_of(currency).exponent > 0
        raise Wrong({"amount": Mistake(text if has_decimals else whole)}) from None
    command = fill(TopUpWallet, amount_fen=amount_fen, currency=currency)
    return await ask.run(top_up, command, key=ask.form.key)


def suggest(short_fen: int, most_fen: int) -> int:
    """What to put in so that it is enough: rounded up to tens, within what may come in."""
    rounded = -(-short_fen // _step_fen) * _step_fen
    return min(max(rounded, _step_fen), most_fen) if most_fen else rounded
