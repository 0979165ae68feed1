"""From a question to its answer: scope, files, statement, engine; and how fresh it is."""

from datetime import date, datetime
from typing import Any, NamedTuple

import structlog

from banyan.base.errors import Trouble
from banyan.base.ids import Id
from banyan.books.journal import lane_of
from banyan.books.work import Work
from banyan.views.insight import store
from banyan.views.insight.export import EXPORTER
from banyan.views.insight.place import PLACE
from banyan.views.insight.rules import day_of_number
from banyan.views.insight.scope import Scope, read_scope
from banyan.views.insight.types import FilesMissing, Part, Period, Told

_log = structlog.get_logger("banyan.insight")

_tries = 2


class Answer(NamedTuple):
    """What the engine said."""

    heading: dict[str, Any]
    """The fields of a Report."""
    rows: list[Told]


async def ask(
    work: Work, query: Period, report: str, *by: object, days: int | None = None
) -> Answer:
    """Compute a report over the merchant's facts; `days` before the end if no beginning is given.

    Raises what `read_scope` and `Engine.run` raise, and Trouble `insight.not_ready` while files
    are written again.
    """
    lane = lane_of(query.merchant_id, 0)
    for _ in range(_tries):
        behind, since = await store.find_lag(work.db, lane, EXPORTER.name)
        parts = await store.list_parts(work.db, lane)
        scope = await read_scope(work, query, _span(parts), days=days)
        try:
            rows = await _compute(parts, report, scope, by)
        except FilesMissing as missing:
            # Merged since we looked, or gone or spoilt: then the exporter writes them again.
            _log.warning("insight.not_read", lane=lane, reason=str(missing))
            PLACE.suspect(lane)
            continue
        heading = {
            "merchant_id": query.merchant_id,
            "store_id": query.store_id,
            "currency": scope.currency,
            "from_on": None if scope.from_day is None else day_of_number(scope.from_day),
            "until_on": day_of_number(_last_day(scope)),
            "as_of": since or work.now,
            "facts_behind": behind,
        }
        return Answer(heading, rows)
    raise Trouble("insight.not_ready")


async def _compute(
    parts: list[Part], report: str, scope: Scope, by: tuple[object, ...]
) -> list[Told]:
    def write() -> str:
        from banyan.views.insight.reports import (  # noqa: PLC0415 - a server starts without Ibis
            write_sql,
        )

        return write_sql(report, scope, *by)

    return await PLACE.engine.run(write, [part.path_in(PLACE.folder) for part in parts])


def _span(parts: list[Part]) -> tuple[datetime, datetime] | None:
    if not parts:
        return None
    return min(one.first_at for one in parts), max(one.last_at for one in parts)


def _last_day(scope: Scope) -> int:
    return scope.today if scope.until_day is None else scope.until_day


def label_id(told: Told, column: str) -> Id | None:
    """The id by which a row is told apart; None if it is not told apart by that."""
    value = told.get(column)
    return None if value is None else Id(value)


def label_day(told: Told) -> date | None:
    """The day by which a row is told apart; None if it is not told apart by days."""
    value = told.get("day")
    return None if value is None else day_of_number(value)
