"""Shows which cars came in, and what was taken for parking."""

from __future__ import annotations

from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import paid_words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.pay.parkings import read_parkings


@at_desk(Permission.ORDERS_READ)
async def show_all(desk: Desk) -> Answer:
    """The latest of both."""
    found = await desk.run(read_parkings)
    return await desk.page(
        "parkings/page.html",
        words=paid_words,
        is_admitted=found.is_admitted,
        entries=found.entries,
        deductions=found.deductions,
    )


ROUTES = (PageRoute("GET", "/console/parkings", show_all),)
