"""Shows and rewrites a merchant's tiers."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.members import NewTier, list_tiers, set_tiers
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.inputs import fill_rows, parse_percent
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark

ROWS_MAX = 10
_columns = ("name", "threshold", "discount", "points")
_fields = {
    "name": "name",
    "threshold_fen": "threshold",
    "discount_bp": "discount",
    "points_rate_bp": "points",
}


@at_desk(Permission.MEMBERS_READ)
async def show_tiers(desk: Desk) -> Answer:
    """The tiers as they are."""
    return await _show(desk, {})


@at_desk(Permission.MEMBERS_WRITE)
async def save_tiers(desk: Desk) -> Answer:
    """Rewrite them all; a line without a name is none."""
    form = desk.ask.form
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number in range(ROWS_MAX):
        if not any(form.text(f"{name}-{number}") for name in _columns[:1]):
            continue
        values = {
            "name": form.text(f"name-{number}"),
            "threshold_fen": desk.money(f"threshold-{number}"),
            "discount_bp": parse_percent(form.text(f"discount-{number}")),
            "points_rate_bp": form.text(f"points-{number}") or 0,
        }
        rows.append((number, values))
    try:
        await desk.run(set_tiers, tiers=fill_rows(NewTier, rows))
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show(desk, {_field(name): text for name, text in told.items()}, status=422)
    return desk.ask.go("/console/tiers", mark("Saved. Every member is of their new tier at once."))


def _field(name: str) -> str:
    """The field on the page for that of a struct, `threshold_fen-2`."""
    struct, dash, number = name.rpartition("-")
    return f"{_fields.get(struct, struct)}{dash}{number}"


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    tiers = (await desk.run(list_tiers)).tiers
    rows = [
        {
            "name": one.name,
            "threshold": desk.write_money(one.threshold_fen),
            "discount": desk.write_percent(one.discount_bp),
            "points": str(one.points_rate_bp),
        }
        for one in tiers
    ]
    blank = dict.fromkeys(_columns, "")
    shown = min(max(len(rows) + 2, 4), ROWS_MAX)
    rows += [blank] * (shown - len(rows))
    return await desk.page(
        "tiers/page.html", status=status, errors=errors, rows=list(enumerate(rows))
    )


ROUTES = (
    PageRoute("GET", "/console/tiers", show_tiers),
    PageRoute("POST", "/console/tiers", save_tiers),
)
