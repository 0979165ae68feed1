"""The service desk over the wire: agents, sessions with people, and records."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wechatpy.exceptions import WeChatClientException

from banyan.reach.notices import Notice
from banyan.reach.pushes import PORTS, Push, PushId, PushKind, PushState, Reply, ReplyKind
from banyan.reach.talks import ChangeAgent, change_agent
from tests.doors.wechat.test_media import fetch, named, open_media_account, picture
from tests.kit.loyalty import inbox
from tests.kit.pages import open_browser
from tests.kit.talks import follower, my_talk, tell
from tests.kit.wechat import Account
from tests.kit.world import World


async def errcode_of(call: Awaitable[Any]) -> int:
    with pytest.raises(WeChatClientException) as told:
        await call
    errcode: int = told.value.errcode
    return errcode


async def test_agents_are_added_renamed_and_removed(account: Account, world: World) -> None:
    desk = account.sdk.customservice
    anna = f"anna@{account.channel.original_id}"
    await account.call(desk.add_account, anna, "安娜", "secret")
    (agent,) = await account.call(desk.get_accounts)
    assert (agent["kf_account"], agent["kf_nick"], agent["kf_id"]) == (anna, "安娜", "1001")
    assert {"kf_headimgurl", "kf_headimg"} <= agent.keys()
    await account.call(desk.update_account, anna, "小安", "secret")
    (online,) = await account.call(desk.get_online_accounts)
    assert (online["kf_account"], online["status"], online["accepted_case"]) == (anna, 1, 0)
    token = account.sdk.access_token
    again = await account.get("/customservice/getkflist", access_token=token)
    assert again["kf_list"][0]["kf_nick"] == "小安"
    assert await errcode_of(account.call(desk.add_account, anna, "安娜", "x")) == 61453
    assert await errcode_of(account.call(desk.add_account, "anna", "安娜", "x")) == 61452
    assert await errcode_of(account.call(desk.add_account, "a" * 11 + "@gh", "x", "x")) == 61454
    assert await errcode_of(account.call(desk.add_account, "安@gh", "x", "x")) == 61455
    assert await errcode_of(account.call(desk.add_account, "b@gh", "", "x")) == 65403
    assert await errcode_of(account.call(desk.update_account, "b@gh", "x", "x")) == 61452
    for number in range(9):
        await account.call(desk.add_account, f"a{number}@gh", "x", "x")
    assert await errcode_of(account.call(desk.add_account, "z@gh", "x", "x")) == 61456
    await account.call(desk.delete_account, anna)
    assert await errcode_of(account.call(desk.delete_account, anna)) == 61452
    path = "/customservice/kfaccount/del"
    told = await account.post(path, {}, access_token=token, kf_account="a0@gh")
    assert told == {"errcode": 0, "errmsg": "ok"}
    assert len(await account.call(desk.get_accounts)) == 8
    change = ChangeAgent(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        handle="a1@gh",
        is_on_duty=False,
    )
    await world.office.run(change_agent, change, world.owner)
    assert len(await account.call(desk.get_online_accounts)) == 7


async def test_people_are_invited_to_be_agents(account: Account, world: World) -> None:
    desk = account.sdk.customservice
    path = "/customservice/kfaccount/inviteworker"
    handles = [f"{name}@gh" for name in ("anna", "ben", "cleo")]
    for handle in handles:
        await account.call(desk.add_account, handle, "安娜", "secret")
    _, lin = await follower(world, account.channel)
    _, wu = await follower(world, account.channel, "wu")

    async def invite(handle: str, openid: str) -> int:
        body = {"kf_account": handle, "invite_wx": openid}
        told = await account.post(path, body, access_token=account.sdk.access_token)
        errcode: int = told["errcode"]
        return errcode

    async def read(number: int) -> dict[str, Any]:
        found: dict[str, Any] = (await account.call(desk.get_accounts))[number]
        return found

    assert await invite("anna@gh", lin) == 0
    waiting = await read(0)
    assert (waiting["invite_wx"], waiting["invite_status"]) == (lin, "waiting")
    assert await invite("anna@gh", wu) == 65411
    assert await invite("ben@gh", lin) == 65408
    assert await invite("ben@gh", "o" * 28) == 65409
    assert await invite("zoe@gh", wu) == 61452
    async with open_browser(world, "wu") as phone:
        link = find_invitation((await inbox(world, await world.person("lin")))[0])
        await phone.open(link, status=404)
    async with open_browser(world, "lin") as phone:
        await phone.open(f"/inbox/{account.channel.channel_id:d}")
        assert "邀请你成为本公众号的客服" in phone.words
        await phone.open(link)
        assert account.channel.name in phone.words
        await phone.send(link, answer="yes")
        assert "你已成为该公众号的客服" in phone.words
        await phone.send(link, answer="no")
        assert "该邀请已失效" in phone.page.text
    bound = await read(0)
    assert bound["kf_wx"] == lin
    assert "invite_status" not in bound
    assert await invite("anna@gh", wu) == 65412
    assert await invite("ben@gh", lin) == 65407

    assert await invite("ben@gh", wu) == 0
    async with open_browser(world, "wu") as phone:
        link = find_invitation((await inbox(world, await world.person("wu")))[0])
        await phone.send(link, answer="no")
    assert (await read(1))["invite_status"] == "rejected"
    assert await invite("cleo@gh", wu) == 0
    await world.advance(timedelta(hours=24))
    await account.call(account.sdk.fetch_access_token)
    assert (await read(2))["invite_status"] == "expired"
    assert await invite("ben@gh", wu) == 0


def find_invitation(notice: Notice) -> str:
    assert notice.kind == "talks.invited"
    return notice.link


async def test_an_agent_has_a_picture(world: World, tmp_path: Path) -> None:
    async with open_media_account(world, tmp_path) as account:
        desk = account.sdk.customservice
        await account.call(desk.add_account, "anna@gh", "安娜", "secret")
        await account.call(desk.upload_headimg, "anna@gh", named(picture("JPEG"), "a.jpg"))
        (agent,) = await account.call(desk.get_accounts)
        assert (await fetch(account, agent["kf_headimgurl"])).content == picture("JPEG")
        wrong = named(b"no picture at all", "a.jpg")
        assert await account.refused(desk.upload_headimg, "anna@gh", wrong) == 61457
        other = named(picture("PNG"), "a.png")
        assert await account.refused(desk.upload_headimg, "ben@gh", other) == 61452


async def test_sessions_open_and_close(account: Account, world: World) -> None:
    desk = account.sdk.customservice
    lin, openid = await follower(world, account.channel)
    for name in ("anna", "ben"):
        await account.call(desk.add_account, f"{name}@gh", name, "secret")
    assert (await account.call(desk.get_session, openid))["kf_account"] == ""
    assert await errcode_of(account.call(desk.create_session, openid, "cleo@gh")) == 65401
    assert await errcode_of(account.call(desk.create_session, "o" * 28, "anna@gh")) == 40003
    await account.call(desk.create_session, openid, "anna@gh", "附言")
    session = await account.call(desk.get_session, openid)
    assert session["kf_account"] == "anna@gh"
    assert abs(session["createtime"] - world.now.timestamp()) < 60
    assert await account.call(desk.get_session_list, "anna@gh") == [
        {"openid": openid, "createtime": session["createtime"]}
    ]
    assert await account.call(desk.get_session_list, "ben@gh") == []
    assert await errcode_of(account.call(desk.get_session_list, "cleo@gh")) == 65401
    assert await errcode_of(account.call(desk.create_session, openid, "ben@gh")) == 65414
    assert await errcode_of(account.call(desk.close_session, openid, "ben@gh")) == 65414
    assert (await my_talk(world, lin, account.channel)).attended_by == "anna"
    await account.call(desk.close_session, openid, "anna@gh")
    assert await errcode_of(account.call(desk.close_session, openid, "anna@gh")) == 65413
    change = ChangeAgent(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        handle="ben@gh",
        is_on_duty=False,
    )
    await world.office.run(change_agent, change, world.owner)
    assert await errcode_of(account.call(desk.create_session, openid, "ben@gh")) == 65415


async def test_who_was_passed_on_waits(account: Account, world: World) -> None:
    desk = account.sdk.customservice
    lin, openid = await follower(world, account.channel)
    assert (await account.call(desk.get_wait_case))["count"] == 0
    push = Push(
        channel_id=account.channel.channel_id,
        push_id=PushId(1),
        person_id=PushId(lin.person_id),
        openid=openid,
        kind=PushKind.TEXT,
        fields={},
        state=PushState.WAITING,
        created_at=world.now,
    )
    transfer = Reply(kind=ReplyKind.TRANSFER, kf_account="nobody@gh")
    async with world.office.begin() as work:
        await PORTS.taker.take_reply(work, account.channel, push, transfer)
    told = await account.call(desk.get_wait_case)
    assert told["count"] == 1
    assert told["waitcaselist"][0]["openid"] == openid
    await account.call(desk.add_account, "anna@gh", "anna", "secret")
    await account.call(desk.create_session, openid, "anna@gh")
    assert (await account.call(desk.get_wait_case))["count"] == 0
    assert (await world.events()).count("talks.waits") == 1


async def test_records_of_what_was_said(account: Account, world: World) -> None:
    desk = account.sdk.customservice
    lin, openid = await follower(world, account.channel)
    await tell(world, lin, account.channel, "没有人听")
    await account.call(desk.add_account, "anna@gh", "anna", "secret")
    await account.call(desk.create_session, openid, "anna@gh")
    await tell(world, lin, account.channel, "有位子吗")
    await account.call(account.sdk.message.send_text, openid, "有的", "anna@gh")
    await account.call(account.sdk.message.send_text, openid, "程序说的")
    start, end = world.now - timedelta(hours=1), world.now + timedelta(hours=1)
    span = (int(start.timestamp()), int(end.timestamp()))

    async def read(start: int, end: int, msgid: int = 1, number: int = 10_000) -> Any:  # noqa: ANN401 - JSON
        body = {"starttime": start, "endtime": end, "msgid": msgid, "number": number}
        token = account.sdk.access_token
        path = "/customservice/msgrecord/getmsglist"
        return await account.post(path, body, access_token=token)

    told = await account.call(desk.get_records, *span)
    records = [(one["opercode"], one["worker"], one["text"]) for one in told["recordlist"]]
    assert records == [(2003, "anna@gh", "有位子吗"), (2002, "anna@gh", "有的")]
    assert told["number"] == 2
    first = await read(*span, number=1)
    second = await read(*span, msgid=first["msgid"])
    assert [one["text"] for one in second["recordlist"]] == ["有的"]
    assert (await read(span[0], span[0] + 90_000))["errcode"] == 65417
    assert (await read(span[1], span[0]))["errcode"] == 65416
    assert (await read(*span, number=0))["errcode"] == 65416
    body = {
        "starttime": span[0],
        "endtime": span[1],
        "openid": openid,
        "pagesize": 1,
        "pageindex": 2,
    }
    token = account.sdk.access_token
    old = await account.post("/customservice/msgrecord/getrecord", body, access_token=token)
    assert [one["text"] for one in old["recordlist"]] == ["有的"]
