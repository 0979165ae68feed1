"""Lifetime value against acquisition cost: what buyers that came the same way brought, and cost."""

from datetime import date

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask, label_id
from banyan.views.insight.rules import HORIZONS, month_of_index
from banyan.views.insight.types import (
    ROWS_MAX,
    BuyersBy,
    LifetimeReport,
    LifetimeRow,
    LifetimeValue,
    Period,
    Told,
)


class ReadLifetime(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant's buyers cost and brought: those whose first order was in the period.

    What they did since then counts up to today, also after the period.
    """

    by: BuyersBy = BuyersBy.CODE
    """What rows are told apart by."""


@reading(permission=Permission.INSIGHT_READ)
async def read_lifetime(work: Work, query: ReadLifetime) -> LifetimeReport:
    """Return cost, value after so many days and pay-back day by code, channel or month.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    answer = await ask(work, query, "lifetime", query.by)
    return LifetimeReport(
        **answer.heading,
        rows=[_row(one) for one in answer.rows[:ROWS_MAX]],
        is_cut=len(answer.rows) > ROWS_MAX,
    )


def _row(told: Told) -> LifetimeRow:
    cost_fen, buyers = told["coupon_cost_fen"] + told["spent_fen"], told["buyers"]
    return LifetimeRow(
        code_id=label_id(told, "code_id"),
        channel_id=label_id(told, "channel_id"),
        month=_label_month(told),
        buyers=buyers,
        coupon_cost_fen=told["coupon_cost_fen"],
        spent_fen=told["spent_fen"],
        cost_fen=cost_fen,
        cost_per_buyer_fen=cost_fen // buyers if buyers else 0,
        payback_day=told["payback_day"],
        values=[_value(told, horizon) for horizon in HORIZONS],
    )


def _value(told: Told, days: int) -> LifetimeValue:
    buyers, revenue_fen = told[f"buyers_{days}"], told[f"revenue_{days}_fen"]
    return LifetimeValue(
        days=days,
        buyers=buyers,
        revenue_fen=revenue_fen,
        value_fen=revenue_fen // buyers if buyers else 0,
    )


def _label_month(told: Told) -> date | None:
    return month_of_index(told["month"]) if "month" in told else None
