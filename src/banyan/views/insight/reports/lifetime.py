"""Cost and value of buyers as an expression, by what brought them."""

from typing import assert_never

import ibis
import ibis.expr.types as ir

from banyan.views.insight.kinds import FOLLOWED, PAID, REFUNDED, SPENT, UNSPENT
from banyan.views.insight.reports.attribution import attribute, split_lacking
from banyan.views.insight.reports.clock import month_of
from banyan.views.insight.reports.trade import (
    columns_of,
    first_rows,
    from_first_day,
    number_orders,
    rows_of,
    total,
    until_last_day,
    without_end,
)
from banyan.views.insight.rules import HORIZONS
from banyan.views.insight.scope import Scope
from banyan.views.insight.types import (
    BuyersBy,
)

_needed = ("number", "at_us", "day", "person_id", "code_id", "coupon_id", "discount_fen")
"""Of a first order. It is asked for in several places, and kept in between with all it has."""


def compute_lifetime(events: ir.Table, scope: Scope, by: BuyersBy) -> ir.Table:
    """Buyers, cost, value at each horizon and pay-back day of each group."""
    (group,) = columns_of([by])
    chosen, scope = scope, without_end(scope)
    orders = number_orders(rows_of(events, scope, PAID))
    first = from_first_day(orders.filter(orders.nth == 1), chosen)
    first = until_last_day(first, chosen).select(*_needed)
    buyers = _with_origin(first, events, scope, by)
    days = _sum_days(buyers, events, scope)
    brought = days.group_by("origin").aggregate(
        **{
            f"revenue_{horizon}_fen": total(
                days.net_fen, (days.ripeness > place) & (days.age < horizon)
            )
            for place, horizon in enumerate(HORIZONS)
        }
    )
    cost = _sum_costs(buyers, events, chosen, by)
    payback = _find_payback(days, cost)
    rows = (
        cost.left_join(brought, "origin")
        .drop("origin_right")
        .left_join(payback, "origin")
        .drop("origin_right")
        .fill_null({f"revenue_{horizon}_fen": 0 for horizon in HORIZONS})
        .rename({group: "origin"})
    )
    return first_rows(rows, [group])


def _with_origin(first: ir.Table, events: ir.Table, scope: Scope, by: BuyersBy) -> ir.Table:
    """One row for each buyer's first order: what brought them, when, and with which coupon."""
    match by:
        case BuyersBy.CODE:
            _, lacking = split_lacking(first)
            first = attribute(first.mutate(came_us=first.at_us), lacking, events, scope)
            origin = first.code_id
        case BuyersBy.CHANNEL:
            first = _with_channel(first, events, scope)
            origin = first.first_channel_id
        case BuyersBy.MONTH:
            origin = month_of(first.day, scope)
        case _:
            assert_never(by)
    return first.select(
        buyer_id=first.person_id,
        origin=origin,
        first_day=first.day,
        ripeness=_count_passed(scope.today - first.day),
        coupon_fen=(first.coupon_id != 0).ifelse(first.discount_fen, 0),
    )


def _count_passed(age: ir.IntegerValue) -> ir.IntegerValue:
    """How many of the horizons are over for somebody who first bought so many days ago."""
    passed: ir.IntegerValue = ibis.literal(0, "int64")
    for horizon in HORIZONS:
        passed = passed + (age >= horizon).ifelse(1, 0)
    return passed


def _with_channel(first: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """The channel that each buyer followed first, if before they first bought; else 0."""
    follows = rows_of(events, scope, FOLLOWED, or_nowhere=True)
    by_person = ibis.window(group_by=follows.person_id, order_by=[follows.at_us, follows.number])
    follows = follows.mutate(place=ibis.row_number().over(by_person))
    follows = follows.filter(follows.place == 0).select(
        follower_id="person_id", followed_us="at_us", followed_channel_id="channel_id"
    )
    joined = first.left_join(follows, first.person_id == follows.follower_id)
    is_before = joined.followed_us <= joined.at_us
    return joined.mutate(
        first_channel_id=is_before.ifelse(joined.followed_channel_id, 0).fill_null(0)
    )


def _sum_days(buyers: ir.Table, events: ir.Table, scope: Scope) -> ir.Table:
    """What each group brought on each day of its buyers' own time, by how far they have come."""
    moves = rows_of(events, scope, PAID, REFUNDED)
    moves = moves.filter(moves.person_id != 0)
    net_fen = (moves.kind == PAID).ifelse(moves.amount_fen, -moves.amount_fen)
    moves = moves.select("person_id", "day", net_fen=net_fen)
    joined = moves.join(buyers, moves.person_id == buyers.buyer_id)
    joined = joined.mutate(age=joined.day - joined.first_day)
    joined = joined.filter(joined.age >= 0)
    return joined.group_by("origin", "ripeness", "age").aggregate(net_fen=total(joined.net_fen))


def _sum_costs(buyers: ir.Table, events: ir.Table, scope: Scope, by: BuyersBy) -> ir.Table:
    """Buyers of each group and what it cost to win them; groups with spends and no buyers too."""
    won = buyers.select("origin", "ripeness", "coupon_fen", spent_fen=_zero(), is_buyer=_yes())
    spends = from_first_day(rows_of(events, scope, SPENT, UNSPENT), scope)
    origins = {
        BuyersBy.CODE: spends.code_id,
        BuyersBy.CHANNEL: spends.channel_id,
        BuyersBy.MONTH: month_of(spends.day, scope),
    }
    spent = spends.select(
        origin=origins[by],
        ripeness=_zero(),
        coupon_fen=_zero(),
        spent_fen=(spends.kind == SPENT).ifelse(spends.amount_fen, -spends.amount_fen),
        is_buyer=~_yes(),
    )
    rows = won.union(spent)
    return rows.group_by("origin").aggregate(
        buyers=rows.count(where=rows.is_buyer),
        coupon_cost_fen=total(rows.coupon_fen),
        spent_fen=total(rows.spent_fen),
        **{
            f"buyers_{horizon}": rows.count(where=rows.is_buyer & (rows.ripeness > place))
            for place, horizon in enumerate(HORIZONS)
        },
    )


def _find_payback(days: ir.Table, cost: ir.Table) -> ir.Table:
    """The first day on which a group has brought what it cost, of those that have."""
    by_age = days.group_by("origin", "age").aggregate(net_fen=total(days.net_fen))
    so_far = ibis.window(group_by=by_age.origin, order_by=by_age.age, preceding=None, following=0)
    by_age = by_age.mutate(brought_fen=by_age.net_fen.sum().over(so_far))
    due = by_age.join(
        cost.select("origin", cost_fen=cost.coupon_cost_fen + cost.spent_fen), "origin"
    )
    due = due.filter(due.brought_fen >= due.cost_fen)
    return due.group_by("origin").aggregate(payback_day=due.age.min())


def _zero() -> ir.IntegerScalar:
    return ibis.literal(0, "int64")


def _yes() -> ir.BooleanScalar:
    return ibis.literal(value=True)
