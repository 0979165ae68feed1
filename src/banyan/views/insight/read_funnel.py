"""The funnel of the loop, from the touch of a code to the second order, and what codes earned."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask, label_day, label_id
from banyan.views.insight.types import ROWS_MAX, FunnelBy, FunnelReport, FunnelRow, Period, Told

_month = 30


class ReadFunnel(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far people came at a merchant; without a first day, in the last thirty."""

    by: Annotated[tuple[FunnelBy, ...], msgspec.Meta(max_length=3)] = ()
    """What rows are told apart by; empty: one row for everything."""


@reading(permission=Permission.INSIGHT_READ)
async def read_funnel(work: Work, query: ReadFunnel) -> FunnelReport:
    """Return how far those came who scanned, and the money, by code, store and day, or any of them.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    by = tuple(dict.fromkeys(query.by))
    answer = await ask(work, query, "funnel", by, days=_month)
    return FunnelReport(
        **answer.heading,
        rows=[_row(one) for one in answer.rows[:ROWS_MAX]],
        is_cut=len(answer.rows) > ROWS_MAX,
    )


def _row(told: Told) -> FunnelRow:
    return FunnelRow(
        code_id=label_id(told, "code_id"),
        store_id=label_id(told, "store_id"),
        on=label_day(told),
        touches=told["touches"],
        visitors=told["visitors"],
        people=told["people"],
        followed=told["followed"],
        joined=told["joined"],
        ordered=told["ordered"],
        paid=told["paid"],
        came_back=told["came_back"],
        orders=told["orders"],
        revenue_fen=told["revenue_fen"],
        refunded_fen=told["refunded_fen"],
        earned_fen=told["revenue_fen"] - told["refunded_fen"],
    )
