"""Lists guides, and adds one."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.guides import PART_MAX, add_guide, list_guides

_home = "/console/guides"
_places = {"guides.staff_taken": "staff_no", "guides.no_such_store": "store"}


@at_desk(Permission.STORES_READ)
async def show_all(desk: Desk) -> Answer:
    """The guides of the chosen store, or of all."""
    return await _show(desk, {})


@at_desk(Permission.STORES_WRITE)
async def add(desk: Desk) -> Answer:
    """One more guide."""
    form = desk.ask.form
    try:
        await desk.run(
            add_guide,
            store_id=form.text("store"),
            corp_no=form.text("corp_no") or "banyan",
            staff_no=form.text("staff_no"),
            name=form.text("name"),
            phone=form.text("phone"),
            code_url=form.text("code_url"),
            avatar_url="",
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("The guide is added."))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    page_no = max(0, min(desk.ask.query.number("page"), 1_000))
    found = await desk.run(list_guides, store_id=desk.store_id, offset=page_no * PART_MAX)
    is_last = (page_no + 1) * PART_MAX >= found.total
    return await desk.page(
        "guides/page.html",
        status=status,
        guides=found.items,
        total=found.total,
        previous_href=f"{_home}?page={page_no - 1}" if page_no else "",
        next_href="" if is_last else f"{_home}?page={page_no + 1}",
        errors=errors,
    )


ROUTES = (PageRoute("GET", _home, show_all), PageRoute("POST", _home, add))
