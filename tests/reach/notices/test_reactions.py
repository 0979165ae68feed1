"""Who pays finds a receipt; old facts and unknown buyers disturb nobody."""

from datetime import timedelta

from banyan.commerce.coupons import CouponClaimed
from banyan.commerce.orders import OrderPaid
from banyan.reach.notices.reactions import ClaimedCoupon, PaidOrder
from tests.kit.loyalty import claim, inbox, join, offer
from tests.kit.sales import buy, open_busy_shop, take, take_money
from tests.kit.world import World


async def test_a_receipt_arrives_once(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin")
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    await world.settle()
    await world.settle()
    (notice,) = await inbox(world, world.as_person("lin"))
    assert notice.kind == "orders.receipt"
    assert not notice.is_read
    assert notice.fields == {
        "order_id": str(int(order.order_id)),
        "merchant_name": "榕树茶馆",
        "currency": "CNY",
        "total_fen": 3600,
        "points_earned": 36,
    }


async def test_strangers_at_the_till_and_old_sales_get_none(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await take(world, "mei", shop, {shop.oolong: 1})
    await take_money(world, "mei", order)
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.office.set_clock(world.now + timedelta(days=2))
    await world.settle()
    assert await inbox(world, world.as_person("lin")) == []
    assert await inbox(world, world.as_person("mei")) == []


async def test_who_took_a_coupon_is_not_told_of_it(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    await claim(world, "lin", await offer(world))
    await world.settle()
    assert await inbox(world, world.as_person("lin")) == []


def test_what_is_read_of_facts_is_what_they_say() -> None:
    for ours, theirs in ((PaidOrder, OrderPaid), (ClaimedCoupon, CouponClaimed)):
        assert set(ours.__struct_fields__) <= set(theirs.__struct_fields__)
        assert ours.__struct_config__.tag == theirs.__struct_config__.tag
