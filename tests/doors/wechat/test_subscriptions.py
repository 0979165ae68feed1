"""Subscription messages over the wire and on the phone: wanted first, then sent, once each."""

from __future__ import annotations

from typing import Any

from banyan.reach.templates import Subscribe, TakeSubscription, subscribe, take_subscription
from tests.kit.loyalty import inbox
from tests.kit.pages import open_browser
from tests.kit.receiver import open_line
from tests.kit.talks import follower
from tests.kit.wechat import Account
from tests.kit.world import World

NEW = "/wxaapi/newtmpl/"


async def take(account: Account, number: int = 1001, kids: list[int] | None = None) -> Any:  # noqa: ANN401 - JSON
    """Take a form of the library."""
    await account.call(account.sdk.fetch_access_token)
    body = {"tid": str(number), "kidList": kids or [1, 2], "sceneDesc": "餐好了"}
    return await account.post(f"{NEW}addtemplate", body, access_token=account.sdk.access_token)


async def test_forms_are_looked_up_taken_and_deleted(account: Account) -> None:
    await account.call(account.sdk.fetch_access_token)
    token = {"access_token": account.sdk.access_token}
    categories = await account.get(f"{NEW}getcategory", **token)
    assert {"id": 10, "name": "餐饮"} in categories["data"]
    titles = await account.get(
        f"{NEW}getpubtemplatetitles", ids="10,30", start="0", limit="2", **token
    )
    assert (titles["count"], len(titles["data"])) == (3, 2)
    wrong = await account.get(f"{NEW}getpubtemplatetitles", ids="10", limit="31", **token)
    assert wrong["errcode"] == 40097
    keywords = await account.get(f"{NEW}getpubtemplatekeywords", tid="1001", **token)
    assert keywords["data"][0] == {
        "kid": 1,
        "name": "取餐号",
        "example": "A23",
        "rule": "character_string",
    }
    assert (await account.get(f"{NEW}getpubtemplatekeywords", tid="9", **token))["errcode"] == 40037
    taken = await take(account)
    (form,) = (await account.get(f"{NEW}gettemplate", **token))["data"]
    assert form["priTmplId"] == taken["priTmplId"]
    assert form["content"] == "取餐号:{{character_string1.DATA}}\n门店:{{thing2.DATA}}"
    assert (await take(account, kids=[1]))["errcode"] == 40097
    assert (await take(account, kids=[1, 9]))["errcode"] == 40097
    assert (await take(account, 9))["errcode"] == 40037
    gone = {"priTmplId": taken["priTmplId"]}
    token_only = account.sdk.access_token
    assert (await account.post(f"{NEW}deltemplate", gone, access_token=token_only))["errcode"] == 0
    again = await account.post(f"{NEW}deltemplate", gone, access_token=token_only)
    assert again["errcode"] == 40037


async def test_only_what_is_wanted_is_sent(account: Account, world: World) -> None:
    lin, openid = await follower(world, account.channel)
    template_id = (await take(account))["priTmplId"]
    data = {"character_string1": {"value": "A23"}, "thing2": {"value": "总店"}}
    send = account.sdk.message.send_subscribe_message
    assert await account.refused(send, openid, template_id, data) == 43101
    account_page = f"/accounts/{account.channel.channel_id:d}"
    async with open_browser(world, "lin") as phone:
        await phone.open(account_page)
        assert "取餐提醒" in phone.words
        for _ in range(2):
            await phone.send(f"{account_page}/subscriptions/{template_id}", answer="yes")
        assert "还可接收 2 条" in phone.words
    for wrong in ({"thing2": {"value": "总店"}}, data | {"thing2": {"value": "店" * 21}}):
        assert await account.refused(send, openid, template_id, wrong) == 47003
    assert await account.refused(send, "o" * 28, template_id, data) == 40003
    assert await account.refused(send, openid, "nothing", data) == 40037
    for _ in range(2):
        assert (await account.call(send, openid, template_id, data))["errcode"] == 0
    assert await account.refused(send, openid, template_id, data) == 43101
    first, _ = await inbox(world, lin)
    assert (first.title, first.body) == ("取餐提醒", "取餐号:A23\n门店:总店")
    async with open_browser(world, "lin") as phone:
        await phone.send(f"{account_page}/subscriptions/{template_id}", answer="yes")
        await phone.send(f"{account_page}/subscriptions/{template_id}", answer="no")
        await phone.send(f"{account_page}/subscriptions/nothing", answer="yes", status=404)
    assert await account.refused(send, openid, template_id, data) == 43101
    assert (await world.events()).count("templates.subscription_sent") == 2


async def test_the_server_hears_who_wants_what(world: World) -> None:
    async with open_line(world) as line:
        lin, openid = await follower(world, line.channel)
        async with world.office.begin() as work:
            form = await take_subscription(
                work,
                TakeSubscription(
                    merchant_id=world.merchant_id,
                    channel_id=line.channel.channel_id,
                    number=1001,
                    kids=[1, 2],
                ),
            )
        command = Subscribe(channel_id=line.channel.channel_id, template_id=form.template_id)
        await world.office.run(subscribe, command, lin)
        await line.deliver()
        told = line.receiver.bodies[-1]  # the SDK has no name for this event
        assert all(
            one in told for one in ("subscribe_msg_popup_event", openid, form.template_id, "accept")
        )
