"""Merchants' own coupons by the SDK: stocks, codes, coupons in people's hands, subsidies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.pay.busifavors import CouponState, ListMyHeldCoupons, list_my_held_coupons
from banyan.pay.payees import KeyMode
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.views.reconcile import Family
from tests.kit.answers import answers, mode_of
from tests.kit.charges import ask, charge_of, give_back, pay_asked
from tests.kit.reconciled import moved_today
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.talks import follower
from tests.kit.vouchers import fill_purse, read_purse
from tests.kit.wechatpay import Shop, Town
from tests.kit.world import World


@dataclass
class Stall:
    """A merchant's program, its account, and somebody who follows it."""

    shop: Shop
    channel: Channel
    openid: str
    world: World
    begin: datetime

    @property
    def sdk(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """The SDK."""
        return self.shop.sdk

    @property
    def now(self) -> str:
        """The time as programs write it."""
        return self.world.now.isoformat(timespec="seconds")

    async def write(self, **changes: Any) -> str:  # noqa: ANN401 - any field of the call
        """Write a stock of three coupons of two yuan off ten."""
        begin = self.begin
        wish: dict[str, Any] = {
            "stock_name": "茶友券",
            "belong_merchant": self.shop.mchid,
            "goods_name": "全场茶叶",
            "stock_type": "NORMAL",
            "coupon_use_rule": {
                "coupon_available_time": {
                    "available_begin_time": begin.isoformat(timespec="seconds"),
                    "available_end_time": (begin + timedelta(days=9)).isoformat(timespec="seconds"),
                    "available_day_after_receive": 3,
                },
                "fixed_normal_coupon": {"discount_amount": 200, "transaction_minimum": 1_000},
                "use_method": "OFF_LINE",
            },
            "stock_send_rule": {"max_coupons": 3, "max_coupons_per_user": 2},
            "out_request_no": "b1",
            "coupon_code_mode": "WECHATPAY_MODE",
            "display_pattern_info": {"description": "到店使用"},
        }
        made = await self.shop.call(self.sdk.marketing_busifavor_stock_create, **(wish | changes))
        number: str = made["stock_id"]
        return number

    async def send(self, stock_id: str, number: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Give the follower a coupon by hand: the SDK has no call for it."""
        body = {
            "openid": self.openid,
            "appid": self.channel.appid,
            "stock_id": stock_id,
            "out_request_no": number,
            **more,
        }
        answer = await self.shop.send("POST", "/v3/marketing/busifavor/coupons/send", body)
        return answer.json()

    async def use(self, code: str, stock_id: str, number: str) -> Any:  # noqa: ANN401 - JSON
        """Use a coupon up."""
        return await self.shop.call(
            self.sdk.marketing_busifavor_coupon_use,
            code,
            self.now,
            number,
            stock_id=stock_id,
            openid=self.openid,
        )


async def open_stall(town: Town, mode: KeyMode = KeyMode.PUBLIC_KEY) -> Stall:
    """A merchant's program with an account that Lin follows."""
    world = town.world
    await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name="茶馆")
    channel = (await world.office.run(create_channel, command, SYSTEM)).channel
    shop = await town.shop(mode, appid=channel.appid)
    _, openid = await follower(world, channel)
    return Stall(shop, channel, openid, world, world.now)


@pytest_asyncio.fixture
async def stall(town: Town, request: pytest.FixtureRequest) -> Stall:
    """The stall."""
    return await open_stall(town, mode_of(request))


@answers(
    "marketing_busifavor_coupon_associate",
    "marketing_busifavor_coupon_deactivate",
    "marketing_busifavor_coupon_detail",
    "marketing_busifavor_coupon_disassociate",
    "marketing_busifavor_coupon_return",
    "marketing_busifavor_coupon_use",
    "marketing_busifavor_stock_create",
    "marketing_busifavor_user_coupon",
)
async def test_a_coupon_from_its_sending_to_its_end(town: Town, mode: KeyMode) -> None:
    stall = await open_stall(town, mode)
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    stock_id = await stall.write()
    assert await stall.write() == stock_id
    sent = await stall.send(stock_id, "s1")
    code = sent["coupon_code"]
    assert (await stall.send(stock_id, "s1"))["coupon_code"] == code
    lin = world.as_person("lin")
    mine = await world.office.run(list_my_held_coupons, ListMyHeldCoupons(), lin)
    assert [(one.code, one.state) for one in mine.items] == [(code, CouponState.HELD)]
    detail = await shop.call(sdk.marketing_busifavor_coupon_detail, code, stall.openid)
    assert (detail["coupon_state"], detail["stock_name"]) == ("SENDED", "茶友券")
    used = await stall.use(code, stock_id, "u1")
    assert (used["stock_id"], used["openid"]) == (stock_id, stall.openid)
    assert await stall.use(code, stock_id, "u1") == used
    refused = await shop.refused(
        sdk.marketing_busifavor_coupon_use, code, stall.now, "u2", stock_id=stock_id
    )
    assert refused == (400, "INVALID_REQUEST")
    found = await shop.call(sdk.marketing_busifavor_user_coupon, stall.openid, coupon_state="USED")
    assert [one["coupon_code"] for one in found["data"]] == [code]
    assert found["data"][0]["use_request_no"] == "u1"
    await shop.call(sdk.marketing_busifavor_coupon_return, code, stock_id, "r1")
    await shop.call(sdk.marketing_busifavor_coupon_associate, stock_id, code, "order-1", "a1")
    linked = await shop.call(sdk.marketing_busifavor_coupon_detail, code, stall.openid)
    assert (linked["coupon_state"], linked["associate_out_trade_no"]) == ("SENDED", "order-1")
    await shop.call(sdk.marketing_busifavor_coupon_disassociate, stock_id, code, "order-1", "a2")
    await shop.call(sdk.marketing_busifavor_coupon_deactivate, code, stock_id, "d1", "退会")
    ended = await shop.call(sdk.marketing_busifavor_coupon_detail, code, stall.openid)
    assert ended["coupon_state"] == "DEACTIVATED"
    refused = await shop.refused(sdk.marketing_busifavor_coupon_return, code, stock_id, "r2")
    assert refused == (400, "INVALID_REQUEST")


@answers(
    "marketing_busifavor_stock_budget",
    "marketing_busifavor_stock_modify",
    "marketing_busifavor_stock_query",
)
async def test_stocks_are_read_and_changed(stall: Stall) -> None:
    shop, sdk = stall.shop, stall.sdk
    stock_id = await stall.write()
    for number in ("s1", "s2"):
        await stall.send(stock_id, number)
    assert (await stall.send(stock_id, "s3"))["code"] == "RULE_LIMIT"
    detail = await shop.call(sdk.marketing_busifavor_stock_query, stock_id)
    assert detail["send_count_information"]["total_send_num"] == 2
    assert detail["coupon_use_rule"]["fixed_normal_coupon"]["discount_amount"] == 200
    assert detail["stock_state"] == "RUNNING"
    budget = await shop.call(
        sdk.marketing_busifavor_stock_budget,
        stock_id,
        "m1",
        target_max_coupons=5,
        current_max_coupons=3,
    )
    assert budget["max_coupons"] == 5
    refused = await shop.refused(
        sdk.marketing_busifavor_stock_budget,
        stock_id,
        "m2",
        target_max_coupons=9,
        current_max_coupons=3,
    )
    assert refused == (400, "INVALID_REQUEST")
    refused = await shop.refused(
        sdk.marketing_busifavor_stock_budget, stock_id, "m3", target_max_coupons=1
    )
    assert refused == (400, "INVALID_REQUEST")
    await shop.call(
        sdk.marketing_busifavor_stock_modify,
        stock_id,
        "c1",
        comment="改",
        goods_name="茶与杯",
        display_pattern_info={"description": "周末可用"},
    )
    detail = await shop.call(sdk.marketing_busifavor_stock_query, stock_id)
    assert (detail["comment"], detail["goods_name"]) == ("改", "茶与杯")
    assert detail["display_pattern_info"] == {"description": "周末可用"}
    assert detail["coupon_use_rule"]["use_method"] == "OFF_LINE"


@answers("marketing_busifavor_couponcode_upload")
async def test_uploaded_codes_are_given_out_in_order(stall: Stall) -> None:
    shop, sdk = stall.shop, stall.sdk
    stock_id = await stall.write(coupon_code_mode="MERCHANT_UPLOAD")
    assert (await stall.send(stock_id, "s0"))["code"] == "RULE_LIMIT"
    done = await shop.call(
        sdk.marketing_busifavor_couponcode_upload, stock_id, "up1", ["TEA1", "TEA2", "TEA1"]
    )
    assert (done["success_codes"], done["duplicate_codes"]) == (["TEA1", "TEA2"], ["TEA1"])
    again = await shop.call(
        sdk.marketing_busifavor_couponcode_upload, stock_id, "up2", ["TEA2", "TEA3"]
    )
    assert (again["success_codes"], again["exist_codes"]) == (["TEA3"], ["TEA2"])
    codes = [(await stall.send(stock_id, number))["coupon_code"] for number in ("s1", "s2")]
    assert codes == ["TEA1", "TEA2"]
    detail = await shop.call(sdk.marketing_busifavor_stock_query, stock_id)
    assert detail["coupon_code_count"] == {"total_count": 3, "available_count": 1}
    other = await stall.write(out_request_no="b2")
    refused = await shop.refused(sdk.marketing_busifavor_couponcode_upload, other, "up3", ["X"])
    assert refused == (400, "INVALID_REQUEST")


async def test_a_program_that_names_its_codes(stall: Stall) -> None:
    stock_id = await stall.write(coupon_code_mode="MERCHANT_API")
    assert (await stall.send(stock_id, "s1"))["code"] == "PARAM_ERROR"
    sent = await stall.send(stock_id, "s1", coupon_code="MY-1")
    assert sent["coupon_code"] == "MY-1"
    assert (await stall.send(stock_id, "s2", coupon_code="MY-1"))["code"] == "INVALID_REQUEST"


async def test_rivals_get_as_many_as_there_are(stall: Stall) -> None:
    stock_id = await stall.write(stock_send_rule={"max_coupons": 5, "max_coupons_per_user": 100})
    answers = await asyncio.gather(*(stall.send(stock_id, f"s{one}") for one in range(20)))
    assert sum("coupon_code" in one for one in answers) == 5
    assert {one["code"] for one in answers if "code" in one} == {"RULE_LIMIT"}


async def test_coupons_end_with_their_days(stall: Stall) -> None:
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    stock_id = await stall.write()
    code = (await stall.send(stock_id, "s1"))["coupon_code"]
    await world.advance(timedelta(days=4))
    detail = await shop.call(sdk.marketing_busifavor_coupon_detail, code, stall.openid)
    assert detail["coupon_state"] == "EXPIRED"
    refused = await shop.refused(
        sdk.marketing_busifavor_coupon_use, code, stall.now, "u1", stock_id=stock_id
    )
    assert refused == (400, "INVALID_REQUEST")
    found = await shop.call(
        sdk.marketing_busifavor_user_coupon, stall.openid, coupon_state="SENDED"
    )
    assert found["total_count"] == 0


@answers("marketing_busifavor_callback_query")
async def test_where_servers_are_told(stall: Stall) -> None:
    shop, sdk = stall.shop, stall.sdk
    refused = await shop.refused(sdk.marketing_busifavor_callback_query)
    assert refused == (404, "RESOURCE_NOT_EXISTS")
    await shop.call(sdk.marketing_busifavor_callback_update, notify_url="https://tea.example/sent")
    told = await shop.call(sdk.marketing_busifavor_callback_query)
    assert told == {"notify_url": "https://tea.example/sent", "mchid": shop.mchid}


@answers("marketing_busifavor_subsidy_pay", "marketing_busifavor_subsidy_query")
async def test_a_maker_pays_whoever_took_a_coupon_and_gets_it_back(stall: Stall) -> None:
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    await open_bank(world)
    await fill_wallet(world, "lin", 5_000)
    await fill_purse(world, 1_000)
    await pay_asked(world, "lin", await ask(world, "no1", 2_000))
    transaction_no = (await charge_of(world, "no1")).transaction_no
    stock_id = await stall.write(subsidy=True)
    code = (await stall.send(stock_id, "s1"))["coupon_code"]
    wish: dict[str, Any] = {
        "stock_id": stock_id,
        "coupon_code": code,
        "transaction_id": transaction_no,
        "payer_merchant": shop.mchid,
        "payee_merchant": shop.mchid,
        "amount": 150,
        "description": "补差",
        "out_subsidy_no": "sub1",
    }
    assert await shop.refused(sdk.marketing_busifavor_subsidy_pay, **wish) == (
        400,
        "INVALID_REQUEST",
    )
    await stall.use(code, stock_id, "u1")
    paid = await shop.call(sdk.marketing_busifavor_subsidy_pay, **wish)
    assert (paid["status"], paid["amount"]) == ("SUCCESS", 150)
    assert await shop.call(sdk.marketing_busifavor_subsidy_pay, **wish) == paid
    found = await shop.call(sdk.marketing_busifavor_subsidy_query, paid["subsidy_receipt_id"])
    assert found == paid
    twice = wish | {"out_subsidy_no": "sub2"}
    assert await shop.refused(sdk.marketing_busifavor_subsidy_pay, **twice) == (
        400,
        "INVALID_REQUEST",
    )
    refund = (await give_back(world, "no1", 1_000)).refund
    back = {
        **{name: wish[name] for name in ("stock_id", "coupon_code", "transaction_id")},
        "refund_id": refund.refund_no,
        "payer_merchant": shop.mchid,
        "payee_merchant": shop.mchid,
        "amount": 100,
        "description": "退补差",
        "out_subsidy_return_no": "back1",
    }
    path = "/v3/marketing/busifavor/subsidy/return-receipts"
    done = (await shop.send("POST", path, back)).json()
    assert (done["status"], done["subsidy_receipt_id"]) == ("SUCCESS", paid["subsidy_receipt_id"])
    read = await shop.send("GET", f"{path}/{done['subsidy_return_receipt_id']}")
    assert read.json() == done
    more = await shop.send("POST", path, back | {"out_subsidy_return_no": "back2"})
    assert more.json()["code"] == "INVALID_REQUEST"
    assert await read_purse(world) == 1_000
    # What one pays oneself is no subsidy in any book.
    assert Family.SUBSIDY not in await moved_today(world, shop.merchant_id)


@pytest.mark.parametrize(
    "changes",
    [
        {"stock_type": "RANDOM"},
        {"coupon_code_mode": "NONE"},
        {"stock_type": "DISCOUNT"},
        {"stock_send_rule": {"max_coupons": 0, "max_coupons_per_user": 1}},
        {"goods_name": "长" * 16},
    ],
)
async def test_what_makes_no_sense_is_refused(stall: Stall, changes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="PARAM_ERROR"):
        await stall.write(**changes)


async def test_another_merchant_touches_nothing(town: Town, stall: Stall) -> None:
    world = stall.world
    stock_id = await stall.write()
    code = (await stall.send(stock_id, "s1"))["coupon_code"]
    other = await world.merchant("隔壁", owner="hao")
    rival = await town.shop(
        merchant_id=other, appid=stall.channel.appid, appids=[stall.channel.appid]
    )
    sdk, missing = rival.sdk, (404, "RESOURCE_NOT_EXISTS")
    assert await rival.refused(sdk.marketing_busifavor_stock_query, stock_id) == missing
    assert (
        await rival.refused(
            sdk.marketing_busifavor_coupon_use, code, stall.now, "u1", stock_id=stock_id
        )
        == missing
    )
    assert (
        await rival.refused(sdk.marketing_busifavor_coupon_deactivate, code, stock_id, "d1")
        == missing
    )
    assert (
        await rival.refused(sdk.marketing_busifavor_stock_modify, stock_id, "c1", comment="x")
        == missing
    )
    found = await rival.call(sdk.marketing_busifavor_user_coupon, stall.openid)
    assert found["total_count"] == 0
