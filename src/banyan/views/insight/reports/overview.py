"""Trade as an expression: orders, buyers, refunds, members and coupons by day and store."""

from collections.abc import Sequence

import ibis.expr.types as ir

from banyan.views.insight.kinds import JOINED, PAID, REFUNDED
from banyan.views.insight.reports.trade import (
    columns_of,
    first_rows,
    from_first_day,
    number_orders,
    rows_of,
    total,
    without_number,
)
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import TradeBy


def compute_overview(events: ir.Table, scope: Scope, by: Sequence[TradeBy]) -> ir.Table:
    """Paid orders, refunds and new members of each group."""
    groups = columns_of(by)
    orders = number_orders(rows_of(events, scope, PAID))
    others = rows_of(events, scope, PAID, REFUNDED, JOINED)
    others = others.filter((others.kind != PAID) | (others.person_id == 0))
    rows = orders.union(without_number(others))
    rows = from_first_day(rows, scope)
    is_paid = rows.kind == PAID
    has_coupon = is_paid & (rows.coupon_id != 0)
    # First by person: then counting people is counting rows, whichever way they are told apart.
    people = rows.aggregate(
        by=[*groups, "person_id"],
        revenue_fen=rows.amount_fen.sum(where=is_paid),
        refunded_fen=rows.amount_fen.sum(where=rows.kind == REFUNDED),
        orders=rows.count(where=is_paid),
        last_nth=rows.nth.max(),
        new_members=rows.count(where=rows.kind == JOINED),
        coupons_redeemed=rows.count(where=has_coupon),
        coupon_cost_fen=rows.discount_fen.sum(where=has_coupon),
    )
    trade = people.aggregate(
        by=groups,
        revenue_fen=total(people.revenue_fen),
        refunded_fen=total(people.refunded_fen),
        orders=total(people.orders),
        buyers=people.count(where=people.last_nth > 0),
        repeat_buyers=people.count(where=people.last_nth > 1),
        new_members=total(people.new_members),
        coupons_redeemed=total(people.coupons_redeemed),
        coupon_cost_fen=total(people.coupon_cost_fen),
    )
    return first_rows(trade, groups)
