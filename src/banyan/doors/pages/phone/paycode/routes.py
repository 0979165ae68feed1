"""My payment code, made by the phone itself, and what a till asks me to confirm."""

from __future__ import annotations

import base64

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.json import encode
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.phone.proving import Asking, find_asking, prove
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.charges import (
    Charge,
    ChargeState,
    DeclineCharge,
    PayCharge,
    ReadShown,
    decline_charge,
    pay_charges,
    read_shown,
    subject_of,
)
from banyan.pay.passwords import ReadPassword, read_password
from banyan.pay.paycodes import ShowCode, SowSeed, show_code, sow_seed
from banyan.pay.wallets import ReadWallet, read_wallet

_HOME = "/pay-code"
_ASKED = f"{_HOME}/asked"
_TURNS_OVER = 99


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the code that the phone shows."""

    turn: int
    """How many codes of this minute were taken."""
    charge: str
    """The last that a till asked by a code; 0 for none."""
    is_waiting: bool
    """Whether it must be confirmed."""
    now_ms: int
    code: str = ""
    """For phones that cannot make codes by themselves."""


async def show_page(ask: Ask) -> Answer:
    """The page on which the phone makes and shows its code; kept for when there is no network."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    return show(ask, "paycode/page.html", await frame_of(ask, has_unread=False))


async def give_seed(ask: Ask) -> Answer:
    """What this phone makes codes from."""
    seed = await ask.run(sow_seed, SowSeed())
    raw = base64.b64decode(seed.secret)
    given = {
        "seed_number": seed.seed_number,
        "secret": list(raw),
        "now_ms": int(seed.now.timestamp() * 1000),
    }
    return Answer(200, encode(given))


async def tell_news(ask: Ask) -> Answer:
    """What became of the codes of this minute, and what a till asks."""
    charge = (await ask.run(read_shown, ReadShown())).charge
    turn, code = _TURNS_OVER, ""
    try:
        shown = await ask.run(show_code, ShowCode())
        turn, code = shown.turn, shown.code
    except Refusal as refusal:
        if refusal.code != "paycodes.all_taken":
            raise
    news = News(
        turn=turn,
        charge=str(int(charge.charge_id)) if charge else "0",
        is_waiting=charge is not None and charge.state is ChargeState.PAYING,
        now_ms=int(ask.house.now().timestamp() * 1000),
        code=code,
    )
    return Answer(200, encode(news))


async def show_asked(ask: Ask) -> Answer:
    """What the till asked last: to confirm, or what became of it."""
    charge = await _read(ask)
    state = await ask.run(read_password, ReadPassword())
    return await _show(ask, charge, Asking(is_set=state.is_set))


async def confirm(ask: Ask) -> Answer:
    """Pay it with the pay password."""
    charge = await _read(ask)
    try:
        command = fill(
            PayCharge,
            token=charge.token,
            expected_total_fen=charge.total_fen,
            proof=await prove(ask, subject_of(charge.token)),
        )
        await ask.run(pay_charges, command, key=ask.form.key)
    except Failure as failure:
        asking = await find_asking(ask, failure)
        if asking is None:
            asking = Asking(is_set=True, error=advise(ask, failure))
        return await _show(ask, await _read(ask), asking, status=422)
    return ask.go(_ASKED)


async def decline(ask: Ask) -> Answer:
    """Say no to the till."""
    charge = await _read(ask)
    await ask.run(decline_charge, DeclineCharge(token=charge.token), key=ask.form.key)
    return ask.go(_HOME, mark("You did not pay it."))


async def _read(ask: Ask) -> Charge:
    charge = (await ask.run(read_shown, ReadShown())).charge
    if charge is None:
        raise NotFound("charges.not_found")
    return charge


async def _show(ask: Ask, charge: Charge, asking: Asking, *, status: int = 200) -> Answer:
    wallet = await ask.run(read_wallet, ReadWallet(currency=charge.currency))
    return show(
        ask,
        "paycode/asked.html",
        await frame_of(ask, has_unread=False),
        status=status,
        charge=charge,
        shop=await shop_of(ask, charge.merchant_id),
        wallet=wallet,
        asking=asking,
        is_waiting=charge.state is ChargeState.PAYING,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_page),
    PageRoute("POST", f"{_HOME}/seed", give_seed),
    PageRoute("POST", f"{_HOME}/news", tell_news),
    PageRoute("GET", _ASKED, show_asked),
    PageRoute("POST", f"{_ASKED}/confirm", confirm),
    PageRoute("POST", f"{_ASKED}/decline", decline),
)
