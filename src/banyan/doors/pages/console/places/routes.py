"""Lists places, adds one or many, shows one with codes and posters, draws the posters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from banyan.base.errors import Failure, NotFound
from banyan.base.ids import Id
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.commerce.places import (
    CodedPlace,
    CodeId,
    Place,
    PlaceId,
    PlaceKind,
    add_places,
    change_place,
    issue_code,
    list_places,
    list_statistics,
    read_code,
    switch_code,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import parse_id
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import start_of
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.papers.posters import (
    PDF,
    PNG,
    SVG,
    Drawing,
    draw_poster_pdf,
    draw_poster_png,
    draw_poster_svg,
    draw_posters,
)
from banyan.wire.qr import find_missing

_filters = ("kind",)
_many_max = 200
_pages_max = 50
_days = 30
_posters: dict[str, tuple[Operation[Any, Drawing], str]] = {
    "pdf": (draw_poster_pdf, PDF),
    "svg": (draw_poster_svg, SVG),
    "png": (draw_poster_png, PNG),
}
_unsafe = re.compile(r"[^\w.-]+")


@at_desk(Permission.PLACES_READ)
async def show_places(desk: Desk) -> Answer:
    """The places of the stores, with how often their codes were scanned of late."""
    query = desk.ask.query
    kind = query.text("kind")
    page = await desk.run(
        list_places,
        store_id=desk.store_id,
        kind=kind if kind in tuple(PlaceKind) else None,
        cursor=query.text("cursor") or None,
        limit=50,
    )
    return await desk.page(
        "places/page.html",
        places=page.items,
        counts=await _count_scans(desk, page.items),
        days=_days,
        pager=desk.pager(_filters, page.next_cursor),
        kinds=words.PLACE_KINDS,
        missing=_find_missing(desk, page.items),
    )


async def _count_scans(desk: Desk, places: list[CodedPlace]) -> dict[int, tuple[int, int]]:
    """Scans and known people by code, for the codes on the page."""
    wanted = {int(code.code_id) for place in places for code in place.codes}
    since = start_of(desk.today - timedelta(days=_days), desk.zone)
    counts: dict[int, tuple[int, int]] = {}
    cursor: str | None = None
    for _ in range(_pages_max):
        page = await desk.run(
            list_statistics, store_id=desk.store_id, since=since, limit=100, cursor=cursor
        )
        for one in page.items:
            if int(one.code_id) in wanted:
                counts[int(one.code_id)] = (one.touch_count, one.person_count)
        cursor = page.next_cursor
        if cursor is None or len(counts) == len(wanted):
            break
    return counts


@at_desk(Permission.PLACES_WRITE)
async def show_new(desk: Desk) -> Answer:
    """An empty form for one or many places."""
    return await _show_new(desk, {})


@at_desk(Permission.PLACES_WRITE)
async def add(desk: Desk) -> Answer:
    """Add one place, or as many numbered ones as were asked for."""
    form = desk.ask.form
    store_id = form.text("store_id") or "0"
    try:
        names = _names(desk)
        facts = {"scene": form.text("scene"), "source": form.text("source")}
        places = [{"name": name, "code": facts} for name in names]
        added = await desk.run(add_places, store_id=store_id, kind=form.text("kind"), places=places)
    except Failure as failure:
        told = desk.mistakes(failure, {"stores.not_found": "store_id"})
        named = {"places": "name"}
        errors = {named.get(name, name): text for name, text in told.items()}
        return await _show_new(desk, errors, status=422)
    if len(added.places) > 1:
        said = mark("{count} places with a code each. Print them all at once below.")
        return desk.ask.go("/console/places", said, count=len(added.places))
    place = added.places[0]
    said = mark("The place has its code. Print the poster and hang it up.")
    return desk.ask.go(f"/console/places/codes/{place.codes[0].code_id:d}", said)


def _names(desk: Desk) -> list[str]:
    """One name, or the name with each number. Raises Wrong."""
    form = desk.ask.form
    name = form.text("name")
    if not name:
        raise Wrong({"name": Mistake(mark("Please fill this in"))})
    if not form.text("last"):
        return [name]
    first, last = form.number("first", 1), form.number("last", -1)
    if not 0 <= first <= last <= 9_999 or last - first >= _many_max:  # noqa: PLR2004 - of four digits
        raise Wrong(
            {"last": Mistake(mark("From 0 to 9999, at most {count}"), {"count": _many_max})}
        )
    return [f"{name} {number}" for number in range(first, last + 1)]


async def _show_new(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    return await desk.page(
        "places/new.html",
        status=status,
        errors=errors,
        stores=[(str(int(one.store_id)), one.name) for one in desk.stores],
    )


@at_desk(Permission.PLACES_READ)
async def show_code(desk: Desk) -> Answer:
    """One code with its poster, and the other codes of its place."""
    return await _show(desk, {})


@at_desk(Permission.PLACES_WRITE)
async def rename(desk: Desk) -> Answer:
    """Give the place of the code another name."""
    code_id = desk.ask.id("code_id", CodeId)
    placed = await desk.run(read_code, code_id=code_id)
    try:
        await desk.run(
            change_place,
            place_id=placed.place.place_id,
            name=desk.ask.form.text("name"),
            subject_id=placed.place.subject_id,
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    return desk.ask.go(f"/console/places/codes/{code_id:d}", mark("Saved."))


@at_desk(Permission.PLACES_WRITE)
async def issue(desk: Desk) -> Answer:
    """Print one more code for the place."""
    form = desk.ask.form
    code_id = desk.ask.id("code_id", CodeId)
    placed = await desk.run(read_code, code_id=code_id)
    try:
        place = await desk.run(
            issue_code,
            place_id=placed.place.place_id,
            scene=form.text("scene"),
            source=form.text("source"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    said = mark("Here is one more code of the place.")
    return desk.ask.go(f"/console/places/codes/{place.codes[-1].code_id:d}", said)


@at_desk(Permission.PLACES_WRITE)
async def switch(desk: Desk) -> Answer:
    """Let the code lead nowhere, or to its place again."""
    code_id = desk.ask.id("code_id", CodeId)
    is_active = desk.ask.form.text("is_active") == "yes"
    said = mark("The code works again.") if is_active else mark("The code leads nowhere now.")
    back = f"/console/places/codes/{code_id:d}"
    return await desk.act(switch_code, back, said, code_id=code_id, is_active=is_active)


@at_desk(Permission.PLACES_READ)
async def download_poster(desk: Desk) -> Answer:
    """The poster as a file; as a picture in the page with `?show=1`."""
    code_id, kind = desk.ask.id("code_id", CodeId), desk.ask.values["kind"]
    if kind not in _posters:
        raise NotFound("request.not_found")
    operation, media_type = _posters[kind]
    layout = desk.ask.query.text("layout") or "a4"
    placed = await desk.run(read_code, code_id=code_id)
    drawing = await desk.run(operation, code_id=code_id, layout=layout)
    name = _unsafe.sub("-", placed.place.name).strip("-") or "poster"
    is_shown = desk.ask.query.flag("show")
    return desk.ask.file(drawing.content, media_type, name="" if is_shown else f"{name}.{kind}")


@at_desk(Permission.PLACES_READ)
async def download_all(desk: Desk) -> Answer:
    """The posters of all places of a store, or of one kind of them, as one document."""
    query = desk.ask.query
    store_id = parse_id(query.text("store") or "0", Id)
    drawing = await desk.run(
        draw_posters,
        store_id=str(int(store_id)),
        kind=query.text("kind") or None,
        layout=query.text("layout") or "table_card",
    )
    return desk.ask.file(drawing.content, PDF, name="posters.pdf")


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    code_id = desk.ask.id("code_id", CodeId)
    placed = await desk.run(read_code, code_id=code_id)
    place = await _find_place(desk, placed.place.place_id, int(placed.place.store_id))
    facts = desk.ask.house.facts
    layout = desk.ask.query.text("layout")
    return await desk.page(
        "places/code.html",
        status=status,
        errors=errors,
        place=placed.place,
        code=placed.code,
        codes=place.codes if place else [placed.code],
        counts=await _count_scans(desk, [place] if place else []),
        days=_days,
        link=f"{facts.public_url}/c/{placed.code.token}",
        layout=layout if layout in words.LAYOUTS else "a4",
        missing=_find_missing(desk, [placed.place]),
    )


def _find_missing(desk: Desk, places: Iterable[Place]) -> str:
    """What cannot be printed of the words on the posters of these places."""
    said = [(one.name, desk.store_name(one.store_id)) for one in places]
    missing = find_missing(
        desk.mine.merchant.name + "".join(name for both in said for name in both)
    )
    return " ".join(missing)


async def _find_place(desk: Desk, place_id: PlaceId, store_id: int) -> CodedPlace | None:
    cursor: str | None = None
    for _ in range(_pages_max):
        page = await desk.run(list_places, store_id=str(store_id), limit=100, cursor=cursor)
        for one in page.items:
            if one.place_id == place_id:
                return one
        cursor = page.next_cursor
        if cursor is None:
            break
    return None


ROUTES = (
    PageRoute("GET", "/console/places", show_places),
    PageRoute("POST", "/console/places", add),
    PageRoute("GET", "/console/places/new", show_new),
    PageRoute("GET", "/console/places/posters.pdf", download_all),
    PageRoute("GET", "/console/places/codes/{code_id}", show_code),
    PageRoute("POST", "/console/places/codes/{code_id}", rename),
    PageRoute("POST", "/console/places/codes/{code_id}/more", issue),
    PageRoute("POST", "/console/places/codes/{code_id}/activity", switch),
    PageRoute("GET", "/console/places/codes/{code_id}/poster/{kind}", download_poster),
)
