"""Which of a buyer's coupons serves a basket best, and how a buyer sees their orders."""

from datetime import timedelta

from banyan.commerce.coupons import CouponId, CouponKind
from banyan.commerce.orders import (
    ChooseCoupon,
    CouponChoices,
    ListPurchases,
    OrderState,
    WantedLine,
    choose_coupon,
    list_purchases,
)
from tests.kit import loyalty, sales
from tests.kit.commerce_shop import TeaShop
from tests.kit.world import World


async def choose(
    world: World, shop: TeaShop, count: int, *, coupon_id: int = 0, is_without: bool = False
) -> CouponChoices:
    """Have lin look at what so many oolongs would cost."""
    query = ChooseCoupon(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[WantedLine(sku_id=shop.oolong, quantity=count)],
        coupon_id=CouponId(coupon_id),
        is_without=is_without,
    )
    return await world.office.run(choose_coupon, query, world.as_person("lin"))


async def test_the_coupon_that_saves_most_is_chosen(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    await sales.join(world, "lin", shop)
    three = await sales.hand_coupon(world, "lin", amount_off_fen=300)
    tenth = await loyalty.offer(
        world, "九折", kind=CouponKind.PERCENT_OFF, threshold_fen=0, percent_bp=1000
    )
    tenth_coupon = await loyalty.claim(world, "lin", tenth)
    far = await sales.hand_coupon(world, "lin", amount_off_fen=900, threshold_fen=10_000)

    found = await choose(world, shop, 1)
    assert [(one.coupon.coupon_id, one.saves_fen, one.short_fen) for one in found.choices] == [
        (three.coupon_id, 300, 0),
        (tenth_coupon.coupon_id, 180, 0),
        (far.coupon_id, 0, 8_200),
    ]
    assert (found.coupon_id, found.quote.total_fen) == (three.coupon_id, 1_500)

    found = await choose(world, shop, 2)
    assert (found.coupon_id, found.quote.total_fen) == (tenth_coupon.coupon_id, 3_240)
    found = await choose(world, shop, 2, coupon_id=three.coupon_id)
    assert (found.coupon_id, found.quote.total_fen) == (three.coupon_id, 3_300)
    found = await choose(world, shop, 2, is_without=True)
    assert (found.coupon_id, found.quote.total_fen) == (0, 3_600)


async def test_of_equals_the_one_that_expires_first_is_chosen(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    await sales.join(world, "lin", shop)
    soon = await sales.hand_coupon(world, "lin", amount_off_fen=300, valid_for=timedelta(days=2))
    await sales.hand_coupon(world, "lin", amount_off_fen=300, valid_for=timedelta(days=9))
    assert (await choose(world, shop, 1)).coupon_id == soon.coupon_id


async def test_without_coupons_the_basket_is_just_priced(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    found = await choose(world, shop, 2)
    assert (found.choices, found.coupon_id, found.quote.total_fen) == ([], 0, 3_600)


async def test_a_list_of_purchases_says_where_and_what(world: World) -> None:
    shop = await sales.open_busy_shop(world)
    first = await sales.buy(world, "lin", shop, {shop.oolong: 2})
    second = await sales.place(world, "lin", shop, {shop.jasmine: 1, shop.water: 1})
    lin = world.as_person("lin")
    page = await world.office.run(list_purchases, ListPurchases(limit=1), lin)
    (newest,) = page.items
    assert newest.order.order_id == second.order_id
    assert (newest.merchant_name, newest.store_name) == ("榕树茶馆", "总店")
    assert {line.name for line in newest.lines} == {"茉莉花茶", "白开水"}
    page = await world.office.run(list_purchases, ListPurchases(cursor=page.next_cursor), lin)
    assert [one.order.order_id for one in page.items] == [first.order_id]
    unpaid = ListPurchases(states=[OrderState.UNPAID])
    page = await world.office.run(list_purchases, unpaid, lin)
    assert [one.order.order_id for one in page.items] == [second.order_id]
    wu = await world.person("wu")
    assert (await world.office.run(list_purchases, ListPurchases(), wu)).items == []
