"""Days and months of stores as expressions: whole numbers that every engine computes alike."""

import ibis
import ibis.expr.types as ir

from banyan.views.insight.rules import DAY_US
from banyan.views.insight.scope import EngineKind, Scope, Steps


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator] # Ibis ships no types
def divide(number: int, by: int) -> int:
    """Whole division as DuckDB has it. Ibis says `//` by way of floats, which groups slower."""
    raise NotImplementedError(number, by)


def day_of(rows: ir.Table, scope: Scope) -> ir.IntegerValue:
    """The day of each row since 1970, by the clock of its store or else of the merchant."""
    ahead = step_of(rows.at_us, scope.clock)
    others = [
        (rows.store_id.isin(store_ids), step_of(rows.at_us, clock))
        for clock, store_ids in scope.other_clocks
    ]
    local_us = rows.at_us + (ibis.cases(*others, else_=ahead) if others else ahead)
    if scope.engine is EngineKind.DUCKDB:
        day: ir.IntegerValue = divide(local_us, DAY_US)
        return day
    return local_us // DAY_US


def month_of(day: ir.IntegerValue, scope: Scope) -> ir.IntegerValue:
    """The month of a day, counted so that January of year 1 is 12."""
    return step_of(day, scope.months)


def step_of(number: ir.IntegerValue, steps: Steps) -> ir.IntegerValue:
    """The value of the last step that begins at or before `number`.

    By halving: a clock that was changed sixty times asks six questions a row.
    """
    if len(steps) == 1:
        return ibis.literal(steps[0][1], "int64")
    middle = len(steps) // 2
    early, late = steps[:middle], steps[middle:]
    return (number < late[0][0]).ifelse(step_of(number, early), step_of(number, late))
