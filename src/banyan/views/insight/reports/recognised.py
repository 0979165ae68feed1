"""The recognised share of trade as an expression."""

from collections.abc import Sequence

import ibis.expr.types as ir

from banyan.views.insight.kinds import PAID
from banyan.views.insight.reports.trade import (
    columns_of,
    first_rows,
    from_first_day,
    rows_of,
    total,
)
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import TradeBy


def compute_recognised(events: ir.Table, scope: Scope, by: Sequence[TradeBy]) -> ir.Table:
    """Paid orders of each group, all of them and those of known people."""
    groups = columns_of(by)
    paid = from_first_day(rows_of(events, scope, PAID), scope)
    is_known = paid.person_id != 0
    shares = paid.aggregate(
        by=groups,
        orders=paid.count(),
        known_orders=paid.count(where=is_known),
        revenue_fen=total(paid.amount_fen),
        known_fen=total(paid.amount_fen, is_known),
    )
    return first_rows(shares, groups)
