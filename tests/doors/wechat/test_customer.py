"""Customer messages over the wire: every type arrives as it was sent, within the credits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from wechatpy.exceptions import WeChatClientException

from banyan.books.actor import Actor
from banyan.reach.channels import ChangeChannel, Unfollow, change_channel, unfollow
from banyan.reach.talks import (
    AddRule,
    Article,
    Choice,
    Content,
    ContentKind,
    Keyword,
    ReplyMode,
    RuleKind,
    add_rule,
)
from tests.doors.wechat.test_media import MP4, amr, fetch, named, open_media_account, picture
from tests.kit.loyalty import inbox
from tests.kit.talks import follower, my_talk, tell, text
from tests.kit.wechat import Account
from tests.kit.world import World


@pytest_asyncio.fixture
async def media_account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """A service account on a machine with a folder for files."""
    async with open_media_account(world, tmp_path) as opened:
        yield opened


async def newest(world: World, actor: Actor, account: Account) -> Content:
    (entry,) = (await my_talk(world, actor, account.channel, limit=1)).items
    assert entry.message is not None
    return entry.message.content


ARTICLE = {
    "title": "新茶",
    "description": "到店",
    "url": "https://tea.example/new",
    "image": "https://tea.example/new.jpg",
}
PAGE = {"title": "点单", "appid": "wx0123456789abcdef", "pagepath": "order", "thumb_media_id": "T"}
MENU = {
    "head_content": "满意吗？",
    "list": [{"id": "101", "content": "满意"}, {"id": "102", "content": "不满意"}],
    "tail_content": "欢迎再来",
}


@pytest.mark.parametrize(
    ("method", "arguments", "content"),
    [
        ("send_text", ["您好 <a>"], text("您好 <a>")),
        (
            "send_music",
            ["https://a.example/m.mp3", "https://a.example/hq.mp3", "T", "曲", "词"],
            Content(
                kind=ContentKind.MUSIC,
                url="https://a.example/m.mp3",
                hq_url="https://a.example/hq.mp3",
                thumb_media_id="T",
                title="曲",
                description="词",
            ),
        ),
        (
            "send_articles",
            [[ARTICLE]],
            Content(
                kind=ContentKind.NEWS,
                articles=[
                    Article(
                        title="新茶",
                        description="到店",
                        url=ARTICLE["url"],
                        picture_url=ARTICLE["image"],
                    )
                ],
            ),
        ),
        ("send_articles", ["M4"], Content(kind=ContentKind.MPNEWS, media_id="M4")),
        (
            "send_link",
            [ARTICLE],
            Content(
                kind=ContentKind.LINK,
                title="新茶",
                description="到店",
                url=ARTICLE["url"],
                picture_url=ARTICLE["image"],
            ),
        ),
        (
            "send_mini_program_page",
            [PAGE],
            Content(
                kind=ContentKind.MINIPROGRAMPAGE,
                title="点单",
                appid=PAGE["appid"],
                pagepath="order",
                thumb_media_id="T",
            ),
        ),
        (
            "send_msg_menu",
            [MENU],
            Content(
                kind=ContentKind.MSGMENU,
                text="满意吗？",
                tail="欢迎再来",
                choices=[
                    Choice(choice_id="101", text="满意"),
                    Choice(choice_id="102", text="不满意"),
                ],
            ),
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_every_type_arrives_as_it_was_sent(
    account: Account, world: World, method: str, arguments: list[Any], content: Content
) -> None:
    lin, openid = await follower(world, account.channel)
    await tell(world, lin, account.channel, "在吗")
    send = getattr(account.sdk.message, method)
    assert (await account.call(send, openid, *arguments))["errcode"] == 0
    assert await newest(world, lin, account) == content
    (notice,) = await inbox(world, lin)
    assert notice.fields["content_kind"] == content.kind.value


@pytest.mark.parametrize(
    ("kind", "content", "more"),
    [
        ("image", picture("PNG"), []),
        ("voice", amr(2), []),
        ("video", MP4, ["片", "说明"]),
    ],
)
async def test_a_medium_arrives_as_its_file(
    media_account: Account, world: World, kind: str, content: bytes, more: list[str]
) -> None:
    account = media_account
    lin, openid = await follower(world, account.channel)
    told = await account.call(account.sdk.media.upload, kind, named(content))
    send = getattr(account.sdk.message, f"send_{kind}")
    await account.call(send, openid, told["media_id"], *more)
    found = await newest(world, lin, account)
    assert (found.kind.value, found.media_id) == (kind, told["media_id"])
    assert [found.title, found.description] == (more or ["", ""])
    if kind != "voice":  # which only the account's program loads
        assert (await fetch(account, f"/files/{found.file}")).content == content
    assert await account.refused(send, openid, "no-such-medium") == 40007
    other = account.sdk.message.send_voice if kind == "image" else account.sdk.message.send_image
    assert await account.refused(other, openid, told["media_id"]) == 40007


async def refused(account: Account, openid: str, **changed: Any) -> int:  # noqa: ANN401 - any field
    body = {"touser": openid, "msgtype": "text", "text": {"content": "您好"}} | changed
    token = account.sdk.access_token
    told = await account.post("/cgi-bin/message/custom/send", body, access_token=token)
    errcode: int = told["errcode"]
    return errcode


async def test_what_is_wrong_with_a_message_is_named(account: Account, world: World) -> None:
    lin, openid = await follower(world, account.channel)
    await account.call(account.sdk.fetch_access_token)
    two = {"msgtype": "news", "news": {"articles": [{"title": "一"}, {"title": "二"}]}}
    wanted: list[tuple[dict[str, Any], int]] = [
        ({"touser": "o" * 28}, 40003),
        ({"touser": ""}, 40003),
        ({"msgtype": "postcard"}, 40008),
        ({"msgtype": "location"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"text": {"content": "茶" * 683}}, 45002),
        ({"msgtype": "image", "image": {}}, 40007),
        ({"msgtype": "mpnewsarticle", "mpnewsarticle": {}}, 40007),
        (two, 45008),
        ({"msgtype": "news"}, 44003),
        ({"msgtype": "msgmenu"}, 40097),
        ({"msgtype": "wxcard"}, 41012),
        ({"msgtype": "wxcard", "wxcard": {"card_id": "pnothing"}}, 40073),
        ({"msgtype": "miniprogrampage"}, 40166),
        ({"customservice": {"kf_account": "nobody@gh"}}, 65401),
        ({"text": "no object"}, 40035),
    ]
    for changed, errcode in wanted:
        assert await refused(account, openid, **changed) == errcode, changed
    assert await inbox(world, lin) == []
    article = {"msgtype": "mpnewsarticle", "mpnewsarticle": {"article_id": "A1"}}
    assert await refused(account, openid, **article) == 0
    assert await newest(world, lin, account) == Content(
        kind=ContentKind.MPNEWSARTICLE, article_id="A1"
    )


async def test_credits_end_over_the_wire(account: Account, world: World) -> None:
    lin, openid = await follower(world, account.channel)
    await account.call(account.sdk.fetch_access_token)
    assert [await refused(account, openid) for _ in range(4)] == [0, 0, 0, 45047]
    await world.advance(timedelta(minutes=1))
    assert await refused(account, openid) == 45015
    await tell(world, lin, account.channel, "在吗")
    assert [await refused(account, openid) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    await world.office.run(unfollow, Unfollow(channel_id=account.channel.channel_id), lin)
    with pytest.raises(WeChatClientException) as told:
        await account.call(account.sdk.message.send_text, openid, "您好")
    assert told.value.errcode == 45015


async def test_typing_over_the_wire(account: Account, world: World) -> None:
    lin, openid = await follower(world, account.channel)
    await account.call(account.sdk.fetch_access_token)

    async def show(command: str) -> int:
        body = {"touser": openid, "command": command}
        token = account.sdk.access_token
        told = await account.post("/cgi-bin/message/custom/typing", body, access_token=token)
        errcode: int = told["errcode"]
        return errcode

    assert await show("Typing") == 45080
    await tell(world, lin, account.channel, "在吗")
    assert [await show(one) for one in ("Sleeping", "Typing", "Typing")] == [45072, 0, 45081]
    assert (await my_talk(world, lin, account.channel)).is_typing
    assert await show("CancelTyping") == 0
    assert not (await my_talk(world, lin, account.channel)).is_typing


async def test_rules_are_told_over_the_wire(account: Account, world: World) -> None:
    told = await account.call(account.sdk.message.get_autoreply_info)
    assert told == {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}
    own: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "channel_id": account.channel.channel_id,
    }
    await world.office.run(change_channel, ChangeChannel(**own, welcome_text="欢迎"), world.owner)
    news = Content(kind=ContentKind.NEWS, articles=[Article(title="新茶", url="https://a.example")])
    image = Content(kind=ContentKind.IMAGE, media_id="M1")
    keywords = [Keyword(text="茶"), Keyword(text="新茶", is_exact=True)]
    await world.office.run(
        add_rule,
        AddRule(
            **own,
            name="茶",
            keywords=keywords,
            mode=ReplyMode.ONE,
            replies=[text("有"), news, image],
        ),
        world.owner,
    )
    await world.office.run(
        add_rule,
        AddRule(**own, kind=RuleKind.DEFAULT, name="默认", replies=[text("您好")]),
        world.owner,
    )
    await account.call(account.sdk.fetch_access_token)
    told = await account.call(account.sdk.message.get_autoreply_info)
    assert told["add_friend_autoreply_info"] == {"type": "text", "content": "欢迎"}
    assert told["message_default_autoreply_info"] == {"type": "text", "content": "您好"}
    (rule,) = told["keyword_autoreply_info"]["list"]
    assert (rule["rule_name"], rule["reply_mode"]) == ("茶", "random_one")
    assert [one["match_mode"] for one in rule["keyword_list_info"]] == ["contain", "equal"]
    assert [one["type"] for one in rule["reply_list_info"]] == ["text", "news", "img"]
    listed = rule["reply_list_info"][1]["news_info"]["list"]
    assert listed[0]["content_url"] == "https://a.example"
