"""Gifts for payments by the SDK: an activity from its beginning to its end, and who got what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from banyan.pay.busifavors import ListMyHeldCoupons, list_my_held_coupons
from banyan.pay.payees import KeyMode
from tests.doors.wechatpay.test_busifavor import Stall, open_stall
from tests.kit.answers import answers
from tests.kit.charges import ask, pay_asked
from tests.kit.pages import open_browser
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.wechatpay import Town


def wish(stall: Stall, stock_id: str, **rule: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of it
    """An activity that gives a coupon for payments of ten yuan."""
    begin = stall.begin.isoformat(timespec="seconds")
    end = (stall.begin + timedelta(days=5)).isoformat(timespec="seconds")
    return {
        "activity_base_info": {
            "activity_name": "良品铺子回馈",
            "activity_second_title": "海飞丝的券",
            "merchant_logo_url": "https://tea.example/logo.png",
            "background_color": "COLOR010",
            "begin_time": begin,
            "end_time": end,
            "out_request_no": "gift1",
            "delivery_purpose": "OFF_LINE_PAY",
        },
        "award_send_rule": {
            "award_type": "BUSIFAVOR",
            "merchant_option": "IN_SEVICE_COUPON_MERCHANT",
            "transaction_amount_minimum": 1_000,
            "send_content": "SINGLE_COUPON",
            "award_list": [{"stock_id": stock_id}],
            **rule,
        },
    }


async def held(stall: Stall) -> list[str]:
    """The stocks of what Lin holds."""
    await stall.world.settle()
    lin = stall.world.as_person("lin")
    found = await stall.world.office.run(list_my_held_coupons, ListMyHeldCoupons(), lin)
    return [f"{one.stock.stock_id:d}" for one in found.items]


@answers(
    "marketing_paygift_activity_create",
    "marketing_paygift_activity_detail",
    "marketing_paygift_activity_list",
    "marketing_paygift_activity_terminate",
    "marketing_paygift_goods_list",
)
async def test_who_pays_enough_is_given_coupons_until_it_ends(town: Town, mode: KeyMode) -> None:
    stall = await open_stall(town, mode)
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    await open_bank(world)
    await fill_wallet(world, "lin", 50_000)
    stock_id = await stall.write()
    made = await shop.call(sdk.marketing_paygift_activity_create, **wish(stall, stock_id))
    number = made["activity_id"]
    again = await shop.call(sdk.marketing_paygift_activity_create, **wish(stall, stock_id))
    assert again == made
    detail = await shop.call(sdk.marketing_paygift_activity_detail, number)
    assert detail["activity_status"] == "ONGOING_ACT_STATUS"
    assert detail["activity_base_info"]["activity_name"] == "良品铺子回馈"
    await pay_asked(world, "lin", await ask(world, "no1", 999))
    assert await held(stall) == []
    await pay_asked(world, "lin", await ask(world, "no2", 1_000))
    assert await held(stall) == [stock_id]
    for name in ("no3", "no4"):
        await pay_asked(world, "lin", await ask(world, name, 1_000))
    assert await held(stall) == [stock_id] * 2
    listed = await shop.call(
        sdk.marketing_paygift_activity_list, activity_status="ONGOING_ACT_STATUS"
    )
    assert [one["activity_id"] for one in listed["data"]] == [number]
    goods = await shop.call(sdk.marketing_paygift_goods_list, number)
    assert goods["total_count"] == 0
    ended = await shop.call(sdk.marketing_paygift_activity_terminate, number)
    assert ended["terminate_time"]
    detail = await shop.call(sdk.marketing_paygift_activity_detail, number)
    assert detail["activity_status"] == "TERMINATE_ACT_STATUS"
    assert (await shop.call(sdk.marketing_paygift_activity_list, activity_name="良品"))[
        "total_count"
    ] == 1
    refused = await shop.refused(sdk.marketing_paygift_merchant_add, number, "add1", [shop.mchid])
    assert refused == (400, "INVALID_REQUEST")
    await world.check()


@answers(
    "marketing_paygift_merchant_add",
    "marketing_paygift_merchant_delete",
    "marketing_paygift_merchants_list",
)
async def test_whose_payments_count_can_change(town: Town, mode: KeyMode) -> None:
    stall = await open_stall(town, mode)
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    await open_bank(world)
    await fill_wallet(world, "lin", 50_000)
    stock_id = await stall.write()
    other = await world.merchant("隔壁", owner="hao")
    stranger = await town.shop(merchant_id=other)
    made = await shop.call(sdk.marketing_paygift_activity_create, **wish(stall, stock_id))
    number = made["activity_id"]
    found = await shop.call(sdk.marketing_paygift_merchants_list, number)
    assert [one["mchid"] for one in found["data"]] == [shop.mchid]
    await shop.call(sdk.marketing_paygift_merchant_delete, number, [shop.mchid], "del1")
    await pay_asked(world, "lin", await ask(world, "no1", 1_000))
    assert await held(stall) == []
    added = await shop.call(
        sdk.marketing_paygift_merchant_add, number, "add1", [shop.mchid, stranger.mchid]
    )
    assert [one["mchid"] for one in added["invalid_merchant_id_list"]] == [stranger.mchid]
    await pay_asked(world, "lin", await ask(world, "no2", 1_000))
    assert await held(stall) == [stock_id]
    assert await stranger.refused(stranger.sdk.marketing_paygift_activity_detail, number) == (
        404,
        "RESOURCE_NOT_EXISTS",
    )


async def test_what_makes_no_sense_is_refused(town: Town) -> None:
    stall = await open_stall(town)
    shop, create = stall.shop, stall.sdk.marketing_paygift_activity_create
    stock_id = await stall.write()
    for rule in (
        {"award_type": "CASH"},
        {"merchant_option": "NOBODY"},
        {"merchant_option": "MANUAL_INPUT_MERCHANT", "merchant_id_list": ["1999999999"]},
        {"transaction_amount_minimum": 0},
    ):
        refused = await shop.refused(create, **wish(stall, stock_id, **rule))
        assert refused == (400, "PARAM_ERROR"), rule
    missing = await shop.refused(create, **wish(stall, "1"))
    assert missing == (404, "RESOURCE_NOT_EXISTS")
    advanced = wish(stall, stock_id) | {"advanced_setting": {"goods_tags": ["x"]}}
    assert await shop.refused(create, **advanced) == (400, "PARAM_ERROR")


async def test_the_console_shows_activities_and_ends_them(town: Town) -> None:
    stall = await open_stall(town, KeyMode.PUBLIC_KEY)
    stock_id = await stall.write()
    creating = stall.shop.sdk.marketing_paygift_activity_create
    made = await stall.shop.call(creating, **wish(stall, stock_id))
    async with open_browser(stall.world, "mei") as mei:
        await mei.open("/console/vouchers")
        for words in ("良品铺子回馈", "¥10.00", "进行中"):
            assert words in mei.words
        end = f"/console/vouchers/gifts/{made['activity_id']}/end"
        await mei.send(end)
        assert "已停止" in mei.words
        assert end not in mei.page.text
    detail = stall.shop.sdk.marketing_paygift_activity_detail
    told = await stall.shop.call(detail, made["activity_id"])
    assert told["activity_status"] == "TERMINATE_ACT_STATUS"


async def test_the_console_writes_activities_that_give(town: Town) -> None:
    stall = await open_stall(town, KeyMode.PUBLIC_KEY)
    world, home = stall.world, "/console/vouchers/gifts/new"
    await open_bank(world)
    await fill_wallet(world, "lin", 50_000)
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        assert "没有可赠送的商家券" in mei.words
        stock_id = await stall.write()
        await mei.open("/console/vouchers")
        assert home in mei.page.text
        await mei.open(home)
        today = stall.begin.date().isoformat()
        form = {"name": "满十送券", "minimum": "10", "begins_on": today, "ends_on": today}
        await mei.send(home, {"idempotency_key": mei.key, **form}, status=422)
        assert "请选择赠送内容" in mei.words
        form["stock_ids"] = stock_id
        small = {**form, "minimum": "0"}
        await mei.send(home, {"idempotency_key": mei.key, **small}, status=422)
        assert "不能小于 ¥0.01" in mei.words
        wrong = {**form, "ends_on": "2020-01-01"}
        await mei.send(home, {"idempotency_key": mei.key, **wrong}, status=422)
        assert "结束时间必须晚于开始时间" in mei.words
        form["ends_on"] = (stall.begin + timedelta(days=2)).date().isoformat()
        await mei.send(home, {"idempotency_key": mei.key, **form})
        assert mei.path == "/console/vouchers"
        assert "满十送券" in mei.words
    await pay_asked(world, "lin", await ask(world, "no1", 999))
    assert await held(stall) == []
    await pay_asked(world, "lin", await ask(world, "no2", 1_000))
    assert await held(stall) == [stock_id]
