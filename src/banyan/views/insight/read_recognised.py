"""The share of trade that is recognised: paid by people whom the shop knows."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask, label_day, label_id
from banyan.views.insight.rules import compute_rate_bp
from banyan.views.insight.types import (
    ROWS_MAX,
    Period,
    RecognisedReport,
    RecognisedRow,
    Told,
    TradeBy,
)

_month = 30


class ReadRecognised(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of a merchant's trade is with known people; by default of the last thirty days."""

    by: Annotated[tuple[TradeBy, ...], msgspec.Meta(max_length=2)] = ()
    """What rows are told apart by; empty: one row for everything."""


@reading(permission=Permission.INSIGHT_READ)
async def read_recognised(work: Work, query: ReadRecognised) -> RecognisedReport:
    """Return orders and revenue, and how much of both is of known people.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    by = tuple(dict.fromkeys(query.by))
    answer = await ask(work, query, "recognised", by, days=_month)
    return RecognisedReport(
        **answer.heading,
        rows=[_row(one) for one in answer.rows[:ROWS_MAX]],
        is_cut=len(answer.rows) > ROWS_MAX,
    )


def _row(told: Told) -> RecognisedRow:
    return RecognisedRow(
        store_id=label_id(told, "store_id"),
        on=label_day(told),
        orders=told["orders"],
        known_orders=told["known_orders"],
        revenue_fen=told["revenue_fen"],
        known_fen=told["known_fen"],
        share_bp=compute_rate_bp(told["known_fen"], told["revenue_fen"]),
        orders_share_bp=compute_rate_bp(told["known_orders"], told["orders"]),
    )
