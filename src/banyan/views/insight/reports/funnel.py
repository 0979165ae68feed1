"""The funnel as an expression: how far those came who scanned, and what was earned where.

There is one population: who scanned. Each step is taken by some of those who took the one before,
at or after their scan, so that no step can be larger than the one before it.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import msgspec

from banyan.views.insight.kinds import (
    FOLLOWED,
    JOINED,
    PAID,
    PLACED,
    REFUNDED,
    TOUCH_JOINED,
    TOUCHED,
)
from banyan.views.insight.reports.attribution import attribute, split_lacking
from banyan.views.insight.reports.trade import (
    columns_of,
    first_rows,
    from_first_day,
    rows_of,
    total,
)
from banyan.views.insight.scope import EngineKind, Scope
from banyan.views.insight.types import FunnelBy

_sold = ("kind", "number", "at_us", "day", "person_id", "store_id", "code_id", "amount_fen")


@ibis.udf.agg.builtin(name="max")  # type: ignore[untyped-decorator] # Ibis ships no types
def greatest(value: int, count: int) -> dt.Array(dt.int64):  # type: ignore[valid-type]
    """The greatest few values of a group, as DuckDB has it: sorting the group would be slower."""
    raise NotImplementedError(value, count)


def compute_funnel(events: ir.Table, scope: Scope, by: Sequence[FunnelBy]) -> ir.Table:
    """Scans and the steps after them, told apart by the scan; money, by the order that brought it.

    The two are computed apart and then put side by side.
    """
    groups = columns_of(by)
    steps = _count_steps(events, scope, groups)
    money = _sum_money(_list_sales(events, scope, by), groups)
    return first_rows(_put_side_by_side(steps, money, groups), groups)


def _put_side_by_side(steps: ir.Table, money: ir.Table, groups: Sequence[str]) -> ir.Table:
    if not groups:
        return steps.cross_join(money)
    both = steps.outer_join(money, list(groups))
    figures = [one for one in (*steps.columns, *money.columns) if one not in groups]
    return both.select(
        **{name: both[name].fill_null(both[f"{name}_right"]) for name in groups},
        **{name: both[name].fill_null(0) for name in figures},
    )


def _count_steps(events: ir.Table, scope: Scope, groups: Sequence[str]) -> ir.Table:
    """Of those who scanned in each group: how many took each step and all before it."""
    touches = from_first_day(rows_of(events, scope, TOUCHED, TOUCH_JOINED), scope)
    scanned = touches.aggregate(
        by=[*groups, "person_id"],
        touches=touches.count(where=touches.kind == TOUCHED),
        joined_touches=touches.count(where=touches.kind == TOUCH_JOINED),
        first_us=touches.at_us.min(),
    )
    later = _list_later(events, scope)
    one = scanned.left_join(later, scanned.person_id == later.doer_id)
    is_known = one.person_id != 0
    # A joined scan stands once among those of nobody known, and is its person's.
    visitors = is_known.ifelse(1 - one.joined_touches, one.touches)
    return one.aggregate(
        by=groups,
        touches=total(one.touches),
        visitors=total(visitors),
        people=one.count(where=is_known),
        followed=one.count(where=one.has_followed),
        joined=one.count(where=one.is_member),
        ordered=one.count(where=one.is_member & (one.ordered_us >= one.first_us)),
        paid=one.count(where=one.is_member & (one.paid_us >= one.first_us)),
        came_back=one.count(where=one.is_member & (one.came_back_us >= one.first_us)),
    )


def _list_later(events: ir.Table, scope: Scope) -> ir.Table:
    """What each person did by the scope's last day, and when they last began to.

    Who scanned at an instant paid later if the last order that they paid was placed after it, and
    came back if the last but one was: so one row for each person answers for all their scans.
    """
    orders = from_first_day(rows_of(events, scope, PLACED, PAID), scope)
    orders = orders.filter(orders.person_id != 0)
    orders = orders.group_by("person_id", "order_id").aggregate(
        placed_us=orders.at_us.max(where=orders.kind == PLACED),
        is_paid=(orders.kind == PAID).any(),
    )
    # Placed before the first day is before every scan.
    orders = orders.filter(orders.placed_us.notnull())
    ordered = _find_latest(orders, scope)
    # One is a member of the merchant, not of a store.
    everywhere = msgspec.structs.replace(scope, store_ids=None)
    badges = rows_of(events, everywhere, FOLLOWED, JOINED)
    badges = badges.filter(badges.person_id != 0)
    badges = badges.group_by(doer_id=badges.person_id).aggregate(
        has_followed=(badges.kind == FOLLOWED).any(), is_member=(badges.kind == JOINED).any()
    )
    return badges.left_join(ordered, badges.doer_id == ordered.person_id).drop("person_id")


def _find_latest(orders: ir.Table, scope: Scope) -> ir.Table:
    """When each person placed their last order, the last that they paid, and the one before."""
    if scope.engine is EngineKind.DUCKDB:
        ordered = orders.group_by("person_id").aggregate(
            ordered_us=orders.placed_us.max(),
            latest=greatest(orders.placed_us, 2, where=orders.is_paid),
        )
        return ordered.select(
            "person_id",
            "ordered_us",
            paid_us=ordered.latest[0],
            came_back_us=ordered.latest[1],
        )
    latest_first = ibis.window(
        group_by=[orders.person_id, orders.is_paid], order_by=orders.placed_us.desc()
    )
    orders = orders.mutate(place=ibis.row_number().over(latest_first))
    return orders.group_by("person_id").aggregate(
        ordered_us=orders.placed_us.max(),
        paid_us=orders.placed_us.max(where=orders.is_paid),
        came_back_us=orders.placed_us.max(where=orders.is_paid & (orders.place == 1)),
    )


def _list_sales(events: ir.Table, scope: Scope, by: Sequence[FunnelBy]) -> ir.Table:
    """Paid orders and refunds; told apart by code, each with the code that brought it.

    It is looked up for the instant at which the order was paid, also for its refund.
    """
    sales = from_first_day(rows_of(events, scope, PAID, REFUNDED), scope)
    if FunnelBy.CODE not in by:
        return sales.select(*_sold)
    coded, lacking = split_lacking(sales)
    orders = rows_of(events, scope, PAID).select(paid_order_id="order_id", paid_us="at_us")
    paid, late = lacking.filter(lacking.kind == PAID), lacking.filter(lacking.kind == REFUNDED)
    late = late.left_join(orders, late.order_id == orders.paid_order_id)
    looked_up = paid.select(*_sold, came_us=paid.at_us).union(
        late.select(*_sold, came_us=late.paid_us.fill_null(late.at_us))
    )
    found = attribute(looked_up, lacking, events, scope)
    return coded.select(*_sold).union(found.select(*_sold))


def _sum_money(sales: ir.Table, groups: Sequence[str]) -> ir.Table:
    is_paid = sales.kind == PAID
    return sales.aggregate(
        by=groups,
        orders=sales.count(where=is_paid),
        revenue_fen=total(sales.amount_fen, is_paid),
        refunded_fen=total(sales.amount_fen, ~is_paid),
    )
