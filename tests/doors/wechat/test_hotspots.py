"""The Wi-Fi of stores, as an account's program handles it with an unmodified SDK."""

from __future__ import annotations

from datetime import timedelta

from banyan.commerce.hotspots import (
    ConnectWifi,
    OpenHomepage,
    WifiOffer,
    connect_wifi,
    open_homepage,
)
from tests.kit.commerce_shop import add_store
from tests.kit.wechat import Account
from tests.kit.world import World

BSSID = "00:1f:7a:ad:5c:a8"


async def connect(world: World, name: str, url: str, *, follows: bool = False) -> WifiOffer:
    """Connect by the code whose picture is there."""
    token = url.split("/w/")[1].split("/", maxsplit=1)[0]
    actor = await world.person(name)
    command = ConnectWifi(token=token, follows=follows)
    return await world.office.run(connect_wifi, command, actor)


async def test_stores_have_wifi(world: World, account: Account) -> None:
    wifi = account.sdk.wifi
    store_id, other = int(await add_store(world)), int(await add_store(world))
    found = await account.call(wifi.list_shops)
    assert (found["totalcount"], found["pagecount"]) == (2, 1)
    assert {one["shop_id"] for one in found["records"]} == {store_id, other}
    assert {one["protocol_type"] for one in found["records"]} == {0}
    await account.call(wifi.add_device, store_id, "WX-Tea", "longjing88", BSSID)
    second = BSSID.replace("00", "01")
    await account.call(wifi.add_device, store_id, "WX-Tea", "longjing99", second)
    shop = await account.call(wifi.get_shop, store_id)
    assert (shop["ssid"], shop["password"]) == ("WX-Tea", "longjing99")
    assert (shop["protocol_type"], shop["ap_count"]) == (4, 2)
    listed = await account.call(wifi.list_devices, store_id)
    assert [one["bssid"] for one in listed["records"]] == [BSSID, second]
    assert (await account.call(wifi.list_devices, other))["totalcount"] == 0
    part = await account.call(wifi.list_devices, page_index=2, page_size=1)
    assert (part["totalcount"], part["pagecount"], len(part["records"])) == (2, 2, 1)
    renamed = {"shop_id": store_id, "old_ssid": "WX-Tea", "ssid": "WX-Cha", "password": "biluochun"}
    token = await account.call(getattr, account.sdk, "access_token")
    assert (await account.post("/bizwifi/shop/update", renamed, access_token=token))["errcode"] == 0
    assert (await account.call(wifi.get_shop, store_id))["ssid"] == "WX-Cha"
    assert {one["ssid"] for one in (await account.call(wifi.list_devices))["records"]} == {"WX-Cha"}
    await account.call(wifi.delete_device, BSSID)
    assert await account.refused(wifi.delete_device, BSSID) == 40035
    await account.call(wifi.delete_device, second)
    assert (await account.call(wifi.get_shop, store_id))["protocol_type"] == 0
    for wrong in (
        (store_id, "Tea", "longjing88", BSSID),
        (store_id, "WX-茶", "longjing88", BSSID),
        (store_id, "WX-Tea", "short", BSSID),
        (store_id, "WX-Tea", "有汉字的密码啊啊", BSSID),
        (store_id, "WX-Tea", "longjing88", BSSID.upper()),
        (77, "WX-Tea", "longjing88", BSSID),
    ):
        assert await account.refused(wifi.add_device, *wrong) == 40035
    await account.call(wifi.add_device, store_id, "WX-Tea", "longjing88", BSSID)
    taken = (other, "WX-Tea", "longjing88", BSSID)
    assert await account.refused(wifi.add_device, *taken) == 40035
    assert (await account.call(wifi.get_shop, other))["ssid"] == ""
    assert await account.refused(wifi.get_shop, 77) == 40035
    assert await account.refused(wifi.list_shops, 0) == 40035
    assert await account.refused(wifi.list_shops, 1, 21) == 40035


async def test_who_connects_is_counted(world: World, account: Account) -> None:
    wifi = account.sdk.wifi
    store_id, other = int(await add_store(world)), int(await add_store(world))
    assert await account.refused(wifi.get_qrcode_url, store_id, 0) == 40035
    await account.call(wifi.add_device, store_id, "WX-Tea", "longjing88", BSSID)
    url = await account.call(wifi.get_qrcode_url, store_id, 0)
    card = await account.call(wifi.get_qrcode_url, store_id, 1)
    assert (url.rpartition("/")[2], card.rpartition("/")[2]) == ("code.png", "card.png")
    assert await account.refused(wifi.get_qrcode_url, store_id, 9) == 40035
    offer = await connect(world, "lin", url, follows=True)
    assert (offer.ssid, offer.password, offer.is_following) == ("WX-Tea", "longjing88", True)
    await connect(world, "lin", url, follows=True)
    await connect(world, "wei", card)
    token = url.split("/w/")[1].split("/")[0]
    lin = world.as_person("lin")
    await world.office.run(open_homepage, OpenHomepage(token=token), lin)
    today = world.now.date()
    span = (today - timedelta(days=1), today + timedelta(days=1))
    for shop_id in (-1, store_id):
        (day,) = await account.call(wifi.list_statistics, *span, shop_id)
        assert day["shop_id"] == str(shop_id)
        told = [day[name] for name in ("total_user", "homepage_uv", "new_fans", "total_fans")]
        assert told == [2, 1, 1, 1]
        assert day["statis_time"] % 1_000 == 0
    assert await account.call(wifi.list_statistics, *span, other) == []
    wrong = (today, today - timedelta(days=1)), (today - timedelta(days=31), today), ("x", "y")
    for begin, end in wrong:
        assert await account.refused(wifi.list_statistics, begin, end) == 40035


async def test_a_homepage_is_chosen(world: World, account: Account) -> None:
    wifi = account.sdk.wifi
    store_id = int(await add_store(world))
    assert await account.call(wifi.get_homepage, store_id) == {
        "shop_id": store_id,
        "template_id": 0,
        "url": "",
    }
    await account.call(wifi.set_homepage, store_id, 1, "http://example.com/hello")
    found = await account.call(wifi.get_homepage, store_id)
    assert (found["template_id"], found["url"]) == (1, "http://example.com/hello")
    await account.call(wifi.add_device, store_id, "WX-Tea", "longjing88", BSSID)
    url = await account.call(wifi.get_qrcode_url, store_id, 0)
    assert (await connect(world, "lin", url)).homepage_url == "http://example.com/hello"
    await account.call(wifi.set_homepage, store_id, 0)
    assert (await account.call(wifi.get_homepage, store_id))["url"] == ""
    for template_id, wrong in ((1, None), (1, "javascript:1"), (2, "http://example.com")):
        assert await account.refused(wifi.set_homepage, store_id, template_id, wrong) == 40035
