"""Shows what a store has, and records deliveries, write-offs, counts and transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.commerce.stock import (
    CountedLine,
    StockLine,
    count_stock,
    list_movements,
    list_stock,
    receive_stock,
    transfer_stock,
    write_off_stock,
)
from banyan.commerce.stores import Store
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import Handler, PageRoute
from banyan.doors.pages.shell import mark

_filters = ("q", "store")
_prefix = "quantity-"
_kinds: dict[str, tuple[Operation[Any, Any], str]] = {
    "receive": (receive_stock, mark("Take a delivery in")),
    "write-off": (write_off_stock, mark("Write off")),
    "count": (count_stock, mark("Count")),
    "transfer": (transfer_stock, mark("Transfer")),
}


def _store(desk: Desk) -> Store | None:
    """The store that the page is about: the one asked for, the one chosen above, or the first."""
    asked = desk.ask.query.text("store") or desk.ask.form.text("store")
    found = next((one for one in desk.stores if str(int(one.store_id)) == asked), None)
    return found or desk.only_store


def _choices(desk: Desk) -> list[tuple[str, str]]:
    return [(str(int(one.store_id)), one.name) for one in desk.stores]


@at_desk(Permission.STOCK_READ)
async def show_stock(desk: Desk) -> Answer:
    """What a store has of each variant."""
    query, store = desk.ask.query, _store(desk)
    if store is None:
        return desk.ask.go("/console/stores", mark("Open a store first."), kind="warning")
    page = await desk.run(
        list_stock,
        store_id=store.store_id,
        search=query.text("q")[:100],
        cursor=query.text("cursor") or None,
        limit=50,
    )
    return await desk.page(
        "stock/page.html",
        store=store,
        stores=_choices(desk),
        items=page.items,
        pager=desk.pager(_filters, page.next_cursor),
        kinds=[(name, text) for name, (_, text) in _kinds.items()],
    )


@at_desk(Permission.STOCK_READ)
async def show_movements(desk: Desk) -> Answer:
    """Why the stock of a store changed, the latest first."""
    query, store = desk.ask.query, _store(desk)
    if store is None:
        return desk.ask.go("/console/stores", mark("Open a store first."), kind="warning")
    page = await desk.run(
        list_movements, store_id=store.store_id, cursor=query.text("cursor") or None, limit=50
    )
    names = await _names(desk, store)
    return await desk.page(
        "stock/movements.html",
        store=store,
        stores=_choices(desk),
        movements=page.items,
        names=names,
        pager=desk.pager(("store",), page.next_cursor),
    )


async def _names(desk: Desk, store: Store) -> dict[int, str]:
    """What the variants of a store are called, as far as a few pages tell."""
    names: dict[int, str] = {}
    cursor: str | None = None
    for _ in range(10):
        page = await desk.run(list_stock, store_id=store.store_id, limit=100, cursor=cursor)
        names |= {int(one.sku_id): f"{one.name} {one.variant}".strip() for one in page.items}
        cursor = page.next_cursor
        if cursor is None:
            break
    return names


def _show_move(kind: str) -> Handler:
    @at_desk(Permission.STOCK_WRITE)
    async def show(desk: Desk) -> Answer:
        return await _page(desk, kind, {})

    return show


def _move(kind: str) -> Handler:
    @at_desk(Permission.STOCK_WRITE)
    async def move(desk: Desk) -> Answer:
        form, store = desk.ask.form, _store(desk)
        operation, _ = _kinds[kind]
        more = {"to_store_id": form.text("to_store_id") or "0"} if kind == "transfer" else {}
        try:
            await desk.run(
                operation,
                store_id=store.store_id if store else "0",
                lines=_lines(desk, kind),
                note=form.text("note"),
                **more,
            )
        except Failure as failure:
            places = {"stock.same_store": "to_store_id", "stores.not_found": "to_store_id"}
            return await _page(desk, kind, desk.mistakes(failure, places), status=422)
        return desk.ask.go(
            f"/console/stock?store={store.store_id:d}" if store else "/console/stock",
            mark("The stock was changed."),
        )

    return move


def _lines(desk: Desk, kind: str) -> list[StockLine] | list[CountedLine]:
    """What was typed beside the variants. Raises Wrong."""
    form = desk.ask.form
    rows: list[tuple[int, Mapping[str, object]]] = []
    for name in form.values:
        number = name.removeprefix(_prefix)
        typed = form.text(name)
        if name == number or not typed or not (number.isascii() and number.isdigit()):
            continue
        rows.append((int(number), {"sku_id": number, "quantity": typed}))
    if not rows:
        raise Wrong({"": Mistake(mark("Enter a number beside at least one item"))})
    return fill_rows(CountedLine, rows) if kind == "count" else fill_rows(StockLine, rows)


async def _page(desk: Desk, kind: str, errors: Mapping[str, str], status: int = 200) -> Answer:
    query, store = desk.ask.query, _store(desk)
    if store is None:
        return desk.ask.go("/console/stores", mark("Open a store first."), kind="warning")
    page = await desk.run(
        list_stock,
        store_id=store.store_id,
        search=(query.text("q") or desk.ask.form.text("q"))[:100],
        limit=100,
    )
    return await desk.page(
        "stock/move.html",
        status=status,
        errors=errors,
        kind=kind,
        title=_kinds[kind][1],
        store=store,
        stores=_choices(desk),
        items=[one for one in page.items if one.is_tracked],
        has_more=page.next_cursor is not None,
    )


ROUTES = (
    PageRoute("GET", "/console/stock", show_stock),
    PageRoute("GET", "/console/stock/movements", show_movements),
    *(PageRoute("GET", f"/console/stock/{kind}", _show_move(kind)) for kind in _kinds),
    *(PageRoute("POST", f"/console/stock/{kind}", _move(kind)) for kind in _kinds),
)
