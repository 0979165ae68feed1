"""Accounts that act through another one by WeChat's protocol, over loopback: both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import requests

from banyan.base.clock import Clock
from banyan.base.errors import NotFound
from banyan.books.actor import SYSTEM
from banyan.outside.wechat import Gateway, Runner, TryAgain
from banyan.outside.wechat.gateway import Answer
from banyan.reach.broadcasts import ContentKind as ManyKind
from banyan.reach.broadcasts import ListMessages, SendMessage, list_messages, send_message
from banyan.reach.channels import (
    ButtonKind,
    ChangeChannel,
    ListFollowers,
    MenuButton,
    ReadChannel,
    SetMenu,
    Unfollow,
    change_channel,
    list_followers,
    read_channel,
    set_menu,
    unfollow,
)
from banyan.reach.labels import (
    BlockFollowers,
    CreateTag,
    DeleteTag,
    RenameTag,
    TagFollowers,
    UntagFollowers,
    block_followers,
    create_tag,
    delete_tag,
    rename_tag,
    tag_followers,
    untag_followers,
)
from banyan.reach.media import AddMedia, MediaKind, add_media
from banyan.reach.pushes import PushMode
from banyan.reach.remotes import (
    DisconnectRemote,
    ErrandKind,
    ErrandState,
    RemoteState,
    RetryErrand,
    TakeErrands,
    disconnect_remote,
    retry_errand,
    take_errands,
)
from banyan.reach.scenes import CreateSceneCode, FollowByScene, create_scene_code, follow_by_scene
from banyan.reach.talks import (
    AddRule,
    Content,
    ContentKind,
    ListTalks,
    RuleKind,
    WriteTo,
    add_rule,
    list_talks,
    write_to,
)
from banyan.reach.templates import (
    SendTemplate,
    TakeTemplate,
    Value,
    send_template,
    take_template,
)
from banyan.wire.wechat import sign
from tests.doors.wechat.test_media import open_media_account, picture
from tests.kit.acting import Acting, open_acting
from tests.kit.followers import add_followers
from tests.kit.loyalty import inbox
from tests.kit.talks import tell, text
from tests.kit.world import World


@pytest_asyncio.fixture
async def acting(world: World, tmp_path: Path) -> AsyncIterator[Acting]:
    """An account here and one there, not yet connected."""
    async with (
        open_media_account(world, tmp_path) as there,
        open_acting(world, there, tmp_path) as opened,
    ):
        yield opened


LINK = "https://tea.example/orders/1"


async def here_openids(acting: Acting) -> list[str]:
    query = ListFollowers(**acting.own, limit=100)
    return [
        one.openid for one in (await acting.world.office.run(list_followers, query, SYSTEM)).items
    ]


async def tags_there(acting: Acting, openid: str) -> list[str]:
    tag = acting.there.sdk.tag
    names = {one["id"]: one["name"] for one in await acting.there.call(tag.get)}
    return [names[one] for one in await acting.there.call(tag.get_user_tag, openid)]


async def test_both_learn_what_the_other_has(acting: Acting, world: World) -> None:
    there = acting.there
    openids = await add_followers(world, there, 130)
    await there.call(there.sdk.tag.create, "老客")
    await there.call(there.sdk.user.update_remark, openids[0], "林小姐")
    tag = await world.office.run(create_tag, CreateTag(**acting.own, name="新客"), SYSTEM)
    button = MenuButton(name="点单", kind=ButtonKind.VIEW, url="/home")
    await world.office.run(set_menu, SetMenu(**acting.own, buttons=[button]), SYSTEM)
    found = await acting.connect()
    assert found.remote is not None
    assert found.remote.state is RemoteState.ACTING
    read = await world.office.run(read_channel, ReadChannel(**acting.own), SYSTEM)
    assert read.followers_count == 130
    assert await here_openids(acting) == openids[:100]
    names = {one["name"] for one in await there.call(there.sdk.tag.get)}
    assert {"老客", "新客"} <= names
    menu = await there.call(there.sdk.menu.get)
    (shown,) = menu["menu"]["button"]
    assert shown["url"] == f"{there.url}/enter/{acting.here.channel_id:d}?next=/home"
    assert await acting.errands(ErrandState.FAILED) == []
    await world.office.run(
        tag_followers,
        TagFollowers(**acting.own, tag_id=tag.tag_id, openids=openids[:60]),
        SYSTEM,
    )
    await acting.settle()
    assert await tags_there(acting, openids[0]) == ["新客"]
    assert await tags_there(acting, openids[60]) == []


async def test_a_wrong_secret_is_refused_until_it_is_right(acting: Acting) -> None:
    found = await acting.connect(secret="0" * 32)
    assert found.remote is not None
    assert (found.remote.state, found.remote.errcode) == (RemoteState.REFUSED, 40125)
    found = await acting.connect()
    assert found.remote is not None
    assert found.remote.state is RemoteState.ACTING


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
async def test_who_follows_there_follows_here(acting: Acting, world: World, mode: str) -> None:
    welcome = ChangeChannel(**acting.own, welcome_text="欢迎光临")
    await world.office.run(change_channel, welcome, SYSTEM)
    await acting.connect()
    await acting.listen(PushMode(mode))
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    told = await acting.there.call(acting.there.sdk.user.get, openid)
    assert told["subscribe"] == 1
    assert await acting.heard(lin) == ["欢迎光临"]
    leave = Unfollow(channel_id=acting.there.channel.channel_id)
    await world.office.run(unfollow, leave, lin)
    await acting.settle()
    assert await here_openids(acting) == []


async def test_rules_here_answer_what_is_said_there(acting: Acting, world: World) -> None:
    rule = AddRule(**acting.own, kind=RuleKind.DEFAULT, name="都答", replies=[text("马上就来")])
    await world.office.run(add_rule, rule, SYSTEM)
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    await tell(world, lin, acting.there.channel, "有龙井吗")
    await acting.settle()
    assert await acting.heard(lin) == ["马上就来"]
    talks = await world.office.run(list_talks, ListTalks(**acting.own), SYSTEM)
    (talk,) = talks.items
    assert talk.last_text == "马上就来"


async def test_what_is_written_here_arrives_there(acting: Acting, world: World) -> None:
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    await tell(world, lin, acting.there.channel, "在吗")
    await acting.settle()
    own = {**acting.own, "openid": openid}
    uploaded = await upload_here(acting)
    contents = [
        text("在的"),
        Content(kind=ContentKind.IMAGE, media_id=uploaded),
        Content(kind=ContentKind.IMAGE, media_id=uploaded),
    ]
    for content in contents:
        await world.office.run(write_to, WriteTo(**own, content=content), SYSTEM)
    await acting.settle()
    notices = [
        one for one in await inbox(world, lin) if one.channel_id == acting.there.channel.channel_id
    ]
    kinds = [one.fields.get("content_kind") for one in notices]
    assert sorted(str(one) for one in kinds if one) == ["image", "image", "text"]
    assert await acting.errands(ErrandState.FAILED) == []
    counts = await acting.there.call(acting.there.sdk.material.get_count)
    assert counts["image_count"] == 0


async def upload_here(acting: Acting) -> str:
    """A picture of the account here."""
    content = picture("PNG")
    command = AddMedia(**acting.own, kind=MediaKind.IMAGE, name="tea.png", content=content)
    item = await acting.world.office.run(add_media, command, SYSTEM)
    return item.media_id


async def test_a_code_made_here_is_scanned_there(acting: Acting, world: World) -> None:
    await acting.connect()
    await acting.listen()
    command = CreateSceneCode(**acting.own, text="door-1", name="大门")
    code = await world.office.run(create_scene_code, command, SYSTEM)
    await acting.settle()
    (errand,) = [one for one in await acting.errands() if one.kind is ErrandKind.CREATE_CODE]
    assert errand.state is ErrandState.DONE
    # At WeChat somebody scans the code that WeChat drew, and follows by it.
    told = await acting.there.call(
        acting.there.sdk.qrcode.create,
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "door-1"}}},
    )
    lin = await world.person("lin")
    token = told["url"].rpartition("/")[2]
    await world.office.run(follow_by_scene, FollowByScene(token=token), lin)
    await acting.settle()
    page = await world.office.run(list_followers, ListFollowers(**acting.own), SYSTEM)
    (follower,) = page.items
    assert (follower.scene, int(follower.code_id)) == ("door-1", int(code.code_id))


async def test_template_messages_are_sent_there(acting: Acting, world: World) -> None:
    there = acting.there
    await there.call(there.sdk.template.set_industry, 10, 31)
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    template = await world.office.run(
        take_template, TakeTemplate(**acting.own, short_id="TM00015"), SYSTEM
    )
    values = {"first": Value(value="已收到"), "orderMoneySum": Value(value="30.5")}
    sending = SendTemplate(
        **acting.own, openid=openid, template_id=template.template_id, values=values, link=LINK
    )
    await world.office.run(send_template, sending, SYSTEM)
    await acting.settle_waiting()
    assert await acting.errands(ErrandState.FAILED) == []
    arrived = [one for one in await inbox(world, lin) if one.kind == "templates.message"]
    assert [int(one.channel_id) for one in arrived] == [int(there.channel.channel_id)]
    assert "已收到" in arrived[0].body
    assert arrived[0].link == LINK
    block = BlockFollowers(
        merchant_id=world.merchant_id, channel_id=there.channel.channel_id, openids=[openid]
    )
    await world.office.run(block_followers, block, SYSTEM)
    await world.office.run(send_template, sending, SYSTEM)
    await acting.settle()
    (refused,) = await acting.errands(ErrandState.FAILED)
    assert (refused.kind, refused.errcode) == (ErrandKind.SEND_TEMPLATE, 43019)


@pytest.mark.parametrize("audience", ["all", "tag", "list"])
async def test_messages_to_many_are_sent_there(acting: Acting, world: World, audience: str) -> None:
    await acting.connect()
    await acting.listen()
    for name in ("lin", "wu", "chen"):
        await acting.come(name)
    openids = await here_openids(acting)
    changes: dict[str, Any] = {}
    wanted = 3
    if audience == "tag":
        tag = await world.office.run(create_tag, CreateTag(**acting.own, name="常客"), SYSTEM)
        named_tag = TagFollowers(**acting.own, tag_id=tag.tag_id, openids=openids[:1])
        await world.office.run(tag_followers, named_tag, SYSTEM)
        await acting.settle()
        changes, wanted = {"tag_id": tag.tag_id}, 1
    elif audience == "list":
        changes, wanted = {"openids": openids[:2]}, 2
    content: dict[str, Any] = {"kind": ManyKind.TEXT, "body": "新茶上市"}
    sending = SendMessage(**acting.own, **content, **changes)
    await world.office.run(send_message, sending, SYSTEM)
    await acting.settle_waiting()
    assert await acting.errands(ErrandState.FAILED) == []
    there = ListMessages(merchant_id=world.merchant_id, channel_id=acting.there.channel.channel_id)
    (report,) = (await world.office.run(list_messages, there, SYSTEM)).items
    assert report.message.content.body == "新茶上市"
    assert report.results["delivered"] == wanted


async def test_tags_stay_the_same(acting: Acting, world: World) -> None:
    await acting.connect()
    await acting.listen()
    await acting.come("lin")
    (openid,) = await here_openids(acting)
    tag = await world.office.run(create_tag, CreateTag(**acting.own, name="常客"), SYSTEM)
    named_tag = {**acting.own, "tag_id": tag.tag_id}
    await world.office.run(tag_followers, TagFollowers(**named_tag, openids=[openid]), SYSTEM)
    await acting.settle()
    assert await tags_there(acting, openid) == ["常客"]
    await world.office.run(rename_tag, RenameTag(**named_tag, name="贵客"), SYSTEM)
    await acting.settle()
    assert await tags_there(acting, openid) == ["贵客"]
    await world.office.run(untag_followers, UntagFollowers(**named_tag, openids=[openid]), SYSTEM)
    await acting.settle()
    assert await tags_there(acting, openid) == []
    await world.office.run(delete_tag, DeleteTag(**named_tag), SYSTEM)
    await acting.settle()
    names = {one["name"] for one in await acting.there.call(acting.there.sdk.tag.get)}
    assert "贵客" not in names


async def test_what_is_told_twice_happens_once_and_what_is_forged_never(
    acting: Acting, world: World
) -> None:
    rule = AddRule(**acting.own, kind=RuleKind.DEFAULT, name="都答", replies=[text("好")])
    await world.office.run(add_rule, rule, SYSTEM)
    found = await acting.connect()
    url = acting.there.url + found.path
    body = (
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>o123456789012345678901234567</FromUserName>"
        "<CreateTime>1700000000</CreateTime><MsgType>{kind}</MsgType>{rest}</xml>"
    )
    subscribe = body.format(kind="event", rest="<Event>subscribe</Event>")
    words = body.format(kind="text", rest="<Content>hi</Content><MsgId>77</MsgId>")
    query = signed(found.token)
    for told in (subscribe, subscribe, words, words, words):
        answer = await post(url, told, query)
        assert (answer.status_code, answer.text) == (200, "success")
    await asyncio.gather(*(post(url, words, query) for _ in range(8)))
    await world.settle()
    assert await here_openids(acting) == ["o123456789012345678901234567"]
    writing = [one for one in await acting.errands() if one.kind is ErrandKind.WRITE]
    assert len(writing) == 1
    forged = await post(url, words, query | {"signature": "0" * 40})
    assert forged.status_code == 403
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><xml><FromUserName>&b;</FromUserName></xml>'
    for bad in ("", "<xml>", bomb, "<xml><MsgType>text</MsgType></xml>", "\x00" * 100):
        assert (await post(url, bad, query)).status_code == 403
    odd = body.format(kind="location", rest="<Location_X>north</Location_X><MsgId>9</MsgId>")
    assert (await post(url, odd, query)).status_code == 403
    huge = await post(url, "<xml>" + "a" * 70_000 + "</xml>", query)
    assert huge.status_code == 413
    nobody = words.replace("o123456789012345678901234567", "o" * 5_000).replace("77", "78")
    assert (await post(url, nobody, query)).status_code == 403
    for path in ("/remotes/1", "/remotes/x", f"/remotes/{2**70}"):
        assert (await post(acting.there.url + path, words, query)).status_code == 404


def signed(token: str) -> dict[str, str]:
    """A query that WeChat would send."""
    return {"timestamp": "1", "nonce": "2", "signature": sign(token, "1", "2")}


async def post(url: str, body: str, query: dict[str, str]) -> requests.Response:
    return await asyncio.to_thread(requests.post, url, data=body.encode(), params=query, timeout=30)


async def test_what_cannot_be_reached_is_asked_again(acting: Acting, world: World) -> None:
    await acting.connect()
    nowhere = Gateway("http://127.0.0.1:9", acting.there.url, world.office.clock.now)
    runner = Runner(world.office, nowhere, acting.runner._files)
    await world.office.run(create_tag, CreateTag(**acting.own, name="新客"), SYSTEM)
    await world.settle()
    assert await runner.run_waiting() == 1
    (waiting,) = await acting.errands(ErrandState.WAITING)
    assert (waiting.tries, waiting.errcode) == (1, 0)
    assert waiting.why.startswith("unreachable")
    await acting.settle_waiting()
    names = {one["name"] for one in await acting.there.call(acting.there.sdk.tag.get)}
    assert "新客" in names


async def test_words_that_may_have_arrived_are_not_said_twice(
    acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    run = Gateway.run

    def cut_off(self: Gateway, *arguments: object) -> Answer:
        run(self, *arguments)  # type: ignore[arg-type]
        raise TryAgain("ReadTimeout", is_doubtful=True)

    with monkeypatch.context() as patched:
        patched.setattr(Gateway, "run", cut_off)
        command = WriteTo(**acting.own, openid=openid, content=text("茶好了"))
        await world.office.run(write_to, command, SYSTEM)
        await acting.settle()
    await acting.settle()
    assert await acting.heard(lin) == ["茶好了"]
    (failed,) = await acting.errands(ErrandState.FAILED)
    again = RetryErrand(**acting.own, errand_id=failed.errand_id)
    await world.office.run(retry_errand, again, SYSTEM)
    await acting.settle()
    assert await acting.heard(lin) == ["茶好了", "茶好了"]


async def test_several_runners_do_each_errand_once(acting: Acting, world: World) -> None:
    await acting.connect()
    await acting.listen()
    people = [await acting.come(name) for name in ("lin", "wu", "chen")]
    for openid in await here_openids(acting):
        for number in range(3):
            command = WriteTo(**acting.own, openid=openid, content=text(f"第{number}杯"))
            await world.office.run(write_to, command, SYSTEM)
    await world.settle()
    runners = [Runner(world.office, acting.gateway, acting.runner._files) for _ in range(4)]
    tries = await asyncio.gather(*(one.run_waiting() for one in runners))
    await acting.settle()
    assert sum(tries) <= 9
    for person in people:
        assert await acting.heard(person) == ["第0杯", "第1杯", "第2杯"]


async def test_after_disconnecting_nothing_is_asked(acting: Acting, world: World) -> None:
    await acting.connect()
    await acting.listen()
    await acting.come("lin")
    found = await acting.read()
    await world.office.run(disconnect_remote, DisconnectRemote(**acting.own), SYSTEM)
    with pytest.raises(NotFound):
        await world.office.run(disconnect_remote, DisconnectRemote(**acting.own), SYSTEM)
    before = len(await acting.errands())
    await world.office.run(create_tag, CreateTag(**acting.own, name="新客"), SYSTEM)
    await acting.settle()
    assert len(await acting.errands()) == before
    answer = await post(acting.there.url + found.path, "<xml></xml>", signed(found.token))
    assert answer.status_code == 404
    assert len(await here_openids(acting)) == 1


async def test_who_was_known_is_known_again_after_connecting_anew(
    acting: Acting, world: World
) -> None:
    rule = AddRule(**acting.own, kind=RuleKind.DEFAULT, name="都答", replies=[text("马上就来")])
    await world.office.run(add_rule, rule, SYSTEM)
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    await world.office.run(disconnect_remote, DisconnectRemote(**acting.own), SYSTEM)
    openids = await here_openids(acting)
    found = await acting.connect()
    assert found.remote is not None
    assert found.remote.state is RemoteState.ACTING
    assert await acting.errands(ErrandState.WAITING) == []
    assert await here_openids(acting) == openids
    await acting.listen()
    await tell(world, lin, acting.there.channel, "还在吗")
    await acting.settle()
    assert await acting.heard(lin) == ["马上就来"]


async def test_words_are_not_said_again_by_whoever_follows_one_that_was_killed(
    acting: Acting, world: World
) -> None:
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    command = WriteTo(**acting.own, openid=openid, content=text("茶好了"))
    await world.office.run(write_to, command, SYSTEM)
    await world.settle()
    now = Clock().now()
    take = TakeErrands(at=now, until=now, limit=10)
    (ready,) = (await world.office.run(take_errands, take, SYSTEM)).items
    await asyncio.to_thread(acting.gateway.run, ready, {})
    await acting.settle()
    assert await acting.heard(lin) == ["茶好了"]
    (failed,) = await acting.errands(ErrandState.FAILED)
    assert failed.why.startswith("cut off")


async def test_what_fails_in_our_own_hands_is_given_up(
    acting: Acting, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acting.connect()
    await acting.listen()
    lin = await acting.come("lin")
    (openid,) = await here_openids(acting)
    run = Gateway.run

    def stumble(self: Gateway, *arguments: object) -> Answer:
        run(self, *arguments)  # type: ignore[arg-type]
        raise TypeError("what came back was no object")

    with monkeypatch.context() as patched:
        patched.setattr(Gateway, "run", stumble)
        command = WriteTo(**acting.own, openid=openid, content=text("茶好了"))
        await world.office.run(write_to, command, SYSTEM)
        await acting.settle()
    (failed,) = await acting.errands(ErrandState.FAILED)
    assert (failed.kind, failed.why) == (ErrandKind.WRITE, "a mistake of ours: TypeError")
    await acting.settle()
    assert await acting.heard(lin) == ["茶好了"]


async def test_errands_are_forgotten_after_a_month(acting: Acting, world: World) -> None:
    await acting.connect()
    assert await acting.errands()
    await world.advance(timedelta(days=31))
    assert await acting.errands() == []
