"""Shows and changes the merchant, and submits who it is."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import change_merchant, read_merchant, submit_verification

_home = "/console/merchant-settings"


@at_desk(Permission.MERCHANT_READ)
async def show_merchant(desk: Desk) -> Answer:
    """The merchant as its own people see it."""
    return await _show(desk, {})


@at_desk(Permission.MERCHANT_WRITE)
async def change(desk: Desk) -> Answer:
    """Change name and time zone."""
    form = desk.ask.form
    try:
        await desk.run(change_merchant, name=form.text("name"), time_zone=form.text("time_zone"))
    except Failure as failure:
        told = desk.mistakes(failure, {"merchants.unknown_time_zone": "time_zone"})
        return await _show(desk, told, status=422, part="facts")
    return desk.ask.go(_home, mark("Saved."))


@at_desk(Permission.MERCHANT_WRITE)
async def submit(desk: Desk) -> Answer:
    """Hand in licence and legal name."""
    form = desk.ask.form
    try:
        await desk.run(
            submit_verification,
            licence_number=form.text("licence_number").upper(),
            legal_name=form.text("legal_name"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422, part="proof")
    return desk.ask.go(_home, mark("Handed in. We tell you here when somebody has looked."))


async def _show(
    desk: Desk, errors: Mapping[str, str], *, status: int = 200, part: str = ""
) -> Answer:
    merchant = await desk.run(read_merchant)
    return await desk.page(
        "merchant/page.html", status=status, errors=errors, part=part, merchant=merchant
    )


ROUTES = (
    PageRoute("GET", _home, show_merchant),
    PageRoute("POST", _home, change),
    PageRoute("POST", f"{_home}/verification", submit),
)
