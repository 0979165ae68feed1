"""Refunding: in parts that add up, with points, coupon and stock, never more than was paid."""

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.money import CNY
from banyan.commerce.members import note_points_taken_back
from banyan.commerce.orders import OrderState, RefundOrder, ReturnedLine, refund_order
from banyan.parties.staff import Role
from banyan.pay.collect import PaymentState
from banyan.pay.wallets import purse_of, till_of
from banyan.views.statements import EntryKind, ListWalletEntries, list_wallet_entries
from tests.kit.commerce_shop import TeaShop, on_hand
from tests.kit.sales import (
    balance,
    buy,
    hand_coupon,
    join,
    money_of,
    open_busy_shop,
    pay,
    place,
    points_held,
    receipt,
    refund,
    take,
    take_money,
)
from tests.kit.world import World


async def test_a_whole_refund_undoes_the_sale(world: World) -> None:
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    order = await buy(world, "lin", shop, {shop.oolong: 2, shop.water: 1})
    assert await points_held(world, shop, member_id) == 36
    since = await world.mark()
    done = await refund(world, order, reason="cold")
    assert (done.amount_fen, done.refunded_fen, done.state) == (3600, 3600, OrderState.REFUNDED)
    assert (done.points_back, done.points_short) == (36, 0)
    assert await world.events(since) == ["orders.refunded"]
    assert await balance(world, "lin") == 100_000
    assert await money_of(world, shop.merchant_id) == (0, 0)
    assert await points_held(world, shop, member_id) == 0
    assert (await on_hand(world, shop.store_id, shop.oolong)).available == 100
    seen = await receipt(world, "lin", order)
    assert seen.payment is not None
    assert (seen.payment.state, seen.left_fen) == (PaymentState.REFUNDED, 0)
    assert [(one.amount_fen, one.reason) for one in seen.refunds] == [(3600, "cold")]
    assert [(one.line_no, one.quantity) for one in seen.refunds[0].lines] == [(1, 2), (2, 1)]
    with pytest.raises(Refusal, match=r"orders\.already_refunded"):
        await refund(world, order)


async def test_parts_add_up_to_the_fen(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin", shop)
    coupon = await hand_coupon(world, "lin", amount_off_fen=100)
    order = await place(world, "lin", shop, {shop.oolong: 3}, coupon_id=coupon.coupon_id)
    await pay(world, "lin", order)
    assert order.total_fen == 5300
    parts = [await refund(world, order, {1: 1}) for _ in range(3)]
    assert [one.amount_fen for one in parts] == [1767, 1767, 1766]
    assert [one.state for one in parts] == [
        OrderState.PART_REFUNDED,
        OrderState.PART_REFUNDED,
        OrderState.REFUNDED,
    ]
    assert [one.is_coupon_back for one in parts] == [False, False, True]
    assert sum(one.points_back for one in parts) == order.points_earned == 53
    assert await balance(world, "lin") == 100_000
    again = await place(world, "lin", shop, {shop.oolong: 3}, coupon_id=coupon.coupon_id)
    assert again.discount_fen == 100


async def test_a_coupon_whose_time_is_over_does_not_come_back(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin", shop)
    day = timedelta(days=1)
    coupon = await hand_coupon(world, "lin", amount_off_fen=100, valid_for=day)
    order = await place(world, "lin", shop, {shop.oolong: 1}, coupon_id=coupon.coupon_id)
    await pay(world, "lin", order)
    await world.advance(2 * day)
    since = await world.mark()
    assert not (await refund(world, order)).is_coupon_back
    await world.settle()
    assert await world.events(since) == [
        "coupons.given_back",
        "orders.refunded",
        "coupons.expired",
    ]


async def test_more_than_is_left_is_refused_and_changes_nothing(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 3})
    await refund(world, order, {1: 2})
    since = await world.mark()
    with pytest.raises(Refusal, match=r"pricing\.refund_exceeds_line") as caught:
        await refund(world, order, {1: 2})
    assert caught.value.fields == {"line_no": 1, "quantity_left": 1}
    with pytest.raises(Invalid, match=r"pricing\.unknown_line"):
        await refund(world, order, {2: 1})
    twice = RefundOrder(
        merchant_id=shop.merchant_id,
        order_id=order.order_id,
        lines=[ReturnedLine(line_no=1, quantity=1)] * 2,
    )
    with pytest.raises(Invalid, match=r"orders\.line_twice"):
        await world.office.run(refund_order, twice, world.owner)
    assert await balance(world, "lin") == 98_200
    assert await world.events(since) == []


async def test_what_was_not_paid_is_not_refunded(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    with pytest.raises(Refusal, match=r"orders\.not_paid"):
        await refund(world, order)


async def test_units_that_are_gone_do_not_go_back_on_the_shelf(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    await refund(world, order, {1: 1}, is_restocked=False)
    assert (await on_hand(world, shop.store_id, shop.oolong)).on_hand == 98
    await refund(world, order, is_restocked=True)
    assert (await on_hand(world, shop.store_id, shop.oolong)).on_hand == 99


async def test_points_that_were_spent_are_recorded_as_missing(world: World) -> None:
    shop = await open_busy_shop(world)
    member_id = await join(world, "lin", shop)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    async with world.office.begin() as work:
        note_points_taken_back(work, shop.merchant_id, member_id, 30, cause=1)
    done = await refund(world, order)
    assert (done.points_back, done.points_short) == (6, 30)
    assert await points_held(world, shop, member_id) == 0


async def test_cash_goes_back_out_of_the_till(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await take(world, "mei", shop, {shop.oolong: 2})
    await take_money(world, "mei", order)
    await refund(world, order, {1: 1})
    assert await money_of(world, shop.merchant_id) == (0, 1800)


async def test_a_purse_that_was_emptied_refuses_and_nothing_changes(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    purse = purse_of(CNY, shop.merchant_id).account_id
    till = till_of(CNY, shop.merchant_id)

    async def move(debit: int, credit: int) -> None:
        async with world.office.begin() as work:
            work.open_account(till)
            work.move(book=156, debit=debit, credit=credit, amount=3600, code=1, cause=1)

    await move(purse, till.account_id)
    since = await world.mark()
    with pytest.raises(Refusal, match=r"refunds\.purse_short"):
        await refund(world, order)
    seen = await receipt(world, "lin", order)
    assert (seen.order.state, seen.refunds) == (OrderState.PAID, [])
    assert await world.events(since) == []
    await move(till.account_id, purse)
    await refund(world, order)


async def test_what_cost_nothing_can_go_back(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.water: 2})
    assert (await refund(world, order, {1: 1})).state is OrderState.PART_REFUNDED
    assert (await refund(world, order)).state is OrderState.REFUNDED


async def test_who_may_refund(world: World) -> None:
    shop = await open_busy_shop(world)
    hao = await world.staff("hao", Role.CASHIER)
    order = await buy(world, "lin", shop, {shop.oolong: 1})
    command = RefundOrder(merchant_id=shop.merchant_id, order_id=order.order_id)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(refund_order, command, hao)
    with pytest.raises(NotFound):
        await world.office.run(refund_order, command, world.as_person("lin"))
    rival = await world.merchant("Rival", owner="chen")
    crossed = RefundOrder(merchant_id=rival, order_id=order.order_id)
    with pytest.raises(NotFound, match=r"orders\.not_found"):
        await world.office.run(refund_order, crossed, world.as_person("chen"))


async def test_the_same_key_refunds_once(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    command = RefundOrder(
        merchant_id=shop.merchant_id,
        order_id=order.order_id,
        lines=[ReturnedLine(line_no=1, quantity=1)],
    )
    first = await world.office.run(refund_order, command, world.owner, key="refund-1")
    again = await world.office.run(refund_order, command, world.owner, key="refund-1")
    assert first == again
    assert await balance(world, "lin") == 98_200
    await _statement_ends_with_refund(world, shop)


async def _statement_ends_with_refund(world: World, shop: TeaShop) -> None:
    query = ListWalletEntries(limit=1)
    page = await world.office.run(list_wallet_entries, query, world.as_person("lin"))
    assert [(one.kind, one.amount_fen, one.merchant_id) for one in page.items] == [
        (EntryKind.REFUND, 1800, shop.merchant_id)
    ]
