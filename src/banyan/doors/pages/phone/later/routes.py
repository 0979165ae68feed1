"""What I use first and pay later."""

from __future__ import annotations

from datetime import datetime

import msgspec

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, shop_of, show
from banyan.doors.pages.phone.proving import Asking, find_asking, prove
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId
from banyan.pay.scores import (
    CloseMyMandate,
    ConfirmOrder,
    GiveMandate,
    ListMyMandates,
    ListMyScoreOrders,
    PayMyOrder,
    ReadAskedMandate,
    ReadAskedOrder,
    ReadMyStanding,
    SchemeId,
    ScoreOrder,
    ScoreOrderId,
    ScoreState,
    close_my_mandate,
    confirm_order,
    give_mandate,
    list_my_mandates,
    list_my_score_orders,
    pay_my_order,
    read_asked_mandate,
    read_asked_order,
    read_my_standing,
    subject_of,
)

_HOME = "/pay-later"
_states = {
    ScoreState.CREATED: (mark("Waits for you"), "warning"),
    ScoreState.DOING: (mark("In use"), "info"),
    ScoreState.DONE: (mark("Finished"), "success"),
    ScoreState.REVOKED: (mark("Taken back"), "neutral"),
    ScoreState.EXPIRED: (mark("Expired"), "neutral"),
}
_OWED = (mark("To pay"), "danger")
_formats = {14: ("%Y%m%d%H%M%S", "%Y-%m-%d %H:%M"), 8: ("%Y%m%d", "%Y-%m-%d")}


async def show_all(ask: Ask) -> Answer:
    """What I owe, what I agreed to, and what I used."""
    return await _show_all(ask)


async def _show_all(ask: Ask, asking: Asking | None = None, asked_id: int = 0) -> Answer:
    standing = await ask.run(read_my_standing, ReadMyStanding())
    mandates = (await ask.run(list_my_mandates, ListMyMandates())).items
    page = await ask.run(list_my_score_orders, ListMyScoreOrders(cursor=cursor_of(ask)))
    merchant_ids = [
        *(one.merchant_id for one in (*page.items, *standing.owed)),
        *(one.mandate.merchant_id for one in mandates),
    ]
    return show(
        ask,
        "later/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if asking else 200,
        asking=asking,
        asked_id=asked_id,
        owed=standing.owed,
        owed_fen=sum(one.total_fen for one in standing.owed),
        mandates=mandates,
        orders=page.items,
        next_cursor=page.next_cursor,
        shops=await names_of(ask, merchant_ids),
        state_of=state_of,
    )


async def show_order(ask: Ask) -> Answer:
    """What I am asked to agree to, or agreed to."""
    asked = await ask.run(read_asked_order, fill(ReadAskedOrder, token=ask.values["token"]))
    times = asked.order.terms.times
    return show(
        ask,
        "later/order.html",
        await frame_of(ask, has_unread=False),
        order=asked.order,
        scheme=asked.scheme,
        shop=await shop_of(ask, asked.order.merchant_id),
        state=state_of(asked.order),
        times=[(one, _moment(ask, one)) for one in (times.start, times.end)],
    )


async def agree(ask: Ask) -> Answer:
    """Use it now and pay later."""
    token = ask.values["token"]
    try:
        await ask.run(confirm_order, fill(ConfirmOrder, token=token))
    except Failure as failure:
        return _go_back(ask, failure, f"{_HOME}/{token}")
    return ask.go(f"{_HOME}/{token}", mark("Agreed. You pay when it is over."))


async def pay(ask: Ask) -> Answer:
    """Pay now what I owe."""
    order_id = ask.id("order_id", ScoreOrderId)
    command = PayMyOrder(merchant_id=ask.id("merchant_id", MerchantId), order_id=order_id)
    try:
        proved = msgspec.structs.replace(command, proof=await prove(ask, subject_of(order_id)))
        await ask.run(pay_my_order, proved)
    except Failure as failure:
        asking = await find_asking(ask, failure)
        if asking is not None:
            return await _show_all(ask, asking, order_id)
        return _go_back(ask, failure, _HOME)
    return ask.go(_HOME, mark("Paid. Thank you."))


async def show_mandate(ask: Ask) -> Answer:
    """Which service I am to agree to."""
    asked = await ask.run(read_asked_mandate, fill(ReadAskedMandate, token=ask.values["token"]))
    return show(
        ask,
        "later/mandate.html",
        await frame_of(ask, has_unread=False),
        mandate=asked.mandate,
        scheme=asked.scheme,
        shop=await shop_of(ask, asked.mandate.merchant_id),
    )


async def give(ask: Ask) -> Answer:
    """Let a service begin orders without asking me."""
    back = f"{_HOME}/allow/{ask.values['token']}"
    try:
        await ask.run(give_mandate, fill(GiveMandate, token=ask.values["token"]))
    except Failure as failure:
        return _go_back(ask, failure, back)
    return ask.go(back, mark("Agreed. You can end this at any time."))


async def close(ask: Ask) -> Answer:
    """Have a service ask me again each time."""
    command = CloseMyMandate(
        merchant_id=ask.id("merchant_id", MerchantId), scheme_id=ask.id("scheme_id", SchemeId)
    )
    await ask.run(close_my_mandate, command)
    return ask.go(_HOME, mark("It asks you each time from now on."))


def state_of(order: ScoreOrder) -> tuple[str, str]:
    """How far an order is, and its tint."""
    return _OWED if order.is_owed else _states[order.state]


def _moment(ask: Ask, text: str) -> str:
    """An instant or day as a shop's program wrote it, as people write it."""
    if text == "OnAccept":
        return ask.words(mark("when you agree"))
    known = _formats.get(len(text))
    if known is None:
        return text
    try:
        return datetime.strptime(text, known[0]).strftime(known[1])  # noqa: DTZ007 - as a wall clock shows it
    except ValueError:
        return text


def _go_back(ask: Ask, failure: Failure, href: str) -> Answer:
    if failure.code == "sessions.required" or failure.code.endswith("not_found"):
        raise failure
    return ask.go(href, ask.explain(failure), kind="danger")


ROUTES = (
    PageRoute("GET", _HOME, show_all),
    PageRoute("GET", f"{_HOME}/{{token}}", show_order),
    PageRoute("POST", f"{_HOME}/{{token}}", agree),
    PageRoute("POST", f"{_HOME}/orders/{{merchant_id}}/{{order_id}}/pay", pay),
    PageRoute("GET", f"{_HOME}/allow/{{token}}", show_mandate),
    PageRoute("POST", f"{_HOME}/allow/{{token}}", give),
    PageRoute("POST", f"{_HOME}/services/{{merchant_id}}/{{scheme_id}}/close", close),
)
