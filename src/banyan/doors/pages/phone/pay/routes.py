"""The pay sheet of an unpaid order, and what comes after."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.base.money import currency
from banyan.commerce.members import MemberCard
from banyan.commerce.orders import (
    ListWaysToPay,
    OrderId,
    OrderState,
    PayOrder,
    ReadMyReceipt,
    Receipt,
    list_ways_to_pay,
    pay_orders,
    read_my_receipt,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.phone.arrive.routes import find_card
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.phone.next_steps import advise
from banyan.doors.pages.phone.proving import Asking, find_asking, prove
from banyan.doors.pages.phone.topping_up import put_in, suggest
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import render_amount
from banyan.parties.merchants import MerchantId
from banyan.pay.wallets import ReadWallet, read_wallet

_ORDER = "/orders/{order_id}"
_too_late = frozenset({"orders.expired", "orders.cancelled", "orders.already_paid"})


async def show_sheet(ask: Ask) -> Answer:
    """What is to be paid, and from what."""
    receipt = await read_order(ask)
    if receipt.order.state is not OrderState.UNPAID:
        return ask.go(f"/orders/{receipt.order.order_id:d}")
    return await _show(ask, receipt, {})


async def pay(ask: Ask) -> Answer:
    """Pay from the wallet what the page showed."""
    order_id = ask.id("order_id", OrderId)
    receipt = await read_order(ask)
    try:
        command = fill(
            PayOrder,
            merchant_id=MerchantId(receipt.order.merchant_id),
            order_id=order_id,
            expected_total_fen=ask.form.text("expected_total_fen") or None,
            proof=await prove(ask, f"orders.{order_id:d}"),
        )
        await ask.run(pay_orders, command, key=ask.form.key)
    except Failure as failure:
        if failure.code in _too_late:
            return ask.go(f"/orders/{order_id:d}", advise(ask, failure), kind="warning")
        asking = await find_asking(ask, failure)
        if asking is not None:
            return await _show(ask, await read_order(ask), {}, asking)
        errors = ask.mistakes(failure, currency=receipt.order.currency)
        if not isinstance(failure, Wrong):
            errors = {"": advise(ask, failure)}
        # Whatever was refused, the sheet is shown as things stand now.
        return await _show(ask, await read_order(ask), errors)
    return ask.go(f"/orders/{order_id:d}/done")


async def top_up_for_order(ask: Ask) -> Answer:
    """Fill the wallet from the test bank, and come back to pay."""
    receipt = await read_order(ask)
    try:
        await put_in(ask, receipt.order.currency)
    except Failure as failure:
        return await _show(ask, receipt, ask.mistakes(failure, currency=receipt.order.currency))
    href = f"/orders/{receipt.order.order_id:d}/pay"
    return ask.go(href, mark("Your wallet is topped up."))


async def show_done(ask: Ask) -> Answer:
    """That it is paid: the number to listen for, and what it earned."""
    receipt = await read_order(ask)
    order = receipt.order
    if order.paid_at is None:
        return ask.go(f"/orders/{order.order_id:d}")
    card: MemberCard | None = await find_card(ask, order.merchant_id)
    frame = await frame_of(ask, zone=receipt.store_time_zone, has_unread=False)
    return show(ask, "pay/done.html", frame, receipt=receipt, order=order, card=card)


async def read_order(ask: Ask) -> Receipt:
    """The order in the address, if it is the asker's own."""
    return await ask.run(read_my_receipt, ReadMyReceipt(order_id=ask.id("order_id", OrderId)))


async def _show(
    ask: Ask, receipt: Receipt, errors: dict[str, str], asking: Asking | None = None
) -> Answer:
    order = receipt.order
    wallet = await ask.run(read_wallet, ReadWallet(currency=order.currency))
    short = max(0, order.total_fen - wallet.available_fen)
    ways = await ask.run(list_ways_to_pay, ListWaysToPay(order_id=order.order_id))
    typed = ask.form.text("amount")
    return show(
        ask,
        "pay/page.html",
        await frame_of(ask, zone=receipt.store_time_zone, has_unread=False),
        status=422 if errors or asking else 200,
        asking=asking,
        receipt=receipt,
        order=order,
        wallet=wallet,
        ways=ways.items,
        digits=currency(order.currency).exponent,
        short_fen=short,
        amount=typed or render_amount(suggest(short, wallet.top_up_max_fen), order.currency),
        errors=errors,
        is_new=ask.query.flag("new"),
    )


ROUTES = (
    PageRoute("GET", f"{_ORDER}/pay", show_sheet),
    PageRoute("POST", f"{_ORDER}/pay", pay),
    PageRoute("POST", f"{_ORDER}/top-up", top_up_for_order),
    PageRoute("GET", f"{_ORDER}/done", show_done),
)
