"""Menus over the wire: written and read with an unmodified SDK, seen and tapped by people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banyan.books.actor import Actor
from banyan.parties.people import ChangeProfile, Language, PersonId, change_profile
from banyan.parties.sessions import OpenSession, open_session
from banyan.reach.channels import (
    ChannelPage,
    Follow,
    ReadChannelPage,
    TapMenu,
    ensure_openids,
    follow,
    read_channel_page,
    tap_menu,
)
from tests.kit.wechat import Account
from tests.kit.world import SYSTEM, World

SONG = {"type": "click", "name": "今日歌曲", "key": "V1001_TODAY_MUSIC"}
SEARCH = {"type": "view", "name": "搜索", "url": "http://www.soso.com/"}
MINI = {
    "type": "miniprogram",
    "name": "wxa",
    "url": "http://mp.weixin.qq.com",
    "appid": "wx286b93c14bbf93aa",
    "pagepath": "pages/lunar/index",
}
MENU: dict[str, Any] = {"button": [SONG, {"name": "菜单", "sub_button": [SEARCH, MINI]}]}


async def meet(world: World, account: Account, name: str, device: str = "") -> tuple[Actor, str]:
    """Somebody who follows the account from a device, and what it knows them by."""
    actor = await world.person(name)
    if device:
        await world.office.run(
            open_session, OpenSession(person_id=PersonId(actor.person_id), device=device), SYSTEM
        )
    await world.office.run(follow, Follow(channel_id=account.channel.channel_id), actor)
    async with world.office.begin() as work:
        known = await ensure_openids(work, account.channel.channel_id, [actor.person_id])
    return actor, known[actor.person_id]


async def look(world: World, account: Account, actor: Actor) -> ChannelPage:
    """The account as somebody sees it on their phone."""
    query = ReadChannelPage(channel_id=account.channel.channel_id)
    return await world.office.run(read_channel_page, query, actor)


def leaf(button: dict[str, str]) -> dict[str, Any]:
    """A button as it is told."""
    return {**button, "sub_button": []}


async def test_a_menu_is_made_read_changed_and_deleted(account: Account, world: World) -> None:
    menu = account.sdk.menu
    assert await account.call(menu.get) is None
    assert (await account.call(menu.create, MENU))["errcode"] == 0
    told = await account.call(menu.get)
    second = {"name": "菜单", "sub_button": [leaf(SEARCH), leaf(MINI)]}
    assert told == {"menu": {"button": [leaf(SONG), second]}}
    info = await account.call(menu.get_menu_info)
    assert info["is_menu_open"] == 1
    assert info["selfmenu_info"]["button"][1]["sub_button"] == {"list": [SEARCH, MINI]}
    lin, _ = await meet(world, account, "lin")
    page = await look(world, account, lin)
    assert [one.name for one in page.menu] == ["今日歌曲", "菜单"]
    await account.call(menu.update, {"button": [SEARCH]})
    assert (await account.call(menu.get))["menu"]["button"] == [leaf(SEARCH)]
    assert (await account.call(menu.delete))["errcode"] == 0
    assert await account.call(menu.get) is None
    info = await account.call(menu.get_menu_info)
    assert info == {"is_menu_open": 0, "selfmenu_info": {"button": []}}
    assert (await look(world, account, lin)).menu == []


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([SONG] * 4, 40016),
        ([{"name": "x"}], 40017),
        ([{"name": "x", "type": "dance", "key": "k"}], 40017),
        ([{**SONG, "name": ""}], 40018),
        ([{**SONG, "name": "太长的按钮名"}], 40018),
        ([{**SONG, "key": ""}], 40017),
        ([{**SONG, "key": "k" * 129}], 40019),
        ([{**SEARCH, "url": "https://x.cn/" + "u" * 1024}], 40020),
        ([{**SEARCH, "url": "ftp://x"}], 40048),
        ([{"name": "x", "type": "media_id", "media_id": "nothing"}], 40007),
        ([{"name": "x", "type": "view_limited", "media_id": "nothing"}], 40007),
        ([{"name": "x", "type": "article_id", "article_id": "nothing"}], 53600),
        ([{"name": "x", "sub_button": [SONG] * 6}], 40023),
        ([{"name": "x", "sub_button": [{"name": "y", "sub_button": [SONG]}]}], 40022),
        ([{"name": "x", "sub_button": [{"name": "y", "type": "dance"}]}], 40024),
        ([{"name": "x", "sub_button": [{**SONG, "name": "长" * 21}]}], 40025),
    ],
)
async def test_what_is_wrong_with_a_menu_is_named(
    account: Account, buttons: list[dict[str, Any]], errcode: int
) -> None:
    assert await account.refused(account.sdk.menu.create, {"button": buttons}) == errcode
    assert await account.call(account.sdk.menu.get) is None


async def test_menus_for_some_are_seen_by_whom_they_fit(account: Account, world: World) -> None:
    menu = account.sdk.menu
    ios = {"button": [SONG], "matchrule": {"client_platform_type": "1"}}
    assert await account.refused(menu.add_conditional, ios) == 65303
    await account.call(menu.create, MENU)
    english = {"button": [SEARCH], "matchrule": {"language": "en"}}
    first = (await account.call(menu.add_conditional, english))["menuid"]
    second = (await account.call(menu.add_conditional, ios))["menuid"]
    assert int(second) == int(first) + 1
    lin, lin_openid = await meet(world, account, "lin", "Safari · iPhone")
    wu, wu_openid = await meet(world, account, "wu", "Chrome · Android")
    assert await account.call(menu.try_match, lin_openid) == {"button": [leaf(SONG)]}
    for_all = (await account.call(menu.get))["menu"]["button"]
    assert await account.call(menu.try_match, wu_openid) == {"button": for_all}
    await world.office.run(change_profile, ChangeProfile(language=Language.EN), wu)
    assert await account.call(menu.try_match, wu_openid) == {"button": [leaf(SEARCH)]}
    assert [one.name for one in (await look(world, account, lin)).menu] == ["今日歌曲"]
    assert [one.name for one in (await look(world, account, wu)).menu] == ["搜索"]
    tap = TapMenu(channel_id=account.channel.channel_id, key=SEARCH["url"])
    tapped = await world.office.run(tap_menu, tap, wu)
    assert tapped.url == SEARCH["url"]

    told = await account.call(menu.get)
    assert [one["matchrule"] for one in told["conditionalmenu"]] == [
        {"client_platform_type": 1},
        {"language": "en"},
    ]
    assert [str(one["menuid"]) for one in told["conditionalmenu"]] == [second, first]
    assert told["menu"]["menuid"] not in {int(first), int(second)}
    assert (await account.call(menu.del_conditional, second))["errcode"] == 0
    assert await account.refused(menu.del_conditional, second) == 65301
    assert await account.call(menu.try_match, lin_openid) == {"button": for_all}
    await account.call(menu.delete)
    assert await account.call(menu.get) is None
    await account.call(menu.create, MENU)
    assert "conditionalmenu" not in await account.call(menu.get)


async def test_rules_and_limits_of_menus_for_some(account: Account, world: World) -> None:
    menu = account.sdk.menu
    await account.call(menu.create, MENU)

    async def add(**rule: str) -> int:
        return await account.refused(menu.add_conditional, {"button": [SONG], "matchrule": rule})

    assert await add() == 65304
    assert await add(city="广州", country="中国") == 65311
    assert await add(province="广东") == 65310
    assert await add(client_platform_type="7") == 40035
    for number in range(3):
        url = f"https://shop{number}.example.com/"
        given = {"button": [{**SEARCH, "url": url}], "matchrule": {"sex": "1"}}
        await account.call(menu.add_conditional, given)
    given = {"button": [SEARCH], "matchrule": {"sex": "2"}}
    assert await account.refused(menu.add_conditional, given) == 65316
    assert await account.refused(menu.try_match, "nobody") == 65302
    assert await account.refused(menu.try_match, "o" * 28) == 65302
    _, openid = await meet(world, account, "lin")
    # Nobody has told us a sex: such a menu is kept, and fits nobody.
    assert (await account.call(menu.try_match, openid))["button"][0] == leaf(SONG)
    assert (await world.events()).count("menus.added") == 3


async def test_a_menu_is_for_those_whose_latest_tag_it_names(
    account: Account, world: World
) -> None:
    menu, tag = account.sdk.menu, account.sdk.tag
    await account.call(menu.create, MENU)
    star = (await account.call(tag.create, "星标"))["id"]
    gold = (await account.call(tag.create, "金卡"))["id"]
    for number, button in ((star, SONG), (gold, SEARCH)):
        given = {"button": [button], "matchrule": {"tag_id": str(number)}}
        await account.call(menu.add_conditional, given)
    _, openid = await meet(world, account, "lin")
    for_all = (await account.call(menu.get))["menu"]["button"]
    seen = []
    for number in (star, gold):
        await account.call(tag.tag_user, number, openid)
        seen.append(await account.call(menu.try_match, openid))
        await world.advance(timedelta(seconds=1))
    assert [one["button"] for one in seen] == [[leaf(SONG)], [leaf(SEARCH)]]
    await account.call(tag.untag_user, gold, openid)
    assert (await account.call(menu.try_match, openid))["button"] == [leaf(SONG)]
    await account.call(tag.untag_user, star, openid)
    assert (await account.call(menu.try_match, openid))["button"] == for_all
    rules = [one["matchrule"] for one in (await account.call(menu.get))["conditionalmenu"]]
    assert [one["tag_id"] for one in rules] == [str(gold), str(star)]
