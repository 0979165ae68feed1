"""Lists cash desks with the day's takings, makes one, shows one live, switches its code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.desks import list_desks, list_takings, sum_desk
from banyan.commerce.places import PlaceId, PlaceKind, add_places, switch_code
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import end_of, find_day, start_of
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

_home = "/console/cash-desks"
_one = f"{_home}/{{place_id}}"
_filters = ("day",)


@at_desk(Permission.ORDERS_READ)
async def show_desks(desk: Desk) -> Answer:
    """Every cash desk with what it took today."""
    return await _show_all(desk, {})


@at_desk(Permission.PLACES_WRITE)
async def add(desk: Desk) -> Answer:
    """Make a cash desk with its code."""
    form = desk.ask.form
    try:
        added = await desk.run(
            add_places,
            store_id=form.text("store_id") or "0",
            kind=PlaceKind.TILL.value,
            places=[{"name": form.text("name"), "code": {}}],
        )
    except Failure as failure:
        told = desk.mistakes(failure, {"stores.not_found": "store_id"})
        named = {"places": "name"}
        errors = {named.get(name, name): text for name, text in told.items()}
        return await _show_all(desk, errors, status=422)
    said = mark("The cash desk has its code. Print it and put it beside the till.")
    return desk.ask.go(f"{_home}/{added.places[0].place_id:d}", said)


@at_desk(Permission.ORDERS_READ)
async def show_desk(desk: Desk) -> Answer:
    """What a cash desk took on a day, as it comes in."""
    place_id = desk.ask.id("place_id", PlaceId)
    day = find_day(desk.ask.query.text("day")) or desk.today
    span = _span(desk, day)
    found = await desk.run(sum_desk, place_id=place_id, **span)
    cursor = desk.ask.query.text("cursor") or None
    page = await desk.run(list_takings, place_id=place_id, limit=50, cursor=cursor, **span)
    return await desk.page(
        "cashdesks/desk.html",
        found=found,
        takings=page.items,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < desk.today else None,
        is_live=day == desk.today and cursor is None,
        link=f"{desk.ask.house.facts.public_url}/c/{found.token}",
        pager=desk.pager(_filters, page.next_cursor),
    )


@at_desk(Permission.PLACES_WRITE)
async def switch(desk: Desk) -> Answer:
    """Let nobody pay by the code any more, or let them again."""
    place_id = desk.ask.id("place_id", PlaceId)
    found = await desk.run(sum_desk, place_id=place_id, **_span(desk, desk.today))
    is_active = desk.ask.form.text("is_active") == "yes"
    said = mark("The code works again.") if is_active else mark("The code leads nowhere now.")
    back = f"{_home}/{place_id:d}"
    return await desk.act(switch_code, back, said, code_id=found.code_id, is_active=is_active)


def _span(desk: Desk, day: date) -> dict[str, object]:
    return {"since": start_of(day, desk.zone), "until": end_of(day, desk.zone)}


async def _show_all(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    page = await desk.run(
        list_desks,
        store_id=desk.store_id,
        limit=50,
        cursor=desk.ask.query.text("cursor") or None,
        **_span(desk, desk.today),
    )
    return await desk.page(
        "cashdesks/page.html",
        status=status,
        errors=errors,
        desks=page.items,
        stores=[(str(int(one.store_id)), one.name) for one in desk.stores],
        pager=desk.pager((), page.next_cursor),
    )


ROUTES = (
    PageRoute("GET", _home, show_desks),
    PageRoute("POST", _home, add),
    PageRoute("GET", _one, show_desk),
    PageRoute("POST", f"{_one}/activity", switch),
)
