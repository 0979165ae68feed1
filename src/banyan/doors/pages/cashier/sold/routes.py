"""Shows an order after it was put in, waits for a phone to pay it, and lists the day's orders."""

from __future__ import annotations

from typing import Any

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.orders import (
    OrderId,
    OrderState,
    drop_order,
    list_orders,
    list_ways_at_till,
    read_receipt,
    take_payment_outside,
    take_payments,
)
from banyan.doors.http import Answer
from banyan.doors.pages.cashier.counter import Counter, at_counter
from banyan.doors.pages.console.by_code import pay_by_code, said_of
from banyan.doors.pages.console.inputs import start_of
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import Way
from banyan.wire.qr import render_svg

_home = "/till/orders"
_order = f"{_home}/{{order_id}}"
_svg = "image/svg+xml"


@at_counter
async def show_orders(counter: Counter) -> Answer:
    """The orders of the store since the day began."""
    desk = counter.desk
    if not desk.may(Permission.ORDERS_READ):
        return counter.ask.go("/till")
    page = await desk.run(
        list_orders,
        store_id=counter.store.store_id,
        since_at=start_of(desk.day_of(counter.ask.house.now()), counter.store.time_zone),
        cursor=counter.ask.query.text("cursor") or None,
        limit=50,
    )
    return await counter.page(
        "sold/orders.html", orders=page.items, pager=desk.pager((), page.next_cursor)
    )


@at_counter
async def show_order(counter: Counter) -> Answer:
    """The receipt of an order, or the code by which its buyer pays; a part of it for HTMX."""
    values = await _read(counter)
    if counter.ask.is_htmx:
        return await counter.part("sold/order.html", "state", **values)
    return await counter.page("sold/order.html", **values)


@at_counter
async def draw_code(counter: Counter) -> Answer:
    """The code that leads the buyer's phone to the payment."""
    order_id = counter.ask.id("order_id", OrderId)
    await counter.desk.run(read_receipt, order_id=order_id)
    address = f"{counter.ask.house.facts.public_url}/orders/{order_id:d}/pay"
    return counter.ask.file(render_svg(address), _svg)


@at_counter
async def draw_outside(counter: Counter) -> Answer:
    """The code by which the buyer pays with a provider."""
    order_id = counter.ask.id("order_id", OrderId)
    found = await counter.desk.run(list_ways_at_till, order_id=order_id)
    if found.attempt is None or not found.attempt.link:
        raise NotFound("request.not_found")
    return counter.ask.file(render_svg(found.attempt.link), _svg)


@at_counter
async def take_outside(counter: Counter) -> Answer:
    """Have a provider take the payment on; its code is shown as soon as there is one."""
    order_id, form = counter.ask.id("order_id", OrderId), counter.ask.form
    back = f"{_home}/{order_id:d}"
    try:
        await counter.desk.run(take_payment_outside, order_id=order_id, kind=form.text("kind"))
    except Failure as failure:
        said = " ".join(counter.desk.mistakes(failure).values())
        return counter.ask.go(back, said, kind="danger")
    return counter.ask.go(back)


@at_counter
async def take_money(counter: Counter) -> Answer:
    """Take cash, or money by other means, for an order that waits."""
    order_id, form = counter.ask.id("order_id", OrderId), counter.ask.form
    back = f"{_home}/{order_id:d}"
    return await counter.desk.act(
        take_payments, back, mark("Paid."), order_id=order_id, method=form.text("method")
    )


@at_counter
async def take_code(counter: Counter) -> Answer:
    """Take the money from whoever showed their payment code."""
    order_id = counter.ask.id("order_id", OrderId)
    back = f"{_home}/{order_id:d}"
    try:
        taken = await pay_by_code(counter.desk, order_id)
    except Failure as failure:
        said = " ".join(counter.desk.mistakes(failure).values())
        return counter.ask.go(back, said, kind="danger")
    return counter.ask.go(back, said_of(taken), kind="warning" if taken.must_confirm else "success")


@at_counter
async def drop(counter: Counter) -> Answer:
    """Take an unpaid order back."""
    order_id = counter.ask.id("order_id", OrderId)
    try:
        await counter.desk.run(drop_order, order_id=order_id)
    except Failure as failure:
        said = " ".join(counter.desk.mistakes(failure).values())
        return counter.ask.go(f"{_home}/{order_id:d}", said, kind="danger")
    return counter.ask.go("/till", mark("The order was taken back."))


async def _read(counter: Counter) -> dict[str, Any]:
    order_id = counter.ask.id("order_id", OrderId)
    receipt = await counter.desk.run(read_receipt, order_id=order_id)
    found = await counter.desk.run(list_ways_at_till, order_id=order_id)
    attempt = found.attempt
    is_live = attempt is not None and attempt.way is Way.CODE and not attempt.is_unwanted
    return {
        "ways": found.items,
        "attempt": attempt if is_live else None,
        "receipt": receipt,
        "order": receipt.order,
        "is_waiting": receipt.order.state is OrderState.UNPAID,
        "change_fen": max(0, counter.ask.query.number("change")),
    }


ROUTES = (
    PageRoute("GET", _home, show_orders),
    PageRoute("GET", _order, show_order),
    PageRoute("GET", f"{_order}/code.svg", draw_code),
    PageRoute("GET", f"{_order}/outside.svg", draw_outside),
    PageRoute("POST", f"{_order}/outside", take_outside),
    PageRoute("POST", f"{_order}/money", take_money),
    PageRoute("POST", f"{_order}/code", take_code),
    PageRoute("POST", f"{_order}/drop", drop),
)
