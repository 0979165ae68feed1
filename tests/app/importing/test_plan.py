"""Plans: what becomes an order, how fractions of a penny add up, what a cancellation takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from banyan.app.importing.plan import (
    Planned,
    PlannedOrder,
    PlannedRefund,
    Planner,
    Purchase,
    Rounding,
    SoldLine,
    match,
)
from banyan.app.importing.store import Reject, Replayed

_numbers = count(1)


def row(
    number: str,
    quantity: int,
    *,
    sku: str = "tea",
    price_e6: int = 1_250_000,
    customer: str = "lin",
    is_broken: bool = False,
) -> Replayed:
    return Replayed(
        row_no=next(_numbers),
        number=number,
        is_refund=number.startswith("C"),
        sku=sku,
        quantity=quantity,
        price_e6=price_e6,
        at_us=0,
        customer=customer,
        store="",
        is_wanted_back=True,
        is_broken=is_broken,
    )


def plan(*rows: Replayed, refused: dict[str, str] | None = None) -> Sequence[Planned]:
    return list(Planner(2, refused or {}).plan(rows))


def refunds(planned: Sequence[Planned]) -> Iterator[dict[str, dict[int, int]]]:
    return (one.units for one in planned if isinstance(one, PlannedRefund))


def test_rows_of_one_number_are_one_order() -> None:
    (order,) = plan(row("1", 2), row("1", 1, sku="cake", price_e6=990_000))
    assert isinstance(order, PlannedOrder)
    assert order.lines == [SoldLine("tea", 2, 125), SoldLine("cake", 1, 99)]
    assert order.amount_fen == 349


def test_an_amount_that_does_not_divide_becomes_two_lines() -> None:
    (order,) = plan(row("1", 24, price_e6=1_000), row("1", 3, price_e6=333_333))
    assert isinstance(order, PlannedOrder)
    assert order.lines == [
        SoldLine("tea", 22, 0),
        SoldLine("tea", 2, 1),
        SoldLine("tea", 2, 33),
        SoldLine("tea", 1, 34),
    ]


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_rounded_amounts_sum_to_the_rounded_sum(amounts: list[int]) -> None:
    rounding = Rounding(2)
    fens = [rounding.to_fen(amount) for amount in amounts]
    assert all(fen >= 0 for fen in fens)
    for end in range(len(amounts) + 1):
        assert abs(sum(fens[:end]) * 10_000 - sum(amounts[:end])) <= 5_000


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10**8)), min_size=1, max_size=20))
def test_an_order_comes_to_what_its_rows_come_to(wanted: list[tuple[int, int]]) -> None:
    (order,) = plan(*(row("1", quantity, price_e6=price) for quantity, price in wanted))
    assert isinstance(order, PlannedOrder)
    assert sum(line.quantity for line in order.lines) == sum(quantity for quantity, _ in wanted)
    exact = sum(quantity * price for quantity, price in wanted)
    assert abs(order.amount_fen * 10_000 - exact) <= 5_000


def test_a_cancellation_takes_from_the_latest_order_that_has_enough() -> None:
    planned = plan(row("1", 5), row("2", 9), row("3", 2), row("C4", 4), row("C5", 4))
    assert list(refunds(planned)) == [{"2": {1: 4}}, {"2": {1: 4}}]


def test_a_cancellation_that_no_order_covers_is_split() -> None:
    planned = plan(row("1", 5), row("2", 3), row("C3", 7))
    assert list(refunds(planned)) == [{"2": {1: 3}, "1": {1: 4}}]
    (refund,) = [one for one in planned if isinstance(one, PlannedRefund)]
    assert refund.amounts_fen == {"2": 375, "1": 500}


def test_a_cancellation_takes_nothing_of_others() -> None:
    planned = plan(
        row("1", 5, customer="wu"),
        row("2", 5, sku="cake"),
        row("3", 5, price_e6=1_000_000),
        row("4", 2),
        row("C5", 3),
        row("C6", 1, sku="pie"),
    )
    assert not list(refunds(planned))
    reasons = [one.reason for one in planned if isinstance(one, Reject)]
    assert reasons == ["more_than_bought", "never_bought"]


def test_a_cancellation_takes_what_it_can_row_by_row() -> None:
    planned = plan(row("1", 5), row("C2", 6), row("C2", 5), row("C2", 1))
    assert list(refunds(planned)) == [{"1": {1: 5}}]
    rejects = [one for one in planned if isinstance(one, Reject)]
    assert [one.amount_e6 for one in rejects] == [-6 * 1_250_000, -1_250_000]


def test_a_cancellation_before_the_order_takes_nothing_of_it() -> None:
    planned = plan(row("C1", 1), row("2", 1))
    assert not list(refunds(planned))


def test_an_order_with_a_bad_row_does_not_come() -> None:
    assert [one.reason for one in plan(row("1", 1, is_broken=True)) if isinstance(one, Reject)] == [
        "order_incomplete"
    ]
    planned = plan(row("1", 1), row("1", 1, sku="bad"), row("C2", 1), refused={"bad": "goods.x"})
    reasons = [one.reason for one in planned if isinstance(one, Reject)]
    assert reasons == ["order_incomplete", "goods.x", "never_bought"]


def test_an_order_of_two_customers_does_not_come() -> None:
    planned = plan(row("1", 1), row("1", 1, customer="wu"))
    assert [one.reason for one in planned if isinstance(one, Reject)] == ["order_of_two"] * 2


@given(st.lists(st.integers(0, 20), min_size=1, max_size=10), st.data())
def test_matching_takes_exactly_so_many_and_no_more_than_is_left(
    left: list[int], data: st.DataObject
) -> None:
    bought = [Purchase(str(place), 1, 100, units) for place, units in enumerate(left)]
    quantity = data.draw(st.integers(0, sum(left)))
    if not quantity:
        return
    taken = match(bought, quantity)
    assert sum(units for _, units in taken) == quantity
    assert all(units > 0 and one.left >= 0 for one, units in taken)
    assert sum(one.left for one in bought) == sum(left) - quantity
    if any(units >= quantity for units in left):
        assert len(taken) == 1
