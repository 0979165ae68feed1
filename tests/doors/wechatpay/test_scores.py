"""Service orders over the wire: begun, agreed to on the phone, completed, collected, told."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
from datetime import timedelta
from typing import Any

import pytest_asyncio

from banyan.doors.wechatpay.endpoint import china
from banyan.pay.payees import KeyMode
from banyan.pay.scores import (
    ConfirmOrder,
    GiveMandate,
    ListMyScoreOrders,
    ScoreState,
    confirm_order,
    give_mandate,
    list_my_score_orders,
)
from banyan.wire.wechatpay import open_resource
from tests.kit.answers import answers
from tests.kit.lending import TOLD_AT, Lending, lend, openid_of
from tests.kit.sales import balance, fill_wallet
from tests.kit.wechatpay import Shop, Town
from tests.kit.wechatpay_told import read_told

FEE = [{"name": "骑行费", "amount": 350, "description": "2小时", "count": 1}]
OFF = [{"name": "会员优惠", "amount": 50, "description": "立减"}]
RISK = {"name": "ESTIMATE_ORDER_COST", "amount": 10_000, "description": "预估"}
TIMES = {"start_time": "OnAccept", "end_time": "20261231235959"}


class Riding:
    """A merchant that lends bicycles, and its program."""

    def __init__(self, lending: Lending, shop: Shop) -> None:
        self.lending = lending
        self.shop = shop
        self.world = lending.world
        self.service_id = str(int(lending.scheme.scheme_id))

    async def create(self, number: str = "bike0001", **more: Any) -> Any:  # noqa: ANN401 - what the SDK takes and gives
        """Begin an order that somebody is to agree to."""
        return await self.shop.call(
            self.shop.sdk.payscore_create,
            number,
            self.service_id,
            "共享单车",
            TIMES,
            RISK,
            **{"notify_url": TOLD_AT, "attach": "七号桩", **more},
        )

    async def agree(self, created: dict[str, Any], name: str = "lin") -> None:
        """Somebody agrees on their phone."""
        command = ConfirmOrder(token=created["package"])
        await self.world.office.run(confirm_order, command, self.world.as_person(name))

    async def complete(self, number: str = "bike0001", **more: Any) -> Any:  # noqa: ANN401
        """Say what it costs."""
        given = {"post_discounts": OFF, "total_amount": 300, **more}
        sdk = self.shop.sdk
        return await self.shop.call(sdk.payscore_complete, number, self.service_id, FEE, **given)

    async def read(self, number: str = "bike0001") -> Any:  # noqa: ANN401
        """The order as a program sees it."""
        sdk = self.shop.sdk
        return await self.shop.call(sdk.payscore_query, self.service_id, out_order_no=number)


@pytest_asyncio.fixture
async def riding(town: Town, mode: KeyMode) -> Riding:
    lending = await lend(town.world)
    shop = await town.shop(mode, appid=lending.channel.appid, notify_url=TOLD_AT)
    return Riding(lending, shop)


@answers("payscore_complete", "payscore_create", "payscore_query")
async def test_an_order_from_beginning_to_end(riding: Riding) -> None:
    world, shop = riding.world, riding.shop
    created = await riding.create()
    assert (created["state"], created["risk_fund"]) == ("CREATED", RISK)
    assert await riding.create() == created
    await riding.agree(created)
    doing = await riding.read()
    assert (doing["state"], doing["state_description"]) == ("DOING", "USER_CONFIRM")
    assert doing["openid"] == await openid_of(world, riding.lending.channel, "lin")
    by_query = await shop.call(
        shop.sdk.payscore_query, riding.service_id, query_id=created["package"]
    )
    assert by_query == doing
    completed = await riding.complete(time_range={"end_time": "20261122120000"})
    assert (completed["state_description"], completed["need_collection"]) == (
        "MCH_COMPLETE",
        True,
    )
    assert completed["collection"]["state"] == "USER_PAYING"
    assert completed["time_range"]["start_time"] == "OnAccept"
    await world.settle()
    paid = await riding.read()
    (detail,) = paid["collection"]["details"]
    assert (paid["state"], paid["collection"]["paid_amount"]) == ("DONE", 300)
    assert (detail["paid_type"], detail["amount"]) == ("NEWTON", 300)
    assert await balance(world, "lin") == 9_700
    told = await read_told(world, shop)
    assert [one["event_type"] for one in told] == [
        "PAYSCORE.USER_CONFIRM",
        "PAYSCORE.USER_PAID",
    ]
    # What is told is what is read.
    assert told[1]["resource"] == paid
    page = await world.office.run(list_my_score_orders, ListMyScoreOrders(), world.as_person("lin"))
    assert [one.state for one in page.items] == [ScoreState.DONE]
    await world.check()


@answers("payscore_refund", "payscore_refund_query")
async def test_a_refund_goes_by_the_collection(riding: Riding) -> None:
    world, shop = riding.world, riding.shop
    await riding.agree(await riding.create())
    await riding.complete()
    await world.settle()
    detail = (await riding.read())["collection"]["details"][0]
    number, sdk = detail["transaction_id"], shop.sdk
    back = {"refund": 100, "total": 300, "currency": "CNY"}
    refund = await shop.call(sdk.payscore_refund, number, "back-1", back, reason="车坏了")
    assert (refund["status"], refund["transaction_id"]) == ("SUCCESS", number)
    assert refund["amount"]["payer_refund"] == 100
    assert await shop.call(sdk.payscore_refund_query, "back-1") == refund
    assert await shop.call(sdk.payscore_refund, number, "back-1", back, reason="车坏了") == refund
    assert await balance(world, "lin") == 9_800
    more = {**back, "refund": 201}
    assert await shop.refused(sdk.payscore_refund, number, "back-2", more) == (
        400,
        "INVALID_REQUEST",
    )
    missing = await shop.refused(sdk.payscore_refund_query, "back-3")
    assert missing == (404, "RESOURCE_NOT_EXISTS")
    assert (await riding.read())["state"] == "DONE"
    await world.check()


@answers("payscore_modify", "payscore_pay", "payscore_sync")
async def test_less_is_asked_for_and_somebody_pays_elsewhere(riding: Riding) -> None:
    shop, world = riding.shop, riding.world
    await riding.agree(await riding.create(), "wu")
    await riding.complete()
    await world.settle()
    lower = [{"name": "骑行费", "amount": 200}]
    modified = await shop.call(
        shop.sdk.payscore_modify, "bike0001", riding.service_id, lower, 200, "用户投诉"
    )
    assert (modified["total_amount"], modified["collection"]["paying_amount"]) == (200, 200)
    pushed = await shop.call(shop.sdk.payscore_pay, "bike0001", riding.service_id)
    assert pushed["order_id"] == modified["order_id"]
    assert (await riding.read())["collection"]["state"] == "USER_PAYING"
    paid_time = (world.now - timedelta(minutes=1)).astimezone(china)
    detail = {"paid_time": paid_time.strftime("%Y%m%d%H%M%S")}
    synced = await shop.call(shop.sdk.payscore_sync, "bike0001", riding.service_id, detail=detail)
    assert synced["state"] == "DONE"
    (seen,) = synced["collection"]["details"]
    assert (seen["paid_type"], seen["paid_time"]) == ("MCH", detail["paid_time"])
    await fill_wallet(world, "wu", 1_000)
    world.office.clock.offset += timedelta(days=1)
    await world.settle()
    assert await balance(world, "wu") == 1_000
    refused = await shop.refused(shop.sdk.payscore_pay, "bike0001", riding.service_id)
    assert refused == (400, "INVALID_ORDER_STATE")
    await world.check()


@answers("payscore_cancel")
async def test_an_order_is_cancelled_before_it_is_completed(riding: Riding) -> None:
    shop = riding.shop
    await riding.create()
    cancelled = await shop.call(shop.sdk.payscore_cancel, "bike0001", riding.service_id, "用户取消")
    assert cancelled["out_order_no"] == "bike0001"
    assert (await riding.read())["state"] == "REVOKED"
    cancel = (shop.sdk.payscore_cancel, "bike0001", riding.service_id, "又一次")
    assert await shop.refused(*cancel) == (400, "INVALID_ORDER_STATE")
    absent = (shop.sdk.payscore_cancel, "bike0009", riding.service_id, "没有")
    assert await shop.refused(*absent) == (404, "ORDER_NOT_EXIST")


async def test_bills_that_do_not_add_up(riding: Riding) -> None:
    shop = riding.shop
    await riding.agree(await riding.create())
    wrong = (shop.sdk.payscore_complete, "bike0001", riding.service_id, FEE, 999)
    assert await shop.refused(*wrong) == (400, "PARAM_ERROR")
    dear = [{"name": "骑行费", "amount": 10_001}]
    above = (shop.sdk.payscore_complete, "bike0001", riding.service_id, dear, 10_001)
    assert await shop.refused(*above) == (400, "INVALID_REQUEST")
    other = (
        shop.sdk.payscore_create,
        "bike0001",
        riding.service_id,
        "换了介绍",
        TIMES,
        RISK,
    )
    assert await shop.refused(*other) == (400, "INVALID_REQUEST")
    assert (await riding.read())["state_description"] == "USER_CONFIRM"
    unknown = (shop.sdk.payscore_query, "123", "bike0001")
    assert await shop.refused(*unknown) == (404, "ORDER_NOT_EXIST")


@answers(
    "payscore_direct_complete",
    "payscore_permission",
    "payscore_permission_query",
    "payscore_permission_terminate",
)
async def test_a_mandate_is_given_used_and_ended(riding: Riding) -> None:
    world, shop = riding.world, riding.shop
    sdk, service = shop.sdk, riding.service_id
    openid = await openid_of(world, riding.lending.channel, "lin")
    direct = {
        "out_order_no": "bus0001",
        "openid": openid,
        "service_id": service,
        "service_introduction": "公交",
        "post_payments": [{"name": "车费", "amount": 200}],
        "time_range": {"start_time": "20261122100000"},
        "total_amount": 200,
    }
    assert await shop.refused(sdk.payscore_direct_complete, **direct) == (403, "NO_AUTH")
    asked = await shop.call(sdk.payscore_permission, service, "auth0001")
    query = (sdk.payscore_permission_query, service)
    waiting = await shop.call(*query, authorization_code="auth0001")
    assert waiting["authorization_state"] == "UNAVAILABLE"
    give = GiveMandate(token=asked["apply_permissions_token"])
    await world.office.run(give_mandate, give, world.as_person("lin"))
    given = await shop.call(*query, openid=openid)
    assert (given["authorization_state"], given["authorization_code"]) == (
        "AVAILABLE",
        "auth0001",
    )
    assert (await shop.call(sdk.payscore_direct_complete, **direct))["state"] == "DOING"
    await world.settle()
    assert (await riding.read("bus0001"))["state"] == "DONE"
    unasked = await riding.create("bike0002", need_user_confirm=False, openid=openid)
    assert (unasked["state"], unasked["state_description"]) == ("DOING", "USER_CONFIRM")
    await shop.call(sdk.payscore_permission_terminate, service, "服务下线", openid=openid)
    ended = await shop.call(*query, authorization_code="auth0001")
    assert ended["authorization_state"] == "UNBINDUSER"
    told = await read_told(world, shop)
    assert [one["event_type"] for one in told] == [
        "PAYSCORE.USER_OPEN_SERVICE",
        "PAYSCORE.USER_PAID",
        "PAYSCORE.USER_CLOSE_SERVICE",
    ]
    assert told[0]["resource"]["openorclose_time"] == given["authorization_success_time"]
    await world.check()


async def test_whoever_owes_is_not_served(riding: Riding) -> None:
    world, shop = riding.world, riding.shop
    openid = await openid_of(world, riding.lending.channel, "wu")
    appid = riding.lending.channel.appid
    target = (
        f"/v3/payscore/user-service-state?service_id={riding.service_id}"
        f"&appid={appid}&openid={openid}"
    )
    assert (await shop.send("GET", target)).json()["use_service_state"] == "AVAILABLE"
    await riding.agree(await riding.create(), "wu")
    await riding.complete()
    await world.settle()
    assert (await shop.send("GET", target)).json()["use_service_state"] == "UNAVAILABLE"


@answers("payscore_merchant_bill")
async def test_a_day_is_billed_so_that_only_the_merchant_reads_it(riding: Riding) -> None:
    world, shop, sdk = riding.world, riding.shop, riding.shop.sdk
    today = world.now.astimezone(china).date().isoformat()
    find = (sdk.payscore_merchant_bill, today, riding.service_id)
    assert await shop.refused(*find) == (400, "NO_STATEMENT_EXIST")
    await riding.agree(await riding.create())
    await riding.complete()
    await world.settle()
    found = await shop.call(*find)
    (bill,) = found["download_bill_list"]
    assert found["download_bill_count"] == 1
    sealed = await shop.call(sdk.download_bill, bill["download_url"])
    key = sdk.decrypt(bill["encrypt_key"])
    packed = open_resource(key, base64.b64encode(sealed).decode(), "", bill["nonce"])
    plain = gzip.decompress(packed)
    assert hashlib.sha1(plain).hexdigest() == bill["hash_value"]
    header, line, _, total = csv.reader(plain.decode().splitlines())
    row = dict(zip(header, line, strict=True))
    assert (row["商户服务订单号"], row["金额(元)"]) == ("`bike0001", "`3.00")
    assert (
        row["微信支付订单号"][1:]
        == (await riding.read())["collection"]["details"][0]["transaction_id"]
    )
    assert total == ["`1", "`3.00"]
    early = (sdk.payscore_merchant_bill, "2020-01-01", riding.service_id)
    assert await shop.refused(*early) == (400, "PARAM_ERROR")
