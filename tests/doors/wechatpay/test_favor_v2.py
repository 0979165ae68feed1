"""Cash coupons in the second interface: the same that the third sees."""

from __future__ import annotations

from tests.doors.wechatpay.test_favor import open_stall
from tests.kit.wechatpay import Town


async def test_what_one_interface_gives_the_other_sees(town: Town) -> None:
    stall = await open_stall(town)
    shop, appid = stall.shop, stall.channel.appid
    stock_id = await stall.write(no_cash=True)
    wish: dict[str, str] = {
        "appid": appid,
        "coupon_stock_id": stock_id,
        "openid_count": "1",
        "openid": stall.openid,
        "partner_trade_no": "v2-1",
    }
    early = await shop.v2("/mmpaymkttransfers/send_coupon", **wish)
    assert early["result_code"] == "FAIL"
    await stall.start(stock_id)
    sent = await shop.v2("/mmpaymkttransfers/send_coupon", **wish)
    assert (sent["result_code"], sent["success_count"]) == ("SUCCESS", "1")
    again = await shop.v2("/mmpaymkttransfers/send_coupon", **wish)
    assert again["coupon_id"] == sent["coupon_id"]
    detail = await shop.call(
        stall.sdk.marketing_favor_coupon_detail, sent["coupon_id"], stall.openid
    )
    assert detail["status"] == "SENDED"
    stock = await shop.v2(
        "/mmpaymkttransfers/query_coupon_stock", appid=appid, coupon_stock_id=stock_id
    )
    assert (stock["coupon_stock_status"], stock["is_send_num"]) == ("4", "1")
    assert (stock["coupon_value"], stock["coupon_budget"]) == ("200", "2000")
    coupon = await shop.v2(
        "/mmpaymkttransfers/querycouponsinfo",
        appid=appid,
        coupon_id=sent["coupon_id"],
        openid=stall.openid,
        stock_id=stock_id,
    )
    assert (coupon["coupon_state"], coupon["coupon_remain_value"]) == ("SENDED", "200")
    missing = await shop.v2(
        "/mmpaymkttransfers/query_coupon_stock", appid=appid, coupon_stock_id="1"
    )
    assert missing["result_code"] == "FAIL"
    other = await stall.write(no_cash=True, out_request_no="stock_2")
    wrong = await shop.v2(
        "/mmpaymkttransfers/querycouponsinfo",
        appid=appid,
        coupon_id=sent["coupon_id"],
        openid=stall.openid,
        stock_id=other,
    )
    assert wrong["err_code"] == "PARAM_ERROR"
