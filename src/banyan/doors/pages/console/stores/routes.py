"""Lists stores, opens and changes them."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.stores import (
    Opening,
    Store,
    StoreId,
    change_store,
    open_store,
    read_store,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_home = "/console/stores"
_places = {"stores.unknown_time_zone": "time_zone", "stores.half_located": "longitude"}
_week = range(1, 8)


@at_desk(Permission.STORES_READ)
async def show_stores(desk: Desk) -> Answer:
    """All stores that one works in."""
    return await desk.page("stores/page.html")


@at_desk(Permission.STORES_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty store."""
    return await _show(desk, None, {})


@at_desk(Permission.STORES_WRITE)
async def add(desk: Desk) -> Answer:
    """Open one more store."""
    try:
        await desk.run(open_store, **_facts(desk))
    except Failure as failure:
        return await _show(desk, None, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("The store is open."))


@at_desk(Permission.STORES_READ)
async def show_store(desk: Desk) -> Answer:
    """One store, to be changed."""
    store = await desk.run(read_store, store_id=desk.ask.id("store_id", StoreId))
    return await _show(desk, store, {})


@at_desk(Permission.STORES_WRITE)
async def change(desk: Desk) -> Answer:
    """Replace what is said about a store."""
    store = await desk.run(read_store, store_id=desk.ask.id("store_id", StoreId))
    try:
        await desk.run(change_store, store_id=store.store_id, **_facts(desk))
    except Failure as failure:
        return await _show(desk, store, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(_home, mark("Saved."))


def _facts(desk: Desk) -> dict[str, object]:
    """What was typed. Raises Wrong."""
    form = desk.ask.form
    rows: list[tuple[int, Mapping[str, object]]] = []
    for day in _week:
        for part in ("", "b"):
            opens, closes = form.text(f"opens-{day}{part}"), form.text(f"closes-{day}{part}")
            if opens or closes:
                rows.append((day, {"weekday": day, "opens": opens, "closes": closes}))
    return {
        "name": form.text("name"),
        "address": form.text("address"),
        "phone": form.text("phone") or None,
        "latitude": form.text("latitude") or None,
        "longitude": form.text("longitude") or None,
        "time_zone": form.text("time_zone"),
        "hours": fill_rows(Opening, rows),
        "is_open": form.flag("is_open"),
    }


async def _show(
    desk: Desk, store: Store | None, errors: Mapping[str, str], status: int = 200
) -> Answer:
    hours: dict[str, Opening] = {}
    for one in store.hours if store else []:
        first = str(one.weekday)
        hours[f"{first}b" if first in hours else first] = one
    return await desk.page(
        "stores/store.html", status=status, errors=errors, store=store, hours=hours, week=_week
    )


ROUTES = (
    PageRoute("GET", _home, show_stores),
    PageRoute("POST", _home, add),
    PageRoute("GET", f"{_home}/new", show_new),
    PageRoute("GET", f"{_home}/{{store_id}}", show_store),
    PageRoute("POST", f"{_home}/{{store_id}}", change),
)
