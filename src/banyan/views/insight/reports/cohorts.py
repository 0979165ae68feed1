"""Monthly cohorts as an expression."""

import ibis
import ibis.expr.types as ir

from banyan.views.insight.kinds import PAID, REFUNDED
from banyan.views.insight.reports.clock import month_of
from banyan.views.insight.reports.trade import rows_of, total, without_end
from banyan.views.insight.rules import (
    day_of_number,
    index_of_month,
)
from banyan.views.insight.scope import Scope


def compute_cohorts(events: ir.Table, scope: Scope) -> ir.Table:
    """Buyers, revenue and refunds by month of the first paid order and months since."""
    rows = rows_of(events, without_end(scope), PAID, REFUNDED)
    rows = rows.filter(rows.person_id != 0)
    rows = rows.mutate(month=month_of(rows.day, scope))
    is_paid = rows.kind == PAID
    months = rows.group_by("person_id", "month").aggregate(
        has_bought=is_paid.any(),
        revenue_fen=rows.amount_fen.sum(where=is_paid),
        refunded_fen=rows.amount_fen.sum(where=rows.kind == REFUNDED),
    )
    first = months.month.min(where=months.has_bought).over(ibis.window(group_by=months.person_id))
    months = months.mutate(first_month=first)
    months = months.filter(months.month >= months.first_month)
    if scope.from_day is not None:
        begin = index_of_month(day_of_number(scope.from_day))
        months = months.filter(months.first_month >= begin)
    if scope.until_day is not None:
        end = index_of_month(day_of_number(scope.until_day))
        months = months.filter(months.first_month <= end)
    cohorts = months.group_by(
        "first_month", months_since=months.month - months.first_month
    ).aggregate(
        buyers=months.count(where=months.has_bought),
        revenue_fen=total(months.revenue_fen),
        refunded_fen=total(months.refunded_fen),
    )
    return cohorts.order_by("first_month", "months_since")
