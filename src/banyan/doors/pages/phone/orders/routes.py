"""My orders, and one of them as a receipt."""

from __future__ import annotations

from datetime import timedelta

from banyan.base.errors import Failure
from banyan.commerce.orders import (
    CancelOrder,
    ListPurchases,
    OrderId,
    OrderState,
    ReadMyReceipt,
    cancel_order,
    list_purchases,
    read_my_receipt,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.basket import render_basket
from banyan.doors.pages.phone.frame import cursor_of, frame_of, show
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId

_ORDER = "/orders/{order_id}"
_fresh = timedelta(hours=12)
"""How long the number that is called matters."""
_filters = {
    "unpaid": (mark("To pay"), [OrderState.UNPAID]),
    "paid": (mark("Paid"), [OrderState.PAID, OrderState.PART_REFUNDED]),
    "closed": (
        mark("Closed"),
        [OrderState.REFUNDED, OrderState.EXPIRED, OrderState.CANCELLED],
    ),
}


async def show_orders(ask: Ask) -> Answer:
    """The orders at all shops, the newest first."""
    chosen, now = ask.query.text("show"), ask.house.now()
    states = _filters[chosen][1] if chosen in _filters else []
    page = await ask.run(list_purchases, ListPurchases(states=states, cursor=cursor_of(ask)))
    return show(
        ask,
        "orders/page.html",
        await frame_of(ask),
        purchases=page.items,
        next_cursor=page.next_cursor,
        chosen=chosen if chosen in _filters else "",
        filters={name: label for name, (label, _) in _filters.items()},
        now=now,
        fresh_since=now - _fresh,
    )


async def show_order(ask: Ask) -> Answer:
    """All about one order: its receipt once it is paid."""
    query = ReadMyReceipt(order_id=ask.id("order_id", OrderId))
    receipt = await ask.run(read_my_receipt, query)
    again = render_basket({line.sku_id: line.quantity for line in receipt.lines})
    frame = await frame_of(ask, zone=receipt.store_time_zone, has_unread=False)
    return show(
        ask, "orders/receipt.html", frame, receipt=receipt, order=receipt.order, again=again
    )


async def cancel(ask: Ask) -> Answer:
    """Take back an unpaid order."""
    order_id = ask.id("order_id", OrderId)
    receipt = await ask.run(read_my_receipt, ReadMyReceipt(order_id=order_id))
    command = CancelOrder(merchant_id=MerchantId(receipt.order.merchant_id), order_id=order_id)
    try:
        await ask.run(cancel_order, command)
    except Failure as failure:
        return ask.go(f"/orders/{order_id:d}", advise(ask, failure), kind="warning")
    return ask.go(f"/orders/{order_id:d}", mark("The order is cancelled."))


ROUTES = (
    PageRoute("GET", "/orders", show_orders),
    PageRoute("GET", _ORDER, show_order),
    PageRoute("POST", f"{_ORDER}/cancel", cancel),
)
