"""Who pays finds a receipt, and who is given back a note of it; nobody unknown is disturbed."""

from datetime import timedelta

from banyan.commerce.coupons import CouponClaimed
from banyan.commerce.orders import OrderPaid, OrderRefunded
from banyan.doors.pages.phone.words import Words
from banyan.doors.pages.shell import Language
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.notices.reactions import ClaimedCoupon, PaidOrder, RefundedOrder
from tests.kit.loyalty import claim, inbox, join, offer
from tests.kit.sales import buy, open_busy_shop, refund, take, take_money
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


async def test_strangers_at_the_till_get_none(world: World) -> None:
    shop = await open_busy_shop(world)
    order = await take(world, "mei", shop, {shop.oolong: 1})
    await take_money(world, "mei", order)
    await world.settle()
    assert await inbox(world, world.as_person("mei")) == []


async def test_a_refund_is_told_of(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin")
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    await refund(world, order, {1: 1})
    await world.settle()
    notice, receipt = await inbox(world, world.as_person("lin"))
    assert (notice.kind, receipt.kind) == ("orders.refund", "orders.receipt")
    assert notice.fields == {
        "order_id": str(int(order.order_id)),
        "merchant_name": "榕树茶馆",
        "currency": "CNY",
        "amount_fen": 1800,
        "points_back": 18,
    }
    told = {language: Words(language).notice(notice) for language in Language}
    assert told[Language.EN] == ("榕树茶馆 gave back ¥18", "18 points taken back")
    assert told[Language.ZH] == ("榕树茶馆退回了 ¥18", "扣回 18 积分")
    assert Words(Language.EN).notice_href(notice) == f"/orders/{int(order.order_id)}"


async def test_late_receipts_come_in_the_order_of_the_payments(world: World) -> None:
    shop = await open_busy_shop(world)
    first = await buy(world, "lin", shop, {shop.oolong: 1})
    await world.office.set_clock(world.now + timedelta(days=2))
    async with world.office.begin() as work:
        between = NewNotice(
            person_id=world.as_person("lin").person_id,
            kind="channels.welcome",
            title="欢迎",
            at=work.now - timedelta(days=1),
        )
        await send_notices(work, [between])
    last = await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    notices = await inbox(world, world.as_person("lin"))
    assert [one.fields.get("order_id") for one in notices] == [
        str(int(last.order_id)),
        None,
        str(int(first.order_id)),
    ]
    assert notices == sorted(notices, key=lambda one: one.arrived_at, reverse=True)


async def test_who_took_a_coupon_is_not_told_of_it(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    await claim(world, "lin", await offer(world))
    await world.settle()
    assert await inbox(world, world.as_person("lin")) == []


def test_what_is_read_of_facts_is_what_they_say() -> None:
    for ours, theirs in (
        (PaidOrder, OrderPaid),
        (RefundedOrder, OrderRefunded),
        (ClaimedCoupon, CouponClaimed),
    ):
        assert set(ours.__struct_fields__) <= set(theirs.__struct_fields__)
        assert ours.__struct_config__.tag == theirs.__struct_config__.tag
