"""My payment code, made by the phone itself, and what a till asks me to confirm."""

from __future__ import annotations

import base64

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.json import encode
from banyan.commerce.orders import (
    DeclineOrder,
    Order,
    PayOrder,
    ReadAsked,
    decline_order,
    pay_orders,
    read_asked,
)
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
from banyan.pay.risk import PASSWORD_NEEDED
from banyan.pay.wallets import ReadWallet, read_wallet

_HOME = "/pay-code"
_ASKED = f"{_HOME}/asked"
_TURNS_OVER = 99
_changed = mark("Nothing was paid: the till asks for something else now. Look at it again.")


class News(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the code that the phone shows."""

    turn: int
    """How many codes of this minute were taken."""
    charge: str
    """The last charge or order that a till asked by a code; 0 for none."""
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


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a till asked last: a charge of its program, or an order of its shop."""

    number: int
    merchant_id: int
    currency: str
    due_fen: int
    paid_fen: int
    says: str
    is_waiting: bool
    is_paid: bool
    charge: Charge | None = None
    order: Order | None = None

    @property
    def subject(self) -> str:
        """What the pay password is given for."""
        return subject_of(self.charge.token) if self.charge else f"orders.{self.number:d}"


async def tell_news(ask: Ask) -> Answer:
    """What became of the codes of this minute, and what a till asks."""
    asked = await _find(ask)
    turn, code = _TURNS_OVER, ""
    try:
        shown = await ask.run(show_code, ShowCode())
        turn, code = shown.turn, shown.code
    except Refusal as refusal:
        if refusal.code != "paycodes.all_taken":
            raise
    news = News(
        turn=turn,
        charge=str(asked.number) if asked else "0",
        is_waiting=asked is not None and asked.is_waiting,
        now_ms=int(ask.house.now().timestamp() * 1000),
        code=code,
    )
    return Answer(200, encode(news))


async def show_asked(ask: Ask) -> Answer:
    """What the till asked last: to confirm, or what became of it."""
    asked = await _read(ask)
    state = await ask.run(read_password, ReadPassword())
    asking = Asking(is_set=state.is_set, locked_until=state.locked_until)
    return await _show(ask, asked, asking)


async def confirm(ask: Ask) -> Answer:
    """Pay it with the pay password."""
    asked = await _read(ask)
    shown = (ask.form.text("number"), ask.form.text("due_fen"))
    if shown != (f"{asked.number:d}", f"{asked.due_fen:d}"):
        return ask.go(_ASKED, _changed, kind="warning")
    try:
        proof = await prove(ask, asked.subject)
        if not proof:
            raise Refusal(PASSWORD_NEEDED)
        await _pay(ask, asked, proof)
    except Failure as failure:
        asking = await find_asking(ask, failure)
        if asking is None:
            asking = Asking(is_set=True, error=advise(ask, failure))
        return await _show(ask, await _read(ask), asking, status=422)
    return ask.go(_ASKED)


async def decline(ask: Ask) -> Answer:
    """Say no to the till."""
    asked = await _read(ask)
    if asked.charge:
        await ask.run(decline_charge, DeclineCharge(token=asked.charge.token), key=ask.form.key)
    else:
        command = fill(DeclineOrder, merchant_id=str(asked.merchant_id), order_id=str(asked.number))
        await ask.run(decline_order, command, key=ask.form.key)
    return ask.go(_HOME, mark("You did not pay it."))


async def _pay(ask: Ask, asked: Asked, proof: str) -> None:
    if asked.charge:
        token, total_fen = asked.charge.token, asked.charge.total_fen
        paying = fill(PayCharge, token=token, expected_total_fen=total_fen, proof=proof)
        await ask.run(pay_charges, paying, key=ask.form.key)
        return
    ordered = fill(
        PayOrder,
        merchant_id=str(asked.merchant_id),
        order_id=str(asked.number),
        expected_total_fen=asked.due_fen,
        proof=proof,
    )
    await ask.run(pay_orders, ordered, key=ask.form.key)


async def _find(ask: Ask) -> Asked | None:
    """The newer of the last charge and the last order that tills asked."""
    charge = (await ask.run(read_shown, ReadShown())).charge
    found = await ask.run(read_asked, ReadAsked())
    asked_at = found.asked_at
    if found.order and asked_at and (charge is None or charge.created_at < asked_at):
        return _of_order(found.order, is_waiting=found.is_waiting)
    return _of_charge(charge) if charge else None


def _of_charge(charge: Charge) -> Asked:
    return Asked(
        number=int(charge.charge_id),
        merchant_id=int(charge.merchant_id),
        currency=charge.currency,
        due_fen=charge.total_fen,
        paid_fen=charge.payer_fen,
        says=charge.facts.description,
        is_waiting=charge.state is ChargeState.PAYING,
        is_paid=charge.is_paid,
        charge=charge,
    )


def _of_order(order: Order, *, is_waiting: bool) -> Asked:
    return Asked(
        number=int(order.order_id),
        merchant_id=int(order.merchant_id),
        currency=order.currency,
        due_fen=order.total_fen,
        paid_fen=order.total_fen,
        says=f"#{order.pickup_number}",
        is_waiting=is_waiting,
        is_paid=order.paid_at is not None,
        order=order,
    )


async def _read(ask: Ask) -> Asked:
    asked = await _find(ask)
    if asked is None:
        raise NotFound("charges.not_found")
    return asked


async def _show(ask: Ask, asked: Asked, asking: Asking, *, status: int = 200) -> Answer:
    wallet = await ask.run(read_wallet, ReadWallet(currency=asked.currency))
    return show(
        ask,
        "paycode/asked.html",
        await frame_of(ask, has_unread=False),
        status=status,
        asked=asked,
        shop=await shop_of(ask, asked.merchant_id),
        wallet=wallet,
        asking=asking,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_page),
    PageRoute("POST", f"{_HOME}/seed", give_seed),
    PageRoute("POST", f"{_HOME}/news", tell_news),
    PageRoute("GET", _ASKED, show_asked),
    PageRoute("POST", f"{_ASKED}/confirm", confirm),
    PageRoute("POST", f"{_ASKED}/decline", decline),
)
