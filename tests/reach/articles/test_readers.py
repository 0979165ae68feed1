"""Articles are read, liked, kept and shared: each counted as it should be, whoever races whom."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.books.actor import NOBODY, SYSTEM
from banyan.reach.articles import (
    ArticlePage,
    Mark,
    MarkArticle,
    OpenArticle,
    ReadArticle,
    ReadScene,
    ShareArticle,
    ShareTarget,
    TakeBack,
    mark_articles,
    open_articles,
    read_article,
    share_articles,
    take_back,
)
from tests.kit.articles import open_writer, own, publish
from tests.kit.pages import open_browser
from tests.kit.world import World

_list_read = """
select convert_from(data, 'UTF8')::jsonb ->> 'scene' as scene,
    convert_from(data, 'UTF8')::jsonb ->> 'visitor' as visitor, person_id
from journal.events
where kind = 'articles.read'
order by lane, number
"""


@pytest.fixture
async def article(world: World, tmp_path: Path) -> dict[str, Any]:
    """What names a published article."""
    return await publish(world, await open_writer(world, tmp_path), ["春茶上新", "第二篇"])


async def look(world: World, article: dict[str, Any], name: str = "") -> ArticlePage:
    """The article as somebody sees it."""
    actor = world.as_person(name) if name else NOBODY
    return await world.office.run(read_article, ReadArticle(**article), actor)


async def test_a_reader_counts_once_in_ten_minutes(world: World, article: dict[str, Any]) -> None:
    lin = await world.person("lin")
    command = OpenArticle(**article, scene=ReadScene.MOMENTS)
    opened = [await world.office.run(open_articles, command, lin) for _ in range(3)]
    assert [one.is_counted for one in opened] == [True, False, False]
    await world.advance(timedelta(minutes=11))
    assert (await world.office.run(open_articles, command, lin)).is_counted
    tally = (await look(world, article)).tally
    assert (tally.reads_count, tally.readers_count) == (2, 1)
    second = {**article, "place": 2}
    assert (await look(world, second)).tally.reads_count == 0
    assert (await world.events()).count("articles.read") == 2


async def test_readers_nobody_knows_are_told_apart(world: World, article: dict[str, Any]) -> None:
    for visitor in ("v" * 16, "w" * 16, "v" * 16):
        command = OpenArticle(**article, visitor=visitor)
        await world.office.run(open_articles, command, NOBODY)
    assert (await look(world, article)).tally.readers_count == 2
    with pytest.raises(Invalid, match=r"articles\.reader_unknown"):
        await world.office.run(open_articles, OpenArticle(**article), NOBODY)
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(_list_read)
    assert len({row["visitor"] for row in rows}) == 2
    assert all(row["person_id"] == 0 and len(row["visitor"]) == 16 for row in rows)


async def test_rivals_read_and_every_reading_counts(world: World, article: dict[str, Any]) -> None:
    commands = [
        OpenArticle(**{**article, "place": 1 + i % 2}, visitor=f"visitor-{i:08}")
        for i in range(120)
    ]
    opened = await asyncio.gather(
        *[world.office.run(open_articles, one, NOBODY) for one in commands for _ in range(2)]
    )
    assert sum(one.is_counted for one in opened) == 120
    for place in (1, 2):
        tally = (await look(world, {**article, "place": place})).tally
        assert (tally.reads_count, tally.readers_count) == (60, 60)


async def test_rivals_like_and_each_person_counts_once(
    world: World, article: dict[str, Any]
) -> None:
    names = ["lin", "wu", "chen", "hao"]
    people = [await world.person(name) for name in names]
    like = MarkArticle(**article, mark=Mark.LIKE, is_on=True, scene=ReadScene.FRIEND)
    await asyncio.gather(
        *[world.office.run(mark_articles, like, one) for one in people for _ in range(10)]
    )
    assert (await look(world, article)).tally.likes_count == 4
    no_more = MarkArticle(**article, mark=Mark.LIKE, is_on=False)
    await asyncio.gather(*[world.office.run(mark_articles, no_more, people[0]) for _ in range(10)])
    page = await look(world, article, "wu")
    assert (page.tally.likes_count, page.marks) == (3, [Mark.LIKE])
    assert (await look(world, article, "lin")).marks == []
    kinds = await world.events()
    assert [kinds.count(f"articles.{one}") for one in ("liked", "unliked")] == [4, 1]


async def test_rivals_change_their_minds_and_the_sums_stay_right(
    world: World, article: dict[str, Any]
) -> None:
    people = [await world.person(name) for name in ("lin", "wu")]
    commands = [
        MarkArticle(**article, mark=mark, is_on=is_on)
        for _ in range(8)
        for mark in Mark
        for is_on in (True, False)
    ]
    await asyncio.gather(
        *[world.office.run(mark_articles, one, person) for one in commands for person in people]
    )
    await world.check()


async def test_an_article_is_kept_and_shared(world: World, article: dict[str, Any]) -> None:
    lin = await world.person("lin")
    keep = MarkArticle(**article, mark=Mark.FAVOURITE, is_on=True)
    assert (await world.office.run(mark_articles, keep, lin)).tally.favourites_count == 1
    share = ShareArticle(**article, target=ShareTarget.MOMENTS, scene=ReadScene.FRIEND)
    assert (await world.office.run(share_articles, share, lin)).tally.shares_count == 1
    kinds = await world.events()
    assert [kinds.count(f"articles.{one}") for one in ("favoured", "shared")] == [1, 1]


async def test_what_is_not_out_is_neither_read_nor_liked(
    world: World, article: dict[str, Any]
) -> None:
    lin = await world.person("lin")
    back = TakeBack(
        merchant_id=world.merchant_id,
        channel_id=article["channel_id"],
        article_id=article["article_id"],
        place=1,
    )
    await world.office.run(take_back, back, SYSTEM)
    mark = await world.mark()
    before = [
        (open_articles, OpenArticle(**article)),
        (open_articles, OpenArticle(**{**article, "article_id": "nothing"})),
        (open_articles, OpenArticle(**{**article, "place": 3})),
        (mark_articles, MarkArticle(**article, mark=Mark.LIKE, is_on=True)),
        (share_articles, ShareArticle(**article, target=ShareTarget.FRIEND)),
    ]
    for operation, command in before:
        with pytest.raises(NotFound, match=r"articles\.not_published"):
            await world.office.run(operation, command, lin)  # type: ignore[arg-type] # each its own
    with pytest.raises(Failure, match=r"sessions\.required"):
        await world.office.run(
            mark_articles, MarkArticle(**article, mark=Mark.LIKE, is_on=True), NOBODY
        )
    assert await world.events(mark) == []


async def test_the_page_counts_and_says_where_readers_come_from(
    world: World, article: dict[str, Any]
) -> None:
    path = f"/s/{article['channel_id']:d}/{article['article_id']}/1"
    async with open_browser(world, "lin") as browser:
        await browser.client.head(path)
        await browser.open(path, headers={"sec-purpose": "prefetch"})
        assert "阅读 0" in browser.words
        account = f"/accounts/{article['channel_id']:d}"
        await browser.open(path, headers={"referer": f"{browser.client.base_url}{account}"})
        assert "阅读 1" in browser.words
        await browser.send(f"{path}/marks", mark="like", is_on="on", scene="history")
        assert "赞 1" in browser.words
        await browser.send(f"{path}/marks", mark="like", scene="history")
        assert "赞 1" not in browser.words
        await browser.send(f"{path}/shares", target="friend", scene="history")
        assert f"{path}?from=friend" in browser.page.text
    async with open_browser(world) as browser:
        await browser.open(f"{path}?from=friend")
        assert "阅读 2" in browser.words
        await browser.open(f"{path}?from=nonsense")
        assert "阅读 2" in browser.words
        await browser.send(f"{path}/marks", mark="like", is_on="on")
        assert browser.path.startswith("/sign-in")
    async with world.building.pool.acquire() as db:
        rows = await db.fetch(_list_read)
    assert sorted(row["scene"] for row in rows) == ["friend", "history"]
    assert (await look(world, article)).channel_id == article["channel_id"]


async def test_an_account_reads_its_own_articles_too(world: World, tmp_path: Path) -> None:
    channel = await open_writer(world, tmp_path)
    article = await publish(world, channel)
    opened = await world.office.run(open_articles, OpenArticle(**article), world.owner)
    assert opened.is_counted
    assert own(channel)["channel_id"] == article["channel_id"]
