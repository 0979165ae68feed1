"""Takes the money for an order by the payment code that its buyer shows."""

from __future__ import annotations

import re

from banyan.commerce.orders import OrderId, TakenByCode, take_by_code
from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.shell import mark

CODE_PLACES = {
    "paycodes.not_found": "code",
    "paycodes.expired": "code",
    "paycodes.used": "code",
    "orders.for_another": "code",
    "wallets.insufficient": "code",
    "risk.refused": "code",
}
"""Beside which field it is said what is wrong with a code."""
_code = re.compile(r"1[0-5][0-9]{16}")


async def pay_by_code(desk: Desk, order_id: OrderId) -> TakenByCode:
    """Take what was scanned or typed, blanks and all. Raises Wrong and like `take_by_code`."""
    code = re.sub(r"[\s-]", "", desk.ask.form.text("code"))
    if not _code.fullmatch(code):
        text = mark("Scan or type the 18 digits below the customer's code")
        raise Wrong({"code": Mistake(text)})
    total_fen = desk.ask.form.text("expected_total_fen") or None
    return await desk.run(take_by_code, order_id=order_id, code=code, expected_total_fen=total_fen)


def said_of(taken: TakenByCode) -> str:
    """What to tell the cashier."""
    if taken.must_confirm:
        return mark("Ask the customer to confirm it on their phone with their pay password.")
    return mark("Paid.")
