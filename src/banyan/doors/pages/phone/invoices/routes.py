"""Invoices, titles, and the page at which an account asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from banyan.base.errors import Failure, NotFound
from banyan.commerce.invoices import (
    AnswerAsked,
    AskForOrder,
    ChangeTitle,
    DropTitle,
    KeepTitle,
    ListMyInvoices,
    ListMyTitles,
    Purpose,
    ReadAsked,
    ReadMyInvoice,
    ReadMyPaper,
    ReadPaper,
    RequestState,
    TitleFacts,
    TitleId,
    answer_asked,
    ask_for_order,
    change_title,
    drop_title,
    keep_title,
    list_my_invoices,
    list_my_titles,
    read_asked,
    read_my_invoice,
    read_my_paper,
    read_paper,
)
from banyan.commerce.orders import OrderId
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.wire.qr import render_svg

_HOME = "/invoices"
_TITLES = "/invoices/titles"
_PDF = "application/pdf"
_places = {"invoices.tax_number_missing": "tax_number", "invoices.title_missing": "name"}


async def show_invoices(ask: Ask) -> Answer:
    """My invoices, the newest first."""
    page = await ask.run(list_my_invoices, ListMyInvoices(cursor=cursor_of(ask)))
    return show(
        ask,
        "invoices/page.html",
        await frame_of(ask, has_unread=False),
        invoices=page.items,
        next_cursor=page.next_cursor,
    )


async def show_invoice(ask: Ask) -> Answer:
    """One of them."""
    query = fill(ReadMyInvoice, issuer_id=ask.values["channel_id"], code=ask.values["code"])
    invoice = await ask.run(read_my_invoice, query)
    return show(
        ask, "invoices/invoice.html", await frame_of(ask, has_unread=False), invoice=invoice
    )


async def show_my_paper(ask: Ask) -> Answer:
    """Its PDF."""
    query = fill(
        ReadMyPaper,
        issuer_id=ask.values["channel_id"],
        code=ask.values["code"],
        is_trip=ask.query.flag("trip"),
    )
    found = await ask.run(read_my_paper, query)
    return ask.file(found.content, _PDF, name=f"{ask.values['code']}.pdf")


async def show_paper(ask: Ask) -> Answer:
    """A PDF by an address that works for a while."""
    found = await ask.run(read_paper, fill(ReadPaper, token=ask.values["token"]))
    return ask.file(found.content, _PDF, name="invoice.pdf")


async def show_titles(ask: Ask) -> Answer:
    """What I am called on invoices."""
    return await _show_titles(ask, {})


async def keep(ask: Ask) -> Answer:
    """Keep one more title, or write one anew."""
    given = ask.form.text("title_id")
    try:
        if given:
            change = fill(ChangeTitle, title_id=given, facts=_facts(ask))
            await ask.run(change_title, change)
        else:
            await ask.run(keep_title, KeepTitle(facts=_facts(ask)), key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show_titles(ask, ask.mistakes(failure, _places), status=422)
    return ask.go(_TITLES, mark("Saved."))


async def drop(ask: Ask) -> Answer:
    """Keep a title no more."""
    await ask.run(drop_title, DropTitle(title_id=ask.id("title_id", TitleId)))
    return ask.go(_TITLES, mark("Deleted."))


async def ask_order(ask: Ask) -> Answer:
    """Ask for the invoice of an order."""
    order_id = ask.id("order_id", OrderId)
    try:
        asked = await ask.run(ask_for_order, AskForOrder(order_id=order_id))
    except NotFound:
        said = mark("This shop makes no invoices here. Ask at the counter.")
        return ask.go(f"/orders/{order_id:d}", said, kind="warning")
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return ask.go(f"/orders/{order_id:d}", ask.explain(failure), kind="warning")
    return ask.go(f"{_HOME}/asked/{asked.token}")


async def show_asked(ask: Ask) -> Answer:
    """Which title an account asks for."""
    return await _show_asked(ask, {})


async def answer(ask: Ask) -> Answer:
    """Give it one of mine, or what was typed."""
    token = ask.values["token"]
    chosen = ask.form.text("title_id")
    try:
        facts = None if chosen and chosen != "new" else _facts(ask)
        command = fill(
            AnswerAsked, token=token, title_id=chosen if facts is None else None, facts=facts
        )
        request = await ask.run(answer_asked, command, key=ask.form.key)
        if facts is not None and request.purpose is not Purpose.OFFER and ask.form.flag("keep"):
            await ask.run(keep_title, KeepTitle(facts=facts))
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show_asked(ask, ask.mistakes(failure, _places), status=422)
    if request.purpose is Purpose.OFFER:
        return ask.go(_TITLES, mark("The title is kept."))
    said = mark("Sent. The invoice comes to your inbox when it is made.")
    return ask.go(f"{_HOME}/asked/{token}?sent=1", said)


async def _show_titles(ask: Ask, errors: Mapping[str, str], status: int = 200) -> Answer:
    titles = (await ask.run(list_my_titles, ListMyTitles())).items
    origin = ask.house.facts.public_url
    chosen = ask.query.text("edit") or ask.form.text("title_id")
    editing = next((one for one in titles if str(int(one.title_id)) == chosen), None)
    shown = next((one for one in titles if str(int(one.title_id)) == ask.query.text("show")), None)
    picture = ""
    if shown is not None:
        picture = "data:image/svg+xml," + quote(render_svg(f"{origin}{_TITLES}/{shown.token}"))
    return show(
        ask,
        "invoices/titles.html",
        await frame_of(ask, has_unread=False),
        status=status,
        titles=titles,
        editing=editing,
        shown=shown,
        picture=picture,
        errors=errors,
    )


async def _show_asked(ask: Ask, errors: Mapping[str, str], status: int = 200) -> Answer:
    titles = (await ask.run(list_my_titles, ListMyTitles())).items
    asked = await ask.run(read_asked, fill(ReadAsked, token=ask.values["token"]))
    request = asked.request
    # Of an order's request only whoever answered sees that it is answered, and nobody what.
    is_done = request.purpose is Purpose.ORDER and request.state is not RequestState.OPEN
    back = request.redirect_url
    is_web = urlsplit(back).scheme in {"http", "https"}
    return show(
        ask,
        "invoices/asked.html",
        await frame_of(ask, has_unread=False),
        status=status,
        asked=asked,
        request=request,
        titles=titles,
        is_done=is_done or ask.query.flag("sent"),
        back=back if is_web else "",
        errors=errors,
    )


def _facts(ask: Ask) -> TitleFacts:
    form = ask.form
    names = ("kind", "name", "tax_number", "address", "phone", "email", "bank", "bank_account")
    given: dict[str, Any] = {name: form.text(name) for name in names if form.text(name)}
    return fill(TitleFacts, **{"name": "", **given})


ROUTES = (
    PageRoute("GET", _HOME, show_invoices),
    PageRoute("GET", _TITLES, show_titles),
    PageRoute("POST", _TITLES, keep),
    PageRoute("POST", f"{_TITLES}/{{title_id}}/delete", drop),
    PageRoute("GET", f"{_HOME}/asked/{{token}}", show_asked),
    PageRoute("POST", f"{_HOME}/asked/{{token}}", answer),
    PageRoute("GET", f"{_HOME}/papers/{{token}}", show_paper),
    PageRoute("GET", f"{_HOME}/of/{{channel_id}}/{{code}}", show_invoice),
    PageRoute("GET", f"{_HOME}/of/{{channel_id}}/{{code}}/paper", show_my_paper),
    PageRoute("POST", "/orders/{order_id}/invoice", ask_order),
)
