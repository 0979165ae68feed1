"""Complaints over the wire: what a person says on the phone is what a program reads and answers."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import requests

from banyan.doors.wechatpay.endpoint import china
from banyan.outside.storage import FolderFiles
from banyan.pay.charges import Protocol, RefundCharge, refund_charge
from banyan.pay.complaints import (
    PORTS,
    AddMyImage,
    Complain,
    Complaint,
    Grievance,
    ReadMyComplaint,
    ReadMyImage,
    SayMore,
    StepKind,
    add_my_image,
    complain,
    read_my_complaint,
    read_my_image,
    say_more,
)
from banyan.pay.payees import KeyMode
from tests.kit.answers import answers
from tests.kit.lending import PNG, TOLD_AT, pay_for_tea
from tests.kit.wechatpay import Shop, Town
from tests.kit.wechatpay_told import read_told
from tests.kit.world import World


class Desk:
    """A merchant of whom somebody complained, and its program."""

    def __init__(self, world: World, shop: Shop, complaint: Complaint) -> None:
        self.world = world
        self.shop = shop
        self.complaint = complaint
        self.number = str(int(complaint.complaint_id))

    async def read(self) -> Any:  # noqa: ANN401 - what the SDK gives
        """The complaint as a program sees it."""
        return await self.shop.call(self.shop.sdk.complaint_detail_query, self.number)

    async def steps(self) -> list[str]:
        """What was said and done, in order."""
        history = await self.shop.call(self.shop.sdk.complaint_history_query, self.number)
        return [one["operate_type"] for one in reversed(history["data"])]


@pytest_asyncio.fixture
async def desk(town: Town, mode: KeyMode, tmp_path: Path) -> Desk:
    PORTS.connect(files=FolderFiles(tmp_path))
    world = town.world
    charge = await pay_for_tea(world)
    shop = await town.shop(mode)
    await shop.call(shop.sdk.complaint_notification_create, TOLD_AT)
    image = await world.office.run(
        add_my_image,
        AddMyImage(merchant_id=world.merchant_id, content=PNG),
        world.as_person("lin"),
    )
    command = Complain(
        merchant_id=world.merchant_id,
        charge_id=charge.charge_id,
        problem=Grievance.REFUND,
        told="茶是凉的",
        asked_fen=500,
        images=[image.image_id],
        phone="13800000001",
    )
    made = await world.office.run(complain, command, world.as_person("lin"))
    return Desk(world, shop, made)


@answers(
    "complaint_complete",
    "complaint_detail_query",
    "complaint_history_query",
    "complaint_image_download",
    "complaint_list_query",
    "complaint_notification_create",
    "complaint_response",
    "decrypt",
)
async def test_a_complaint_is_listed_read_answered_and_settled(desk: Desk) -> None:
    world, shop, sdk = desk.world, desk.shop, desk.shop.sdk
    today = world.now.astimezone(china).date().isoformat()
    found = await shop.call(sdk.complaint_list_query, today, today)
    assert (found["total_count"], found["limit"]) == (1, 10)
    (listed,) = found["data"]
    read = await desk.read()
    assert {**listed, "payer_phone": ""} == {
        **{name: value for name, value in read.items() if name != "payer_openid"},
        "payer_phone": "",
    }
    assert (read["complaint_state"], read["problem_type"]) == ("PENDING", "REFUND")
    assert (read["apply_refund_amount"], read["user_complaint_times"]) == (500, 1)
    assert sdk.decrypt(read["payer_phone"]) == "13800000001"
    (order,) = read["complaint_order_info"]
    assert (order["out_trade_no"], order["amount"]) == ("tea-1", 2_000)
    (media,) = read["complaint_media_list"]
    assert await shop.call(sdk.complaint_image_download, media["media_url"][0]) == PNG
    await shop.call(
        sdk.complaint_response,
        desk.number,
        "马上为您重做",
        jump_url="https://tea.example/orders",
        jump_url_text="查看订单",
        mini_program_jump_info={"appid": "wx1", "path": "pages/a", "text": "打开"},
    )
    assert (await desk.read())["complaint_state"] == "PROCESSING"
    named: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "complaint_id": desk.complaint.complaint_id,
    }
    lin = world.as_person("lin")
    seen = await world.office.run(read_my_complaint, ReadMyComplaint(**named), lin)
    assert (seen.items[0].kind, seen.items[0].told) == (StepKind.MERCHANT_SAID, "马上为您重做")
    await world.office.run(say_more, SayMore(**named, told="好的"), lin)
    assert (await desk.read())["incoming_user_response"]
    await shop.call(sdk.complaint_complete, desk.number)
    assert (await desk.read())["complaint_state"] == "PROCESSED"
    assert await desk.steps() == [
        "USER_CREATE_COMPLAINT",
        "MERCHANT_RESPONSE",
        "USER_RESPONSE",
        "MERCHANT_CONFIRM_COMPLETE",
    ]
    told = await read_told(world, shop)
    assert [one["event_type"] for one in told] == [
        "COMPLAINT.CREATE",
        *["COMPLAINT.STATE_CHANGE"] * 3,
    ]
    assert [one["resource"]["action_type"] for one in told] == [
        "CREATE_COMPLAINT",
        "MERCHANT_RESPONSE",
        "USER_RESPONSE",
        "MERCHANT_CONFIRM_COMPLETE",
    ]
    assert {one["resource"]["complaint_id"] for one in told} == {desk.number}
    await world.check()


@answers("complaint_image_upload")
async def test_pictures_go_with_answers(desk: Desk, tmp_path: Path) -> None:
    shop, sdk, world = desk.shop, desk.shop.sdk, desk.world
    path = tmp_path / "新茶.png"
    path.write_bytes(PNG + b"2")
    uploaded = await shop.call(sdk.complaint_image_upload, str(path))
    media_id = uploaded["media_id"]
    await shop.call(sdk.complaint_response, desk.number, "这是新的茶", [media_id])
    history = await shop.call(sdk.complaint_history_query, desk.number, 1, 0)
    (step,) = history["data"]
    assert step["complaint_media_list"]["media_type"] == "OPERATION_IMAGE"
    assert await shop.call(sdk.complaint_image_download, step["image_list"][0]) == PNG + b"2"
    query = ReadMyImage(merchant_id=world.merchant_id, image_id=media_id)
    seen = await world.office.run(read_my_image, query, world.as_person("lin"))
    assert seen.content == PNG + b"2"
    absent = (sdk.complaint_response, desk.number, "没有图", ["nothing"])
    assert await shop.refused(*absent) == (400, "PARAM_ERROR")
    no_picture = tmp_path / "a.png"
    no_picture.write_bytes(b"<svg/>")
    refused = await shop.refused(sdk.complaint_image_upload, str(no_picture))
    assert refused == (400, "PARAM_ERROR")


async def test_a_picture_that_was_not_signed_for_is_refused(desk: Desk) -> None:
    shop, target = desk.shop, "/v3/merchant-service/images/upload"
    meta = json.dumps({"filename": "a.png", "sha256": hashlib.sha256(PNG).hexdigest()})

    def send(content: bytes) -> int:
        files: dict[str, tuple[str, bytes, str]] = {
            "meta": ("", meta.encode(), "application/json"),
            "file": ("a.png", content, "image/png"),
        }
        answer = requests.post(
            shop.url + target,
            files=files,
            headers={"authorization": shop.authorization("POST", target, meta)},
            timeout=30,
        )
        return answer.status_code

    assert await asyncio.to_thread(send, PNG) == 200
    assert await asyncio.to_thread(send, PNG + b"another") == 400


@answers("complaint_update_refund")
@pytest.mark.parametrize("is_agreed", [True, False])
async def test_a_wish_for_money_back_is_answered(desk: Desk, *, is_agreed: bool) -> None:
    shop, sdk, world = desk.shop, desk.shop.sdk, desk.world
    if not is_agreed:
        bare = (sdk.complaint_update_refund, desk.number, "REJECT")
        assert await shop.refused(*bare) == (400, "PARAM_ERROR")
        await shop.call(*bare, reject_reason="已经喝完", remark="不退")
        assert (await desk.read())["complaint_state"] == "PROCESSED"
        assert (await desk.steps())[-1] == "MERCHANT_REJECT_REFUND"
        return
    agree = (sdk.complaint_update_refund, desk.number, "APPROVE", 1)
    await shop.call(*agree)
    assert await shop.refused(*agree) == (400, "INVALID_REQUEST")
    assert (await desk.read())["complaint_state"] == "PROCESSING"
    world.office.clock.offset += timedelta(days=2, minutes=1)
    await world.settle()
    assert (await desk.steps())[-1] == "PLATFORM_RESPONSE"  # the days are over: it is urged
    refund = RefundCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.WECHAT,
        out_no="tea-1",
        out_refund_no="back-1",
        refund_fen=2_000,
    )
    await world.office.run(refund_charge, refund, world.owner)
    await world.settle()
    settled = await desk.read()
    assert (settled["complaint_state"], settled["complaint_full_refunded"]) == ("PROCESSED", True)
    assert (await desk.steps())[-1] == "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE"
    await world.check()


@answers(
    "complaint_notification_delete",
    "complaint_notification_query",
    "complaint_notification_update",
)
async def test_one_address_is_named_changed_and_forgotten(desk: Desk) -> None:
    shop, sdk = desk.shop, desk.shop.sdk
    known = {"mchid": shop.mchid, "url": TOLD_AT}
    assert await shop.call(sdk.complaint_notification_query) == known
    again = (sdk.complaint_notification_create, "https://tea.example/b")
    assert await shop.refused(*again) == (409, "ALREADY_EXISTS")
    changed = await shop.call(sdk.complaint_notification_update, "https://tea.example/b")
    assert changed == await shop.call(sdk.complaint_notification_query)
    await shop.call(sdk.complaint_notification_delete)
    gone = (404, "RESOURCE_NOT_EXISTS")
    assert await shop.refused(sdk.complaint_notification_query) == gone
    assert await shop.refused(sdk.complaint_notification_update, TOLD_AT) == gone
    bad = (sdk.complaint_notification_create, "ftp://tea.example")
    assert await shop.refused(*bad) == (400, "PARAM_ERROR")


async def test_days_and_strangers(desk: Desk, town: Town) -> None:
    shop, sdk = desk.shop, desk.shop.sdk
    days = (sdk.complaint_list_query, "2026-01-01", "2026-02-01")
    assert await shop.refused(*days) == (400, "PARAM_ERROR")
    backwards = (sdk.complaint_list_query, "2026-01-02", "2026-01-01")
    assert await shop.refused(*backwards) == (400, "PARAM_ERROR")
    none = await shop.call(sdk.complaint_list_query, "2020-01-01", "2020-01-31")
    assert (none["total_count"], none["data"]) == (0, [])
    other = await town.shop(
        merchant_id=await town.world.merchant("别的店", owner="hao"), appid="wx00"
    )
    read = (other.sdk.complaint_detail_query, desk.number)
    assert await other.refused(*read) == (404, "RESOURCE_NOT_EXISTS")
    done = (other.sdk.complaint_complete, desk.number)
    assert await other.refused(*done) == (404, "RESOURCE_NOT_EXISTS")
    listed = (other.sdk.complaint_list_query, "2026-01-01", "2026-01-02", 10, 0, shop.mchid)
    assert await other.refused(*listed) == (403, "NO_AUTH")
