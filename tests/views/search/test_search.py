"""Accounts and articles are found by words, Chinese ones too; what is gone is found no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from banyan.books.actor import NOBODY, SYSTEM
from banyan.reach.articles import OpenArticle, TakeBack, open_articles, take_back
from banyan.reach.channels import (
    ChangeChannel,
    Channel,
    ChannelId,
    Follow,
    FollowScene,
    change_channel,
    follow,
)
from banyan.views.search import (
    FoundArticles,
    Part,
    SearchAccounts,
    SearchArticles,
    begin_again,
    search_accounts,
    search_articles,
)
from banyan.views.search.rules import excerpt, mark
from tests.kit.articles import open_writer, own, publish
from tests.kit.pages import open_browser
from tests.kit.world import World

_list_index = "select * from search.articles order by channel_id, article_id, place"
_list_accounts = "select * from search.accounts order by channel_id"


@pytest.fixture
async def channel(world: World, tmp_path: Path) -> Channel:
    """An account that writes."""
    return await open_writer(world, tmp_path)


async def find(
    world: World, words: str, *, channel_id: int = 0, offset: int = 0, limit: int = 10
) -> FoundArticles:
    """What anybody finds."""
    query = SearchArticles(q=words, channel_id=ChannelId(channel_id), offset=offset, limit=limit)
    return await world.office.run(search_articles, query, NOBODY)


def titles(found: FoundArticles) -> list[str]:
    """What was found is called."""
    return ["".join(part.text for part in one.title) for one in found.items]


async def test_articles_are_found_by_title_summary_and_text(world: World, channel: Channel) -> None:
    await publish(world, channel, ["明前龙井到店了"], content="<p>今年雨水足</p>")
    await publish(world, channel, ["夏天喝什么"], digest="冷泡龙井最解渴", content="<p>清凉</p>")
    await publish(
        world, channel, ["三只新壶"], content="<p>配龙<b>井</b>最好<script>机密</script></p>"
    )
    assert titles(await find(world, "龙井")) == ["明前龙井到店了", "夏天喝什么", "三只新壶"]
    assert titles(await find(world, "雨水")) == ["明前龙井到店了"]
    assert titles(await find(world, "壶")) == ["三只新壶"]
    assert titles(await find(world, "机密")) == []
    assert titles(await find(world, "！？")) == []
    hit = (await find(world, "龙井 解渴")).items[0]
    assert Part("龙井", is_hit=True) in hit.excerpt
    assert titles(await find(world, "龙井 没有的词")) == [
        "明前龙井到店了",
        "夏天喝什么",
        "三只新壶",
    ]


async def test_what_is_read_more_comes_first(world: World, channel: Channel) -> None:
    first = await publish(world, channel, ["普洱入门"])
    await publish(world, channel, ["普洱进阶"])
    for i in range(30):
        command = OpenArticle(**first, visitor=f"visitor-{i:08}")
        await world.office.run(open_articles, command, NOBODY)
    assert titles(await find(world, "普洱")) == ["普洱入门", "普洱进阶"]


async def test_what_was_taken_back_is_found_no_more(world: World, channel: Channel) -> None:
    made = await publish(world, channel, ["白茶一", "白茶二"])
    assert (await find(world, "白茶")).total == 2
    command = TakeBack(**own(channel), article_id=made["article_id"], place=1)
    await world.office.run(take_back, command, SYSTEM)
    await world.settle()
    assert titles(await find(world, "白茶")) == ["白茶二"]


async def test_one_account_and_parts_of_what_was_found(world: World, channel: Channel) -> None:
    other = await open_writer(world, Path(world.building.settings.data), name="山野书店")
    await publish(world, channel, [f"乌龙 {i}" for i in range(7)])
    await publish(world, other, ["乌龙之书"])
    assert (await find(world, "乌龙")).total == 8
    assert titles(await find(world, "乌龙", channel_id=int(other.channel_id))) == ["乌龙之书"]
    parts = [titles(await find(world, "乌龙", offset=at, limit=3)) for at in (0, 3, 6, 9)]
    assert [len(one) for one in parts] == [3, 3, 2, 0]
    assert len({one for part in parts for one in part}) == 8


async def test_accounts_are_found_by_name_also_a_new_one(world: World, channel: Channel) -> None:
    await world.settle()

    async def names(words: str) -> list[str]:
        found = await world.office.run(search_accounts, SearchAccounts(q=words), NOBODY)
        return ["".join(part.text for part in one.name) for one in found.items]

    assert await names("茶馆") == ["榕树茶馆"]
    assert await names("榕") == ["榕树茶馆"]
    command = ChangeChannel(**own(channel), name="山野咖啡")
    await world.office.run(change_channel, command, SYSTEM)
    await world.settle()
    assert await names("茶馆") == []
    assert await names("咖啡") == ["山野咖啡"]


async def test_the_index_made_again_is_the_same(world: World, channel: Channel) -> None:
    made = await publish(world, channel, ["红茶一", "红茶二"])
    await publish(world, channel, ["绿茶"])
    back = TakeBack(**own(channel), article_id=made["article_id"], place=2)
    await world.office.run(take_back, back, SYSTEM)
    await world.settle()
    async with world.building.pool.acquire() as db:
        before = [dict(row) for sql in (_list_index, _list_accounts) for row in await db.fetch(sql)]
    assert len(before) == 3
    await begin_again(world.office)
    assert (await find(world, "红茶")).total == 0
    await world.settle()
    async with world.building.pool.acquire() as db:
        after = [dict(row) for sql in (_list_index, _list_accounts) for row in await db.fetch(sql)]
    assert after == before


async def test_the_page_finds_and_leads_to_following(world: World, channel: Channel) -> None:
    made = await publish(world, channel, ["<i>岩茶</i>"])
    async with open_browser(world, "lin") as lin:
        await lin.open("/search")
        await lin.open("/search?q=岩茶")
        assert "&lt;i&gt;<mark>岩茶</mark>" in lin.page.text
        await lin.open("/search?q=茶馆")
        assert f"/accounts/{channel.channel_id:d}?from=search" in lin.page.text
        await lin.open(f"/accounts/{channel.channel_id:d}?from=search")
        assert "岩茶" in lin.words
        await lin.send(f"/accounts/{channel.channel_id:d}/follow", scene="search")
        await lin.open("/search?q=nichts&account=x")
        path = f"/s/{made['channel_id']:d}/{made['article_id']}/1"
        await lin.send(f"{path}/marks", mark="favourite", is_on="on")
        await lin.open("/favourites")
        assert "岩茶" in lin.words
    async with open_browser(world) as stranger:
        await stranger.open("/search?q=岩茶")
        assert "岩茶" in stranger.words
        await stranger.open("/favourites")
        assert stranger.path.startswith("/sign-in")


async def test_how_somebody_came_is_kept(world: World, channel: Channel) -> None:
    command = Follow(channel_id=channel.channel_id, scene=FollowScene.SEARCH)
    await world.office.run(follow, command, await world.person("lin"))
    async with world.building.pool.acquire() as db:
        scene = await db.fetchval("select scene from channels.followers where state = 'following'")
    assert scene == "search"


def test_only_what_was_searched_for_is_marked() -> None:
    assert mark("Green Tea", ["tea"]) == [Part("Green "), Part("Tea", is_hit=True)]
    assert mark("", ["tea"]) == [Part("")]
    shown = excerpt("", "字" * 200 + "龙井" + "字" * 200, ["龙井"])
    assert "".join(one.text for one in shown).startswith("…")
    assert Part("龙井", is_hit=True) in shown
