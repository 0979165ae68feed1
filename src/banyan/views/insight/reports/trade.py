"""What the reports count alike: rows of the scope with their day, paid orders numbered, groups."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

import ibis
import ibis.expr.types as ir
import msgspec

from banyan.views.insight.reports.clock import day_of
from banyan.views.insight.rules import DAY_US
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import ROWS_MAX

_far_off_us = 2 * DAY_US  # more than any clock is off

_column_of: Mapping[str, str] = MappingProxyType(
    {
        "code": "code_id",
        "store": "store_id",
        "channel": "channel_id",
        "day": "day",
        "month": "month",
    }
)


@ibis.udf.agg.builtin  # type: ignore[untyped-decorator] # Ibis ships no types
def row_number() -> int:
    """Which row of its window it is, from 1, as engines have it.

    Ibis counts from 0, and what it subtracts hides from DuckDB that only the first row is wanted.
    """
    raise NotImplementedError


def columns_of(by: Sequence[StrEnum]) -> list[str]:
    """The columns that tell groups apart."""
    return [_column_of[one.value] for one in by]


def of_scope(events: ir.Table, scope: Scope, *kinds: str) -> ir.Table:
    """The merchant's rows of these kinds, without those well after the scope's last day."""
    rows = events.filter(
        events.merchant_id == scope.merchant_id,
        events.kind.isin(kinds) if len(kinds) > 1 else events.kind == kinds[0],
    )
    if scope.until_day is None:
        return rows
    return rows.filter(rows.at_us < (scope.until_day + 1) * DAY_US + _far_off_us)


def rows_of(events: ir.Table, scope: Scope, *kinds: str, or_nowhere: bool = False) -> ir.Table:
    """The scope's rows of these kinds up to its last day, each with its `day`.

    With `or_nowhere` also those that happened in no store, whichever stores are asked for.
    """
    rows = of_scope(events, scope, *kinds)
    if scope.store_ids is not None:
        allowed = (*scope.store_ids, 0) if or_nowhere else scope.store_ids
        rows = rows.filter(rows.store_id.isin(allowed))
    rows = rows.mutate(day=day_of(rows, scope))
    return until_last_day(rows, scope)


def until_last_day(rows: ir.Table, scope: Scope) -> ir.Table:
    """The rows without those after the scope's last day."""
    return rows if scope.until_day is None else rows.filter(rows.day <= scope.until_day)


def without_end(scope: Scope) -> Scope:
    """The scope with all that happened since its last day."""
    return msgspec.structs.replace(scope, until_day=None)


def number_orders(orders: ir.Table) -> ir.Table:
    """The paid orders of known people with `nth`: which of their person's it is, from 1.

    Orders of the same instant are in the order of the journal.
    """
    known = orders.filter(orders.person_id != 0)
    so_far = ibis.window(
        group_by=known.person_id,
        order_by=[known.at_us, known.number],
        preceding=None,
        following=0,
    )
    return known.mutate(nth=row_number().over(so_far))


def without_number(rows: ir.Table) -> ir.Table:
    """Other rows, to stand beside numbered orders."""
    return rows.mutate(nth=ibis.literal(0, "int64"))


def from_first_day(rows: ir.Table, scope: Scope) -> ir.Table:
    """The rows without those before the scope's first day."""
    return rows if scope.from_day is None else rows.filter(rows.day >= scope.from_day)


def total(amount: ir.IntegerColumn, where: ir.BooleanValue | None = None) -> ir.IntegerScalar:
    """A sum, 0 of nothing."""
    return amount.sum(where=where).fill_null(0)


def first_rows(rows: ir.Table, groups: Sequence[str]) -> ir.Table:
    """The rows in the order of their groups: one more than an answer has, to see if it is cut."""
    return rows.order_by(groups).limit(ROWS_MAX + 1) if groups else rows
