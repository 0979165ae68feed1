"""Money off inside payments, as programs see it: given out, taken off, given back, by the SDK."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.kit.answers import answers
from tests.kit.charges import funds_of
from tests.kit.sales import balance
from tests.kit.vouchers import fill_purse, read_purse
from tests.kit.wechatpay import Market


async def give(market: Market, number: str, **changes: Any) -> tuple[str, str]:  # noqa: ANN401 - any field of the call
    """Write and start a stock, and give Lin a coupon of it."""
    shop, sdk, world = market.shop, market.sdk, market.world
    begin = world.now
    wish: dict[str, Any] = {
        "stock_name": "满十减二",
        "belong_merchant": shop.mchid,
        "available_begin_time": begin.isoformat(timespec="seconds"),
        "available_end_time": (begin + timedelta(days=30)).isoformat(timespec="seconds"),
        "stock_use_rule": {
            "max_coupons": 10,
            "max_amount": 2_000,
            "max_coupons_per_user": 2,
            "natural_person_limit": False,
            "prevent_api_abuse": False,
        },
        "coupon_use_rule": {
            "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
            "available_merchants": [shop.mchid],
        },
        "out_request_no": number,
    }
    made = await shop.call(sdk.marketing_favor_stock_create, **(wish | changes))
    stock_id: str = made["stock_id"]
    await shop.call(sdk.marketing_favor_stock_start, shop.mchid, stock_id)
    sent = await shop.call(
        sdk.marketing_favor_stock_send, stock_id, await market.openid("lin"), number, shop.mchid
    )
    return stock_id, sent["coupon_id"]


@answers("marketing_favor_refund_flow")
async def test_a_funded_coupon_from_the_stock_to_the_refund(market: Market) -> None:
    shop, sdk, world = market.shop, market.sdk, market.world
    await fill_purse(world, 2_000)
    stock_id, coupon_id = await give(market, "s1")
    told = await shop.call(
        sdk.pay,
        description="茶",
        out_trade_no="order-0001",
        amount={"total": 1_000, "currency": "CNY"},
        payer={"openid": await market.openid("lin")},
    )
    await market.pay("lin", told)
    await market.town.tell()
    found = await shop.call(sdk.query, out_trade_no="order-0001")
    assert found["amount"] == {
        "total": 1_000,
        "payer_total": 800,
        "currency": "CNY",
        "payer_currency": "CNY",
    }
    (promotion,) = found["promotion_detail"]
    assert promotion == {
        "coupon_id": coupon_id,
        "stock_id": stock_id,
        "name": "满十减二",
        "scope": "GLOBAL",
        "type": "CASH",
        "amount": 200,
        "wechatpay_contribute": 0,
        "merchant_contribute": 200,
        "other_contribute": 0,
        "currency": "CNY",
    }
    (notice,) = market.server.told
    assert notice["resource"]["promotion_detail"] == [promotion]
    assert (await funds_of(world)).unsettled_fen == 994
    coupon = await shop.call(
        sdk.marketing_favor_coupon_detail, coupon_id, await market.openid("lin")
    )
    assert coupon["status"] == "USED"
    assert coupon["consume_information"]["transaction_id"] == found["transaction_id"]
    back = await shop.call(
        sdk.refund,
        out_refund_no="back-0001",
        amount={"refund": 1_000, "total": 1_000, "currency": "CNY"},
        out_trade_no="order-0001",
    )
    assert back["amount"]["payer_refund"] == 800
    assert back["promotion_detail"][0]["refund_amount"] == 200
    flow = await shop.call(sdk.marketing_favor_refund_flow, stock_id)
    answer = await shop.send("GET", flow["url"].removeprefix(shop.url))
    assert f"`{coupon_id}" in answer.text
    coupon = await shop.call(
        sdk.marketing_favor_coupon_detail, coupon_id, await market.openid("lin")
    )
    assert coupon["status"] == "SENDED"
    assert (await funds_of(world)).unsettled_fen == 0
    await world.check()


async def test_a_coupon_for_certain_goods_that_the_merchant_gives_up(market: Market) -> None:
    shop, sdk, world = market.shop, market.sdk, market.world
    before = await balance(world, "lin")
    purse = await read_purse(world)
    await give(
        market,
        "s2",
        no_cash=True,
        coupon_use_rule={
            "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
            "available_merchants": [shop.mchid],
            "available_items": ["tea"],
            "goods_tag": ["WXG"],
        },
    )
    goods = [
        {"merchant_goods_id": "tea", "quantity": 2, "unit_price": 600},
        {"merchant_goods_id": "cup", "quantity": 1, "unit_price": 300},
    ]
    for number, tag in (("order-0002", "none"), ("order-0003", "WXG")):
        told = await shop.call(
            sdk.pay,
            description="茶",
            out_trade_no=number,
            amount={"total": 1_500, "currency": "CNY"},
            payer={"openid": await market.openid("lin")},
            goods_tag=tag,
            detail={"goods_detail": goods},
        )
        await market.pay("lin", told)
    plain = await shop.call(sdk.query, out_trade_no="order-0002")
    assert "promotion_detail" not in plain
    found = await shop.call(sdk.query, out_trade_no="order-0003")
    (promotion,) = found["promotion_detail"]
    assert (promotion["scope"], promotion["type"]) == ("SINGLE", "NOCASH")
    assert promotion["goods_detail"] == [
        {"goods_id": "tea", "quantity": 2, "unit_price": 600, "discount_amount": 200}
    ]
    assert found["amount"]["payer_total"] == 1_300
    assert before - await balance(world, "lin") == 2_800
    # The fee is of what was settled: 1,500 and 1,300.
    assert (await funds_of(world)).unsettled_fen == 2_800 - 9 - 8
    assert await read_purse(world) == purse
    await world.check()
