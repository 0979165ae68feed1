"""Template messages over the wire: the account's forms, sending, and what the server hears."""

from __future__ import annotations

from typing import Any

import pytest
from wechatpy.exceptions import WeChatClientException

from banyan.books.actor import SYSTEM
from banyan.reach.channels import ChannelKind
from banyan.reach.templates import (
    SendTemplate,
    Value,
    WriteTemplate,
    send_template,
    write_template,
)
from tests.kit.loyalty import inbox
from tests.kit.receiver import open_line
from tests.kit.talks import follower
from tests.kit.wechat import Account, open_account
from tests.kit.world import World


async def test_forms_are_taken_listed_and_deleted(account: Account) -> None:
    template = account.sdk.template
    await account.call(template.set_industry, 10, "31")
    told = await account.call(template.get_industry)
    assert told["primary_industry"] == {"first_class": "餐饮", "second_class": "餐饮"}
    assert told["secondary_industry"]["second_class"] == "消费品"
    assert await account.refused(template.set_industry, 1, 2) == 43100
    template_id = await account.call(template.get, "TM00015")
    (listed,) = (await account.call(template.get_all_private_template))["template_list"]
    assert listed["template_id"] == template_id
    assert "支付金额：{{orderMoneySum.DATA}}" in listed["content"]
    assert listed["deputy_industry"] == "餐饮"
    assert await account.refused(template.add, "NOSUCH1") == 40037
    assert await account.refused(template.add, "OPENTM400231951") == 45027
    token = account.sdk.access_token
    body = {"template_id_short": "OPENTM406161651", "keyword_name_list": ["取餐号"]}
    chosen = await account.post("/cgi-bin/template/api_add_template", body, access_token=token)
    assert (chosen["errcode"], len(chosen["template_id"])) == (0, 43)
    body["keyword_name_list"] = ["心情"]
    wrong = await account.post("/cgi-bin/template/api_add_template", body, access_token=token)
    assert wrong["errcode"] == 40097
    await account.call(template.del_private_template, template_id)
    assert await account.refused(template.del_private_template, template_id) == 40037
    for _ in range(24):
        await account.call(template.add, "TM00017")
    assert await account.refused(template.add, "TM00017") == 45026


async def test_a_message_is_sent_to_a_follower(account: Account, world: World) -> None:
    lin, openid = await follower(world, account.channel)
    template_id = await account.call(account.sdk.template.get, "TM00015")
    data = {
        "first": {"value": "已收到您的付款", "color": "#173177"},
        "orderMoneySum": {"value": 30.5},
        "orderProductName": {"value": "龙井"},
    }
    send = account.sdk.message.send_template
    page = {"appid": "wx0123456789abcdef", "pagepath": "order?id=1"}
    told = await account.call(send, openid, template_id, data, "https://tea.example", page)
    assert told["msgid"] > 0
    (notice,) = await inbox(world, lin)
    assert notice.body == "已收到您的付款\n支付金额：30.5\n商品信息：龙井"
    assert (notice.link, notice.fields["pagepath"]) == ("https://tea.example", "order?id=1")
    assert await account.refused(send, "o" * 28, template_id, data) == 40003
    assert await account.refused(send, openid, "nothing", data) == 40037
    assert await account.refused(send, openid, template_id, {}) == 47003
    long = {"first": {"value": "x" * 201}}
    assert await account.refused(send, openid, template_id, long) == 47003
    assert await account.refused(send, openid, template_id, data, "ftp://x") == 40048
    body: dict[str, Any] = {"touser": openid, "template_id": template_id, "data": data}
    body["client_msg_id"] = "order-1"
    path, token = "/cgi-bin/message/template/send", account.sdk.access_token
    first = await account.post(path, body, access_token=token)
    assert await account.post(path, body, access_token=token) == first
    assert len(await inbox(world, lin)) == 2


async def test_subscription_accounts_have_none(world: World) -> None:
    async with open_account(world, kind=ChannelKind.SUBSCRIPTION) as account:
        with pytest.raises(WeChatClientException) as told:
            await account.call(account.sdk.template.get_industry)
    assert told.value.errcode == 48001


async def test_the_server_hears_that_a_message_has_arrived(world: World) -> None:
    async with open_line(world) as line:
        _, openid = await follower(world, line.channel)
        writing = WriteTemplate(
            merchant_id=world.merchant_id,
            channel_id=line.channel.channel_id,
            title="取餐",
            content="{{k.DATA}}",
        )
        made = await world.office.run(write_template, writing, SYSTEM)
        sending = SendTemplate(
            merchant_id=world.merchant_id,
            channel_id=line.channel.channel_id,
            openid=openid,
            template_id=made.template_id,
            values={"k": Value(value="A23")},
        )
        sent = await world.office.run(send_template, sending, SYSTEM)
        await line.deliver()
        heard = line.receiver.messages[-1]
        assert (heard.event, heard.status) == ("templatesendjobfinish", "success")
        assert (int(heard.id), heard.source) == (int(sent.send_id), openid)
