"""Transfers to people as programs send them, and what people and purses see of it."""

# ruff: noqa: ANN401 - whatever the SDK takes and answers

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import requests

from banyan.books.work import Actor
from banyan.pay.payees import KeyMode
from banyan.pay.remit import ConfirmRemittance, confirm_remittance
from banyan.reach.channels import Channel
from tests.kit.answers import answers
from tests.kit.remit import payer, purse
from tests.kit.sales import balance
from tests.kit.talks import follower
from tests.kit.told import read_told
from tests.kit.wechatpay import Shop, Town
from tests.kit.world import World

REPORTS = [{"info_type": "活动名称", "info_content": "新会员有礼"}]


@dataclass
class Scene:
    """A merchant with money, its program, and a follower."""

    world: World
    town: Town
    shop: Shop
    channel: Channel
    lin: Actor
    openid: str

    async def send(self, out_bill_no: str = "B1", **facts: Any) -> Any:
        """Send lin 300 fen."""
        fields = {"transfer_amount": 300, "transfer_remark": "谢谢", **facts}
        return await self.shop.call(
            self.shop.sdk.mch_transfer_bills, out_bill_no, **self.of(fields)
        )

    def of(self, fields: dict[str, Any]) -> dict[str, Any]:
        """A transfer's fields, with those that all have."""
        return {
            "transfer_scene_id": "1000",
            "openid": self.openid,
            "transfer_scene_report_infos": REPORTS,
            **fields,
        }

    async def confirm(self, token: str) -> None:
        """Lin takes it."""
        await self.world.office.run(confirm_remittance, ConfirmRemittance(token=token), self.lin)


@pytest_asyncio.fixture
async def scene(world: World, town: Town, mode: KeyMode) -> Scene:
    """The world's merchant with ten yuan."""
    channel = await payer(world, 1_000)
    lin, openid = await follower(world, channel)
    shop = await town.shop(mode, appid=channel.appid)
    return Scene(world, town, shop, channel, lin, openid)


@answers("mch_transfer_bills", "mch_transfer_bills_query")
async def test_what_is_confirmed_comes_and_is_told(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    sent = await scene.send(user_name="林小姐")
    assert sent["state"] == "WAIT_USER_CONFIRM"
    assert await purse(scene.world) == (1_000, 700)
    assert (await scene.send(user_name="林小姐"))["transfer_bill_no"] == sent["transfer_bill_no"]

    await scene.confirm(sent["package_info"])
    assert await purse(scene.world) == (700, 700)
    assert await balance(scene.world, "lin") == 300
    found = await shop.call(sdk.mch_transfer_bills_query, out_bill_no="B1")
    same = await shop.call(sdk.mch_transfer_bills_query, transfer_bill_no=sent["transfer_bill_no"])
    assert sdk.decrypt(found.pop("user_name")) == sdk.decrypt(same.pop("user_name")) == "林小姐"
    assert found == same
    assert found["state"] == "SUCCESS"
    assert found["mch_id"] == shop.mchid
    assert found["appid"] == scene.channel.appid
    assert found["transfer_amount"] == 300
    assert found["openid"] == scene.openid

    (told,) = await read_told(scene.town, shop)
    assert told["event_type"] == "MCHTRANSFER.BILL.FINISHED"
    assert told["resource"]["state"] == "SUCCESS"
    assert told["resource"]["out_bill_no"] == "B1"
    assert told["resource"]["transfer_amount"] == 300


@answers("mch_transfer_bills_cancel")
async def test_what_is_cancelled_stays(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    sent = await scene.send()
    ended: dict[str, Any] = {}
    for _ in range(2):
        ended = await shop.call(sdk.mch_transfer_bills_cancel, "B1")
        assert (ended["state"], ended["out_bill_no"]) == ("CANCELLED", "B1")
    assert ended["transfer_bill_no"] == sent["transfer_bill_no"]
    assert await purse(scene.world) == (1_000, 1_000)
    (told,) = await read_told(scene.town, shop)
    assert told["resource"]["state"] == "CANCELLED"
    refused = await shop.refused(sdk.mch_transfer_elecsign, out_bill_no="B1")
    assert refused == (400, "INVALID_REQUEST")


async def test_a_day_without_a_word_ends_it(scene: Scene) -> None:
    sent = await scene.send()
    await scene.world.advance(timedelta(hours=24))
    found = await scene.shop.call(
        scene.shop.sdk.mch_transfer_bills_query, transfer_bill_no=sent["transfer_bill_no"]
    )
    assert (found["state"], found["fail_reason"]) == ("FAIL", "OVERDUE_CLOSE")
    assert await purse(scene.world) == (1_000, 1_000)


@answers("mch_transfer_elecsign", "mch_transfer_elecsign_query")
async def test_receipts_are_fetched_by_their_hash(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    sent = await scene.send()
    await scene.confirm(sent["package_info"])
    bill_no = sent["transfer_bill_no"]
    asked = await shop.call(sdk.mch_transfer_elecsign, out_bill_no="B1")
    assert asked["state"] == "GENERATING"
    assert asked == await shop.call(sdk.mch_transfer_elecsign, transfer_bill_no=bill_no)
    assert (await shop.call(sdk.mch_transfer_elecsign_query, out_bill_no="B1"))[
        "state"
    ] == "GENERATING"
    await scene.world.advance(timedelta(seconds=5))
    ready = await shop.call(sdk.mch_transfer_elecsign_query, transfer_bill_no=bill_no)
    assert ready["state"] == "FINISHED"
    assert ready == await shop.call(sdk.mch_transfer_elecsign_query, out_bill_no="B1")
    answer = await fetch(shop, ready["download_url"])
    assert answer.headers["content-type"] == "application/pdf"
    assert hashlib.sha256(answer.content).hexdigest() == ready["hash_value"]
    assert answer.content.startswith(b"%PDF")


async def fetch(shop: Shop, url: str) -> requests.Response:
    """A file, as programs fetch it: signed."""
    assert url.startswith(shop.url)
    answer = await shop.send("GET", url.removeprefix(shop.url))
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"transfer_amount": 1_001}, (403, "NOT_ENOUGH")),
        ({"transfer_amount": 2_000_001, "user_name": "林"}, (400, "INVALID_REQUEST")),
        ({"openid": "o" + "x" * 27}, (400, "OPENID_MISMATCH")),
        ({"transfer_scene_id": "1"}, (400, "PARAM_ERROR")),
        ({"transfer_scene_report_infos": []}, (400, "PARAM_ERROR")),
        ({"transfer_remark": "长" * 33}, (400, "PARAM_ERROR")),
        ({"appid": "wx0000000000000000"}, (400, "APPID_MCHID_NOT_MATCH")),
    ],
)
async def test_what_can_not_be_sent_is_refused(
    scene: Scene, facts: dict[str, Any], refused: tuple[int, str]
) -> None:
    sdk = scene.shop.sdk
    fields = {"transfer_amount": 300, "transfer_remark": "谢谢", **facts}
    answer = await scene.shop.refused(sdk.mch_transfer_bills, "B9", **scene.of({**fields}))
    assert answer == refused
    assert await purse(scene.world) == (1_000, 1_000)
    missing = await scene.shop.refused(sdk.mch_transfer_bills_query, out_bill_no="B9")
    assert missing == (404, "RESOURCE_NOT_EXISTS")


async def test_an_amount_that_does_not_fit_is_named_as_the_program_named_it(scene: Scene) -> None:
    path = "/v3/fund-app/mch-transfer/transfer-bills"
    fields = scene.of({"out_bill_no": "B9", "transfer_remark": "谢谢"})
    fields["appid"] = scene.channel.appid
    answer = await scene.shop.send("POST", path, {**fields, "transfer_amount": 0})
    assert answer.json()["detail"]["field"] == "/transfer_amount"
    huge = json.dumps({**fields, "transfer_amount": 1}).replace("1}", "1e400}")
    answer = await scene.shop.send("POST", path, huge)
    assert answer.status_code == 400
    assert "[" not in answer.json()["message"]


async def test_one_number_is_one_transfer(scene: Scene) -> None:
    await scene.send()
    refused = await scene.shop.refused(
        scene.shop.sdk.mch_transfer_bills,
        "B1",
        **scene.of({"transfer_amount": 301, "transfer_remark": "谢谢"}),
    )
    assert refused == (400, "INVALID_REQUEST")
    assert await purse(scene.world) == (1_000, 700)


async def test_rivals_send_no_more_than_there_is(scene: Scene) -> None:
    sdk = scene.shop.sdk
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(
                sdk.mch_transfer_bills,
                f"R{number}",
                **scene.of({"transfer_amount": 300, "transfer_remark": "谢谢"}),
            )
            for number in range(8)
        )
    )
    assert sorted(status for status, _ in answers) == [200] * 3 + [403] * 5
    assert await purse(scene.world) == (1_000, 100)
    await scene.world.check()


def _detail(number: int, openid: str, amount_fen: int = 100, **facts: str) -> dict[str, Any]:
    return {
        "out_detail_no": f"D{number}",
        "transfer_amount": amount_fen,
        "transfer_remark": "奖金",
        "openid": openid,
        **facts,
    }


@answers(
    "transfer_batch",
    "transfer_query_batchid",
    "transfer_query_detail_id",
    "transfer_query_out_batch_no",
    "transfer_query_out_detail_no",
)
async def test_a_batch_reaches_those_who_are_there(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    nobody = "o" + "x" * 27
    details = [_detail(1, scene.openid, user_name="林小姐"), _detail(2, nobody, 200)]
    ordered = await shop.call(sdk.transfer_batch, "P1", "十一月奖金", "奖金", 300, 2, details)
    assert (ordered["out_batch_no"], ordered["batch_status"]) == ("P1", "ACCEPTED")
    await scene.world.advance(timedelta(seconds=1))

    found = await shop.call(sdk.transfer_query_out_batch_no, "P1", need_query_detail=True)
    by_ours = await shop.call(
        sdk.transfer_query_batchid, ordered["batch_id"], need_query_detail=True
    )
    assert found == by_ours
    batch = found["transfer_batch"]
    assert batch["batch_status"] == "FINISHED"
    assert (batch["success_num"], batch["success_amount"]) == (1, 100)
    assert (batch["fail_num"], batch["fail_amount"]) == (1, 200)
    assert [one["detail_status"] for one in found["transfer_detail_list"]] == ["SUCCESS", "FAIL"]
    failed = await shop.call(
        sdk.transfer_query_out_batch_no, "P1", need_query_detail=True, detail_status="FAIL"
    )
    assert [one["out_detail_no"] for one in failed["transfer_detail_list"]] == ["D2"]
    assert await balance(scene.world, "lin") == 100
    assert await purse(scene.world) == (900, 900)

    one = await shop.call(sdk.transfer_query_out_detail_no, "D1", "P1")
    detail_id = found["transfer_detail_list"][0]["detail_id"]
    same = await shop.call(sdk.transfer_query_detail_id, ordered["batch_id"], detail_id)
    assert sdk.decrypt(one.pop("user_name")) == sdk.decrypt(same.pop("user_name")) == "林小姐"
    assert one == same
    assert (one["detail_status"], one["transfer_amount"]) == ("SUCCESS", 100)
    gone = await shop.call(sdk.transfer_query_out_detail_no, "D2", "P1")
    assert (gone["detail_status"], gone["fail_reason"]) == ("FAIL", "OPENID_INVALID")

    (told,) = await read_told(scene.town, shop)
    assert told["event_type"] == "MCHTRANSFER.BATCH.FINISHED"
    assert told["resource"]["success_amount"] == 100
    assert told["resource"]["fail_num"] == 1


async def test_batches_whose_parts_make_no_whole_are_refused(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    for total, count in ((101, 1), (100, 2)):
        refused = await shop.refused(
            sdk.transfer_batch, "P1", "奖金", "奖金", total, count, [_detail(1, scene.openid)]
        )
        assert refused == (400, "PARAM_ERROR")
    refused = await shop.refused(
        sdk.transfer_batch, "P1", "奖金", "奖金", 2_000, 1, [_detail(1, scene.openid, 2_000)]
    )
    assert refused == (403, "NOT_ENOUGH")
    missing = await shop.refused(sdk.transfer_query_out_batch_no, "P1")
    assert missing == (404, "RESOURCE_NOT_EXISTS")


@answers("transfer_query_bill_receipt")
async def test_receipts_of_batches(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    await shop.call(sdk.transfer_batch, "P1", "奖金", "奖金", 100, 1, [_detail(1, scene.openid)])
    await scene.world.advance(timedelta(seconds=1))
    # The SDK lacks what these two send.
    asked = await shop.send("POST", "/v3/transfer/bill-receipt", {"out_batch_no": "P1"})
    assert asked.json()["signature_status"] == "ACCEPTED"
    of_one = {"accept_type": "BATCH_TRANSFER", "out_batch_no": "P1", "out_detail_no": "D1"}
    asked = await shop.send("POST", "/v3/transfer-detail/electronic-receipts", of_one)
    assert asked.json()["out_detail_no"] == "D1"
    await scene.world.advance(timedelta(seconds=5))
    ready = await shop.call(sdk.transfer_query_bill_receipt, "P1")
    assert ready["signature_status"] == "FINISHED"
    answer = await fetch(shop, ready["download_url"])
    assert hashlib.sha256(answer.content).hexdigest() == ready["hash_value"]
    target = (
        "/v3/transfer-detail/electronic-receipts"
        "?accept_type=BATCH_TRANSFER&out_batch_no=P1&out_detail_no=D1"
    )
    found = (await shop.send("GET", target)).json()
    assert found["signature_status"] == "FINISHED"
    answer = await fetch(shop, found["download_url"])
    assert hashlib.sha256(answer.content).hexdigest() == found["hash_value"]


async def test_a_receipt_is_for_its_merchants_eyes_only(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    sent = await scene.send()
    await scene.confirm(sent["package_info"])
    await shop.call(sdk.mch_transfer_elecsign, out_bill_no="B1")
    await scene.world.advance(timedelta(seconds=5))
    ready = await shop.call(sdk.mch_transfer_elecsign_query, out_bill_no="B1")
    other = await scene.world.merchant("别家茶馆", owner="hao")
    rival = await scene.town.shop(merchant_id=other)
    answer = await rival.send("GET", ready["download_url"].removeprefix(rival.url))
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_EXISTS")
    refused = await rival.refused(rival.sdk.mch_transfer_bills_query, out_bill_no="B1")
    assert refused == (404, "RESOURCE_NOT_EXISTS")


@answers("transfer_query_receipt")
async def test_older_programs_send_at_once(scene: Scene) -> None:
    shop, sdk = scene.shop, scene.shop.sdk
    path = "/mmpaymkttransfers/promotion/transfers"
    fields: dict[str, Any] = {
        "mch_appid": scene.channel.appid,
        "mchid": shop.mchid,
        "mch_id": "",
        "partner_trade_no": "V1",
        "openid": scene.openid,
        "check_name": "FORCE_CHECK",
        "re_user_name": "林小姐",
        "amount": 300,
        "desc": "佣金",
    }
    sent = await shop.v2(path, **fields)
    assert sent["result_code"] == "SUCCESS", sent
    assert (await shop.v2(path, **fields))["payment_no"] == sent["payment_no"]
    assert await balance(scene.world, "lin") == 300
    read = "/mmpaymkttransfers/gettransferinfo"
    found = await shop.v2(read, appid=scene.channel.appid, partner_trade_no="V1")
    assert (found["status"], found["payment_amount"]) == ("SUCCESS", "300")
    assert found["detail_id"] == sent["payment_no"]
    for changed, code in (
        ({"amount": 29, "partner_trade_no": "V2"}, "AMOUNT_LIMIT"),
        ({"amount": 999, "partner_trade_no": "V2"}, "NOTENOUGH"),
        ({"amount": 301}, "INVALID_REQUEST"),
        ({"re_user_name": "", "partner_trade_no": "V2"}, "PARAM_ERROR"),
    ):
        refused = await shop.v2(path, **{**fields, **changed})
        assert refused["err_code"] == code, refused
    asked = await shop.send(
        "POST",
        "/v3/transfer-detail/electronic-receipts",
        {"accept_type": "TRANSFER_TO_POCKET", "out_detail_no": "V1"},
    )
    assert asked.json()["signature_status"] == "ACCEPTED"
    await scene.world.advance(timedelta(seconds=5))
    ready = await shop.call(sdk.transfer_query_receipt, "TRANSFER_TO_POCKET", "V1")
    assert ready["signature_status"] == "FINISHED"
    answer = await fetch(shop, ready["download_url"])
    assert hashlib.sha256(answer.content).hexdigest() == ready["hash_value"]
    assert await purse(scene.world) == (700, 700)
