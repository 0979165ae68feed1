"""Lists orders, shows one, gives back whole orders or lines, takes unpaid ones back."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.commerce.members import MemberId, ReadMember, read_member
from banyan.commerce.orders import (
    OrderId,
    OrderState,
    ReadReceipt,
    ReturnedLine,
    drop_order,
    list_orders,
    read_receipt,
    refund_order,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import parse_id
from banyan.doors.pages.console.by_code import CODE_PLACES, pay_by_code, said_of
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.gateways import names
from banyan.doors.pages.console.inputs import end_of, fill_rows, find_day, start_of
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.gateways import GatewayRefundId, retry_refund

_filters = ("state", "from", "until", "member")


@at_desk(Permission.ORDERS_READ)
async def show_orders(desk: Desk) -> Answer:
    """The orders that a search describes, the latest first; a number leads to its order."""
    query = desk.ask.query
    number = query.text("q").removeprefix("#")
    if number.isascii() and number.isdigit():
        found = await _find(desk, number)
        if found:
            return desk.ask.go(found)
    since, until = find_day(query.text("from")), find_day(query.text("until"))
    state = query.text("state")
    member = query.text("member")
    page = await desk.run(
        list_orders,
        store_id=desk.store_id,
        states=[state] if state in tuple(OrderState) else [],
        since_at=start_of(since, desk.zone) if since else None,
        until_at=end_of(until, desk.zone) if until else None,
        member_id=member if member.isascii() and member.isdigit() else "0",
        cursor=query.text("cursor") or None,
    )
    return await desk.page(
        "orders/page.html",
        orders=page.items,
        pager=desk.pager(_filters, page.next_cursor),
        is_unknown=bool(query.text("q")),
        states=[(one.value, one.value == state) for one in OrderState],
    )


@at_desk(Permission.ORDERS_READ)
async def show_order(desk: Desk) -> Answer:
    """Everything about one order."""
    return await _show(desk, {})


@at_desk(Permission.ORDERS_REFUND)
async def refund(desk: Desk) -> Answer:
    """Give back what was ticked, or all that is left."""
    form, order_id = desk.ask.form, desk.ask.id("order_id", OrderId)
    try:
        lines = _returned(desk)
        await desk.run(
            refund_order,
            order_id=order_id,
            lines=lines,
            is_restocked=form.flag("is_restocked"),
            reason=form.text("reason"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(f"/console/orders/{order_id:d}", mark("The money was given back."))


@at_desk(Permission.FINANCE_WRITE)
async def retry(desk: Desk) -> Answer:
    """Have a provider asked once more to give money back."""
    order_id = desk.ask.id("order_id", OrderId)
    return await desk.act(
        retry_refund,
        f"/console/orders/{order_id:d}",
        mark("The provider is being asked."),
        refund_id=desk.ask.id("refund_id", GatewayRefundId),
    )


@at_desk(Permission.ORDERS_TAKE)
async def drop(desk: Desk) -> Answer:
    """Take an unpaid order back."""
    order_id = desk.ask.id("order_id", OrderId)
    return await desk.act(
        drop_order,
        f"/console/orders/{order_id:d}",
        mark("The order was taken back."),
        order_id=order_id,
    )


@at_desk(Permission.ORDERS_TAKE)
async def take_code(desk: Desk) -> Answer:
    """Take the money from whoever showed their payment code."""
    order_id = desk.ask.id("order_id", OrderId)
    try:
        taken = await pay_by_code(desk, order_id)
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, CODE_PLACES), status=422)
    kind = "warning" if taken.must_confirm else "success"
    return desk.ask.go(f"/console/orders/{order_id:d}", said_of(taken), kind=kind)


def _returned(desk: Desk) -> list[ReturnedLine]:
    """The lines of which units come back; none for the whole order. Raises Wrong."""
    form = desk.ask.form
    if form.text("what") != "lines":
        return []
    numbers = [one.removeprefix("quantity-") for one in form.values if "quantity-" in one]
    rows = [
        (
            int(number),
            {
                "line_no": number,
                "quantity": form.text(f"quantity-{number}"),
                "is_restocked": form.flag("is_restocked"),
            },
        )
        for number in numbers
        if number.isascii()
        and number.isdigit()
        and form.text(f"quantity-{number}") not in {"", "0"}
    ]
    if not rows:
        raise Wrong({"what": Mistake(mark("Say how many of which line come back"))})
    return fill_rows(ReturnedLine, rows)


async def _find(desk: Desk, number: str) -> str:
    try:
        order_id = parse_id(number, OrderId)
        await desk.run(read_receipt, order_id=order_id)
    except NotFound:
        return ""
    return f"/console/orders/{order_id:d}"


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    order_id = desk.ask.id("order_id", OrderId)
    wanted = ReadReceipt(merchant_id=desk.merchant_id, order_id=order_id)
    receipt = await desk.ask.run(read_receipt, wanted)
    member = None
    if receipt.order.member_id and desk.may(Permission.MEMBERS_READ):
        asked = ReadMember(
            merchant_id=desk.merchant_id,
            member_id=parse_id(str(int(receipt.order.member_id)), MemberId),
        )
        member = await desk.ask.run(read_member, asked)
    left = any(one.quantity > one.refunded_quantity for one in receipt.lines)
    return await desk.page(
        "orders/order.html",
        status=status,
        receipt=receipt,
        order=receipt.order,
        member=member,
        errors=errors,
        is_refundable=receipt.order.paid_at is not None and left,
        is_open=receipt.order.state is OrderState.UNPAID,
        names=names,
    )


ROUTES = (
    PageRoute("GET", "/console/orders", show_orders),
    PageRoute("GET", "/console/orders/{order_id}", show_order),
    PageRoute("POST", "/console/orders/{order_id}/refund", refund),
    PageRoute("POST", "/console/orders/{order_id}/refunds/{refund_id}/retry", retry),
    PageRoute("POST", "/console/orders/{order_id}/code", take_code),
    PageRoute("POST", "/console/orders/{order_id}/drop", drop),
)
