"""Writes a ticket: by tapping, by barcode, by name; for a member with a coupon; and takes it."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.cards import CardAtTill, check_off_at_till, find_at_till
from banyan.commerce.catalogue import find_product, list_categories, list_products
from banyan.commerce.coupons import Coupon, list_member_coupons
from banyan.commerce.members import Member, list_members, read_member
from banyan.commerce.orders import (
    Order,
    OrderQuote,
    TakeOrder,
    quote_at_till,
    take_orders,
    take_payments,
)
from banyan.commerce.stock import ShelfItem, list_shelves, read_shelf_item
from banyan.doors.http import Answer
from banyan.doors.http.money import format_money
from banyan.doors.pages.ask import YEAR_S, Ask
from banyan.doors.pages.cashier.counter import STORE_COOKIE, Counter, at_counter, make_frame
from banyan.doors.pages.cashier.ticket import (
    Ticket,
    drop_ticket,
    keep_ticket,
    new_ticket,
    read_ticket,
)
from banyan.doors.pages.console.desk import Desk, at_desk, shared_values
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_tiles_max = 60
_found_max = 12
_page = "sell/page.html"


@at_desk(Permission.ORDERS_TAKE)
async def show_stores(desk: Desk) -> Answer:
    """The stores that one may sell in."""
    frame = await make_frame(desk, None)
    given = shared_values(desk.ask) | {"desk": desk}
    return desk.ask.page("cashier/sell/stores.html", frame, **given)


@at_desk(Permission.ORDERS_TAKE)
async def choose_store(desk: Desk) -> Answer:
    """Sell in this store from now on."""
    chosen = desk.ask.form.text("store")
    if any(str(int(one.store_id)) == chosen for one in desk.stores):
        desk.ask.set_cookie(STORE_COOKIE, chosen, YEAR_S)
        return desk.ask.go("/till")
    return desk.ask.go("/till/store")


@at_counter
async def show_till(counter: Counter) -> Answer:
    """The shelf and the ticket."""
    desk, query = counter.desk, counter.ask.query
    category = query.text("category")
    shelf = await desk.run(
        list_shelves,
        store_id=counter.store.store_id,
        category_id=category if category.isascii() and category.isdigit() else "0",
        cursor=query.text("cursor") or None,
        limit=_tiles_max,
    )
    categories = (await desk.run(list_categories)).items
    values: dict[str, Any] = {
        "items": shelf.items,
        "next_cursor": shelf.next_cursor,
        "category": category,
        "categories": categories,
        "found": "",
    }
    if counter.ask.is_htmx:
        return await counter.part(_page, "grid", **values)
    told = await _price(counter, read_ticket(counter.ask, counter.store.store_id))
    return await counter.page(_page, **values, **told)


@at_counter
async def add(counter: Counter) -> Answer:
    """Add what was tapped, scanned or typed; a name that fits several shows them."""
    form = counter.ask.form
    ticket = read_ticket(counter.ask, counter.store.store_id)
    sku, label = form.text("sku"), form.text("barcode")[:64]
    if sku.isascii() and sku.isdigit() and len(sku) < 20:  # noqa: PLR2004 - digits of an id
        return await _show_ticket(counter, ticket.add(sku, 1))
    if not label:
        return await _show_ticket(counter, ticket)
    try:
        product = await counter.desk.run(find_product, label=label)
        return await _show_ticket(counter, ticket.add(str(int(product.skus[0].sku_id)), 1))
    except NotFound:
        pass
    found = await _search(counter, label)
    told = await _price(counter, ticket)
    if not found:
        told["error"] = counter.ask.words(mark("Nothing is called “{label}”"), label=label)
    return await counter.part(
        "sell/found.html", "answer", items=found, found=label, next_cursor=None, **told
    )


async def _search(counter: Counter, name: str) -> list[ShelfItem]:
    """What the store sells under a name."""
    page = await counter.desk.run(list_products, search=name, is_on_sale=True, limit=_found_max)
    items: list[ShelfItem] = []
    for product in page.items:
        try:
            one = await counter.desk.run(
                read_shelf_item, store_id=counter.store.store_id, product_id=product.product_id
            )
        except NotFound:
            continue
        items.append(ShelfItem(one.product_id, one.category_id, one.name, one.pictures, one.skus))
    return items


@at_counter
async def change_line(counter: Counter) -> Answer:
    """One more or one fewer of a line."""
    form = counter.ask.form
    ticket = read_ticket(counter.ask, counter.store.store_id)
    line = form.text("line")
    if any(one.sku_id == line for one in ticket.lines):
        ticket = ticket.add(line, -1 if form.text("by") == "-1" else 1)
    return await _show_ticket(counter, ticket)


@at_counter
async def name_member(counter: Counter) -> Answer:
    """Sell to the member with this phone."""
    ticket = read_ticket(counter.ask, counter.store.store_id)
    shown = await _find_card(counter, counter.ask.form.text("phone"))
    if shown is not None:
        return await _show_card(counter, ticket, shown)
    try:
        page = await counter.desk.run(list_members, phone=counter.ask.form.text("phone"))
    except Wrong:
        said = counter.ask.words(mark("Enter a phone number such as 13800138000"))
        return await _show_ticket(counter, ticket, member_error=said)
    except Failure as failure:
        told = counter.desk.mistakes(failure)
        return await _show_ticket(counter, ticket, member_error=next(iter(told.values())))
    if not page.items:
        said = counter.ask.words(mark("No member has this phone. They can join by scanning."))
        return await _show_ticket(counter, ticket, member_error=said)
    member_id = str(int(page.items[0].member_id))
    ticket = msgspec.structs.replace(ticket, member_id=member_id, coupon_id="0")
    return await _show_ticket(counter, ticket)


@at_counter
async def check_off(counter: Counter) -> Answer:
    """Check off the voucher that somebody shows."""
    ticket = read_ticket(counter.ask, counter.store.store_id)
    try:
        done = await counter.desk.run(check_off_at_till, code=counter.ask.form.text("code"))
    except Failure as failure:
        told = " ".join(counter.desk.mistakes(failure).values())
        return await _show_ticket(counter, ticket, member_error=told)
    said = counter.ask.words(mark("{title} is checked off."), title=done.title)
    return await _show_ticket(counter, ticket, said=said)


async def _find_card(counter: Counter, text: str) -> CardAtTill | None:
    """The card whose code was scanned or typed in place of a phone number."""
    try:
        return await counter.desk.run(find_at_till, code=text)
    except Failure:
        return None


async def _show_card(counter: Counter, ticket: Ticket, card: CardAtTill) -> Answer:
    """Sell to the card's holder, with its coupon if it is one; or show the voucher."""
    if card.is_voucher or not card.can_use:
        return await _show_ticket(counter, ticket, voucher=card)
    ticket = msgspec.structs.replace(
        ticket, member_id=str(int(card.member_id)), coupon_id=str(int(card.coupon_id))
    )
    return await _show_ticket(counter, ticket)


@at_counter
async def forget_member(counter: Counter) -> Answer:
    """Sell to nobody in particular."""
    ticket = read_ticket(counter.ask, counter.store.store_id)
    return await _show_ticket(
        counter, msgspec.structs.replace(ticket, member_id="0", coupon_id="0")
    )


@at_counter
async def choose_coupon(counter: Counter) -> Answer:
    """Use a coupon of the member, or none."""
    ticket = read_ticket(counter.ask, counter.store.store_id)
    chosen = counter.ask.form.text("coupon")
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 20  # noqa: PLR2004 - digits of an id
    ticket = msgspec.structs.replace(ticket, coupon_id=chosen if is_id else "0")
    return await _show_ticket(counter, ticket)


@at_counter
async def clear(counter: Counter) -> Answer:
    """Begin anew."""
    return await _show_ticket(counter, new_ticket(counter.store.store_id))


@at_counter
async def take(counter: Counter) -> Answer:
    """Put the order in, and take the money unless the buyer pays on their phone."""
    form, desk = counter.ask.form, counter.desk
    ticket = read_ticket(counter.ask, counter.store.store_id)
    method = form.text("method")
    lacking = await _find_lacking(counter, ticket) if method == "cash" else ""
    if lacking:
        return await _refuse(counter, ticket, lacking)
    try:
        order = await _put_in(counter, ticket)
    except Failure as failure:
        return await _refuse(counter, ticket, " ".join(desk.mistakes(failure).values()))
    drop_ticket(counter.ask)
    home = f"/till/orders/{order.order_id:d}"
    if method not in {"cash", "other"}:
        return counter.ask.go(home)
    try:
        await desk.run(
            take_payments,
            order_id=order.order_id,
            method=method,
            expected_total_fen=order.total_fen,
        )
    except Failure as failure:
        return counter.ask.go(home, " ".join(desk.mistakes(failure).values()), kind="danger")
    given = desk.money("given")
    change = given - order.total_fen if isinstance(given, int) else 0
    return counter.ask.go(f"{home}?change={change}" if change > 0 else home)


async def _find_lacking(counter: Counter, ticket: Ticket) -> str:
    """What is wrong with the cash that was typed; nothing for none, which means it is exact."""
    given = counter.desk.money("given")
    if not counter.ask.form.text("given"):
        return ""
    if not isinstance(given, int):
        text = mark("Enter an amount such as 50 or 12.80")
        whole = mark("Enter a whole amount such as 50")
        return counter.ask.words(text if counter.desk.exponent else whole)
    quote = (await _price(counter, ticket))["quote"]
    if quote is None or given >= quote.total_fen:
        return ""
    locale, short = counter.ask.language.locale, quote.total_fen - given
    return counter.ask.words(
        mark("{amount} is still missing: nothing was taken."),
        amount=format_money(locale, short, quote.currency),
    )


async def _refuse(counter: Counter, ticket: Ticket, why: str) -> Answer:
    """The till as it was, and why nothing was sold."""
    desk = counter.desk
    told = await _price(counter, ticket)
    told["error"] = why
    shelf = await desk.run(list_shelves, store_id=counter.store.store_id, limit=_tiles_max)
    return await counter.page(
        _page,
        status=422,
        items=shelf.items,
        next_cursor=None,
        category="",
        categories=(await desk.run(list_categories)).items,
        found="",
        **told,
    )


async def _put_in(counter: Counter, ticket: Ticket) -> Order:
    command = fill(TakeOrder, merchant_id=counter.desk.merchant_id, **_wanted(counter, ticket))
    return await counter.ask.run(take_orders, command, key=ticket.key)


def _wanted(counter: Counter, ticket: Ticket) -> dict[str, Any]:
    return {
        "store_id": counter.store.store_id,
        "lines": [{"sku_id": one.sku_id, "quantity": one.quantity} for one in ticket.lines],
        "member_id": ticket.member_id,
        "coupon_id": ticket.coupon_id,
    }


async def _show_ticket(
    counter: Counter, ticket: Ticket, member_error: str = "", **shown: object
) -> Answer:
    keep_ticket(counter.ask, ticket)
    told = await _price(counter, ticket) | shown
    if member_error:
        told["member_error"] = member_error
    if counter.ask.is_htmx:
        return await counter.part("sell/ticket.html", "ticket", **told)
    return counter.ask.go("/till")


async def _price(counter: Counter, ticket: Ticket) -> dict[str, Any]:
    """What the template of the ticket needs."""
    desk = counter.desk
    quote: OrderQuote | None = None
    error = ""
    if ticket.lines:
        try:
            quote = await desk.run(quote_at_till, **_wanted(counter, ticket))
        except Failure as failure:
            error = " ".join(desk.mistakes(failure).values())
    member, coupons = await _member(counter, ticket)
    return {
        "ticket_now": ticket,
        "quote": quote,
        "error": error,
        "member": member,
        "member_error": "",
        "coupons": coupons,
        "said": "",
        "voucher": None,
    }


async def _member(counter: Counter, ticket: Ticket) -> tuple[Member | None, list[Coupon]]:
    desk = counter.desk
    if ticket.member_id == "0" or not desk.may(Permission.MEMBERS_READ):
        return None, []
    try:
        member = await desk.run(read_member, member_id=ticket.member_id)
        if not desk.may(Permission.COUPONS_READ):
            return member, []
        return member, (await desk.run(list_member_coupons, member_id=ticket.member_id)).items
    except NotFound:
        return None, []


async def lead_here(ask: Ask) -> Answer:
    """The till's other address."""
    return ask.go("/till")


ROUTES = (
    PageRoute("GET", "/till", show_till),
    PageRoute("GET", "/cashier", lead_here),
    PageRoute("GET", "/till/store", show_stores),
    PageRoute("POST", "/till/store", choose_store),
    PageRoute("POST", "/till/add", add),
    PageRoute("POST", "/till/line", change_line),
    PageRoute("POST", "/till/member", name_member),
    PageRoute("POST", "/till/member/forget", forget_member),
    PageRoute("POST", "/till/coupon", choose_coupon),
    PageRoute("POST", "/till/voucher", check_off),
    PageRoute("POST", "/till/clear", clear),
    PageRoute("POST", "/till/take", take),
)
