"""Orders of merchants, asked for and looked up by the SDK in both key modes."""

# ruff: noqa: ANN401 - what the SDK answers has no types

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wechatpayv3 import WeChatPayType

from tests.kit.answers import answers
from tests.kit.charges import funds_of
from tests.kit.sales import balance
from tests.kit.wechatpay import Market, Town, open_channel

AMOUNT = {"total": 1_000, "currency": "CNY"}
SCENE = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}, "device_id": "T1"}


async def ask(market: Market, number: str, **more: Any) -> Any:
    return await market.shop.call(
        market.sdk.pay,
        description="茶",
        out_trade_no=number,
        amount=AMOUNT,
        payer={"openid": await market.openid("lin")},
        **more,
    )


@answers("callback", "pay", "query")
async def test_jsapi_from_asking_to_the_notification(market: Market) -> None:
    told = await ask(market, "order-0001", attach="桌 3", goods_tag="WXG")
    assert len(told["prepay_id"]) == 36
    before = await market.shop.call(market.sdk.query, out_trade_no="order-0001")
    assert before == {
        "appid": market.appid,
        "mchid": market.shop.mchid,
        "out_trade_no": "order-0001",
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
        "amount": {"total": 1_000, "currency": "CNY"},
    }
    await market.pay("lin", told)
    await market.town.tell()
    after = await market.shop.call(market.sdk.query, out_trade_no="order-0001")
    assert after["trade_state"] == "SUCCESS"
    assert after["trade_type"] == "JSAPI"
    assert after["payer"] == {"openid": await market.openid("lin")}
    assert after["attach"] == "桌 3"
    assert after["amount"]["payer_total"] == 1_000
    assert after["success_time"].endswith("+08:00")
    number = after["transaction_id"]
    assert len(number) == 28
    assert after == await market.shop.call(market.sdk.query, transaction_id=number)
    (notice,) = market.server.told
    assert notice["event_type"] == "TRANSACTION.SUCCESS"
    assert notice["resource"]["transaction_id"] == number
    original = notice["resource"].pop("original_type", "transaction")
    assert original == "transaction"
    assert {k: v for k, v in notice["resource"].items() if k in after} == after
    assert (await funds_of(market.world)).unsettled_fen == 994
    assert await balance(market.world, "lin") == 99_000
    await market.world.check()


@pytest.mark.parametrize(
    ("kind", "name", "wanted"),
    [
        (WeChatPayType.NATIVE, "code_url", "NATIVE"),
        (WeChatPayType.APP, "prepay_id", "APP"),
        (WeChatPayType.H5, "h5_url", "MWEB"),
        (WeChatPayType.MINIPROG, "prepay_id", "JSAPI"),
    ],
)
async def test_each_other_way(market: Market, kind: WeChatPayType, name: str, wanted: str) -> None:
    told = await ask(market, "order-0002", pay_type=kind, scene_info=SCENE)
    assert list(told) == [name]
    await market.pay("lin", told)
    found = await market.shop.call(market.sdk.query, out_trade_no="order-0002")
    assert (found["trade_state"], found["trade_type"]) == ("SUCCESS", wanted)
    assert found["scene_info"] == {"device_id": "T1"}


async def test_the_same_number_again(market: Market) -> None:
    first = await ask(market, "order-0003")
    again = await ask(market, "order-0003")
    assert first["prepay_id"][-20:] == again["prepay_id"][-20:]
    refused = await market.shop.refused(
        market.sdk.pay,
        description="茶",
        out_trade_no="order-0003",
        amount={"total": 2_000},
        payer={"openid": await market.openid("lin")},
    )
    assert refused == (403, "OUT_TRADE_NO_USED")
    await market.pay("lin", first)
    refused = await market.shop.refused(
        market.sdk.pay,
        description="茶",
        out_trade_no="order-0003",
        amount=AMOUNT,
        payer={"openid": await market.openid("lin")},
    )
    assert refused == (400, "INVALID_REQUEST")


@answers("close")
async def test_closing(market: Market) -> None:
    sdk = market.sdk
    await ask(market, "order-0004")
    await market.shop.call(sdk.close, out_trade_no="order-0004")
    await market.shop.call(sdk.close, out_trade_no="order-0004")
    found = await market.shop.call(sdk.query, out_trade_no="order-0004")
    assert found["trade_state"] == "CLOSED"
    refused = await market.shop.refused(
        sdk.pay,
        description="茶",
        out_trade_no="order-0004",
        amount=AMOUNT,
        payer={"openid": await market.openid("lin")},
    )
    assert refused == (400, "ORDER_CLOSED")
    assert await market.shop.refused(sdk.close, out_trade_no="order-none") == (
        404,
        "ORDER_NOT_EXIST",
    )
    await market.pay("lin", await ask(market, "order-0005"))
    assert (await market.shop.refused(sdk.close, out_trade_no="order-0005"))[0] == 400


async def test_what_is_refused(town: Town, market: Market) -> None:
    sdk, refused = market.sdk, market.shop.refused
    openid = await market.openid("lin")
    good: dict[str, Any] = {
        "description": "茶",
        "out_trade_no": "order-0006",
        "amount": AMOUNT,
        "payer": {"openid": openid},
    }
    for change, wanted in (
        ({"amount": {"total": 0}}, (400, "PARAM_ERROR")),
        ({"amount": {"total": -1}}, (400, "PARAM_ERROR")),
        ({"amount": {"total": "1"}}, (400, "PARAM_ERROR")),
        ({"amount": {"total": 1, "currency": "XXX"}}, (400, "PARAM_ERROR")),
        ({"out_trade_no": "short"}, (400, "PARAM_ERROR")),
        ({"out_trade_no": "x" * 33}, (400, "PARAM_ERROR")),
        ({"out_trade_no": "有空 格的单号"}, (400, "PARAM_ERROR")),
        ({"description": "x" * 128}, (400, "PARAM_ERROR")),
        ({"payer": {"openid": "o" * 28}}, (400, "OPENID_MISMATCH")),
        ({"appid": "wx0000000000000000"}, (400, "APPID_MCHID_NOT_MATCH")),
        ({"mchid": "1600000000"}, (400, "PARAM_ERROR")),
        ({"notify_url": "ftp://x"}, (400, "PARAM_ERROR")),
        ({"time_expire": "tomorrow"}, (400, "PARAM_ERROR")),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, (400, "PARAM_ERROR")),
        ({"pay_type": WeChatPayType.H5, "scene_info": {"device_id": "x"}}, (400, "PARAM_ERROR")),
    ):
        assert await refused(sdk.pay, **(good | change)) == wanted, change
    stranger = await market.world.merchant("别家", owner="hao")
    foreign = await open_channel(market.world, stranger)
    assert await refused(sdk.pay, **(good | {"appid": foreign.appid})) == (
        400,
        "APPID_MCHID_NOT_MATCH",
    )
    other = await town.shop(merchant_id=stranger, appids=[market.appid])
    await ask(market, "order-0006")
    assert await other.refused(other.sdk.query, out_trade_no="order-0006") == (
        404,
        "ORDER_NOT_EXIST",
    )


async def test_another_merchant_may_be_paid_through_an_account_that_is_bound(
    town: Town, market: Market
) -> None:
    stranger = await market.world.merchant("别家", owner="hao")
    other = await town.shop(merchant_id=stranger, appid=market.appid, appids=[market.appid])
    told = await other.call(
        other.sdk.pay,
        description="茶",
        out_trade_no="order-0007",
        amount=AMOUNT,
        payer={"openid": await market.openid("lin")},
    )
    await market.pay("lin", told)
    found = await other.call(other.sdk.query, out_trade_no="order-0007")
    assert found["trade_state"] == "SUCCESS"


@answers("codepay_reverse")
async def test_a_till_takes_a_code(market: Market) -> None:
    code = await market.code("lin")
    fields: dict[str, Any] = {
        "description": "茶",
        "amount": AMOUNT,
        "pay_type": WeChatPayType.CODEPAY,
        "scene_info": {"device_id": "T1", "device_ip": "127.0.0.1", "store_info": {"id": "1"}},
    }
    paid = await market.shop.call(
        market.sdk.pay, out_trade_no="till-0001", payer={"auth_code": code}, **fields
    )
    assert (paid["trade_state"], paid["trade_type"]) == ("SUCCESS", "MICROPAY")
    assert paid == await market.shop.call(market.sdk.query, out_trade_no="till-0001")
    for number, shown in (("till-0002", code), ("till-0003", "1" + "0" * 17), ("till-0004", "x")):
        status, told = await market.shop.refused(
            market.sdk.pay, out_trade_no=number, payer={"auth_code": shown}, **fields
        )
        assert (status, told) in {(400, "AUTH_CODE_INVALID"), (400, "PARAM_ERROR")}
    poor = await market.code("wu")
    refused = await market.shop.refused(
        market.sdk.pay, out_trade_no="till-0005", payer={"auth_code": poor}, **fields
    )
    assert refused == (403, "NOT_ENOUGH")
    turned = await market.shop.call(market.sdk.codepay_reverse, out_trade_no="till-0001")
    assert turned == {
        "appid": market.appid,
        "mchid": market.shop.mchid,
        "out_trade_no": "till-0001",
    }
    found = await market.shop.call(market.sdk.query, out_trade_no="till-0001")
    assert found["trade_state"] == "REVOKED"
    assert await balance(market.world, "lin") == 100_000
    await market.world.check()


async def test_who_comes_too_late_may_not_pay_but_the_order_stays(market: Market) -> None:
    told = await ask(market, "order-0008")
    await market.world.advance(timedelta(hours=2, minutes=1))
    found = await market.shop.call(market.sdk.query, out_trade_no="order-0008")
    assert found["trade_state"] == "NOTPAY"
    renewed = await ask(market, "order-0008")
    assert renewed["prepay_id"][-20:] == told["prepay_id"][-20:]
    await market.pay("lin", renewed)
