"""What programs are told is in pictures."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
import requests
import segno

from banyan.outside.fetcher import HttpFetcher
from banyan.reach.moderation import PORTS
from tests.doors.wechat.test_security import serve_pictures
from tests.kit.drawn import draw_lines
from tests.kit.wechat import Account

pytestmark = pytest.mark.slow

CARD = [
    "姓名 林小茶",
    "性别 女 民族 汉",
    "住址 上海市黄浦区人民路18号",
    "公民身份号码 11010519491231002X",
]


async def see(account: Account, path: str, content: bytes | None, **query: str) -> Any:  # noqa: ANN401 - JSON
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    answer = await asyncio.to_thread(
        requests.post,
        f"{account.url}{path}",
        params={"access_token": token, **query},
        files={"img": ("a.png", content)} if content is not None else None,
        timeout=60,
    )
    assert answer.status_code == 200
    return answer.json()


async def test_printed_text(account: Account) -> None:
    told = await see(account, "/cv/ocr/comm", draw_lines(["榕树茶馆", "今天有新茶"]))
    assert told["errcode"] == 0
    assert [one["text"] for one in told["items"]] == ["榕树茶馆", "今天有新茶"]
    corners = told["items"][0]["pos"]
    assert corners["left_top"]["x"] < corners["right_top"]["x"] <= told["img_size"]["w"]


async def test_papers_and_cards(account: Account) -> None:
    told = await see(account, "/cv/ocr/idcard", draw_lines(CARD))
    assert (told["type"], told["id"], told["name"]) == ("Front", "11010519491231002X", "林小茶")
    bank = draw_lines(["某某银行", "6222 0212 3456 7890 128"])
    told = await see(account, "/cv/ocr/bankcard", bank)
    assert told["number"] == "6222021234567890128"
    assert (await see(account, "/cv/ocr/idcard", bank))["errcode"] == 101001
    told = await see(account, "/cv/ocr/platenum", draw_lines(["沪A·12345"]))
    assert told["number"] == "沪A12345"


async def test_licences(account: Account) -> None:
    lines = ["营业执照", "统一社会信用代码 91310101MA1FPX1234", "名称 上海榕树茶业有限公司"]
    told = await see(account, "/cv/ocr/bizlicense", draw_lines(lines, width=220))
    assert (told["reg_num"], told["enterprise_name"]) == (
        "91310101MA1FPX1234",
        "上海榕树茶业有限公司",
    )
    lines = ["中华人民共和国机动车驾驶证", "证号 11010519491231002X", "准驾车型 C1"]
    told = await see(account, "/cv/ocr/drivinglicense", draw_lines(lines, width=200))
    assert (told["id_num"], told["car_class"]) == ("11010519491231002X", "C1")
    lines = ["机动车行驶证", "号牌号码 沪A12345", "所有人 林小茶"]
    told = await see(account, "/cv/ocr/driving", draw_lines(lines))
    assert (told["plate_num"], told["owner"]) == ("沪A12345", "林小茶")


async def test_codes(account: Account) -> None:
    content = io.BytesIO()
    segno.make("https://banyan.test/c/1").save(content, kind="png", scale=6)
    told = await see(account, "/cv/img/qrcode", content.getvalue())
    (found,) = told["code_results"]
    assert (found["type_name"], found["data"]) == ("QR_CODE", "https://banyan.test/c/1")
    assert (await see(account, "/cv/img/qrcode", draw_lines(["茶"])))["code_results"] == []


async def test_a_picture_elsewhere(account: Account) -> None:
    PORTS.connect_fetcher(HttpFetcher(may_call_private=True))
    async with serve_pictures({"a": draw_lines(["榕树茶馆"])}) as url:
        told = await see(account, "/cv/ocr/comm", None, img_url=f"{url}/a")
        assert [one["text"] for one in told["items"]] == ["榕树茶馆"]
        PORTS.connect_fetcher(HttpFetcher(may_call_private=False))
        told = await see(account, "/cv/ocr/comm", None, img_url=f"{url}/a")
        assert told["errcode"] == 101000


@pytest.mark.parametrize("path", ["/cv/ocr/comm", "/cv/img/qrcode"])
async def test_what_is_no_picture_is_refused(account: Account, path: str) -> None:
    assert (await see(account, path, b"nonsense"))["errcode"] == 101002
    assert (await see(account, path, b"x" * (3 << 20)))["errcode"] == 101002
    assert (await see(account, path, None))["errcode"] == 41005


@pytest.mark.parametrize(
    "path", ["/cv/img/superresolution", "/cgi-bin/media/voice/translatecontent"]
)
async def test_what_is_not_there_says_so(account: Account, path: str) -> None:
    assert (await see(account, path, draw_lines(["茶"])))["errcode"] == 48001


async def test_a_picture_is_cropped(account: Account) -> None:
    told = await see(account, "/cv/img/aicrop", draw_lines(["榕树茶馆"]), ratios="1,2")
    size = told["img_size"]
    for crop, ratio in zip(told["results"], (1, 2), strict=True):
        width = crop["crop_right"] - crop["crop_left"]
        height = crop["crop_bottom"] - crop["crop_top"]
        assert abs(width - ratio * height) <= 2
        assert crop["crop_right"] <= size["w"]
        assert crop["crop_bottom"] <= size["h"]
    for wrong in ("", "x", "0", "1,1,1,1,1,1", "nan"):
        told = await see(account, "/cv/img/aicrop", draw_lines(["茶"]), ratios=wrong)
        assert told["errcode"] == 40035
    assert (await see(account, "/cv/img/aicrop", b"no picture"))["errcode"] == 101002
