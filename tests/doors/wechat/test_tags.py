"""Tags, the blacklist and the groups of old over the wire, with an unmodified SDK."""

from __future__ import annotations

import sys

import pytest

from banyan.reach.labels import list_tagged_part
from tests.doors.wechat.test_users import STRANGER, refused
from tests.kit.followers import add_followers
from tests.kit.wechat import Account
from tests.kit.world import World

STARRED = {"id": 2, "name": "星标组", "count": 0}


async def test_tags_are_made_renamed_counted_and_deleted(account: Account, world: World) -> None:
    sdk = account.sdk.tag
    assert await account.call(sdk.get) == [STARRED]
    made = await account.call(sdk.create, "常客")
    assert made == {"id": 100, "name": "常客"}
    await account.call(sdk.update, 100, "熟客")
    (openid,) = await add_followers(world, account, 1)
    await account.call(sdk.tag_user, 100, openid)
    assert await account.call(sdk.get) == [STARRED, {"id": 100, "name": "熟客", "count": 1}]
    assert await account.call(sdk.get_user_tag, openid) == [100]
    await account.call(sdk.delete, 100)
    assert await account.call(sdk.get) == [STARRED]
    assert await account.call(sdk.get_user_tag, openid) == []


async def test_what_is_wrong_with_a_tag_is_named(account: Account) -> None:
    sdk = account.sdk.tag
    await account.call(sdk.create, "常客")
    assert await refused(account, sdk.create, "常客") == 45157
    assert await refused(account, sdk.create, "") == 45157
    assert await refused(account, sdk.create, "十个汉字正好三十字节x") == 45158
    assert await refused(account, sdk.update, 999, "x") == 45159
    for number in (0, 1, 2):
        assert await refused(account, sdk.update, number, "x") == 45058
        assert await refused(account, sdk.delete, number) == 45058
    assert await refused(account, sdk.delete, 999) == 45159
    assert await refused(account, sdk.delete, 10**30) == 40035
    for number in range(99):
        await account.call(sdk.create, f"t{number}")
    assert await refused(account, sdk.create, "one more") == 45056


async def test_followers_are_tagged_and_listed(
    account: Account, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = account.sdk.tag
    await account.call(sdk.create, "常客")
    openids = await add_followers(world, account, 7)
    assert await account.call(sdk.get_tag_users, 100) == {"count": 0}
    await account.call(sdk.tag_user, 100, openids)
    page = await account.call(sdk.get_tag_users, 100)
    assert page == {"count": 7, "data": {"openid": openids}, "next_openid": openids[-1]}
    assert await account.call(sdk.get_tag_users, 100, openids[-1]) == {"count": 0}
    monkeypatch.setattr(sys.modules[list_tagged_part.__module__], "PART_MAX", 3)
    assert await account.call(lambda: list(sdk.iter_tag_users(100))) == openids
    await account.call(sdk.untag_user, 100, openids[0])
    assert await account.call(lambda: list(sdk.iter_tag_users(100))) == openids[1:]
    told = await account.call(account.sdk.user.get, openids[1])
    assert (told["groupid"], told["tagid_list"]) == (100, [100])
    assert await refused(account, sdk.tag_user, 100, [openids[0], STRANGER]) == 40003
    assert await refused(account, sdk.tag_user, 100, [STRANGER] * 51) == 40032
    assert await refused(account, sdk.tag_user, 100, []) == 40031
    assert await refused(account, sdk.tag_user, 999, openids[0]) == 45159
    assert await refused(account, sdk.get_tag_users, 999) == 45159
    assert await refused(account, sdk.get_user_tag, STRANGER) == 40003


async def test_nobody_has_more_than_twenty_tags(account: Account, world: World) -> None:
    (openid,) = await add_followers(world, account, 1)
    for number in range(21):
        await account.call(account.sdk.tag.create, f"t{number}")
    for number in range(100, 120):
        await account.call(account.sdk.tag.tag_user, number, openid)
    assert await refused(account, account.sdk.tag.tag_user, 120, openid) == 45059
    assert await account.call(account.sdk.tag.get_user_tag, openid) == list(range(100, 120))


async def test_people_are_blocked_and_listed(account: Account, world: World) -> None:
    sdk = account.sdk.tag
    openids = await add_followers(world, account, 3)
    assert await account.call(sdk.get_black_list) == {"total": 0, "count": 0, "next_openid": ""}
    await account.call(sdk.batch_black_list, openids[:2])
    told = await account.call(sdk.get_black_list)
    assert told["total"] == told["count"] == 2
    assert told["data"] == {"openid": openids[:2]}
    rest = await account.call(sdk.get_black_list, openids[0])
    assert rest["data"] == {"openid": openids[1:2]}
    assert (await account.call(account.sdk.user.get, openids[0]))["groupid"] == 1
    await account.call(sdk.batch_unblack_list, openids[:2])
    assert (await account.call(sdk.get_black_list))["total"] == 0
    assert await refused(account, sdk.batch_black_list, [openids[0]] * 21) == 40032
    assert await refused(account, sdk.batch_black_list, [STRANGER]) == 40003
    assert await refused(account, sdk.get_black_list, "nobody") == 40003


async def test_groups_show_tags_as_programs_knew_them(account: Account, world: World) -> None:
    sdk = account.sdk.group
    openids = await add_followers(world, account, 4)
    made = await account.call(sdk.create, "常客")
    assert made == {"group": {"id": 100, "name": "常客"}}
    await account.call(sdk.update, 100, "熟客")
    await account.call(sdk.move_user, openids[0], 100)
    await account.call(sdk.move_user, openids[1:3], 2)
    await account.call(sdk.move_user, openids[2], 1)
    assert await account.call(sdk.get) == [
        {"id": 0, "name": "未分组", "count": 1},
        {"id": 1, "name": "黑名单", "count": 1},
        {"id": 2, "name": "星标组", "count": 2},
        {"id": 100, "name": "熟客", "count": 1},
    ]
    numbers = [await account.call(sdk.get, openid) for openid in openids]
    assert numbers == [100, 2, 1, 0]
    assert await account.call(account.sdk.user.get_group_id, openids[0]) == 100
    assert await account.call(account.sdk.tag.get_user_tag, openids[0]) == [100]
    await account.call(sdk.move_user, openids[2], 0)
    await account.call(sdk.delete, 100)
    assert [await account.call(sdk.get, one) for one in openids] == [0, 2, 0, 0]
    assert await refused(account, sdk.get, STRANGER) == 40003
    assert await refused(account, sdk.move_user, openids[0], 999) == 40050
    assert await refused(account, sdk.move_user, openids * 13, 2) == 40032
    assert await refused(account, sdk.update, 999, "x") == 40050
    assert await refused(account, sdk.update, 2, "x") == 45016
    assert await refused(account, sdk.delete, 0) == 45016
    assert await refused(account, sdk.create, "") == 40051
    assert await refused(account, sdk.create, "名" * 11) == 45017
    for number in range(100):
        await account.call(sdk.create, f"t{number}")
    assert await refused(account, sdk.create, "one more") == 45018
