"""Stores over the wire: added, checked, shown on the phone, changed and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wechatpy.events import PoiCheckNotifyEvent

from banyan.app.checker import Checker
from banyan.commerce.listings import AddListing, ListingFacts, add_listing
from banyan.commerce.stores import ListStores, list_stores
from tests.doors.wechat.test_media import named, open_media_account, picture
from tests.kit.pages import open_browser
from tests.kit.receiver import Receiver, open_line
from tests.kit.wechat import Account
from tests.kit.world import SYSTEM, World

INFO: dict[str, Any] = {
    "sid": "hz-1",
    "business_name": "榕树茶馆",
    "branch_name": "西湖店",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "南山路 1 号",
    "telephone": "0571-88886666",
    "categories": ["美食,茶馆"],
    "offset_type": 1,
    "longitude": 120.155,
    "latitude": 30.25,
    "recommend": "龙井",
    "special": "免费停车",
    "introduction": "湖边喝茶",
    "open_time": "8:00-22:00",
    "avg_price": 45,
}


def business(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the call
    return {"business": {"base_info": {**INFO, **changes}}}


async def test_a_store_is_added_shown_changed_and_removed(account: Account, world: World) -> None:
    poi = account.sdk.poi
    poi_id = (await account.call(poi.add, business()))["poi_id"]
    info = (await account.call(poi.get, poi_id))["business"]["base_info"]
    assert {name: info[name] for name in INFO} == INFO
    assert (info["available_state"], info["update_status"], info["poi_id"]) == (3, 0, poi_id)
    second = (await account.call(poi.add, business(sid="", branch_name="滨江店")))["poi_id"]
    listed = await account.call(poi.list, 0, 10)
    assert listed["total_count"] == "2"
    assert [one["base_info"]["poi_id"] for one in listed["business_list"]] == [poi_id, second]
    assert len((await account.call(poi.list, 1, 10))["business_list"]) == 1
    change = {"poi_id": poi_id, "telephone": "0571-1", "recommend": "虎跑泉", "avg_price": 50}
    await account.call(poi.update, {"business": {"base_info": {**change, "telephone": "0571-12"}}})
    info = (await account.call(poi.get, poi_id))["business"]["base_info"]
    assert (info["telephone"], info["recommend"], info["avg_price"]) == ("0571-12", "虎跑泉", 50)
    assert info["special"] == "免费停车"
    stores = await world.office.run(list_stores, ListStores(merchant_id=world.merchant_id), SYSTEM)
    assert poi_id in {str(int(one.store_id)) for one in stores.items}
    async with open_browser(world) as browser:
        await browser.open(f"/shops/{world.merchant_id:d}/{poi_id}/about")
        assert "浙江省杭州市西湖区南山路 1 号" in browser.words
        assert "虎跑泉" in browser.words
        await account.call(poi.delete, poi_id)
        await browser.open(f"/shops/{world.merchant_id:d}/{poi_id}/about")
        assert "虎跑泉" not in browser.words
    assert await account.refused(poi.get, poi_id) == 65115
    assert await account.refused(poi.delete, poi_id) == 65115
    categories = await account.call(poi.get_categories)
    assert "美食,茶馆" in categories
    token = account.sdk.access_token
    same = await account.get("/cgi-bin/poi/getwxcategory", access_token=token)
    assert same["category_list"] == categories


async def test_what_is_wrong_is_named_and_adds_nothing(account: Account, world: World) -> None:
    poi = account.sdk.poi
    await account.call(poi.add, business())
    wrong: dict[int, dict[str, Any]] = {
        65104: {"categories": ["月球,茶馆"]},
        65105: {"photo_list": [{"photo_url": "https://elsewhere.example/a.jpg"}]},
        65109: {"business_name": ""},
        65110: {"address": ""},
        65111: {"telephone": ""},
        65112: {"city": ""},
        65113: {"province": ""},
        40097: {"branch_name": "又一家"},
        40035: {"latitude": 91},
    }
    for errcode, changes in wrong.items():
        assert await account.refused(poi.add, business(**changes)) == errcode
    for poi_id in ("", "x", "1", "9" * 40):
        assert await account.refused(poi.get, poi_id) == 65115
        change = {"business": {"base_info": {"poi_id": poi_id}}}
        assert await account.refused(poi.update, change) == 65115
    assert (await account.call(poi.list))["total_count"] == "1"
    stores = await world.office.run(list_stores, ListStores(merchant_id=world.merchant_id), SYSTEM)
    assert len(stores.items) == 1


async def test_photos_are_checked_in_the_back(world: World, tmp_path: Path) -> None:
    async with open_media_account(world, tmp_path) as account:
        poi = account.sdk.poi
        photo = await account.call(account.sdk.media.upload_image, named(picture("JPEG"), "a.jpg"))
        url = photo["url"] if isinstance(photo, dict) else photo
        poi_id = (await account.call(poi.add, business(photo_list=[{"photo_url": url}])))["poi_id"]
        info = (await account.call(poi.get, poi_id))["business"]["base_info"]
        assert info["available_state"] == 2
        waiting = {"business": {"base_info": {"poi_id": poi_id, "recommend": "红茶"}}}
        assert await account.refused(poi.update, waiting) == 65107
        await Checker(world.office).check_waiting()
        info = (await account.call(poi.get, poi_id))["business"]["base_info"]
        assert (info["available_state"], info["photo_list"]) == (3, [{"photo_url": url}])


async def test_what_may_not_be_said_is_refused_with_its_reason(world: World) -> None:
    async with open_line(world, Receiver()) as line:
        facts = ListingFacts(introduction="加微信abc12345一起刷单")
        command = AddListing(
            merchant_id=world.merchant_id,
            channel_id=line.channel.channel_id,
            sid="hz-2",
            name="茶馆",
            province="浙江省",
            city="杭州市",
            address="南山路 2 号",
            telephone="0571-88886666",
            latitude=30.0,
            longitude=120.0,
            categories=["美食"],
            facts=facts,
        )
        listing = await world.office.run(add_listing, command, SYSTEM)
        assert listing.state.value == "refused"
        await line.deliver()
        (event,) = line.receiver.messages
        assert isinstance(event, PoiCheckNotifyEvent)
        assert event.poi_id == str(int(listing.store_id))
        assert event.result == "fail"


async def test_branches_are_told_apart(account: Account, world: World) -> None:
    poi = account.sdk.poi
    for number, branch in enumerate(("西湖店", "滨江店", "")):
        await account.call(poi.add, business(sid=f"s{number}", branch_name=branch))
    listed = (await account.call(poi.list))["business_list"]
    assert [one["base_info"]["business_name"] for one in listed] == ["榕树茶馆"] * 3
    stores = await world.office.run(list_stores, ListStores(merchant_id=world.merchant_id), SYSTEM)
    names = [one.name for one in stores.items]
    assert names == ["榕树茶馆（西湖店）", "榕树茶馆（滨江店）", "榕树茶馆"]
