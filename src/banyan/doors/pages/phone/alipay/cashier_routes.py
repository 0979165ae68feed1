"""The cashier of what programs ask for by Alipay's protocol, and the way back to them."""

from __future__ import annotations

from urllib.parse import urlencode

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.consent.routes import check_signed_in, lead_back, refuse
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.charges import Charge, PayCharge, ReadByToken, pay_charges, read_payable
from banyan.pay.wallets import ReadWallet, read_wallet

_HREF = "/alipay/{token}"
_return = "/alipay-return"
_too_late = frozenset(
    {"charges.already_paid", "charges.closed", "charges.revoked", "charges.failed"}
)


async def show_cashier(ask: Ask) -> Answer:
    """What is to be paid, and from what; once it is paid, the way back."""
    check_signed_in(ask)
    try:
        charge = await _read(ask)
    except Failure as failure:
        return await refuse(ask, failure, mark("Nothing to pay here"))
    if charge.is_paid:
        return await _show_done(ask, charge)
    return await _show(ask, charge, {})


async def pay(ask: Ask) -> Answer:
    """Pay from the wallet what the page showed."""
    check_signed_in(ask)
    try:
        charge = await _read(ask)
        command = fill(
            PayCharge,
            token=charge.token,
            expected_total_fen=ask.form.text("expected_total_fen") or None,
        )
        await ask.run(pay_charges, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "charges.not_found":
            return await refuse(ask, failure, mark("Nothing to pay here"))
        if failure.code in _too_late:
            return ask.go(ask.path, ask.explain(failure), kind="warning")
        return await _show(ask, await _read(ask), ask.mistakes(failure))
    return ask.go(ask.path)


async def lead_home(ask: Ask) -> Answer:
    """Back to the page that the program named."""
    check_signed_in(ask)
    charge = await _read(ask)
    if not charge.is_paid or not charge.facts.extra.get("return_url"):
        return ask.go(f"/alipay/{charge.token}")
    named = {"trade_no": charge.transaction_no, "token": charge.token}
    return await lead_back(ask, f"{_return}?{urlencode(named)}")


async def _read(ask: Ask) -> Charge:
    try:
        query = fill(ReadByToken, token=ask.values["token"])
    except Invalid:
        raise NotFound("charges.not_found") from None
    return (await ask.run(read_payable, query)).charges[0]


async def _show(ask: Ask, charge: Charge, errors: dict[str, str]) -> Answer:
    wallet = await ask.run(read_wallet, ReadWallet(currency=charge.currency))
    return show(
        ask,
        "alipay/cashier.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        charge=charge,
        shop=await shop_of(ask, int(charge.merchant_id)),
        wallet=wallet,
        short_fen=max(0, charge.total_fen - wallet.available_fen),
        is_open=charge.closed_at is None and ask.house.now() <= charge.payable_until,
        errors=errors,
    )


async def _show_done(ask: Ask, charge: Charge) -> Answer:
    return show(
        ask,
        "alipay/done.html",
        await frame_of(ask, has_unread=False),
        charge=charge,
        shop=await shop_of(ask, int(charge.merchant_id)),
        has_return=bool(charge.facts.extra.get("return_url")),
    )


ROUTES = (
    PageRoute("GET", _HREF, show_cashier),
    PageRoute("POST", _HREF, pay),
    PageRoute("GET", f"{_HREF}/back", lead_home),
)
