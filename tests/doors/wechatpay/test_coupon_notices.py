"""What servers are told of coupons: decrypted by the SDK, in both key modes."""

from __future__ import annotations

from banyan.pay.payees import KeyMode
from tests.doors.wechatpay import test_busifavor as own
from tests.doors.wechatpay import test_favor as cash
from tests.kit.answers import answers
from tests.kit.charges import ask, charge_of, pay_asked
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.wechatpay import PayServer, Town, serve_pay_server


@answers(
    "marketing_favor_callback_update",
    "marketing_favor_coupon_detail",
    "marketing_favor_use_flow",
)
async def test_a_server_is_told_of_the_coupon_somebody_paid_with(town: Town, mode: KeyMode) -> None:
    stall = await cash.open_stall(town, mode)
    shop, world = stall.shop, stall.world
    await open_bank(world)
    await fill_wallet(world, "lin", 5_000)
    stock_id = await stall.write(
        no_cash=True,
        coupon_use_rule={
            "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
            "available_merchants": [shop.mchid],
        },
    )
    await stall.start(stock_id)
    coupon_id = await stall.send(stock_id, "c1")
    async with serve_pay_server(PayServer(sdk=shop.sdk)) as server:
        await shop.call(shop.sdk.marketing_favor_callback_update, server.url)
        await pay_asked(world, "lin", await ask(world, "no1", 1_000))
        await town.tell()
    told = [one for one in server.told if one["event_type"] == "COUPON.USE"]
    assert len(told) == 1
    resource = told[0]["resource"]
    assert (resource["coupon_id"], resource["status"]) == (coupon_id, "USED")
    assert resource["consume_information"]["consume_mchid"] == shop.mchid
    transaction_no = (await charge_of(world, "no1")).transaction_no
    assert resource["consume_information"]["transaction_id"] == transaction_no
    detail = await shop.call(shop.sdk.marketing_favor_coupon_detail, coupon_id, stall.openid)
    assert detail == resource
    flow = await shop.call(shop.sdk.marketing_favor_use_flow, stock_id)
    answer = await shop.send("GET", flow["url"].removeprefix(shop.url))
    assert f"`{coupon_id}" in answer.text
    assert f"`{transaction_no}" in answer.text


async def test_a_switched_off_server_is_not_told(town: Town) -> None:
    stall = await cash.open_stall(town)
    shop, world = stall.shop, stall.world
    await open_bank(world)
    await fill_wallet(world, "lin", 5_000)
    stock_id = await stall.write(
        no_cash=True,
        coupon_use_rule={
            "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
            "available_merchants": [shop.mchid],
        },
    )
    await stall.start(stock_id)
    await stall.send(stock_id, "c1")
    async with serve_pay_server(PayServer(sdk=shop.sdk)) as server:
        await shop.call(shop.sdk.marketing_favor_callback_update, server.url, switch=False)
        await pay_asked(world, "lin", await ask(world, "no1", 1_000))
        await town.tell()
    assert [one for one in server.told if one["event_type"] == "COUPON.USE"] == []


@answers("marketing_busifavor_callback_update")
async def test_a_server_is_told_of_the_coupon_somebody_got(town: Town, mode: KeyMode) -> None:
    stall = await own.open_stall(town, mode)
    shop = stall.shop
    stock_id = await stall.write()
    async with serve_pay_server(PayServer(sdk=shop.sdk)) as server:
        await shop.call(shop.sdk.marketing_busifavor_callback_update, notify_url=server.url)
        code = (await stall.send(stock_id, "s1"))["coupon_code"]
        await stall.send(stock_id, "s1")
        await town.tell()
    (told,) = server.told
    assert told["event_type"] == "COUPON.SEND"
    resource = told["resource"]
    assert (resource["coupon_code"], resource["stock_id"]) == (code, stock_id)
    assert resource["send_channel"] == "BUSICOUPON_SEND_CHANNEL_API"
    assert resource["send_merchant"] == shop.mchid
