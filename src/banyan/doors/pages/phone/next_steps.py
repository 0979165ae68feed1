"""What a refusal says on the phone: why, and what to do next."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.shell import mark

_steps = {
    "stock.insufficient": mark("Change the quantity, or choose something else."),
    "wallets.insufficient": mark("Top up below, and then pay."),
    "orders.total_differs": mark("The new total is shown below."),
    "orders.expired": mark("Nothing was paid. You can order the same again."),
    "orders.cancelled": mark("Nothing was paid. You can order the same again."),
    "orders.already_paid": mark("Here is its receipt."),
    "orders.store_closed": mark("Your basket is kept: come back when it opens."),
    "orders.table_missing": mark("Or take it away."),
    "pricing.below_threshold": mark("Add something, or order without the coupon."),
}
_coupon_step = mark("Look at the total below: it is without that coupon now.")


def advise(ask: Ask, failure: Failure) -> str:
    """Why something was refused, and what the person can do about it."""
    is_coupon = failure.code.startswith("coupons.")
    step = _steps.get(failure.code, _coupon_step if is_coupon else "")
    why = ask.explain(failure)
    return ask.words(mark("{why} {step}"), why=why, step=ask.words(step)) if step else why
