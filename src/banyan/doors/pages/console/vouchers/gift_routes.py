"""Gifts for payments: whoever pays enough is given coupons; written and ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.ask import new_key
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.vouchers.days import find_day_start
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.busifavors import CodeMode, CouponStock, list_coupon_stocks
from banyan.pay.paygifts import ActivityId, create_activity, terminate_activity

_HOME = "/console/vouchers"
_NEW = f"{_HOME}/gifts/new"
_shown = 100
_places = {
    "paygifts.window_empty": "ends_on",
    "paygifts.window_past": "ends_on",
    "paygifts.codes_given": "stock_ids",
    "busifavors.stock_not_found": "stock_ids",
}
_fields = {"minimum_fen": "minimum", "begins_at": "begins_on", "ends_at": "ends_on"}


def list_givable(stocks: list[CouponStock], now: datetime) -> list[CouponStock]:
    """The stocks of which coupons can be given by themselves, and still are good."""
    return [one for one in stocks if one.code_mode is not CodeMode.GIVEN and now < one.ends_at]


@at_desk(Permission.COUPONS_WRITE)
async def show_new(desk: Desk) -> Answer:
    """What is given, for how large a payment, and when."""
    return await _show_new(desk, {})


@at_desk(Permission.COUPONS_WRITE)
async def write(desk: Desk) -> Answer:
    """Give coupons to whoever pays this merchant enough."""
    form = desk.ask.form
    try:
        if not form.texts("stock_ids"):
            raise Wrong({"stock_ids": Mistake(mark("Choose what is given."))})
        await desk.run(
            create_activity,
            request_no=f"console-{form.key or new_key()}",
            name=form.text("name"),
            minimum_fen=desk.money("minimum"),
            stock_ids=form.texts("stock_ids"),
            payee_ids=[str(int(desk.merchant_id))],
            begins_at=find_day_start(desk, "begins_on", 0),
            ends_at=find_day_start(desk, "ends_on", 1),
        )
    except Failure as failure:
        errors = desk.mistakes(failure, _places)
        named = {_fields.get(name, name): text for name, text in errors.items()}
        return await _show_new(desk, named, status=422)
    return desk.ask.go(_HOME, mark("Whoever pays enough is given them."))


@at_desk(Permission.COUPONS_WRITE)
async def end(desk: Desk) -> Answer:
    """Give no more coupons for payments by an activity."""
    activity_id = desk.ask.id("activity_id", ActivityId)
    said = mark("No more coupons are given for payments by it.")
    return await desk.act(terminate_activity, _HOME, said, activity_id=activity_id)


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    stocks = await desk.run(list_coupon_stocks, limit=str(_shown))
    return await desk.page(
        "vouchers/gift.html",
        status=status,
        errors=errors,
        stocks=list_givable(stocks, desk.ask.house.now()),
        chosen=desk.ask.form.texts("stock_ids"),
        today=desk.today.isoformat(),
        month=(desk.today + timedelta(days=30)).isoformat(),
    )


ROUTES = (
    PageRoute("GET", _NEW, show_new),
    PageRoute("POST", _NEW, write),
    PageRoute("POST", f"{_HOME}/gifts/{{activity_id}}/end", end),
)
