"""Cash coupons by the SDK: stocks, coupons in people's hands, their files, and who is told."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import requests

from banyan.books.actor import SYSTEM
from banyan.outside.storage import FolderFiles
from banyan.pay.payees import KeyMode
from banyan.pay.vouchers import ListMyVouchers, VoucherState, list_my_vouchers
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.media import PORTS as MEDIA
from tests.kit.answers import answers, mode_of
from tests.kit.drawn import draw_blank
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

    async def write(self, **changes: Any) -> str:  # noqa: ANN401 - any field of the call
        """Write a stock of ten coupons of two yuan off ten."""
        made = await self.shop.call(self.sdk.marketing_favor_stock_create, **self.wish(**changes))
        number: str = made["stock_id"]
        return number

    def wish(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the call
        """What is written."""
        begin = self.begin
        wish: dict[str, Any] = {
            "stock_name": "满十减二",
            "belong_merchant": self.shop.mchid,
            "available_begin_time": begin.isoformat(timespec="seconds"),
            "available_end_time": (begin + timedelta(days=30)).isoformat(timespec="seconds"),
            "stock_use_rule": {
                "max_coupons": 10,
                "max_amount": 2_000,
                "max_amount_by_day": 1_000,
                "max_coupons_per_user": 2,
                "natural_person_limit": False,
                "prevent_api_abuse": False,
            },
            "coupon_use_rule": {
                "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
                "available_merchants": [self.shop.mchid],
                "available_items": ["tea", "cup"],
            },
            "pattern_info": {"description": "全场茶叶可用", "merchant_name": "榕树茶馆"},
            "out_request_no": "stock_1",
        }
        return wish | changes

    async def start(self, stock_id: str) -> None:
        """Start a stock."""
        await self.shop.call(self.sdk.marketing_favor_stock_start, self.shop.mchid, stock_id)

    async def send(self, stock_id: str, number: str) -> str:
        """Give the follower a coupon."""
        sent = await self.shop.call(
            self.sdk.marketing_favor_stock_send, stock_id, self.openid, number, self.shop.mchid
        )
        coupon_id: str = sent["coupon_id"]
        return coupon_id


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
    "marketing_favor_stock_create",
    "marketing_favor_stock_detail",
    "marketing_favor_stock_item",
    "marketing_favor_stock_list",
    "marketing_favor_stock_merchant",
    "marketing_favor_stock_pause",
    "marketing_favor_stock_restart",
    "marketing_favor_stock_start",
)
async def test_a_stock_is_written_started_paused_and_read(town: Town, mode: KeyMode) -> None:
    stall = await open_stall(town, mode)
    shop, sdk = stall.shop, stall.sdk
    stock_id = await stall.write()
    assert await stall.write() == stock_id
    detail = await shop.call(sdk.marketing_favor_stock_detail, shop.mchid, stock_id)
    assert (detail["status"], detail["no_cash"], detail["distributed_coupons"]) == (
        "unactivated",
        False,
        0,
    )
    assert detail["stock_use_rule"]["max_amount_by_day"] == 1_000
    refused = await shop.refused(sdk.marketing_favor_stock_start, shop.mchid, stock_id)
    assert refused == (403, "NOT_ENOUGH")
    await fill_purse(stall.world, 2_500)
    started = await shop.call(sdk.marketing_favor_stock_start, shop.mchid, stock_id)
    assert started["stock_id"] == stock_id
    assert await read_purse(stall.world) == 500
    await shop.call(sdk.marketing_favor_stock_pause, shop.mchid, stock_id)
    refused = await shop.refused(
        sdk.marketing_favor_stock_send, stock_id, stall.openid, "c1", shop.mchid
    )
    assert refused == (403, "REQUEST_BLOCKED")
    paused = await shop.call(sdk.marketing_favor_stock_list, shop.mchid, 0, 10, status="paused")
    assert [one["stock_id"] for one in paused["data"]] == [stock_id]
    await shop.call(sdk.marketing_favor_stock_restart, shop.mchid, stock_id)
    found = await shop.call(sdk.marketing_favor_stock_list, shop.mchid)
    assert [(one["status"], one["stock_name"]) for one in found["data"]] == [
        ("running", "满十减二")
    ]
    merchants = await shop.call(sdk.marketing_favor_stock_merchant, shop.mchid, stock_id)
    assert (merchants["total_count"], merchants["data"]) == (1, [shop.mchid])
    items = await shop.call(sdk.marketing_favor_stock_item, shop.mchid, stock_id)
    assert (items["total_count"], items["data"]) == (2, ["tea", "cup"])


@answers("marketing_favor_stock_send", "marketing_favor_user_coupon")
async def test_coupons_reach_people_within_the_limits(stall: Stall) -> None:
    shop, sdk, world = stall.shop, stall.sdk, stall.world
    await fill_purse(world, 2_000)
    stock_id = await stall.write()
    await stall.start(stock_id)
    coupon_id = await stall.send(stock_id, "c1")
    assert await stall.send(stock_id, "c1") == coupon_id
    await stall.send(stock_id, "c2")
    refused = await shop.refused(
        sdk.marketing_favor_stock_send, stock_id, stall.openid, "c3", shop.mchid
    )
    assert refused == (403, "RULE_LIMIT")
    found = await shop.call(
        sdk.marketing_favor_user_coupon, stall.openid, stock_id=stock_id, status="SENDED"
    )
    assert found["total_count"] == 2
    detail = await shop.call(sdk.marketing_favor_coupon_detail, coupon_id, stall.openid)
    assert detail["normal_coupon_information"] == {
        "coupon_amount": 200,
        "transaction_minimum": 1_000,
    }
    assert (detail["status"], detail["stock_creator_mchid"]) == ("SENDED", shop.mchid)
    lin = world.as_person("lin")
    mine = await world.office.run(list_my_vouchers, ListMyVouchers(), lin)
    assert [f"{one.voucher_id:d}" for one in mine.items][-1] == coupon_id
    assert {one.state for one in mine.items} == {VoucherState.HELD}
    by_maker = await shop.call(
        sdk.marketing_favor_user_coupon, stall.openid, creator_mchid=shop.mchid
    )
    assert by_maker["total_count"] == 2
    used = await shop.call(sdk.marketing_favor_user_coupon, stall.openid, status="USED")
    assert used["data"] == []


async def test_the_files_of_a_stock_are_what_their_sums_say(stall: Stall) -> None:
    stock_id = await stall.write(no_cash=True)
    await stall.start(stock_id)
    for method in (stall.sdk.marketing_favor_use_flow, stall.sdk.marketing_favor_refund_flow):
        told = await stall.shop.call(method, stock_id)
        status, content = await asyncio.to_thread(stall.sdk.download_bill, told["url"])
        assert status == 200
        raw = content if isinstance(content, bytes) else content.encode()
        assert hashlib.sha1(raw, usedforsecurity=False).hexdigest() == told["hash_value"]
        assert raw.decode().startswith("批次ID,优惠ID")


async def test_where_servers_are_told(stall: Stall) -> None:
    shop, sdk = stall.shop, stall.sdk
    target = f"/v3/marketing/favor/callbacks?mchid={shop.mchid}"
    assert (await shop.send("GET", target)).status_code == 404
    told = await shop.call(sdk.marketing_favor_callback_update, "https://tea.example/used")
    assert told["notify_url"] == "https://tea.example/used"
    assert (await shop.send("GET", target)).json()["notify_url"] == "https://tea.example/used"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stock_type": "RANDOM"}, "PARAM_ERROR"),
        ({"belong_merchant": "1999999999"}, "MCH_NOT_EXISTS"),
        ({"available_end_time": "2020-01-01T00:00:00+08:00"}, "PARAM_ERROR"),
        ({"available_begin_time": "yesterday"}, "PARAM_ERROR"),
        ({"stock_name": "长" * 21}, "PARAM_ERROR"),
        (
            {
                "coupon_use_rule": {
                    "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
                    "available_merchants": ["1999999999"],
                }
            },
            "PARAM_ERROR",
        ),
        (
            {
                "coupon_use_rule": {
                    "fixed_normal_coupon": {"coupon_amount": 200, "transaction_minimum": 1_000},
                    "available_merchants": ["1999999999"],
                    "limit_pay": ["CMB_DEBIT"],
                }
            },
            "PARAM_ERROR",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    stall: Stall, changes: dict[str, Any], code: str
) -> None:
    shop = stall.shop
    _, found = await shop.refused(stall.sdk.marketing_favor_stock_create, **stall.wish(**changes))
    assert found == code
    listed = await shop.call(stall.sdk.marketing_favor_stock_list, shop.mchid)
    assert listed["total_count"] == 0


async def test_numbers_that_nothing_has(stall: Stall) -> None:
    shop, sdk = stall.shop, stall.sdk
    stock_id = await stall.write()
    again = stall.wish(stock_name="别的")
    assert await shop.refused(sdk.marketing_favor_stock_create, **again) == (400, "INVALID_REQUEST")
    for number in ("1", "x", "9" * 30):
        refused = await shop.refused(sdk.marketing_favor_stock_detail, shop.mchid, number)
        assert refused == (404, "RESOURCE_NOT_EXISTS")
    assert await shop.refused(sdk.marketing_favor_coupon_detail, "5", stall.openid) == (
        404,
        "RESOURCE_NOT_EXISTS",
    )
    unknown = await shop.refused(
        sdk.marketing_favor_stock_send, stock_id, "nobody", "c1", shop.mchid
    )
    assert unknown == (400, "PARAM_ERROR")
    elsewhere = await shop.refused(
        sdk.marketing_favor_stock_send, stock_id, stall.openid, "c1", shop.mchid, appid="wx00"
    )
    assert elsewhere == (400, "APPID_MCHID_NOT_MATCH")


async def test_another_merchant_sees_and_sends_nothing(town: Town, stall: Stall) -> None:
    world = stall.world
    await fill_purse(world, 2_000)
    stock_id = await stall.write()
    await stall.start(stock_id)
    coupon_id = await stall.send(stock_id, "c1")
    other = await world.merchant("隔壁", owner="hao")
    rival = await town.shop(
        merchant_id=other, appid=stall.channel.appid, appids=[stall.channel.appid]
    )
    sdk = rival.sdk
    assert await rival.refused(sdk.marketing_favor_stock_detail, stall.shop.mchid, stock_id) == (
        403,
        "NO_AUTH",
    )
    assert await rival.refused(sdk.marketing_favor_stock_detail, rival.mchid, stock_id) == (
        404,
        "RESOURCE_NOT_EXISTS",
    )
    assert await rival.refused(sdk.marketing_favor_coupon_detail, coupon_id, stall.openid) == (
        404,
        "RESOURCE_NOT_EXISTS",
    )
    found = await rival.call(sdk.marketing_favor_user_coupon, stall.openid)
    assert found["total_count"] == 0
    refused = await rival.refused(
        sdk.marketing_favor_stock_send, stock_id, stall.openid, "x1", stall.shop.mchid
    )
    assert refused == (403, "REQUEST_BLOCKED")


@answers("marketing_partnership_build", "marketing_partnership_query")
async def test_a_partner_may_send_until_it_may_no_longer(town: Town, stall: Stall) -> None:
    world, shop, sdk = stall.world, stall.shop, stall.sdk
    await fill_purse(world, 2_000)
    stock_id = await stall.write()
    await stall.start(stock_id)
    other = await world.merchant("隔壁", owner="hao")
    partner = await town.shop(
        merchant_id=other, appid=stall.channel.appid, appids=[stall.channel.appid]
    )
    pair = {
        "partner_type": "MERCHANT",
        "business_type": "FAVOR_STOCK",
        "partner_merchant_id": partner.mchid,
        "stock_id": stock_id,
    }
    built = await shop.call(sdk.marketing_partnership_build, "key-1", **pair)
    assert (built["state"], built["partner"]["merchant_id"]) == ("ESTABLISHED", partner.mchid)
    sent = await partner.call(
        partner.sdk.marketing_favor_stock_send, stock_id, stall.openid, "p1", shop.mchid
    )
    by_sender = await partner.call(
        partner.sdk.marketing_favor_user_coupon, stall.openid, sender_mchid=partner.mchid
    )
    assert [one["coupon_id"] for one in by_sender["data"]] == [sent["coupon_id"]]
    found = await shop.call(sdk.marketing_partnership_query, "FAVOR_STOCK", stock_id)
    assert [one["partner"] for one in found["data"]] == [
        {"type": "MERCHANT", "merchant_id": partner.mchid}
    ]
    ending = {"partner": built["partner"], "authorized_data": built["authorized_data"]}
    ended = await shop.send(
        "POST",
        "/v3/marketing/partnerships/terminate",
        ending,
        headers={"idempotency-key": "key-2"},
    )
    assert ended.json()["terminate_time"]
    refused = await partner.refused(
        partner.sdk.marketing_favor_stock_send, stock_id, stall.openid, "p2", shop.mchid
    )
    assert refused == (403, "REQUEST_BLOCKED")
    wrong = await shop.refused(
        sdk.marketing_partnership_build, "key-3", **(pair | {"stock_id": "1"})
    )
    assert wrong == (404, "RESOURCE_NOT_EXISTS")


@answers("marketing_image_upload")
async def test_pictures_are_shown_where_we_say(stall: Stall, tmp_path: Path) -> None:
    MEDIA.connect(files=FolderFiles(stall.world.building.settings.files))
    picture = tmp_path / "logo.png"
    picture.write_bytes(draw_blank(40, 40))
    told = await stall.shop.call(stall.sdk.marketing_image_upload, str(picture))
    answer = await asyncio.to_thread(requests.get, told["media_url"], timeout=30)
    assert (answer.status_code, answer.content) == (200, picture.read_bytes())
    words = tmp_path / "words.png"
    words.write_text("no picture")
    refused = await stall.shop.refused(stall.sdk.marketing_image_upload, str(words))
    assert refused == (400, "PARAM_ERROR")
