"""Recency, frequency and money of buyers as an expression, in quintiles."""

import ibis
import ibis.expr.types as ir

from banyan.views.insight.kinds import PAID, REFUNDED
from banyan.views.insight.reports.trade import from_first_day, rows_of, total
from banyan.views.insight.scope import Scope

_quintiles = 5


def compute_rfm(events: ir.Table, scope: Scope) -> ir.Table:
    """How many buyers are in each three quintiles, and what they spent."""
    rows = from_first_day(rows_of(events, scope, PAID, REFUNDED), scope)
    rows = rows.filter(rows.person_id != 0)
    is_paid = rows.kind == PAID
    buyers = rows.group_by("person_id").aggregate(
        last_day=rows.day.max(where=is_paid),
        orders=rows.count(where=is_paid),
        spent_fen=total(is_paid.ifelse(rows.amount_fen, -rows.amount_fen)),
    )
    # A refund alone, of an order before the first day, makes nobody a buyer.
    buyers = buyers.filter(buyers.orders > 0)
    buyers = buyers.select(
        "spent_fen",
        recency=_quintile(buyers.last_day),
        frequency=_quintile(buyers.orders),
        monetary=_quintile(buyers.spent_fen),
    )
    cells = buyers.group_by("recency", "frequency", "monetary").aggregate(
        people=buyers.count(), spent_fen=total(buyers.spent_fen)
    )
    return cells.order_by("recency", "frequency", "monetary")


def _quintile(value: ir.IntegerColumn) -> ir.IntegerColumn:
    """From 1 to 5 by the share of buyers with less, so that equals are always in the same one."""
    fewer = ibis.rank().over(order_by=value)
    everybody = ibis.window()
    return 1 + fewer * _quintiles // value.count().over(everybody)
