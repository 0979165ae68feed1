"""The operator's queue and an account's own checks, as people use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from banyan.parties.sessions import PORTS
from tests.kit.articles import open_writer, publish
from tests.kit.moderation import BAD, UNCLEAR, ask, hear_decisions, make_channel
from tests.kit.pages import open_browser
from tests.kit.parties import phone_of
from tests.kit.world import SECRET_KEY, World

STORY = "茶" + "山中一夜雨，树杪百重泉。" * 40


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_operator_decides_and_a_merchant_appeals(world: World, language: str) -> None:
    channel = await make_channel(world)
    home = f"/console/channel/{channel.channel_id:d}/checks"
    operators = {phone_of("lin"), phone_of("wu")}
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators=operators)
    with hear_decisions() as told:
        await ask(world, channel, UNCLEAR)
        check = await ask(world, channel, BAD)
        async with open_browser(world, "mei", language=language) as mei:
            await mei.open(home)
            assert "<mark>刷单</mark>" in mei.page.text
            await mei.open("/console/moderation", status=404)
            await mei.send(f"{home}/{check.check_id:d}/appeal", appeal="防骗提醒")
            assert "防骗提醒" in mei.words
        async with open_browser(world, "lin", language=language) as lin:
            await lin.open("/console/moderation")
            assert channel.name in lin.words
            await lin.send(
                f"/console/moderation/checks/{channel.channel_id:d}/{check.check_id:d}", passes="1"
            )
            assert "刷单" not in lin.words
        assert [one.state.value for one in told] == ["refused", "passed"]


async def test_words_are_added_and_deleted(world: World) -> None:
    channel = await make_channel(world)
    home = f"/console/channel/{channel.channel_id:d}/checks"
    word = {"word": "隔壁茶馆", "reason": "other", "opinion": "refuse"}
    async with open_browser(world, "mei") as mei:
        await mei.send(f"{home}/words", word)
        assert "隔壁茶馆" in mei.words
        await mei.send(f"{home}/words/delete", word="隔壁茶馆")
        assert "隔壁茶馆" not in mei.words
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("lin")})
    async with open_browser(world, "lin") as lin:
        await lin.send("/console/moderation/words", word)
        assert "隔壁茶馆" in lin.words


async def test_an_article_is_declared_original(world: World, tmp_path: Path) -> None:
    channel = await open_writer(world, tmp_path)
    home = f"/console/channel/{channel.channel_id:d}/checks"
    article = await publish(
        world, channel, ["雨后"], content="茶" + "山中一夜雨，树杪百重泉。" * 40
    )
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        assert "雨后" in mei.words
        await mei.send(f"{home}/originals", article_id=article["article_id"], place="1")
        assert "原创" in mei.words
        await mei.send(
            f"{home}/copies",
            original=f"{article['article_id']}/1",
            address="nonsense",
            why="照搬",
            status=422,
        )
