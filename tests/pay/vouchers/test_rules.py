"""What a voucher takes off, and who gets one: by example and by property."""

from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.pay.vouchers import (
    DayTime,
    Stock,
    StockId,
    StockState,
    Voucher,
    VoucherId,
    VoucherRule,
    VoucherState,
    Want,
)
from banyan.pay.vouchers.rules import Budget, Wish, compute_span, decide_offers, decide_sends

NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)
"""Noon in Beijing, a Tuesday."""
RULE = VoucherRule(merchant_ids=[Id(1)])
STOCK = Stock(
    merchant_id=Id(1),
    stock_id=StockId(9),
    belong_merchant_id=Id(1),
    name="满十减二",
    comment="",
    description="",
    is_cash=True,
    amount_fen=200,
    minimum_fen=1_000,
    max_count=50,
    max_by_day=0,
    max_by_person=1,
    rule=RULE,
    style="",
    begins_at=NOON,
    ends_at=NOON + timedelta(days=9),
    state=StockState.RUNNING,
    created_at=NOON,
)
WANT = Want(
    person_id=3,
    merchant_id=1,
    charge_id=4,
    transaction_no="42",
    total_fen=1_000,
    currency="CNY",
    way="jsapi",
    at=NOON,
)


def voucher(number: int = 1, rule: VoucherRule = RULE, **worth: int) -> Voucher:
    """A voucher in the hands of whoever wants to pay."""
    return Voucher(
        person_id=3,
        voucher_id=VoucherId(number),
        stock_id=STOCK.stock_id,
        merchant_id=STOCK.merchant_id,
        sender_merchant_id=STOCK.merchant_id,
        channel_id=0,
        name=STOCK.name,
        description="",
        is_cash=True,
        amount_fen=worth.get("amount_fen", 200),
        minimum_fen=worth.get("minimum_fen", 1_000),
        state=VoucherState.HELD,
        sent_at=NOON,
        usable_from=NOON,
        usable_until=NOON + timedelta(days=9),
        rule=rule,
    )


class Item(msgspec.Struct):
    """Goods of the merchant's."""

    goods_id: str
    quantity: int
    unit_price_fen: int


amounts = st.integers(1, 10_000)


@given(total=amounts, worth=amounts, minimum=amounts)
def test_what_is_off_never_pays_it_all(total: int, worth: int, minimum: int) -> None:
    want = msgspec.structs.replace(WANT, total_fen=total)
    offers = decide_offers(want, [voucher(amount_fen=worth, minimum_fen=minimum)])
    if total < minimum or total == 1:
        assert not offers
    else:
        assert [one.amount_fen for one in offers] == [min(worth, total - 1)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 5), amounts), max_size=6), amounts)
def test_what_is_off_goods_adds_up_and_touches_only_those_that_count(
    goods: list[tuple[str, int, int]], worth: int
) -> None:
    items = [Item(*one) for one in goods]
    total = sum(one.quantity * one.unit_price_fen for one in items) + 1
    want = msgspec.structs.replace(WANT, total_fen=total, goods=items)
    rule = VoucherRule(merchant_ids=[Id(1)], items=["a", "b"])
    for offer in decide_offers(want, [voucher(rule=rule, amount_fen=worth, minimum_fen=1)]):
        assert sum(one[3] for one in offer.goods) == offer.amount_fen
        assert {one[0] for one in offer.goods} <= {"a", "b"}
        assert all(off <= quantity * price for _, quantity, price, off in offer.goods)


@given(st.lists(amounts, min_size=1, max_size=8))
def test_the_best_comes_first(worths: list[int]) -> None:
    held = [
        voucher(number, amount_fen=worth, minimum_fen=1) for number, worth in enumerate(worths, 1)
    ]
    offers = decide_offers(msgspec.structs.replace(WANT, total_fen=20_000), held)
    assert [one.amount_fen for one in offers] == sorted(worths, reverse=True)


def test_hours_and_days_are_those_of_beijing() -> None:
    rule = msgspec.structs.replace(
        RULE, day_time=DayTime(week_days=[2], from_second=12 * 3600, until_second=13 * 3600)
    )
    held = [voucher(rule=rule)]
    assert decide_offers(WANT, held)
    for later in (timedelta(hours=1), timedelta(days=1)):
        assert not decide_offers(msgspec.structs.replace(WANT, at=NOON + later), held)


def test_from_the_next_day_and_for_so_long() -> None:
    stock = msgspec.structs.replace(
        STOCK, rule=msgspec.structs.replace(RULE, is_from_next_day=True, minutes_after_sent=2_000)
    )
    begin, end = compute_span(stock, NOON)
    assert begin == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert end == NOON + timedelta(minutes=2_000)


@given(
    people=st.lists(st.integers(1, 8), max_size=60),
    max_count=st.integers(1, 20),
    max_by_day=st.integers(0, 20),
    max_by_person=st.integers(1, 3),
    before=st.integers(0, 20),
)
def test_no_limit_is_ever_passed_and_nobody_is_refused_for_nothing(
    people: list[int], max_count: int, max_by_day: int, max_by_person: int, before: int
) -> None:
    before = min(before, max_count)
    stock = msgspec.structs.replace(
        STOCK, max_count=max_count, max_by_day=max_by_day, max_by_person=max_by_person
    )
    wishes = [
        Wish(
            stock=stock,
            person_id=person,
            sender_merchant_id=1,
            channel_id=0,
            request_no=str(place),
            at=NOON,
        )
        for place, person in enumerate(people)
    ]
    budget = Budget(sent_count=before, day_on=date(2026, 3, 3), day_count=before)
    outcomes = decide_sends(wishes, {int(stock.stock_id): budget}, {})
    won = [
        person for person, one in zip(people, outcomes, strict=True) if not isinstance(one, Refusal)
    ]
    room = min(max_count, max_by_day or max_count) - before
    asked = sum(min(people.count(one), max_by_person) for one in set(people))
    assert len(won) == min(asked, max(room, 0))
    assert all(won.count(one) <= max_by_person for one in set(won))
