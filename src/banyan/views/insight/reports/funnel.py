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
from banyan.views.insight.reports.attribution import attribute, find_code_stores, split_lacking
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

_needed = ("kind", "number", "day", "person_id", "store_id", "code_id", "amount_fen")
_ACTS = (FOLLOWED, JOINED, PLACED, PAID)
_RETURNED = "returned"
_followed, _joined, _ordered, _paid, _returned = (1 << bit for bit in range(5))


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator] # Ibis ships no types
def bit_or(value: int) -> int:
    """The bits that are set in any of the numbers; engines have it, Ibis knows it of some only."""
    raise NotImplementedError(value)


def compute_funnel(events: ir.Table, scope: Scope, by: Sequence[FunnelBy]) -> ir.Table:
    """Each step counted where, when and through which code it was taken.

    Touches and acts are counted apart and then put side by side: to tell people apart takes a row
    for each of them in each group, and there are millions.
    """
    groups = columns_of(by)
    touches = from_first_day(rows_of(events, scope, TOUCHED, TOUCH_JOINED), scope)
    acts = _list_acts(events, scope)
    if FunnelBy.STORE in by or scope.store_ids is not None:
        acts = _put_into_stores(acts, events, scope)
    acts = from_first_day(acts, scope)
    parts = _count_touches(touches, groups).union(_count_acts(acts, groups))
    sums = {name: total(parts[name]) for name in parts.columns if name not in groups}
    return first_rows(parts.aggregate(by=groups, **sums), groups)


def _count_touches(touches: ir.Table, groups: Sequence[str]) -> ir.Table:
    people = touches.aggregate(
        by=[*groups, "person_id"], touches=touches.count(where=touches.kind == TOUCHED)
    )
    none = people.count(where=ibis.literal(value=False))
    return people.aggregate(
        by=groups,
        touches=total(people.touches),
        people=people.count(where=people.person_id != 0),
        followed=none,
        joined=none,
        ordered=none,
        paid=none,
        came_back=none,
        orders=none,
        revenue_fen=none,
        refunded_fen=none,
    )


def _count_acts(acts: ir.Table, groups: Sequence[str]) -> ir.Table:
    """Everything that a person did in a group is one row, and the steps bits of one number."""
    bits = ibis.cases(
        (acts.kind == FOLLOWED, _followed),
        (acts.kind == JOINED, _joined),
        (acts.kind == PLACED, _ordered),
        (acts.kind == PAID, _paid),
        (acts.kind == _RETURNED, _returned),
        else_=0,
    )
    people = acts.aggregate(
        by=[*groups, "person_id"],
        steps=bit_or((acts.person_id != 0).ifelse(bits, 0)),
        orders=acts.count(where=acts.kind == PAID),
        revenue_fen=acts.amount_fen.sum(where=acts.kind == PAID),
        refunded_fen=acts.amount_fen.sum(where=acts.kind == REFUNDED),
    )

    def with_step(step: int) -> ir.IntegerScalar:
        return people.count(where=(people.steps & step) != 0)

    none = people.count(where=ibis.literal(value=False))
    return people.aggregate(
        by=groups,
        touches=none,
        people=none,
        followed=with_step(_followed),
        joined=with_step(_joined),
        ordered=with_step(_ordered),
        paid=with_step(_paid),
        came_back=with_step(_returned),
        orders=total(people.orders),
        revenue_fen=total(people.revenue_fen),
        refunded_fen=total(people.refunded_fen),
    )


def _list_acts(events: ir.Table, scope: Scope) -> ir.Table:
    """What people did, each act with its code; a second order stands there once more as a return.

    The code is looked up for the instant of the act: for a refund that of its order.
    """
    acts, lacking = split_lacking(rows_of(events, scope, *_ACTS, or_nowhere=True))
    refunds, late = split_lacking(rows_of(events, scope, REFUNDED))
    orders = rows_of(events, scope, PAID)
    paid = orders.select(paid_order_id="order_id", paid_us="at_us")
    late = late.left_join(paid, late.order_id == paid.paid_order_id)
    numbered = number_orders(orders)
    returns = numbered.filter(numbered.nth == 2)  # noqa: PLR2004 - the second order is the return
    returns = returns.mutate(kind=ibis.literal(_RETURNED))
    looked_up = ibis.union(
        lacking.select(*_needed, came_us=lacking.at_us),
        returns.select(*_needed, came_us=returns.at_us),
        late.select(*_needed, came_us=late.paid_us.fill_null(late.at_us)),
    )
    # Whoever's refund or second order has no code is among these people by the order itself.
    found = attribute(looked_up, lacking, events, scope)
    return ibis.union(acts.select(*_needed), refunds.select(*_needed), found.select(*_needed))


def _put_into_stores(acts: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """Acts that happened in no store are put into their code's; of the scope's stores only."""
    stores = find_code_stores(events, scope)
    joined = acts.left_join(stores, acts.code_id == stores.coded_id)
    is_nowhere = (joined.store_id == 0) & (joined.code_id != 0)
    acts = joined.mutate(
        store_id=is_nowhere.ifelse(joined.code_store_id.fill_null(0), joined.store_id)
    )
    return acts if scope.store_ids is None else acts.filter(acts.store_id.isin(scope.store_ids))
