"""Comments over the wire, as the SDK manages them and readers see them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from banyan.base.errors import Failure
from banyan.books.actor import NOBODY
from banyan.reach.articles import ReadArticle, read_article
from banyan.reach.channels import ChannelId, Follow, follow
from banyan.reach.comments import (
    Comment,
    LikeComment,
    ReadThreadPage,
    ThreadPage,
    WithdrawComment,
    WriteComment,
    like_comments,
    read_thread_page,
    withdraw_comment,
    write_comment,
)
from tests.kit.articles import open_files, publish
from tests.kit.pages import open_browser
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """A service account whose program has a token."""
    open_files(world, tmp_path)
    async with open_account(world) as opened:
        await opened.call(opened.sdk.fetch_access_token)
        yield opened


async def publish_one(world: World, account: Account, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - of an article
    """Publish an article; the fields by which commands about its comments name it."""
    made = await publish(world, account.channel, may_comment=True, **fields)
    page = await world.office.run(read_article, ReadArticle(**made), NOBODY)
    return {
        "channel_id": made["channel_id"],
        "publish_number": page.publish_number,
        "place": 1,
        "path": f"/s/{made['channel_id']:d}/{made['article_id']}/1",
    }


def named(article: dict[str, Any]) -> dict[str, Any]:
    """The fields of an article without its address."""
    return {name: value for name, value in article.items() if name != "path"}


async def write(world: World, article: dict[str, Any], name: str, content: str) -> Comment:
    """Let somebody write a comment."""
    actor = await world.person(name)
    return await world.office.run(
        write_comment, WriteComment(**named(article), content=content), actor
    )


async def look(world: World, article: dict[str, Any], name: str = "") -> ThreadPage:
    """What somebody sees below the article."""
    actor = world.as_person(name) if name else NOBODY
    return await world.office.run(read_thread_page, ReadThreadPage(**named(article)), actor)


async def test_comments_are_elected_answered_and_deleted_by_the_sdk(
    world: World, account: Account
) -> None:
    material = account.sdk.material
    article = await publish_one(world, account)
    number = article["publish_number"]
    for name, text in (("lin", "好茶"), ("wu", "贵了点"), ("chen", "几时开门?")):
        await write(world, article, name, text)
    told = await account.call(material.list_comment, number, 0)
    assert (told["errcode"], told["total"]) == (0, 3)
    last = told["comment"][0]
    assert (last["user_comment_id"], last["content"], last["comment_type"]) == (3, "几时开门?", 0)
    assert len(last["openid"]) == 28
    assert "reply" not in last
    assert (await look(world, article)).items == []
    await account.call(material.markelect_comment, number, 0, 1)
    await account.call(material.markelect_comment, number, 0, 1)
    elected = await account.call(material.list_comment, number, 0, type=2)
    assert [one["user_comment_id"] for one in elected["comment"]] == [1]
    assert (await account.call(material.list_comment, number, 0, type=1))["total"] == 2
    shown = (await look(world, article)).items
    assert [(one.content, one.is_elected) for one in shown] == [("好茶", True)]
    await account.call(material.add_reply_comment, number, 0, 1, "谢谢")
    assert await account.refused(material.add_reply_comment, number, 0, 1, "再谢") == 88005
    assert (await look(world, article)).items[0].reply == "谢谢"
    told = await account.call(material.list_comment, number, 0, begin=2, count=1)
    assert told["comment"][0]["reply"]["content"] == "谢谢"
    await account.call(material.delete_reply_comment, number, 0, 1)
    assert await account.refused(material.delete_reply_comment, number, 0, 1) == 88009
    await account.call(material.unmarkelect_comment, number, 0, 1)
    assert (await look(world, article)).items == []
    await account.call(material.delete_comment, number, 0, 1)
    assert await account.refused(material.delete_comment, number, 0, 1) == 88008
    assert (await account.call(material.list_comment, number, 0))["total"] == 2
    kinds = await world.events()
    names = ("written", "elected", "unelected", "replied", "reply_deleted", "deleted")
    assert [kinds.count(f"comments.{one}") for one in names] == [3, 1, 1, 1, 1, 1]


async def test_articles_are_opened_and_closed_by_the_sdk(world: World, account: Account) -> None:
    material = account.sdk.material
    article = await publish_one(world, account)
    number = article["publish_number"]
    await account.call(material.close_comment, number, 0)
    with pytest.raises(Failure, match=r"comments\.closed"):
        await write(world, article, "lin", "好茶")
    await account.call(material.open_comment, number, 0)
    await write(world, article, "lin", "好茶")
    assert (await look(world, article)).standing == "stranger"
    assert (await look(world, article, "lin")).standing == "open"


async def test_each_error_has_its_code(world: World, account: Account) -> None:
    material = account.sdk.material
    article = await publish_one(world, account)
    number = article["publish_number"]
    assert await account.refused(material.open_comment, 1, 0) == 88001
    assert await account.refused(material.open_comment, -1, 0) == 88001
    assert await account.refused(material.open_comment, number, 1) == 88001
    assert await account.refused(material.open_comment, number, 9) == 88001
    assert await account.refused(material.list_comment, number, 0, count=51) == 88010
    assert await account.refused(material.list_comment, number, 0, count=0) == 88010
    assert await account.refused(material.list_comment, number, 0, type=3) == 40097
    for method in (material.markelect_comment, material.unmarkelect_comment):
        assert await account.refused(method, number, 0, 1) == 88008
    assert await account.refused(material.delete_comment, number, 0, 0) == 88008
    comment = await write(world, article, "lin", "好茶")
    for text in ("", "长" * 601):
        assert await account.refused(material.add_reply_comment, number, 0, 1, text) == 88007
    lin = world.as_person("lin")
    back = WithdrawComment(**named(article), comment_number=comment.comment_number)
    await world.office.run(withdraw_comment, back, lin)
    await world.office.run(withdraw_comment, back, lin)
    assert await account.refused(material.markelect_comment, number, 0, 1) == 88004
    assert await account.refused(material.add_reply_comment, number, 0, 1, "谢谢") == 88004
    assert (await account.call(material.list_comment, number, 0))["total"] == 0


async def test_at_most_a_hundred_are_elected(world: World, account: Account) -> None:
    material = account.sdk.material
    article = await publish_one(world, account)
    number = article["publish_number"]
    people = [await world.person(name) for name in ("lin", "wu", "chen", "hao", "mei", "zhou")]
    for i in range(102):
        command = WriteComment(**named(article), content=f"第 {i} 条")
        await world.office.run(write_comment, command, people[i // 20])
    with pytest.raises(Failure, match=r"comments\.too_many"):
        await world.office.run(
            write_comment, WriteComment(**named(article), content="又一条"), people[0]
        )
    calls = [
        account.refused_or_done(material.markelect_comment, number, 0, one) for one in range(1, 103)
    ]
    codes = await asyncio.gather(*calls)
    assert codes.count(88003) == 2
    assert codes.count(0) == 100
    assert len((await look(world, article)).items) == 100


async def test_only_followers_may_where_the_account_says_so(world: World, account: Account) -> None:
    article = await publish_one(world, account, only_followers_comment=True)
    with pytest.raises(Failure, match=r"comments\.followers_only"):
        await write(world, article, "lin", "好茶")
    assert (await look(world, article, "lin")).standing == "not_following"
    command = Follow(channel_id=ChannelId(account.channel.channel_id))
    await world.office.run(follow, command, world.as_person("lin"))
    await write(world, article, "lin", "好茶")
    openid = (await account.call(account.sdk.user.get_followers))["data"]["openid"][0]
    told = await account.call(account.sdk.material.list_comment, article["publish_number"], 0)
    assert told["comment"][0]["openid"] == openid


async def test_rivals_like_a_comment_and_each_counts_once(world: World, account: Account) -> None:
    article = await publish_one(world, account)
    comment = await write(world, article, "lin", "好茶")
    number = comment.comment_number
    await account.call(account.sdk.material.markelect_comment, article["publish_number"], 0, number)
    people = [await world.person(name) for name in ("lin", "wu", "chen", "hao")]
    like = LikeComment(**named(article), comment_number=number, is_on=True)
    await asyncio.gather(
        *[world.office.run(like_comments, like, one) for one in people for _ in range(5)]
    )
    shown = (await look(world, article, "wu")).items[0]
    assert (shown.likes_count, shown.is_liked) == (4, True)
    no_more = LikeComment(**named(article), comment_number=number, is_on=False)
    await world.office.run(like_comments, no_more, people[1])
    assert (await look(world, article, "wu")).items[0].likes_count == 3
    nothing = LikeComment(**named(article), comment_number=99, is_on=True)
    with pytest.raises(Failure, match=r"comments\.not_found"):
        await world.office.run(like_comments, nothing, people[0])


async def test_what_may_not_be_said_is_refused(world: World, account: Account) -> None:
    article = await publish_one(world, account)
    with pytest.raises(Failure, match=r"moderation\.refused"):
        await write(world, article, "lin", "加微信 abc12345 刷单日赚千元,稳赚不赔")
    told = await account.call(account.sdk.material.list_comment, article["publish_number"], 0)
    assert told["total"] == 0


async def test_a_reader_writes_likes_and_takes_back_on_the_phone(
    world: World, account: Account
) -> None:
    article = await publish_one(world, account)
    number, path = article["publish_number"], article["path"]
    await world.person("lin")
    async with open_browser(world, "lin") as lin, open_browser(world) as stranger:
        await lin.open(path)
        assert "写留言" in lin.words
        await lin.send(f"{path}/comments", content="<b>好茶</b>", idempotency_key=lin.key)
        assert "仅你和公众号可见" in lin.words
        assert "&lt;b&gt;好茶&lt;/b&gt;" in lin.page.text
        await lin.send(f"{path}/comments", content="")
        assert "1 到 600" in lin.words
        await stranger.open(path)
        assert "好茶" not in stranger.words
        assert "登录后留言" in stranger.words
        await account.call(account.sdk.material.markelect_comment, number, 0, 1)
        await account.call(account.sdk.material.add_reply_comment, number, 0, 1, "欢迎再来")
        await stranger.open(path)
        assert "好茶" in stranger.words
        assert "欢迎再来" in stranger.words
        await stranger.send(f"{path}/comments/1/like", is_on="on")
        assert stranger.path.startswith("/sign-in")
        await lin.send(f"{path}/comments/1/like", is_on="on")
        assert (await look(world, article, "lin")).items[0].is_liked
        await lin.open(f"/inbox/{account.channel.channel_id:d}")
        assert "你的留言有了回复" in lin.words
        await lin.send(f"{path}/comments/1/withdraw")
        await stranger.open(path)
        assert "好茶" not in stranger.words
        await lin.send(f"{path}/comments/1/withdraw")
        await lin.send(f"{path}/comments/99/withdraw", status=404)
