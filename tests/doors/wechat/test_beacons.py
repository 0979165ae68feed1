"""Beacons of an account, as its program handles them with an unmodified SDK."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from banyan.books.actor import SYSTEM, Actor
from banyan.outside.storage import FolderFiles
from banyan.reach.beacons import (
    DecideApplication,
    Heard,
    OpenShake,
    Shake,
    ShakePhone,
    decide_application,
    open_shake,
    shake_phone,
)
from banyan.reach.media import PORTS as MEDIA
from tests.doors.wechat.test_media import picture
from tests.kit.commerce_shop import add_store
from tests.kit.wechat import Account
from tests.kit.world import World

REGISTRATION = {
    "name": "梅姐",
    "phone_number": "13800000004",
    "email": "mei@example.com",
    "industry_id": "0118",
    "qualification_cert_urls": ["http://example.com/licence.png"],
    "apply_reason": "门店迎客",
}


async def register(account: Account) -> None:
    """Say who answers for the account's beacons."""
    told = await post(account, "account/register", REGISTRATION)
    assert told == {"data": {}, "errcode": 0, "errmsg": "success."}


async def post(account: Account, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What a call answers that the SDK does not know."""
    token = await account.call(getattr, account.sdk, "access_token")
    return await account.post(f"/shakearound/{path}", body, access_token=token)


async def apply(account: Account, quantity: int, **facts: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """New beacons."""
    made = await account.call(account.sdk.shakearound.apply_device_id, quantity, "门口", **facts)
    found: list[dict[str, Any]] = made["device_identifiers"]
    return found


async def shake(world: World, actor: Actor, *beacons: dict[str, Any]) -> Shake:
    heard = [
        Heard(uuid=one["uuid"], major=one["major"], minor=one["minor"], distance=0.5 * place)
        for place, one in enumerate(beacons, start=1)
    ]
    return await world.office.run(shake_phone, ShakePhone(beacons=heard), actor)


async def add_page(account: Account, title: str = "春茶上新") -> int:
    made = await account.call(
        account.sdk.shakearound.add_page,
        title,
        "到店品尝",
        "http://example.com/icon.png",
        "http://example.com/tea?from=shake#top",
        "给门口",
    )
    page_id: int = made["page_id"]
    return page_id


async def test_beacons_are_applied_for_and_arranged(world: World, account: Account) -> None:
    beacons = account.sdk.shakearound
    assert await account.refused(beacons.apply_device_id, 1, "门口") == 9001020
    assert await account.refused(beacons.get_apply_status, 1) == 9001035
    await register(account)
    told = await account.get(
        "/shakearound/account/auditstatus", access_token=account.sdk.access_token
    )
    assert told["data"]["audit_status"] == 1
    store_id = await add_store(world)
    made = await account.call(
        beacons.apply_device_id, 3, "门口", poi_id=int(store_id), comment="门口三个"
    )
    assert made["audit_status"] == 2
    status = await account.call(beacons.get_apply_status, made["apply_id"])
    assert status["audit_status"] == 2
    named = made["device_identifiers"]
    assert len(named) == 3
    assert len({(one["uuid"], one["major"], one["minor"]) for one in named}) == 3
    found = await account.call(beacons.search_device, apply_id=made["apply_id"])
    assert found["total_count"] == 3
    assert {one["comment"] for one in found["devices"]} == {"门口三个"}
    assert {one["poi_id"] for one in found["devices"]} == {int(store_id)}
    first, second, _ = named
    own = {name: first[name] for name in ("uuid", "major", "minor")}
    await account.call(beacons.update_device, **own, comment="进门左手")
    await account.call(beacons.bind_device_location, 0, device_id=first["device_id"])
    (shown,) = (await account.call(beacons.search_device, [own]))["devices"]
    assert (shown["comment"], shown["poi_id"], shown["status"]) == ("进门左手", 0, 0)
    for place in (1, -1):
        code = await account.refused(
            beacons.bind_device_location, place, device_id=second["device_id"]
        )
        assert code == 9001033
    part = await account.call(beacons.search_device, begin=2, count=5)
    assert (len(part["devices"]), part["total_count"]) == (1, 3)
    wrong: list[tuple[int, Any, tuple[Any, ...], dict[str, Any]]] = [
        (9001022, beacons.apply_device_id, (0, "x"), {}),
        (9001035, beacons.apply_device_id, (20_000, "x"), {}),
        (9001035, beacons.apply_device_id, (1, "长" * 101), {}),
        (9001033, beacons.apply_device_id, (1, "x", 77), {}),
        (9001034, beacons.apply_device_id, (1, "x", None, "字" * 16), {}),
        (9001034, beacons.update_device, (1,), {"comment": "x" * 31}),
        (9001025, beacons.update_device, (10**9,), {"comment": "x"}),
        (9001025, beacons.update_device, (), {"uuid": "x", "major": 1, "minor": 1}),
        (9001025, beacons.search_device, ([{"device_id": 10**9}],), {}),
        (9001024, beacons.search_device, ([own] * 51,), {}),
        (9001024, beacons.search_device, (None, None, 0, 51), {}),
        (9001036, beacons.search_device, (None, None, -1, 1), {}),
    ]
    for code, method, arguments, options in wrong:
        assert await account.refused(method, *arguments, **options) == code


async def test_many_beacons_wait_until_somebody_looked(world: World, account: Account) -> None:
    beacons = account.sdk.shakearound
    await register(account)
    made = await account.call(beacons.apply_device_id, 501, "商场")
    assert (made["audit_status"], made["device_identifiers"]) == (1, [])
    assert await account.refused(beacons.apply_device_id, 1, "门口") == 9001023
    decision = DecideApplication(
        channel_id=account.channel.channel_id,
        apply_id=made["apply_id"],
        is_granted=True,
        note="已核实",
    )
    await world.office.run(decide_application, decision, SYSTEM)
    status = await account.call(beacons.get_apply_status, made["apply_id"])
    assert (status["audit_status"], status["audit_comment"]) == (2, "已核实")
    found = await account.call(beacons.search_device, apply_id=made["apply_id"])
    assert found["total_count"] == 501
    assert len(await apply(account, 2)) == 2


async def test_pages_are_made_changed_and_shown(account: Account, tmp_path: Path) -> None:
    MEDIA.connect(files=FolderFiles(tmp_path))
    beacons = account.sdk.shakearound
    await register(account)
    (first, second) = await apply(account, 2)
    icon = io.BytesIO(picture("PNG"))
    icon.name = "icon.png"
    added = await account.call(beacons.add_material, icon)
    assert added["pic_url"].startswith("http")
    assert await account.refused(beacons.add_material, io.BytesIO(b"no picture")) == 9001008
    assert await account.refused(beacons.add_material, icon, "cake") == 9001001
    page_id, other = await add_page(account), await add_page(account, "夏茶")
    changed = ("秋茶上新", "到店品尝", added["pic_url"], "http://example.com/a", "改过")
    await account.call(beacons.update_page, page_id, *changed)
    (shown,) = (await account.call(beacons.search_pages, page_id))["pages"]
    assert shown == {
        "page_id": page_id,
        "title": changed[0],
        "description": changed[1],
        "icon_url": changed[2],
        "page_url": changed[3],
        "comment": changed[4],
    }
    everything = await account.call(beacons.search_pages)
    assert [one["page_id"] for one in everything["pages"]] == [page_id, other]
    device_id = first["device_id"]
    bind = beacons.bind_device_pages
    await account.call(bind, [page_id], 1, 1, device_id=device_id)
    await account.call(bind, other, 1, 1, device_id=device_id)
    assert await pages_of(account, device_id) == [page_id, other]
    await account.call(bind, [other], 1, 0, device_id=device_id)
    assert await pages_of(account, device_id) == [other]
    assert await account.refused(beacons.delete_page, [page_id, other]) == 9001029
    assert len((await account.call(beacons.search_pages))["pages"]) == 2
    relation = await post(account, "relation/search", {"type": 2, "page_id": other})
    assert relation["data"] == {
        "relations": [{**first, "page_id": other}],
        "total_count": 1,
    }
    relation = await post(account, "relation/search", {"type": 1, "device_identifier": first})
    assert relation["data"]["total_count"] == 1
    await account.call(bind, [other], 0, 1, device_id=device_id)
    assert await pages_of(account, device_id) == []
    await account.call(beacons.delete_page, page_id)
    assert await account.refused(beacons.delete_page, page_id) == 9001026
    wrong: list[tuple[int, Any, Sequence[Any]]] = [
        (9001027, beacons.add_page, ("标题太长了吧", "x", "http://a/b", "http://a/b", "长" * 16)),
        (9001027, beacons.add_page, ("七个字的标题啊", "x", "http://a/b", "http://a/b")),
        (9001027, beacons.add_page, ("x", "x", "ftp://a/b", "http://a/b")),
        (9001027, beacons.add_page, ("", "x", "http://a/b", "http://a/b")),
        (9001026, beacons.update_page, (10**9, "x", "x", "http://a/b", "http://a/b")),
        (9001030, beacons.search_pages, (list(range(51)),)),
        (9001036, beacons.search_pages, (None, -1)),
        (9001028, beacons.delete_page, (list(range(11)),)),
    ]
    for code, method, arguments in wrong:
        assert await account.refused(method, *arguments) == code
    for code, pages, flag in ((9001026, [10**9], 1), (9001032, [other], 7), (9001032, [], 1)):
        assert await account.refused(bind, pages, flag, 1, device_id=second["device_id"]) == code


async def pages_of(account: Account, device_id: int) -> list[int]:
    """Which pages a beacon shows."""
    search = account.sdk.shakearound.search_device
    (shown,) = (await account.call(search, [{"device_id": device_id}]))["devices"]
    return [int(one) for one in shown["page_ids"].split(",") if one]


async def test_shakes_are_told_by_ticket_and_counted(world: World, account: Account) -> None:
    beacons = account.sdk.shakearound
    await register(account)
    near, far = await apply(account, 2)
    page_id = await add_page(account)
    await account.call(beacons.bind_device_pages, [page_id], 1, 1, device_id=near["device_id"])
    lin, wei = await world.person("lin"), await world.person("wei")
    shown = await shake(world, lin, near, far)
    assert shown.page.page_id == page_id
    info = await account.call(beacons.get_shake_info, shown.ticket)
    assert info["page_id"] == page_id
    assert info["openid"] == shown.openid
    assert info["beacon_info"] == {
        "distance": 0.5,
        "major": near["major"],
        "minor": near["minor"],
        "uuid": near["uuid"],
    }
    await world.office.run(open_shake, OpenShake(ticket=shown.ticket), lin)
    await shake(world, lin, near)
    await shake(world, wei, far, near)
    now = int(world.now.timestamp())
    days = now - 86_400, now
    expected = {"shake_pv": 3, "shake_uv": 2, "click_pv": 1, "click_uv": 1}
    for counted in (
        await account.call(beacons.get_device_statistics, *days, near["device_id"]),
        await account.call(beacons.get_page_statistics, page_id, *days),
    ):
        (day,) = counted
        assert {name: day[name] for name in expected} == expected
    assert await account.call(beacons.get_device_statistics, *days, far["device_id"]) == []
    listed = await post(account, "statistics/devicelist", {"date": now, "page_index": 1})
    assert listed["total_count"] == 1
    assert listed["data"]["devices"] == [{**near, **expected}]
    listed = await post(account, "statistics/pagelist", {"date": now})
    assert listed["data"]["pages"] == [{"page_id": page_id, **expected}]
    status = await account.call(beacons.search_device, [near])
    assert status["devices"][0]["status"] == 1
    month = (now - 40 * 86_400, now)
    assert await account.refused(beacons.get_page_statistics, page_id, *month) == 9001031
    assert await account.refused(beacons.get_page_statistics, page_id, now, days[0]) == 9001031
    assert await account.refused(beacons.get_page_statistics, page_id, 10**18, now) == 9001031
    assert await account.refused(beacons.get_page_statistics, 10**9, *days) == 9001026
    assert await account.refused(beacons.get_device_statistics, *days, 10**9) == 9001025
    for ticket in ("", "x" * 32, shown.ticket[::-1]):
        assert await account.refused(beacons.get_shake_info, ticket) == 9001003


async def test_beacons_are_grouped(account: Account) -> None:
    await register(account)
    first, second = await apply(account, 2)
    made = (await post(account, "device/group/add", {"group_name": "一楼"}))["data"]
    about = {"group_id": made["group_id"]}
    members = {**about, "device_identifiers": [first, second]}
    assert (await post(account, "device/group/adddevice", members))["errcode"] == 0
    gone = {**about, "device_identifiers": [second]}
    assert (await post(account, "device/group/deletedevice", gone))["errcode"] == 0
    renamed = {**about, "group_name": "二楼"}
    assert (await post(account, "device/group/update", renamed))["errcode"] == 0
    part = {**about, "begin": 0, "count": 10}
    detail = (await post(account, "device/group/getdetail", part))["data"]
    assert (detail["group_name"], detail["total_count"]) == ("二楼", 1)
    assert [one["device_id"] for one in detail["devices"]] == [first["device_id"]]
    listed = (await post(account, "device/group/getlist", {"begin": 0, "count": 10}))["data"]
    assert listed == {
        "total_count": 1,
        "groups": [{"group_id": made["group_id"], "group_name": "二楼"}],
    }
    assert (await post(account, "device/group/delete", about))["errcode"] == 0
    assert (await post(account, "device/group/getdetail", part))["errcode"] == 9001001
    assert (await post(account, "device/group/add", {"group_name": ""}))["errcode"] == 9001001
    unknown = {**about, "device_identifiers": [{"device_id": 10**9}]}
    assert (await post(account, "device/group/adddevice", unknown))["errcode"] == 9001001


@pytest.mark.parametrize("path", ["addlotteryinfo", "setprizebucket"])
async def test_lotteries_are_not_there(account: Account, path: str) -> None:
    assert (await post(account, f"lottery/{path}", {}))["errcode"] == 48001
