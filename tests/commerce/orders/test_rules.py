"""Who may pay what when, by every combination of the facts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure, Invalid, Refusal
from banyan.base.limits import AMOUNT_MAX, QUANTITY_MAX
from banyan.commerce.catalogue import ProductId, SkuForSale, SkuId
from banyan.commerce.orders import rules
from banyan.commerce.orders.records import OrderRecord
from banyan.commerce.orders.types import OrderKind, OrderState, TillLine, WantedLine

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LIN, WU = 7, 8


def order_row(
    state: OrderState = OrderState.UNPAID, *, person_id: int = LIN, total_fen: int = 1800
) -> OrderRecord:
    is_paid = state in {OrderState.PAID, OrderState.PART_REFUNDED, OrderState.REFUNDED}
    return OrderRecord(
        merchant_id=1,
        order_id=2,
        store_id=3,
        person_id=person_id,
        member_id=0,
        coupon_id=0,
        campaign_id=0,
        place_id=0,
        code_id=0,
        placed_by=0,
        kind=OrderKind.TAKE_AWAY,
        state=state,
        currency="CNY",
        pickup_number=1,
        line_count=1,
        subtotal_fen=total_fen,
        discount_fen=0,
        total_fen=total_fen,
        refunded_fen=0,
        points_earned=0,
        points_back=0,
        points_short=0,
        note="",
        placed_at=NOON,
        expires_at=NOON + rules.UNPAID_FOR,
        paid_at=NOON if is_paid else None,
        closed_at=None,
    )


def unpayable(
    order: OrderRecord | None,
    *,
    person_id: int = LIN,
    late: timedelta = timedelta(),
    expected: int | None = None,
    store_ids: frozenset[int] | None = None,
) -> str:
    payer = rules.Payer(
        person_id=person_id,
        at=NOON + late,
        expected_total_fen=expected,
        store_ids=store_ids,
    )
    was_unpaid = order is not None and order.state == OrderState.UNPAID
    failure = rules.decide_unpayable(order, payer, was_unpaid=was_unpaid)
    return failure.code if failure else ""


def test_an_unpaid_order_in_time_can_be_paid_by_its_buyer_and_at_the_till() -> None:
    assert unpayable(order_row()) == ""
    assert unpayable(order_row(), expected=1800) == ""
    assert unpayable(order_row(), person_id=0) == ""
    assert unpayable(order_row(), person_id=0, store_ids=frozenset({3})) == ""
    assert unpayable(order_row(), late=rules.UNPAID_FOR - timedelta(microseconds=1)) == ""


def test_what_cannot_be_paid() -> None:
    assert unpayable(None) == "orders.not_found"
    assert unpayable(order_row(), person_id=WU) == "orders.not_found"
    assert unpayable(order_row(person_id=0), person_id=WU) == "orders.not_found"
    assert unpayable(order_row(), person_id=0, store_ids=frozenset({4})) == "orders.not_found"
    assert unpayable(order_row(), late=rules.UNPAID_FOR) == "orders.expired"
    assert unpayable(order_row(), expected=1799) == "orders.total_differs"
    assert unpayable(order_row(OrderState.EXPIRED)) == "orders.expired"
    assert unpayable(order_row(OrderState.CANCELLED)) == "orders.cancelled"
    for state in (OrderState.PAID, OrderState.PART_REFUNDED, OrderState.REFUNDED):
        assert unpayable(order_row(state)) == "orders.already_paid"


@given(st.sampled_from(OrderState), st.sampled_from([0, LIN, WU]), st.sampled_from([None, 1, 1800]))
def test_a_stranger_learns_nothing(state: OrderState, owner: int, expected: int | None) -> None:
    order = order_row(state, person_id=owner)
    if owner != LIN:
        assert unpayable(order, expected=expected) == "orders.not_found"
    else:
        assert unpayable(order, expected=expected) != "orders.not_found"


def test_only_the_unpaid_can_be_cancelled_and_only_the_paid_refunded() -> None:
    cancel = {state: _code(rules.check_cancellable, order_row(state)) for state in OrderState}
    assert cancel == {
        OrderState.UNPAID: "",
        OrderState.PAID: "orders.already_paid",
        OrderState.PART_REFUNDED: "orders.already_paid",
        OrderState.REFUNDED: "orders.already_paid",
        OrderState.EXPIRED: "orders.expired",
        OrderState.CANCELLED: "orders.cancelled",
    }
    refund = {state: _code(rules.check_refundable, order_row(state)) for state in OrderState}
    assert refund == {
        OrderState.UNPAID: "orders.not_paid",
        OrderState.PAID: "",
        OrderState.PART_REFUNDED: "",
        OrderState.REFUNDED: "orders.already_refunded",
        OrderState.EXPIRED: "orders.not_paid",
        OrderState.CANCELLED: "orders.not_paid",
    }


def _code(check: object, order: OrderRecord) -> str:
    assert callable(check)
    try:
        check(order)
    except Failure as failure:
        return failure.code
    return ""


def test_the_clock_closes_only_what_is_unpaid_and_late() -> None:
    late = NOON + rules.UNPAID_FOR
    assert rules.is_overdue(order_row(), late)
    assert not rules.is_overdue(order_row(), late - timedelta(microseconds=1))
    for state in set(OrderState) - {OrderState.UNPAID}:
        assert not rules.is_overdue(order_row(state), late)


def test_an_imported_order_is_given_its_time_from_now_on() -> None:
    long_ago = NOON - timedelta(days=4_000)
    assert rules.compute_release(NOON, NOON) == NOON + rules.UNPAID_FOR
    assert rules.compute_release(long_ago, NOON) == NOON + rules.UNPAID_FOR


def _sku(sku_id: int, price: int, *, is_on_sale: bool = True) -> SkuForSale:
    return SkuForSale(
        sku_id=SkuId(sku_id),
        product_id=ProductId(9),
        name="Tea",
        variant="",
        unit_price_fen=price,
        is_tracked=True,
        is_on_sale=is_on_sale,
    )


def test_the_till_may_set_a_price_and_the_phone_may_not() -> None:
    shelf = {SkuId(1): _sku(1, 500)}
    phone = rules.decide_offers([WantedLine(sku_id=SkuId(1), quantity=2)], shelf)
    till = rules.decide_offers([TillLine(sku_id=SkuId(1), unit_price_fen=0)], shelf)
    assert [(one.unit_price_fen, one.quantity) for one in phone] == [(500, 2)]
    assert [(one.unit_price_fen, one.quantity) for one in till] == [(0, 1)]


@pytest.mark.parametrize("sku_id", [2, 3])
def test_what_the_store_does_not_sell_is_named(sku_id: int) -> None:
    shelf = {SkuId(1): _sku(1, 500), SkuId(2): _sku(2, 500, is_on_sale=False)}
    with pytest.raises(Refusal, match=r"orders\.not_on_sale") as caught:
        rules.decide_offers([WantedLine(sku_id=SkuId(sku_id))], shelf)
    assert caught.value.fields == {"sku_id": str(sku_id)}


def test_an_order_beyond_all_measure_is_refused() -> None:
    offer = rules.Offer(_sku(1, AMOUNT_MAX), QUANTITY_MAX, AMOUNT_MAX)
    with pytest.raises(Refusal, match=r"orders\.too_large"):
        rules.decide_quote([offer], None, None)
    rules.decide_quote([rules.Offer(_sku(1, AMOUNT_MAX), 1, AMOUNT_MAX)], None, None)


def test_a_table_goes_with_eating_there() -> None:
    rules.check_place(OrderKind.DINE_IN, 5)
    rules.check_place(OrderKind.TAKE_AWAY, 0)
    with pytest.raises(Invalid, match=r"orders\.table_missing"):
        rules.check_place(OrderKind.DINE_IN, 0)
    with pytest.raises(Invalid, match=r"orders\.table_unwanted"):
        rules.check_place(OrderKind.TAKE_AWAY, 5)


def test_a_day_is_the_stores_own() -> None:
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert rules.compute_day(late, "Asia/Shanghai").isoformat() == "2026-11-23"
    assert rules.compute_day(late, "Europe/Berlin").isoformat() == "2026-11-22"
