"""The console shows what became of an account and of a mini program, and hands it out as files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from banyan.books.actor import NOBODY
from banyan.reach.articles import (
    OpenArticle,
    ReadScene,
    ShareArticle,
    ShareTarget,
    open_articles,
    share_articles,
)
from banyan.reach.channels import Channel, Unfollow, follow_channel, unfollow
from banyan.reach.miniapps import OpenApp, open_app
from tests.kit.articles import open_writer, publish
from tests.kit.miniapps import add_miniapp, bring_out
from tests.kit.pages import open_browser
from tests.kit.talks import tell
from tests.kit.world import World


async def live(world: World, folder: Path) -> Channel:
    """Some days of an account: it publishes, people come, read, write, and one leaves."""
    channel = await open_writer(world, folder)
    article = await publish(world, channel, ["明前龙井到店"])
    for name, scene in (("lin", "search"), ("wu", "search"), ("chen", "card")):
        actor = await world.person(name)
        async with world.office.begin() as work:
            await follow_channel(work, channel, actor.person_id, scene=scene)
        await tell(world, actor, channel, "几点开门")
        fields = {**article, "scene": ReadScene.CONVERSATION}
        await world.office.run(open_articles, OpenArticle(**fields), actor)
        await world.advance(timedelta(days=1))
    lin, wu = await world.person("lin"), await world.person("wu")
    await world.office.run(
        open_articles,
        OpenArticle(**article, scene=ReadScene.FRIEND, visitor="v" * 20),
        NOBODY,
    )
    share = ShareArticle(**article, target=ShareTarget.FRIEND, scene=ReadScene.FRIEND)
    await world.office.run(share_articles, share, lin)
    await world.office.run(unfollow, Unfollow(channel_id=channel.channel_id), wu)
    await world.settle()
    return channel


async def test_an_accounts_figures_and_their_files(world: World, tmp_path: Path) -> None:
    channel = await live(world, tmp_path)
    home = f"/console/channel/{channel.channel_id:d}/figures"
    async with open_browser(world, "mei", language="en") as browser:
        await browser.send("/language", {"language": "en"})
        words = (await browser.open(home)).words
        assert "Followers 2" in words
        assert "Came 3" in words
        assert "Left 1" in words
        assert "Messages received 3" in words
        assert "Reads 4" in words
        assert "Search 2 1 1" in words
        assert "Business card 1 0 1" in words
        assert "明前龙井到店 4 4 1 1 0" in words
        assert "Words 3 3" in words
        await browser.open(f"{home}/file?table=growth")
        assert browser.page.headers["content-type"] == "text/csv; charset=utf-8"
        lines = browser.page.text.removeprefix("\ufeff").splitlines()
        assert lines[0] == "Day,Source,Came,Left"
        assert len(lines) == 5
        assert (await browser.open(f"{home}/file?table=articles")).page.text.count("明前龙井到店")
        await browser.open(f"{home}/file?table=nothing", status=404)
        words = (await browser.open(f"{home}?from=2020-01-01&until=2020-01-31")).words
        assert "Nobody came or left" in words
        await browser.send("/language", {"language": "zh"})
        words = (await browser.open(home)).words
        assert "每日新增与取消关注" in words
        assert "搜索 2 1 1" in words


async def test_a_mini_programs_figures(world: World) -> None:
    channel = await add_miniapp(world)
    await bring_out(world, channel)
    lin = await world.person("lin")
    for page in ("pages/index/index", "pages/tea/tea"):
        await world.office.run(open_app, OpenApp(appid=channel.appid, page=page), lin)
    await world.settle()
    async with open_browser(world, "mei", language="en") as browser:
        await browser.send("/language", {"language": "en"})
        words = (await browser.open(f"/console/channel/{channel.channel_id:d}/figures")).words
        assert "Visits 2" in words
        assert "New people 1" in words
        assert "pages/tea/tea 1 1" in words


async def test_strangers_see_no_figures(world: World, tmp_path: Path) -> None:
    channel = await live(world, tmp_path)
    await world.merchant("别家", owner="chen")
    async with open_browser(world, "chen") as browser:
        await browser.open(f"/console/channel/{channel.channel_id:d}/figures", status=404)
