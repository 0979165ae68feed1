"""Trade by day and store: what was sold to how many, who came again, what coupons cost."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask, label_day, label_id
from banyan.views.insight.rules import compute_rate_bp
from banyan.views.insight.types import ROWS_MAX, OverviewReport, Period, Told, TradeBy, TradeRow

_month = 30


class ReadOverview(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The trade of a merchant; without a first day, of the last thirty."""

    by: Annotated[tuple[TradeBy, ...], msgspec.Meta(max_length=2)] = ()
    """What rows are told apart by; empty: one row for everything."""


@reading(permission=Permission.INSIGHT_READ)
async def read_overview(work: Work, query: ReadOverview) -> OverviewReport:
    """Return revenue, orders, buyers, new members and coupons by day, store, both or neither.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    by = tuple(dict.fromkeys(query.by))
    answer = await ask(work, query, "overview", by, days=_month)
    return OverviewReport(
        **answer.heading,
        rows=[_row(one) for one in answer.rows[:ROWS_MAX]],
        is_cut=len(answer.rows) > ROWS_MAX,
    )


def _row(told: Told) -> TradeRow:
    orders, buyers = told["orders"], told["buyers"]
    return TradeRow(
        store_id=label_id(told, "store_id"),
        on=label_day(told),
        revenue_fen=told["revenue_fen"],
        refunded_fen=told["refunded_fen"],
        orders=orders,
        average_fen=told["revenue_fen"] // orders if orders else 0,
        buyers=buyers,
        repeat_buyers=told["repeat_buyers"],
        repeat_rate_bp=compute_rate_bp(told["repeat_buyers"], buyers),
        new_members=told["new_members"],
        coupons_redeemed=told["coupons_redeemed"],
        coupon_cost_fen=told["coupon_cost_fen"],
    )
