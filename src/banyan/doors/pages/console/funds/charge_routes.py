"""Lists charges, shows one with its refunds, and gives money back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.desks import ListTakenOutside, Taking, list_taken_outside
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.funds import names
from banyan.doors.pages.console.inputs import end_of, find_day, start_of
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.charges import (
    Charge,
    ChargeId,
    ChargeState,
    ListRefundsOf,
    ReadCharge,
    Way,
    charge_id_of,
    list_charges,
    list_refunds_of,
    read_charge,
    refund_charge,
)
from banyan.pay.split import SHARINGS_MAX, ListSharings, PartState, list_sharings

_home = "/console/charges"
_filters = ("q", "state", "from", "until")
_number_digits = 28


@at_desk(Permission.FINANCE_READ)
async def show_charges(desk: Desk) -> Answer:
    """The charges that a search describes, the latest first; our number leads to its charge."""
    query = desk.ask.query
    number = query.text("q").strip()
    if len(number) == _number_digits and (charge_id := charge_id_of(number)):
        return desk.ask.go(f"{_home}/{charge_id:d}")
    since, until = find_day(query.text("from")), find_day(query.text("until"))
    state = query.text("state")
    page = await desk.run(
        list_charges,
        out_no=number[:64],
        state=state if state in tuple(ChargeState) else None,
        since=start_of(since, desk.zone) if since else None,
        until=end_of(until, desk.zone) if until else None,
        cursor=query.text("cursor") or None,
    )
    return await desk.page(
        "funds/charges.html",
        charges=page.items,
        outside=await _find_outside(desk, page.items),
        names=names,
        pager=desk.pager(_filters, page.next_cursor),
    )


@at_desk(Permission.FINANCE_READ)
async def show_charge(desk: Desk) -> Answer:
    """Everything about one charge."""
    return await _show(desk, {})


@at_desk(Permission.ORDERS_REFUND)
async def refund(desk: Desk) -> Answer:
    """Give so much of a charge back."""
    charge_id = desk.ask.id("charge_id", ChargeId)
    try:
        await desk.run(
            refund_charge,
            charge_id=charge_id,
            # The key of the form: sent twice it is one refund.
            out_refund_no=f"console-{desk.ask.form.key[:50]}",
            refund_fen=desk.money("amount"),
            reason=desk.ask.form.text("reason"),
        )
    except Failure as failure:
        found = desk.mistakes(failure, {"refund_fen": "amount"})
        return await _show(desk, found, status=422)
    return desk.ask.go(f"{_home}/{charge_id:d}", mark("The money was given back."))


async def _find_outside(desk: Desk, charges: Sequence[Charge]) -> Mapping[int, Taking]:
    """What of these was paid at a cash desk through a provider, by charge."""
    ids = [one.charge_id for one in charges if one.way is Way.DESK and one.closed_at]
    if not ids:
        return {}
    query = ListTakenOutside(merchant_id=desk.merchant_id, charge_ids=ids)
    return {
        int(one.charge_id): one for one in (await desk.ask.run(list_taken_outside, query)).items
    }


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    charge_id = desk.ask.id("charge_id", ChargeId)
    own = desk.merchant_id
    charge = await desk.ask.run(read_charge, ReadCharge(merchant_id=own, charge_id=charge_id))
    refunds = await desk.ask.run(
        list_refunds_of, ListRefundsOf(merchant_id=own, charge_id=charge_id)
    )
    shared_fen = 0
    if charge.is_shared:
        query = ListSharings(merchant_id=own, charge_id=charge_id, limit=SHARINGS_MAX)
        parts = [
            part for one in (await desk.ask.run(list_sharings, query)).items for part in one.parts
        ]
        done = (part for part in parts if part.state is PartState.DONE)
        shared_fen = sum(part.amount_fen - part.returned_fen for part in done)
    return await desk.page(
        "funds/charge.html",
        status=status,
        charge=charge,
        taking=(await _find_outside(desk, [charge])).get(charge_id),
        refunds=refunds,
        shared_fen=shared_fen,
        names=names,
        errors=errors,
        left_fen=charge.total_fen - charge.refunded_fen if charge.is_paid else 0,
    )


ROUTES = (
    PageRoute("GET", _home, show_charges),
    PageRoute("GET", f"{_home}/{{charge_id}}", show_charge),
    PageRoute("POST", f"{_home}/{{charge_id}}/refund", refund),
)
