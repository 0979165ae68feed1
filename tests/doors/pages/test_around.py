"""Beacons and Wi-Fi in the console and on the phone: put up, shaken at, scanned, connected to."""

from __future__ import annotations

import io
import re

import zxingcpp
from PIL import Image

from tests.kit.commerce_shop import add_store
from tests.kit.loyalty import open_channel
from tests.kit.pages import open_browser
from tests.kit.world import World


async def test_a_beacon_is_put_up_and_shaken_at(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    store_id = await add_store(world)
    await world.person("lin")
    home = f"/console/channel/{channel.channel_id:d}/beacons"
    async with open_browser(world, "mei") as mei, open_browser(world, "lin") as lin:
        await mei.open(home)
        who = {"name": "梅姐", "phone_number": "13800000004", "email": "m@example.com"}
        await mei.send(f"{home}/registration", {**who, "email": ""}, status=422)
        await mei.send(f"{home}/registration", who)
        await mei.send(f"{home}/applications", {"quantity": "0", "apply_reason": "x"}, status=422)
        await mei.send(
            f"{home}/applications",
            quantity="1",
            apply_reason="迎客",
            comment="门口",
            poi_id=str(int(store_id)),
        )
        assert "门口" in mei.page.text
        page = {
            "title": "春茶上新",
            "description": "到店品尝",
            "icon_url": "http://example.com/i.png",
            "page_url": "http://example.com/tea",
        }
        await mei.send(f"{home}/pages", {**page, "title": "七个字的标题啊"}, status=422)
        await mei.send(f"{home}/pages", page)
        own = re.findall(rf'"({home}/\d+)"', mei.page.text)[0]
        await mei.open(own)
        page_id = re.findall(r'name="page_ids" value="(\d+)"', mei.page.text)[0]
        near = re.findall(r"(/shake/\d+/\d+)", mei.page.text)[0]
        await lin.open(near)
        assert "榕树茶馆" in lin.words
        await lin.send(near)
        assert "这里还没有可以摇到的内容" in lin.words
        await mei.send(own, comment="进门左手", poi_id="", page_ids=page_id)
        assert "进门左手" in mei.page.text
        await lin.send(near)
        assert "春茶上新" in lin.words
        opened = re.findall(r"(/shaken/[\w-]{32})", lin.page.text)[0]
        answer = await lin.client.get(opened, follow_redirects=False)
        assert answer.headers["location"].startswith("http://example.com/tea?ticket=")
        await mei.send(f"{home}/pages/{page_id}/delete")
        assert "还有周边设备在展示此页面" in mei.page.text
        await lin.open("/shaken/" + "A" * 32)
        assert lin.path == "/scan"
        await lin.open("/shake/1/1", status=404)
        await lin.open(f"/shake/{channel.channel_id:d}/x", status=404)


async def test_a_guest_scans_the_wifi_of_a_store(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    store_id = await add_store(world)
    await world.person("lin")
    home = f"/console/channel/{channel.channel_id:d}/wifi"
    router = {
        "store_id": str(int(store_id)),
        "ssid": "WX-Tea",
        "password": "longjing88",
        "bssid": "00:1F:7A:AD:5C:A8",
    }
    async with open_browser(world, "mei") as mei, open_browser(world, "lin") as lin:
        await mei.open(home)
        for wrong in ({"ssid": "Tea"}, {"password": "short"}, {"bssid": "x"}):
            await mei.send(home, router | wrong, status=422)
        await mei.send(home, router)
        path = re.findall(r"(/w/[\w-]{32})/code.png", mei.page.text)[0]
        for name in ("code", "card"):
            await lin.open(f"{path}/{name}.png")
            (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(lin.page.content)))
            assert code.text.endswith(path)
        await lin.open(path)
        assert "WX-Tea" in lin.words
        assert "longjing88" not in lin.words
        mark = await world.mark()
        await lin.send(f"{path}/connect", follows="on")
        assert "longjing88" in lin.words
        assert sorted(await world.events(mark)) == ["channels.followed", "hotspots.connected"]
        await lin.open(f"{path}/home")
        assert lin.path == f"/shops/{world.merchant_id:d}/{store_id:d}"
        shop = f"{home}/shops/{store_id:d}/homepage"
        await mei.send(shop, url="http://example.com/hello")
        answer = await lin.client.get(f"{path}/home", follow_redirects=False)
        assert answer.headers["location"] == "http://example.com/hello"
        await mei.send(shop, url="ftp://x")
        assert "请选择门店主页" in mei.page.text
        await mei.send(f"{home}/routers/00:1f:7a:ad:5c:a8/delete")
        assert "还没有 Wi-Fi" in mei.page.text
        await lin.open(path)
        assert lin.path == "/scan"
        await lin.open(f"{path}/code.png", status=404)


async def test_strangers_see_a_network_and_sign_in_to_connect(world: World) -> None:
    async with open_browser(world) as stranger:
        for path in ("/w/" + "A" * 32, "/w/x"):
            await stranger.open(path)
            assert stranger.path == "/scan"
