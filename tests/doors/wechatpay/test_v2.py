"""Orders and refunds in the second interface."""

# ruff: noqa: ANN401 - what the SDK answers has no types

from __future__ import annotations

from typing import Any

import pytest

from banyan.wire.wechatpay import open_v2, parse_v2
from tests.kit.charges import funds_of
from tests.kit.wechatpay import Market, Town


async def unified(market: Market, number: str, kind: str = "JSAPI", **more: Any) -> Any:
    fields: dict[str, Any] = {
        "appid": market.appid,
        "body": "茶",
        "out_trade_no": number,
        "total_fee": 1_000,
        "spbill_create_ip": "127.0.0.1",
        "notify_url": market.server.url + "-v2",
        "trade_type": kind,
        "openid": await market.openid("lin"),
    }
    return await market.shop.v2("/pay/unifiedorder", **(fields | more))


async def query(market: Market, number: str) -> dict[str, str]:
    return await market.shop.v2("/pay/orderquery", appid=market.appid, out_trade_no=number)


@pytest.mark.parametrize("sign_type", ["", "HMAC-SHA256"])
async def test_an_order_from_asking_to_the_notification(market: Market, sign_type: str) -> None:
    told = await unified(market, "order-0001", attach="桌 3", sign_type=sign_type)
    assert told["result_code"] == "SUCCESS"
    assert (await query(market, "order-0001"))["trade_state"] == "NOTPAY"
    await market.pay("lin", {"prepay_id": told["prepay_id"]})
    await market.town.tell()
    found = await query(market, "order-0001")
    assert found["trade_state"] == "SUCCESS"
    assert (found["total_fee"], found["cash_fee"], found["attach"]) == ("1000", "1000", "桌 3")
    assert found["openid"] == await market.openid("lin")
    (notice,) = market.server.told
    assert notice["transaction_id"] == found["transaction_id"]
    assert notice["mch_id"] == market.shop.mchid
    # The third interface knows the same order.
    seen = await market.shop.call(market.sdk.query, out_trade_no="order-0001")
    assert seen["transaction_id"] == found["transaction_id"]
    await market.world.check()


async def test_each_other_way(market: Market) -> None:
    for kind, name in (("NATIVE", "code_url"), ("APP", "prepay_id"), ("MWEB", "mweb_url")):
        told = await unified(market, f"order-{kind}", kind)
        assert (told["trade_type"], bool(told[name])) == (kind, True)
        done = await market.shop.v2(
            "/pay/closeorder", appid=market.appid, out_trade_no=f"order-{kind}"
        )
        assert done["result_code"] == "SUCCESS"
        assert (await query(market, f"order-{kind}"))["trade_state"] == "CLOSED"
        again = await unified(market, f"order-{kind}", kind)
        assert again["err_code"] == "ORDERCLOSED"


async def test_refunds_and_their_notification(market: Market) -> None:
    told = await unified(market, "order-0002")
    await market.pay("lin", {"prepay_id": told["prepay_id"]})
    for place, fee in enumerate((100, 200)):
        back = await market.shop.v2(
            "/secapi/pay/refund",
            appid=market.appid,
            out_trade_no="order-0002",
            out_refund_no=f"back-{place}",
            total_fee=1_000,
            refund_fee=fee,
            notify_url=market.server.url + "-v2",
        )
        assert (back["result_code"], back["refund_fee"]) == ("SUCCESS", str(fee))
    found = await market.shop.v2("/pay/refundquery", appid=market.appid, out_trade_no="order-0002")
    assert (found["refund_count"], found["total_refund_count"]) == ("2", "2")
    assert {found["refund_fee_0"], found["refund_fee_1"]} == {"100", "200"}
    one = await market.shop.v2("/pay/refundquery", appid=market.appid, out_refund_no="back-1")
    assert (one["refund_count"], one["refund_fee_0"]) == ("1", "200")
    await market.town.tell()
    hidden = [one for one in market.server.told if "req_info" in one]
    assert len(hidden) == 2
    plain = open_v2(market.shop.apiv2_key, hidden[0]["req_info"])
    inner = parse_v2(plain.replace(b"<root>", b"<xml>").replace(b"</root>", b"</xml>"))
    assert inner["refund_status"] == "SUCCESS"
    assert inner["out_trade_no"] == "order-0002"
    too_much = await market.shop.v2(
        "/secapi/pay/refund",
        appid=market.appid,
        out_trade_no="order-0002",
        out_refund_no="back-9",
        total_fee=1_000,
        refund_fee=701,
    )
    assert too_much["result_code"] == "FAIL"
    assert (await funds_of(market.world)).unsettled_fen == 696
    await market.world.check()


async def test_a_till(market: Market) -> None:
    code = await market.code("lin")
    known = await market.shop.v2("/tools/authcodetoopenid", appid=market.appid, auth_code=code)
    assert known["openid"] == await market.openid("lin")
    fields: dict[str, Any] = {
        "appid": market.appid,
        "body": "茶",
        "total_fee": 500,
        "spbill_create_ip": "127.0.0.1",
    }
    paid = await market.shop.v2("/pay/micropay", out_trade_no="till-0001", auth_code=code, **fields)
    assert (paid["result_code"], paid["trade_type"]) == ("SUCCESS", "MICROPAY")
    used = await market.shop.v2("/pay/micropay", out_trade_no="till-0002", auth_code=code, **fields)
    assert used["err_code"] == "AUTH_CODE_INVALID"
    poor = await market.shop.v2(
        "/pay/micropay", out_trade_no="till-0003", auth_code=await market.code("wu"), **fields
    )
    assert poor["err_code"] == "NOTENOUGH"
    turned = await market.shop.v2(
        "/secapi/pay/reverse", appid=market.appid, out_trade_no="till-0001"
    )
    assert (turned["result_code"], turned["recall"]) == ("SUCCESS", "N")
    assert (await query(market, "till-0001"))["trade_state"] == "REVOKED"
    await market.world.check()


async def test_what_is_refused(town: Town, market: Market) -> None:
    del town
    assert (await query(market, "order-none"))["err_code"] == "ORDERNOTEXIST"
    for more, wanted in (
        ({"trade_type": "XXX"}, "PARAM_ERROR"),
        ({"total_fee": 0}, "PARAM_ERROR"),
        ({"total_fee": "x"}, "PARAM_ERROR"),
        ({"appid": "wx0000000000000000"}, "APPID_MCHID_NOT_MATCH"),
        ({"openid": "o" * 28}, "OPENID_MISMATCH"),
        ({"time_expire": "never"}, "PARAM_ERROR"),
        ({"sub_mch_id": "1600000000"}, "MCHID_NOT_EXIST"),
    ):
        told = await unified(market, "order-0009", **more)
        assert (told["result_code"], told["err_code"]) == ("FAIL", wanted), more
    told = await unified(market, "order-0010")
    await market.pay("lin", {"prepay_id": told["prepay_id"]})
    assert (await unified(market, "order-0010"))["err_code"] == "ORDERPAID"
    back = await market.shop.v2("/pay/refundquery", appid=market.appid, out_trade_no="order-0010")
    assert back["err_code"] == "REFUNDNOTEXIST"
