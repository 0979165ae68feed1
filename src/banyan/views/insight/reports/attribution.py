"""Through which code somebody came: the one on what they did, or that of their last touch."""

import ibis.expr.types as ir

from banyan.commerce.orders.known import ATTRIBUTION
from banyan.views.insight.kinds import TOUCH_JOINED, TOUCHED
from banyan.views.insight.reports.trade import of_scope
from banyan.views.insight.scope import EngineKind, Scope

_week_us = int(ATTRIBUTION.total_seconds()) * 1_000_000


def split_lacking(rows: ir.Table) -> tuple[ir.Table, ir.Table]:
    """The rows that have a code or can't have one, and those for which it must be looked up."""
    is_lacking = (rows.code_id == 0) & (rows.person_id != 0)
    return rows.filter(~is_lacking), rows.filter(is_lacking)


def attribute(rows: ir.Table, people: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """The rows, each with a `code_id` if one can be known: its own, or that of the last touch.

    The touch must have been within the week before `came_us`. Of touches in the same microsecond
    the one with the greatest code counts. `people` has all for whom it may have to be looked up.
    """
    touches = _touches_by(people, events, scope)
    join = _join_last if scope.engine is EngineKind.DUCKDB else _join_last_plainly
    found = join(rows, touches)
    is_near = found.touched_us >= found.came_us - _week_us
    touched = is_near.ifelse(found.touched_code_id, 0).fill_null(0)
    found = found.mutate(code_id=(found.code_id != 0).ifelse(found.code_id, touched))
    return found.select(*rows.columns)


def _touches_by(people: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """Touches of these people: one for each microsecond."""
    touches = of_scope(events, scope, TOUCHED, TOUCH_JOINED)
    touches = touches.filter(touches.person_id != 0).semi_join(people, "person_id")
    return touches.group_by(toucher_id=touches.person_id, touched_us=touches.at_us).aggregate(
        touched_code_id=touches.code_id.max()
    )


def _join_last(rows: ir.Table, touches: ir.Table) -> ir.Table:
    return rows.asof_join(
        touches,
        on=rows.came_us >= touches.touched_us,
        predicates=[rows.person_id == touches.toucher_id],
    )


def _join_last_plainly(rows: ir.Table, touches: ir.Table) -> ir.Table:
    """The same for engines without such a join: all touches of the week, and the last of them."""
    near = rows.join(
        touches,
        [
            rows.person_id == touches.toucher_id,
            touches.touched_us <= rows.came_us,
            touches.touched_us >= rows.came_us - _week_us,
        ],
    )
    last = near.group_by(of_number=near.number).aggregate(last_us=near.touched_us.max())
    known = rows.left_join(last, rows.number == last.of_number)
    return known.left_join(
        touches,
        [known.person_id == touches.toucher_id, known.last_us == touches.touched_us],
    )
