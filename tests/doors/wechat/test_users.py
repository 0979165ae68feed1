"""Followers over the wire, asked about with an unmodified SDK."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from wechatpy.exceptions import WeChatClientException

from banyan.books.actor import SYSTEM
from banyan.reach.channels import (
    CreateChannel,
    Unfollow,
    create_channel,
    ensure_openids,
    unfollow,
)
from banyan.reach.labels import list_openids_part
from tests.kit.followers import add_followers, know
from tests.kit.loyalty import follow_as
from tests.kit.wechat import Account
from tests.kit.world import World

STRANGER = "o" * 28


async def refused(account: Account, method: Any, *arguments: Any, **options: Any) -> int:  # noqa: ANN401
    """The code with which the SDK's call is refused."""
    with pytest.raises(WeChatClientException) as told:
        await account.call(method, *arguments, **options)
    code: int = told.value.errcode
    return code


async def test_what_is_told_of_a_follower(account: Account, world: World) -> None:
    lin = await world.person("lin")
    await follow_as(world, lin, account.channel.channel_id)
    (openid,) = await know(world, account, [lin.person_id])
    told = await account.call(account.sdk.user.get, openid, "en")
    assert told == {
        "subscribe": 1,
        "openid": openid,
        "nickname": "",
        "sex": 0,
        "language": "en",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": told["subscribe_time"],
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_OTHERS",
        "qr_scene": 0,
        "qr_scene_str": "",
    }
    assert abs(told["subscribe_time"] - world.now.timestamp()) < 60
    await world.office.run(unfollow, Unfollow(channel_id=account.channel.channel_id), lin)
    assert await account.call(account.sdk.user.get, openid) == {"subscribe": 0, "openid": openid}
    for unknown in (STRANGER, "short", "x?" * 14):
        assert await refused(account, account.sdk.user.get, unknown) == 40003
    assert await refused(account, account.sdk.user.get, "") == 41009


async def test_many_are_asked_about_at_once(account: Account, world: World) -> None:
    openids = await add_followers(world, account, 3)
    told = await account.call(account.sdk.user.get_batch, [openids[2], openids[0]])
    assert [one["openid"] for one in told] == [openids[2], openids[0]]
    asked = [{"openid": openids[1], "lang": "en"}]
    (one,) = await account.call(account.sdk.user.get_batch, asked)
    assert one["language"] == "en"
    assert await refused(account, account.sdk.user.get_batch, [openids[0], STRANGER]) == 40003
    assert await refused(account, account.sdk.user.get_batch, [openids[0]] * 101) == 40032
    assert await refused(account, account.sdk.user.get_batch, []) == 40032


async def test_all_followers_are_listed_part_by_part(
    account: Account, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = await account.call(account.sdk.user.get_followers)
    assert empty == {"total": 0, "count": 0, "next_openid": ""}
    openids = await add_followers(world, account, 7)
    page = await account.call(account.sdk.user.get_followers)
    assert page == {
        "total": 7,
        "count": 7,
        "data": {"openid": openids},
        "next_openid": openids[-1],
    }
    after = await account.call(account.sdk.user.get_followers, openids[4])
    assert after["data"] == {"openid": openids[5:]}
    last = await account.call(account.sdk.user.get_followers, openids[-1])
    assert last == {"total": 7, "count": 0, "next_openid": ""}
    module = sys.modules[list_openids_part.__module__]
    monkeypatch.setattr(module, "PART_MAX", 3)
    listed = await account.call(lambda: list(account.sdk.user.iter_followers()))
    assert listed == openids
    assert await refused(account, account.sdk.user.get_followers, "nobody") == 40003


async def test_a_remark_is_written_and_taken_off(account: Account, world: World) -> None:
    (openid,) = await add_followers(world, account, 1)
    await account.call(account.sdk.user.update_remark, openid, "穿红衣服的")
    assert (await account.call(account.sdk.user.get, openid))["remark"] == "穿红衣服的"
    await account.call(account.sdk.user.update_remark, openid, "")
    assert (await account.call(account.sdk.user.get, openid))["remark"] == ""
    assert await refused(account, account.sdk.user.update_remark, STRANGER, "x") == 40003
    assert await refused(account, account.sdk.user.update_remark, openid, "长" * 30) == 40035
    assert await refused(account, account.sdk.user.update_remark, openid, "a\0b") == 40035


async def test_openids_of_another_account_are_exchanged(account: Account, world: World) -> None:
    command = CreateChannel(merchant_id=world.merchant_id, name="老号")
    old = (await world.office.run(create_channel, command, SYSTEM)).channel
    lin = await world.person("lin")
    await follow_as(world, lin, old.channel_id)
    async with world.office.begin() as work:
        there = (await ensure_openids(work, old.channel_id, [lin.person_id]))[lin.person_id]
    (here,) = await know(world, account, [lin.person_id])
    told = await account.call(account.sdk.user.change_openid, old.appid, [there, STRANGER])
    assert told == [
        {"ori_openid": there, "err_msg": "ok", "new_openid": here},
        {"ori_openid": STRANGER, "err_msg": "ori_openid error", "new_openid": ""},
    ]
    change = account.sdk.user.change_openid
    assert await refused(account, change, "wx0000000000000000", [there]) == 40013
    assert await refused(account, change, old.appid, [there] * 101) == 40032
    other_shop = await world.merchant("别家", owner="chen")
    command = CreateChannel(merchant_id=other_shop, name="别家的号")
    foreign = (await world.office.run(create_channel, command, SYSTEM)).channel
    assert await refused(account, change, foreign.appid, [there]) == 40013
