"""The funnel as an expression: each step where, when and through which code it was taken."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from banyan.views.insight.kinds import (
    FOLLOWED,
    JOINED,
    PAID,
    PLACED,
    REFUNDED,
    TOUCH_JOINED,
    TOUCHED,
)
from banyan.views.insight.reports.attribution import attribute, find_code_stores
from banyan.views.insight.reports.trade import (
    columns_of,
    first_rows,
    from_first_day,
    number_orders,
    rows_of,
    total,
)
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import FunnelBy

_needed = ("kind", "number", "at_us", "day", "person_id", "store_id", "code_id", "amount_fen")
_touched, _followed, _joined, _ordered, _paid, _came_back = (1 << bit for bit in range(6))


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator] # Ibis ships no types
def bit_or(value: int) -> int:
    """The bits that are set in any of the numbers; engines have it, Ibis knows it of some only."""
    raise NotImplementedError(value)


def compute_funnel(events: ir.Table, scope: Scope, by: Sequence[FunnelBy]) -> ir.Table:
    """Each step counted where, when and through which code it was taken."""
    groups = columns_of(by)
    steps = attribute(_list_steps(events, scope), events, scope)
    if FunnelBy.STORE in by or scope.store_ids is not None:
        steps = _put_into_stores(steps, events, scope)
    steps = _with_returns(from_first_day(steps, scope), events, scope)
    people = _count_by_person(steps, [*groups, "person_id"])

    def with_step(step: int) -> ir.IntegerScalar:
        return people.count(where=(people.steps & step) != 0)

    funnel = people.aggregate(
        by=groups,
        touches=total(people.touches),
        people=with_step(_touched),
        followed=with_step(_followed),
        joined=with_step(_joined),
        ordered=with_step(_ordered),
        paid=with_step(_paid),
        came_back=with_step(_came_back),
        orders=total(people.orders),
        revenue_fen=total(people.revenue_fen),
        refunded_fen=total(people.refunded_fen),
    )
    return first_rows(funnel, groups)


def _count_by_person(steps: ir.Table, by: Sequence[str]) -> ir.Table:
    """What each person did in each group; everything that unknown people did is one row.

    The steps are bits of one number: there are millions of these rows, and so they are short.
    """
    bits = ibis.cases(
        (steps.kind.isin((TOUCHED, TOUCH_JOINED)), _touched),
        (steps.kind == FOLLOWED, _followed),
        (steps.kind == JOINED, _joined),
        (steps.kind == PLACED, _ordered),
        (steps.return_number.notnull(), _paid | _came_back),
        (steps.kind == PAID, _paid),
        else_=0,
    )
    return steps.aggregate(
        by=by,
        steps=bit_or((steps.person_id != 0).ifelse(bits, 0)),
        touches=steps.count(where=steps.kind == TOUCHED),
        orders=steps.count(where=steps.kind == PAID),
        revenue_fen=total(steps.amount_fen, steps.kind == PAID),
        refunded_fen=total(steps.amount_fen, steps.kind == REFUNDED),
    )


def _list_steps(events: ir.Table, scope: Scope) -> ir.Table:
    """Every step with the instant for which its code is looked up: a refund has its order's."""
    kinds = (TOUCHED, TOUCH_JOINED, FOLLOWED, JOINED, PLACED, PAID)
    steps = rows_of(events, scope, *kinds, or_nowhere=True)
    steps = steps.select(*_needed, came_us=steps.at_us)
    refunds = rows_of(events, scope, REFUNDED)
    paid = rows_of(events, scope, PAID).select(paid_order_id="order_id", paid_us="at_us")
    refunds = refunds.left_join(paid, refunds.order_id == paid.paid_order_id)
    return steps.union(refunds.select(*_needed, came_us=refunds.paid_us.fill_null(refunds.at_us)))


def _with_returns(steps: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """The steps with a `return_number` in each that is its person's second paid order."""
    orders = number_orders(rows_of(events, scope, PAID))
    second = orders.filter(orders.nth == 2).select(return_number="number")  # noqa: PLR2004
    return steps.left_join(second, steps.number == second.return_number)


def _put_into_stores(steps: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """Steps that were taken in no store are put into their code's; of the scope's stores only."""
    stores = find_code_stores(events, scope)
    is_lacking = (steps.store_id == 0) & (steps.code_id != 0)
    lacking = steps.filter(is_lacking)
    found = lacking.left_join(stores, lacking.code_id == stores.coded_id)
    found = found.mutate(store_id=found.code_store_id.fill_null(0)).select(*steps.columns)
    steps = steps.filter(~is_lacking).union(found)
    return steps if scope.store_ids is None else steps.filter(steps.store_id.isin(scope.store_ids))
