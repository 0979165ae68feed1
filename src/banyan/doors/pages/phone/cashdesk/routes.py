"""A cash desk's code was scanned: how much is paid, and a word to the cashier."""

from __future__ import annotations

from banyan.base.errors import Failure, NotFound
from banyan.base.money import currency as money_of
from banyan.commerce.desks import (
    AskAtDesk,
    Desk,
    ReadDesk,
    ReadMyLast,
    ask_at_desk,
    read_desk,
    read_my_last,
)
from banyan.commerce.stores import ReadStore, read_store
from banyan.doors.http import Answer
from banyan.doors.http.money import format_money
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.phone.consent.routes import check_signed_in
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.phone.sign_in.routes import Step
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money

_HREF = "/desk/{code}"


async def show_desk(ask: Ask) -> Answer:
    """The shop, and the field for the amount; strangers sign in on the spot."""
    try:
        desk = await _read(ask)
    except Failure as failure:
        return ask.go("/scan", ask.explain(failure), kind="warning")
    return await _show(ask, desk, {})


async def ask_to_pay(ask: Ask) -> Answer:
    """Go on to the cashier with what was typed; the same form again leads to the same payment."""
    check_signed_in(ask)
    desk = await _read(ask)
    try:
        command = fill(
            AskAtDesk,
            code=ask.values["code"],
            total_fen=_parse_amount(ask, desk),
            remark=ask.form.text("remark"),
        )
        charge = await ask.run(ask_at_desk, command, key=ask.form.key)
    except Failure as failure:
        return await _show(ask, desk, ask.mistakes(failure, currency=desk.currency))
    return ask.go(f"/pay/{charge.token}")


async def _read(ask: Ask) -> Desk:
    try:
        query = fill(ReadDesk, code=ask.values["code"])
    except Wrong:
        raise NotFound("places.code_not_found") from None
    return await ask.run(read_desk, query)


def _parse_amount(ask: Ask, desk: Desk) -> int:
    """What was typed, within what a desk takes. Raises Wrong."""
    text = mark("Enter an amount such as 50 or 12.80")
    whole = mark("Enter a whole amount such as 50")
    try:
        amount_fen = parse_money(ask.form.text("amount"), desk.currency)
    except ValueError:
        has_decimals = money_of(desk.currency).exponent > 0
        raise Wrong({"amount": Mistake(text if has_decimals else whole)}) from None
    if not amount_fen:
        raise Wrong({"amount": Mistake(mark("Enter how much you pay"))})
    if amount_fen > desk.most_fen:
        most = format_money(ask.language.locale, desk.most_fen, desk.currency)
        raise Wrong({"amount": Mistake(mark("At most {money} at once"), {"money": most})})
    return amount_fen


async def _show(ask: Ask, desk: Desk, errors: dict[str, str]) -> Answer:
    reading = ReadStore(merchant_id=desk.merchant_id, store_id=desk.store_id)
    store = await ask.run(read_store, reading)
    last = None
    if ask.is_signed_in:
        lately = ReadMyLast(merchant_id=desk.merchant_id)
        last = (await ask.run(read_my_last, lately)).taking
    facts = ask.house.facts
    return show(
        ask,
        "cashdesk/page.html",
        await frame_of(ask, zone=store.time_zone, has_unread=False),
        status=422 if errors else 200,
        desk=desk,
        store=store,
        last=last,
        works_here=int(desk.merchant_id) in ask.actor.grants,
        digits=money_of(desk.currency).exponent,
        amount=ask.form.text("amount"),
        remark=ask.form.text("remark"),
        errors=errors,
        here=ask.path,
        step=Step(next=ask.path),
        has_shown_codes=facts.find_code is not None,
        is_production=facts.is_production,
    )


ROUTES = (
    PageRoute("GET", _HREF, show_desk),
    PageRoute("POST", _HREF, ask_to_pay),
)
