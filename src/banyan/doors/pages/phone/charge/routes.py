"""The cashier of what merchants' programs ask for, in each protocol, and the way back to them."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.base.money import currency
from banyan.commerce.desks import ListDeskWays, list_desk_ways
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.consent.routes import check_signed_in, lead_back, refuse
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.phone.proving import Asking, find_asking, prove
from banyan.doors.pages.phone.topping_up import put_in, suggest
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import render_amount
from banyan.parties.merchants import PublicMerchant
from banyan.pay.afterpay import FindMyReceipt, find_my_receipt
from banyan.pay.charges import (
    ChargeState,
    DeclineCharge,
    ListOff,
    OffCharge,
    Payable,
    PayCharge,
    Protocol,
    ReadByToken,
    Way,
    decline_charge,
    list_off,
    pay_charges,
    read_payable,
    subject_of,
)
from banyan.pay.gateways import AttemptState, WaysToPay
from banyan.pay.wallets import ReadWallet, read_wallet

_HREF = "/pay/{token}"
_alipay_return = "/alipay-return"
_too_late = frozenset(
    {"charges.already_paid", "charges.closed", "charges.revoked", "charges.failed"}
)
_url_max = 1_024
_over = frozenset({ChargeState.CLOSED, ChargeState.REVOKED, ChargeState.FAILED})


async def open_link(ask: Ask) -> Answer:
    """The page that a browser elsewhere opens: the cashier, which knows the way back."""
    check_signed_in(ask)
    back = ask.query.text("redirect_url")
    query = f"?{urlencode({'back': back})}" if is_page(back) else ""
    return ask.go(f"/pay/{ask.query.text('token')[:40]}{query}")


async def show_cashier(ask: Ask) -> Answer:
    """What is to be paid, and from what; once it is paid, the way back."""
    check_signed_in(ask)
    try:
        payable = await _read(ask)
    except Failure as failure:
        return await refuse(ask, failure, mark("Nothing to pay here"))
    if payable.charges[0].is_paid:
        return await _show_done(ask, payable)
    ways = await _list_ways(ask, payable)
    if ways.attempt is not None and ways.attempt.state is AttemptState.PAID:
        return ask.go(f"/pay/{payable.token}/outside")
    return await _show(ask, payable, {})


async def pay(ask: Ask) -> Answer:
    """Pay from the wallet what the page showed."""
    check_signed_in(ask)
    try:
        payable = await _read(ask)
        command = fill(
            PayCharge,
            token=payable.token,
            expected_total_fen=ask.form.text("expected_total_fen") or None,
            expected_payer_fen=ask.form.text("expected_payer_fen") or None,
            voucher_id=ask.form.text("voucher_id") or None,
            proof=await prove(ask, subject_of(payable.token)),
        )
        await ask.run(pay_charges, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "charges.not_found":
            return await refuse(ask, failure, mark("Nothing to pay here"))
        if failure.code in _too_late:
            return ask.go(_here(ask), ask.explain(failure), kind="warning")
        asking = await find_asking(ask, failure)
        errors = {} if asking else ask.mistakes(failure)
        return await _show(ask, await _read(ask), errors, asking)
    return ask.go(_here(ask))


async def top_up_here(ask: Ask) -> Answer:
    """Fill the wallet from the test bank, and come back to pay."""
    check_signed_in(ask)
    payable = await _read(ask)
    try:
        await put_in(ask, payable.currency)
    except Failure as failure:
        return await _show(ask, payable, ask.mistakes(failure, currency=payable.currency))
    return ask.go(_here(ask), mark("Your wallet is topped up."))


async def decline(ask: Ask) -> Answer:
    """Say no to what a till asks for."""
    check_signed_in(ask)
    payable = await _read(ask)
    await ask.run(decline_charge, DeclineCharge(token=payable.token))
    return ask.go("/home", mark("You did not pay."))


async def lead_home(ask: Ask) -> Answer:
    """Back to the page that the program named."""
    check_signed_in(ask)
    payable = await _read(ask)
    way = _find_way_back(ask, payable)
    return await lead_back(ask, way) if way else ask.go(_here(ask))


def is_page(url: str) -> bool:
    """Whether this is an address that a browser may be led to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(url) <= _url_max


def _here(ask: Ask) -> str:
    back = ask.query.text("back")
    query = f"?{urlencode({'back': back})}" if is_page(back) else ""
    return f"/pay/{ask.values['token']}{query}"


def _find_way_back(ask: Ask, payable: Payable) -> str:
    charge = payable.charges[0]
    if charge.protocol is Protocol.ALIPAY:
        if not charge.is_paid or not charge.facts.extra.get("return_url"):
            return ""
        named = {"trade_no": charge.transaction_no, "token": charge.token}
        return f"{_alipay_return}?{urlencode(named)}"
    back = ask.query.text("back")
    return back if is_page(back) else ""


async def _read(ask: Ask) -> Payable:
    try:
        query = fill(ReadByToken, token=ask.values["token"])
    except Invalid:
        raise NotFound("charges.not_found") from None
    return await ask.run(read_payable, query)


def _choose(ask: Ask, off: list[OffCharge]) -> tuple[int | None, dict[int, int]]:
    """The voucher that was chosen, 0 for none and nothing for the best, and what each takes off.

    The first charge chooses first, and no voucher is used twice, as when it is paid. One that was
    chosen and is gone gives way to the best.
    """
    chosen = ask.form.text("voucher_id") or ask.query.text("voucher")
    voucher_id = int(chosen) if chosen.isascii() and chosen.isdigit() else None
    offered = {int(one.voucher.voucher_id) for charge in off for one in charge.offers}
    if voucher_id not in {0, *offered}:
        voucher_id = None
    used: dict[int, int] = {}
    for charge in sorted(off, key=lambda one: one.charge_id):
        for one in charge.offers:
            own = int(one.voucher.voucher_id)
            if own not in used and voucher_id in {None, own}:
                used[own] = one.amount_fen
                break
    return voucher_id, used


async def _show(
    ask: Ask, payable: Payable, errors: dict[str, str], asking: Asking | None = None
) -> Answer:
    first = payable.charges[0]
    wallet = await ask.run(read_wallet, ReadWallet(currency=payable.currency))
    off = await ask.run(list_off, ListOff(token=payable.token))
    voucher_id, used = _choose(ask, off)
    off_fen = sum(used.values())
    due_fen = payable.total_fen - off_fen
    short_fen = max(0, due_fen - wallet.available_fen)
    is_open = first.state not in _over and ask.house.now() <= first.payable_until
    ways = await _list_ways(ask, payable)
    return show(
        ask,
        "charge/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors or asking else 200,
        here=_here(ask),
        payable=payable,
        shops=await _find_shops(ask, payable),
        wallet=wallet,
        ways=ways.items,
        offers={one.voucher.voucher_id: one for charge in off for one in charge.offers}.values(),
        voucher_id=voucher_id,
        used=used,
        off_fen=off_fen,
        due_fen=due_fen,
        short_fen=short_fen,
        digits=currency(payable.currency).exponent,
        amount=ask.form.text("amount")
        or render_amount(suggest(short_fen, wallet.top_up_max_fen), payable.currency),
        is_open=is_open,
        is_at_till=first.state is ChargeState.PAYING,
        asking=asking,
        errors=errors,
    )


async def _list_ways(ask: Ask, payable: Payable) -> WaysToPay:
    """Through which providers it may be paid: what is asked for at a cash desk alone."""
    if payable.charges[0].way is not Way.DESK:
        return WaysToPay(items=[])
    return await ask.run(list_desk_ways, ListDeskWays(token=payable.token))


async def _find_receipt(ask: Ask, payable: Payable) -> str:
    """Where the shop shows its own receipt of what was paid alone; mostly nowhere."""
    first = payable.charges[0]
    if len(payable.charges) > 1:
        return ""
    query = FindMyReceipt(merchant_id=first.merchant_id, charge_id=first.charge_id)
    url = (await ask.run(find_my_receipt, query)).url
    if not is_page(url):
        return ""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'out_trade_no': first.out_no})}"


async def _show_done(ask: Ask, payable: Payable) -> Answer:
    return show(
        ask,
        "charge/done.html",
        await frame_of(ask, has_unread=False),
        here=_here(ask),
        payable=payable,
        payer_fen=sum(one.payer_fen for one in payable.charges),
        shops=await _find_shops(ask, payable),
        has_way_back=bool(_find_way_back(ask, payable)),
        receipt_href=await _find_receipt(ask, payable),
    )


async def _find_shops(ask: Ask, payable: Payable) -> dict[int, PublicMerchant]:
    return await names_of(ask, (int(one.merchant_id) for one in payable.charges))


ROUTES = (
    PageRoute("GET", "/pay/h5", open_link),
    PageRoute("GET", _HREF, show_cashier),
    PageRoute("POST", _HREF, pay),
    PageRoute("POST", f"{_HREF}/top-up", top_up_here),
    PageRoute("POST", f"{_HREF}/decline", decline),
    PageRoute("GET", f"{_HREF}/back", lead_home),
)
