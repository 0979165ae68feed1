"""Statistics of articles over the wire: what the test's readers did, asked for with the SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from banyan.books.actor import NOBODY
from banyan.reach.articles import (
    Mark,
    MarkArticle,
    OpenArticle,
    ReadScene,
    ShareArticle,
    ShareTarget,
    mark_articles,
    open_articles,
    share_articles,
)
from tests.doors.wechat.test_datacube import MONDAY, TUESDAY, WEDNESDAY, ask, go_to
from tests.kit.articles import draft, open_files, publish
from tests.kit.talks import follower
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

SESSION, FRIEND = ReadScene.CONVERSATION, ReadScene.FRIEND


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """An account that published two articles on a Monday, which people read until Tuesday."""
    async with open_account(world) as opened:
        open_files(world, tmp_path)
        await go_to(world, 1, 9)
        first = await publish(world, opened.channel, ["春茶上新", "周末品茶"])
        lin, wu = await world.person("lin"), await world.person("wu")

        async def read(actor: Any, scene: ReadScene, place: int = 1, visitor: str = "") -> None:  # noqa: ANN401
            fields = {**first, "place": place, "scene": scene, "visitor": visitor}
            await world.office.run(open_articles, OpenArticle(**fields), actor)

        await read(lin, SESSION)
        await read(wu, FRIEND)
        await read(NOBODY, FRIEND, visitor="v" * 20)
        await go_to(world, 1, 20)
        await read(lin, FRIEND)
        share = ShareArticle(**first, target=ShareTarget.MOMENTS, scene=FRIEND)
        await world.office.run(share_articles, share, lin)
        await go_to(world, 2, 9)
        await read(lin, SESSION)
        await read(wu, SESSION, place=2)
        await world.office.run(share_articles, share, wu)
        mark = MarkArticle(**first, mark=Mark.FAVOURITE, is_on=True, scene=SESSION)
        await world.office.run(mark_articles, mark, wu)
        await go_to(world, 3, 9)
        yield opened


async def test_how_articles_did_on_a_day(account: Account) -> None:
    (told,) = await ask(account, "get_article_summary", MONDAY)
    assert (told["ref_date"], told["title"]) == (MONDAY, "春茶上新")
    assert told["msgid"].endswith("_1")
    assert (told["int_page_read_user"], told["int_page_read_count"]) == (3, 4)
    assert (told["share_user"], told["share_count"]) == (1, 1)
    assert (told["add_to_fav_user"], told["add_to_fav_count"]) == (0, 0)
    second = await ask(account, "get_article_summary", TUESDAY)
    assert [(one["title"], one["int_page_read_count"]) for one in second] == [
        ("春茶上新", 1),
        ("周末品茶", 1),
    ]
    assert second[0]["add_to_fav_user"] == 1


async def test_how_articles_did_since(account: Account) -> None:
    first, second = await ask(account, "get_article_total", MONDAY)
    assert (first["title"], second["title"]) == ("春茶上新", "周末品茶")
    assert [one["stat_date"] for one in first["details"]] == [MONDAY, TUESDAY]
    monday, tuesday = first["details"]
    names = ("int_page_read_user", "int_page_read_count", "share_user", "share_count")
    assert [monday[name] for name in names] == [3, 4, 1, 1]
    assert [tuesday[name] for name in names] == [3, 5, 2, 2]
    assert tuesday["int_page_from_session_read_user"] == 1
    assert tuesday["int_page_from_friends_read_user"] == 3
    assert tuesday["int_page_from_friends_read_count"] == 3
    assert tuesday["add_to_fav_user"] == 1
    assert second["details"][1]["int_page_read_user"] == 1
    assert await ask(account, "get_article_total", TUESDAY) == []


async def test_where_readers_come_from(account: Account) -> None:
    told = await ask(account, "get_user_read", MONDAY, TUESDAY)
    names = ("ref_date", "user_source", "int_page_read_user", "int_page_read_count", "share_count")
    assert [tuple(one[name] for name in names) for one in told] == [
        (MONDAY, 0, 1, 1, 0),
        (MONDAY, 1, 3, 3, 1),
        (MONDAY, 99999999, 3, 4, 1),
        (TUESDAY, 0, 2, 2, 0),
        (TUESDAY, 1, 0, 0, 1),
        (TUESDAY, 99999999, 2, 2, 1),
    ]
    hours = await ask(account, "get_user_read_hour", MONDAY)
    assert [(one["ref_hour"], one["user_source"], one["int_page_read_count"]) for one in hours] == [
        (900, 0, 1),
        (900, 1, 2),
        (900, 99999999, 3),
        (2000, 1, 1),
        (2000, 99999999, 1),
    ]


async def test_with_whom_they_share(account: Account) -> None:
    told = await ask(account, "get_user_share", MONDAY, TUESDAY)
    assert [tuple(one.values()) for one in told] == [(MONDAY, 2, 1, 1), (TUESDAY, 2, 1, 1)]
    (hour,) = await ask(account, "get_user_share_hour", MONDAY)
    assert (hour["ref_hour"], hour["share_scene"], hour["share_count"]) == (2000, 2, 1)
    assert await account.refused(account.sdk.datacube.get_user_share, TUESDAY, WEDNESDAY) == 61503


async def test_to_how_many_an_article_was_sent(account: Account, world: World) -> None:
    for name in ("lin", "wu"):
        await follower(world, account.channel, name)
    media_id = await draft(world, account.channel, ["群发的茶讯"])
    send = account.sdk.message.send_mass_article
    assert (await account.call(send, None, media_id, is_to_all=True))["errcode"] == 0
    await world.settle()
    await go_to(world, 4, 9)
    (told,) = await ask(account, "get_article_total", WEDNESDAY)
    assert told["title"] == "群发的茶讯"
    assert told["details"][0]["target_user"] == 2
    (told, _) = await ask(account, "get_article_total", MONDAY)
    assert told["details"][0]["target_user"] == 0
