"""Messages that somebody lets an account send once: asked on a page, sent over the wire."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from banyan.base.errors import Refusal
from banyan.books.actor import SYSTEM
from banyan.reach.channels import ChangeChannel, change_channel
from banyan.reach.templates import (
    AnswerOnce,
    ReadOnceForm,
    SendOnce,
    Value,
    answer_once,
    read_once_form,
    send_once,
)
from tests.kit.loyalty import inbox
from tests.kit.pages import Browser, open_browser
from tests.kit.wechat import Account
from tests.kit.world import World

REDIRECT = "https://shop.example.com/back?from=menu#top"
DATA = {"content": {"value": "您的包裹已到店", "color": "#173177"}}


async def prepare(account: Account, world: World) -> str:
    """Let the account send people back; return the form by which it writes once."""
    own: dict[str, Any] = {
        "merchant_id": world.merchant_id,
        "channel_id": account.channel.channel_id,
    }
    change = ChangeChannel(**own, oauth_domain="shop.example.com")
    await world.office.run(change_channel, change, SYSTEM)
    return (await world.office.run(read_once_form, ReadOnceForm(**own), SYSTEM)).template_id


def fields_of(account: Account, template_id: str) -> dict[str, str]:
    """What the SDK sends a browser with."""
    url = account.sdk.message.get_subscribe_authorize_url(1000, template_id, REDIRECT, "订单 7&x=1")
    parts = urlsplit(url)
    assert (parts.netloc, parts.path) == ("mp.weixin.qq.com", "/mp/subscribemsg")
    return dict(parse_qsl(parts.query))


def told(browser: Browser) -> dict[str, str]:
    """What the account's page is told."""
    url = browser.page.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    parts = urlsplit(url)
    assert (parts.netloc, parts.fragment) == ("shop.example.com", "top")
    return dict(parse_qsl(parts.query))


async def test_one_yes_is_one_message(account: Account, world: World) -> None:
    template_id = await prepare(account, world)
    lin = await world.person("lin")
    send = account.sdk.message.send_subscribe_template
    fields = fields_of(account, template_id)
    async with open_browser(world, "lin") as phone:
        page = await phone.client.get("/mp/subscribemsg", params=fields)
        assert page.status_code == 200
        assert "榕树茶馆" in page.text
        await phone.send("/mp/subscribemsg", fields, answer="refuse")
        back = {"template_id": template_id, "scene": "1000", "reserved": "订单 7&x=1"}
        assert told(phone) == {"from": "menu", "action": "cancel", **back}
        for _ in range(2):  # saying yes twice before it is sent is one yes
            await phone.send("/mp/subscribemsg", fields, answer="allow")
        openid = told(phone)["openid"]
        assert told(phone) == {"from": "menu", "openid": openid, "action": "confirm", **back}
    assert await account.refused(send, openid, template_id, 1001, "到货", DATA) == 43101
    assert await account.refused(send, openid, "nothing", 1000, "到货", DATA) == 40037
    assert await account.refused(send, "o" * 28, template_id, 1000, "到货", DATA) == 40003
    wrong = [
        (1000, "到" * 16, DATA),
        (1000, "", DATA),
        (10001, "到货", DATA),
        (-1, "到货", DATA),
        (1000, "到货", {}),
        (1000, "到货", {"content": {"value": "长" * 201}}),
    ]
    for scene, title, data in wrong:
        assert await account.refused(send, openid, template_id, scene, title, data) == 47003
    bad = "javascript:alert(1)"
    assert await account.refused(send, openid, template_id, 1000, "到货", DATA, bad) == 40048
    url = "https://shop.example.com/parcel"
    done = await account.call(send, openid, template_id, 1000, "到货", DATA, url)
    assert done["errcode"] == 0
    assert await account.refused(send, openid, template_id, 1000, "到货", DATA) == 43101
    (notice,) = await inbox(world, lin)
    assert (notice.title, notice.body, notice.link) == ("到货", "您的包裹已到店", url)
    kinds = await world.events()
    counted = [kinds.count(f"templates.subscription_{one}") for one in ("answered", "sent")]
    assert counted == [1, 1]


async def test_no_takes_an_earlier_yes_back(account: Account, world: World) -> None:
    template_id = await prepare(account, world)
    async with open_browser(world, "lin") as phone:
        fields = fields_of(account, template_id)
        await phone.send("/mp/subscribemsg", fields, answer="allow")
        openid = told(phone)["openid"]
        await phone.send("/mp/subscribemsg", fields, answer="refuse")
    send = account.sdk.message.send_subscribe_template
    assert await account.refused(send, openid, template_id, 1000, "到货", DATA) == 43101


async def test_rivals_send_one_message(account: Account, world: World) -> None:
    template_id = await prepare(account, world)
    lin = await world.person("lin")
    answer = AnswerOnce(
        appid=account.channel.appid,
        template_id=template_id,
        scene=7,
        redirect=REDIRECT,
        is_wanted=True,
    )
    openid = (await world.office.run(answer_once, answer, lin)).openid
    command = SendOnce(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        openid=openid,
        template_id=template_id,
        scene=7,
        title="到货",
        values={"content": Value(value="您的包裹已到店")},
    )
    outcomes = await asyncio.gather(
        *(world.office.run(send_once, command, SYSTEM) for _ in range(6)), return_exceptions=True
    )
    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert len(refused) == 5
    assert {one.code for one in refused if isinstance(one, Refusal)} == {"templates.not_wanted"}
    assert len(await inbox(world, lin)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_url": "https://evil.example.com/"},
        {"redirect_url": "https://shop.example.com@evil.example.com/"},
        {"redirect_url": "https://evil.example.com\\@shop.example.com/"},
        {"redirect_url": "javascript:alert(1)"},
        {"redirect_url": ""},
        {"action": "get_all"},
        {"scene": "10001"},
        {"scene": "-1"},
        {"scene": "1" * 5000},
        {"scene": "٣"},
        {"template_id": "nothing"},
        {"template_id": "{}"},
        {"appid": "wx0000000000000000"},
        {"reserved": "订" * 43},
    ],
)
async def test_nobody_is_asked_by_a_hostile_address(
    account: Account, world: World, changed: dict[str, str]
) -> None:
    fields = fields_of(account, await prepare(account, world)) | changed
    async with open_browser(world, "lin") as phone:
        asked = await phone.client.get("/mp/subscribemsg", params=fields)
        answered = await phone.client.post(
            "/mp/subscribemsg",
            data={**fields, "answer": "allow"},
            headers={"sec-fetch-site": "same-origin"},
        )
        for page in (asked, answered):
            assert page.status_code in {400, 404}
            assert "location" not in page.headers
            assert 'http-equiv="refresh"' not in page.text
            assert "链接无法使用" in page.text


async def test_who_is_not_signed_in_is_asked_who_they_are(account: Account, world: World) -> None:
    fields = fields_of(account, await prepare(account, world))
    async with open_browser(world) as browser:
        page = await browser.client.get("/mp/subscribemsg", params=fields)
        assert page.status_code == 303
        assert page.headers["location"].startswith("/sign-in?next=%2Fmp%2Fsubscribemsg")
