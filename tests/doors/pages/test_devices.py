"""Devices in the console and on the phone: allotted, set up, bound by scanning, told, unbound."""

from __future__ import annotations

import io
import re

import zxingcpp
from PIL import Image

from banyan.books.actor import NOBODY
from banyan.doors.pages.phone.scan.routes import find_path
from banyan.reach.devices import ReportDevice, report_device
from tests.kit.loyalty import open_channel
from tests.kit.pages import open_browser
from tests.kit.world import World

URL = "http://banyan.test"


async def test_a_device_goes_from_the_console_to_a_phone_and_back(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    await world.person("lin")
    home = f"/console/channel/{channel.channel_id:d}/devices"
    async with open_browser(world, "mei") as mei, open_browser(world, "lin") as lin:
        await mei.open(home)
        await mei.send(f"{home}/products", number="1", name="茶壶", quota_max="2", people_max="1")
        await mei.send(
            f"{home}/products",
            {"number": "0", "name": "", "quota_max": "x", "people_max": "1"},
            status=422,
        )
        await mei.send(home, of_product="1")
        names = re.findall(r"<dd>([^<]+)</dd>", mei.page.text)
        device_id, licence = names[:2]
        own = f"{home}/{device_id}"
        await mei.open(f"{own}/picture.png")
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(mei.page.content)))
        path = code.text[code.text.index("/d/") :]
        await lin.open(path)
        assert "厂商尚未完成设备设置" in lin.words
        await mei.send(own, {"mac": "12", "connect_protocol": "3"}, status=422)
        await mei.send(own, mac="12:34:56:78:90:ab", connect_protocol="3")
        assert "1234567890AB" in mei.page.text
        await lin.open(path)
        assert "茶壶" in lin.words
        await lin.send(f"{path}/bind")
        mine = f"/my-devices/{channel.channel_id:d}/{device_id}"
        assert lin.path == mine
        await lin.send(f"{mine}/watch", is_watching="on")
        assert "正在关注" in lin.words
        await mei.open(own)
        openid = re.findall(r'name="openid" value="([^"]+)"', mei.page.text)[0]
        await mei.send(f"{own}/message", openid=openid, words="烧水")
        assert "烧水" in mei.page.text
        await lin.open(mine)
        assert "等待设备接收" in lin.words
        heard = await world.office.run(report_device, ReportDevice(licence=licence), NOBODY)
        assert len(heard.items) == 1
        await lin.open(mine)
        assert "设备已收到" in lin.words
        await mei.send(home, of_product="1")
        await mei.send(home, {"of_product": "1"}, status=422)
        assert "配额已用完" in mei.page.text
        await lin.send(f"{mine}/unbind")
        assert lin.path == "/my-devices"
        assert "还没有设备" in lin.words
        await lin.open(mine, status=404)
        await lin.open(path)
        await lin.send(f"{path}/bind")
        await mei.send(f"{own}/unbind", openid=openid)
        await lin.open("/my-devices")
        assert "还没有设备" in lin.words


async def test_strangers_sign_in_first_and_bad_codes_lead_nowhere(world: World) -> None:
    await world.merchant()
    await world.person("lin")
    async with open_browser(world) as stranger, open_browser(world, "lin") as lin:
        await stranger.open(f"/d/{'A' * 32}")
        assert stranger.path.startswith("/sign-in?next=")
        for path in (f"/d/{'A' * 32}", "/d/x"):
            await lin.open(path)
            assert lin.path == "/scan"
        await lin.send(f"/d/{'A' * 32}/bind")
        assert lin.path == "/scan"


def test_the_scanner_knows_the_codes_of_devices() -> None:
    token = "Ab_-" * 8
    assert find_path(f"https://we.qq.com/d/{token}#x", URL, "h") == f"/d/{token}"
    assert find_path(f"{URL}/d/{token}", URL, "h") == f"/d/{token}"
    assert find_path(f"https://we.qq.com/c/{token}", URL, "h") == ""
