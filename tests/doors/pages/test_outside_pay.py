"""Orders paid through a provider, on the phone and at the till: where to go, and what comes."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.commerce.orders import (
    ListWaysAtTill,
    ListWaysToPay,
    list_ways_at_till,
    list_ways_to_pay,
)
from banyan.commerce.places import PlaceKind
from banyan.doors.sandbox.faults import FaultKind
from banyan.parties.people import PersonId
from banyan.parties.sessions import OpenSession, open_session
from banyan.pay.gateways import AttemptState, Way
from banyan.reach.remotes import ConnectRemote, MeetRemote, connect_remote, meet_remote
from banyan.reach.remotes.store import find_openid, insert_people
from tests.kit.commerce_shop import add_spots
from tests.kit.gateways import attempts, money_at, switch
from tests.kit.outside_pay import Outside, open_outside
from tests.kit.pages import open_browser
from tests.kit.sales import pay, place, take
from tests.kit.wechatpay import open_channel
from tests.kit.world import World

_phone = "Mozilla/5.0 (iPhone; Mobile)"
_wechat = f"{_phone} MicroMessenger/8.0.49"


@pytest_asyncio.fixture
async def outside(world: World) -> AsyncIterator[Outside]:
    """A shop whose buyers may pay through WeChat Pay."""
    async with open_outside(world) as opened:
        yield opened


async def test_a_buyer_pays_by_a_code_and_the_page_goes_on(world: World, outside: Outside) -> None:
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    async with open_browser(world, "lin") as browser:
        await browser.open(f"{home}/pay")
        assert "微信支付" in browser.words
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        assert "正在联系微信支付" in browser.words
        await outside.ask()
        await browser.open(f"{home}/outside", headers={"hx-request": "true"})
        assert "code-picture" in browser.page.text
        assert "<html" not in browser.page.text
        (attempt,) = await attempts(world)
        await outside.pay_there(attempt)
        await outside.tell()
        browser.page = await browser.client.get(f"{home}/outside", headers={"hx-request": "true"})
        assert browser.page.headers["hx-redirect"] == f"{home}/done"
        await browser.open(f"{home}/outside")
        assert browser.path == f"{home}/done"
        await browser.open(home)
        assert "微信支付" in browser.words


async def test_a_phone_is_led_to_the_provider_and_may_choose_otherwise(
    world: World, outside: Outside
) -> None:
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    async with open_browser(world, "lin") as browser:
        await browser.send("/language", {"language": "en"})
        outside.spoil_answer(FaultKind.ERROR, "/v3/pay/transactions/h5", "POST")
        browser.client.headers["user-agent"] = _phone
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        await outside.ask()
        await browser.open(f"{home}/outside")
        assert "does not answer just now" in browser.words
        await outside.later(6)
        await outside.ask()
        await browser.open(f"{home}/outside")
        assert "Go to WeChat Pay" in browser.words
        assert re.search(r'href="http[^"]*redirect_url=', browser.page.text)
        await browser.send(f"{home}/outside", {"kind": "wechatpay", "way": "code"})
        await outside.ask()
        await browser.open(f"{home}/outside")
        assert "Scan with the app of WeChat Pay" in browser.words
        await pay(world, "lin", order)
        await browser.open(f"{home}/outside")
        assert browser.path == f"{home}/done"
        code = (await attempts(world))[-1]
        assert code.link


async def test_who_came_through_wechat_is_asked_by_its_own_browser(
    world: World, outside: Outside
) -> None:
    async with open_browser(world, "mei") as mei:
        await mei.open("/console/gateways")
        assert "真实微信" in mei.words
        await _come_through_wechat(world, outside)
        await mei.open("/console/gateways")
        assert "真实微信" not in mei.words
    order = await place(world, "guest", outside.shop, {outside.shop.oolong: 1})
    home = f"/orders/{order.order_id:d}"
    async with open_browser(world, "guest") as browser:
        browser.client.headers["user-agent"] = _wechat
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        await outside.ask()
        await browser.open(f"{home}/outside")
        assert "使用微信支付付款" in browser.words
        (attempt,) = await attempts(world)
        assert (attempt.way, attempt.state) == (Way.JSAPI, AttemptState.OPEN)
        (told,) = re.findall(r'data-wechat-pay="([^"]*)"', browser.page.text)
        assert json.loads(html.unescape(told)) == attempt.params
        await outside.market.pay("lin", {"package": attempt.params["package"]})
        await outside.tell()
        await browser.open(f"{home}/outside")
        assert browser.path == f"{home}/done"
    own = ListWaysToPay(order_id=order.order_id)
    (way,) = (await world.office.run(list_ways_to_pay, own, world.as_person("guest"))).items
    assert Way.JSAPI in way.ways
    at_till = ListWaysAtTill(merchant_id=world.merchant_id, order_id=order.order_id)
    (way,) = (await world.office.run(list_ways_at_till, at_till, world.owner)).items
    assert Way.JSAPI not in way.ways
    assert await _find_after_meeting_again(world, outside, "o-met-later") == "o-met-later"


async def test_whom_wechat_does_not_know_scans_there_too(world: World, outside: Outside) -> None:
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    async with open_browser(world, "lin") as browser:
        browser.client.headers["user-agent"] = _wechat
        await browser.send(f"{home}/outside", {"kind": "wechatpay", "way": "jsapi"})
        assert "尚未取得付款人的微信身份" in browser.words
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        (attempt,) = await attempts(world)
        assert attempt.way is Way.CODE


async def test_who_comes_back_from_the_provider_need_not_wait_for_its_notice(
    world: World, outside: Outside
) -> None:
    outside.spoil_notice(FaultKind.DROP, 100)
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    attempt = await outside.set_out(order, Way.WEB)
    await outside.market.pay("lin", {"code_url": attempt.link.partition("&redirect_url")[0]})
    assert await outside.ask() == 0
    async with open_browser(world, "lin") as browser:
        await browser.open(f"{home}/outside")
        assert await outside.ask() == 1
        await browser.open(f"{home}/outside")
        assert browser.path == f"{home}/done"


async def test_money_that_came_twice_is_said_to_go_back(world: World, outside: Outside) -> None:
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    attempt = await outside.set_out(order)
    await outside.pay_there(attempt)
    await pay(world, "lin", order)
    await outside.tell()
    async with open_browser(world, "lin") as browser:
        await browser.send("/language", {"language": "en"})
        await browser.open(f"{home}/outside")
        assert "gives your money back" in browser.words


async def test_a_shop_that_takes_no_provider_offers_none(world: World, outside: Outside) -> None:
    await switch(world, is_on=False)
    order = await outside.order()
    home = f"/orders/{order.order_id:d}"
    async with open_browser(world, "lin") as browser:
        await browser.send("/language", {"language": "en"})
        await browser.open(f"{home}/pay")
        assert "Or pay with" not in browser.words
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        assert browser.path == f"{home}/pay"
        assert "does not take payments through this provider" in browser.words
        await browser.send(f"{home}/outside", {"kind": "nonsense"})
        assert browser.path == f"{home}/pay"
        await browser.open(f"{home}/outside")
        assert browser.path == home


async def test_a_cash_desk_takes_it_through_the_provider(world: World, outside: Outside) -> None:
    (desk,) = await add_spots(world, outside.shop.store_id, PlaceKind.TILL, ["1 号收银台"])
    async with open_browser(world, "lin") as lin:
        code = f"/desk/{desk.codes[0].token}"
        await lin.open(code)
        form = {"amount": "12.80", "remark": "3 号桌", "idempotency_key": lin.key}
        await lin.send(code, form)
        home = lin.path
        assert "微信支付" in lin.words
        await lin.send(f"{home}/outside", {"kind": "wechatpay"})
        assert "正在联系微信支付" in lin.words
        await outside.ask()
        await lin.open(f"{home}/outside")
        assert "code-picture" in lin.page.text
        (attempt,) = await attempts(world)
        await outside.pay_there(attempt)
        await outside.tell()
        lin.page = await lin.client.get(f"{home}/outside", headers={"hx-request": "true"})
        assert lin.page.headers["hx-redirect"] == f"{home}/outside"
        await lin.open(home)
        assert lin.path == f"{home}/outside"
        assert "¥12.80" in lin.words
        assert "3 号桌" in lin.words
    async with open_browser(world, "mei") as mei:
        await mei.open(f"/console/cash-desks/{desk.place_id:d}")
        payment = f"/console/provider-payments/{attempt.attempt_id:d}"
        assert payment in mei.page.text
        await mei.open(payment)
        wrong = {"amount": "12.81", "idempotency_key": mei.key}
        await mei.send(f"{payment}/refunds", wrong, status=422)
        assert "最多还可退 ¥12.80" in mei.words
        await mei.send(f"{payment}/refunds", {"amount": "2.80", "idempotency_key": mei.key})
        assert mei.path == payment
        assert "退款 ¥2.80" in mei.words
    await outside.settle()
    assert await money_at(world) == (1_000, 1_000, 0)


async def test_the_till_shows_the_providers_code(world: World, outside: Outside) -> None:
    order = await take(world, "mei", outside.shop, {outside.shop.oolong: 1})
    home = f"/till/orders/{order.order_id:d}"
    async with open_browser(world, "mei") as browser:
        await browser.send("/language", {"language": "en"})
        await browser.open(home)
        assert "WeChat Pay" in browser.words
        await browser.send(f"{home}/outside", {"kind": "wechatpay"})
        assert "Asking WeChat Pay" in browser.words
        await browser.open(f"{home}/outside.svg", status=404)
        await outside.ask()
        await browser.open(home, headers={"hx-request": "true"})
        assert "Scan with the app of WeChat Pay" in browser.words
        await browser.open(f"{home}/outside.svg")
        assert browser.page.headers["content-type"] == "image/svg+xml"
        (attempt,) = await attempts(world)
        await outside.pay_there(attempt, "wu")
        await outside.tell()
        await browser.open(home)
        assert "Paid" in browser.words
        assert "WeChat Pay" in browser.words


async def _come_through_wechat(world: World, outside: Outside) -> None:
    """Somebody enters through the merchant's account at WeChat, where lin is known: `guest`."""
    run = world.office.run
    channel = await open_channel(world, world.merchant_id)
    connecting = ConnectRemote(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        appid=outside.market.appid,
        secret="0" * 32,
    )
    await run(connect_remote, connecting, SYSTEM)
    openid = await outside.market.openid("lin")
    meeting = MeetRemote(channel_id=int(channel.channel_id), openid=openid)
    person_id = PersonId((await run(meet_remote, meeting, SYSTEM)).person_id)
    session = await run(open_session, OpenSession(person_id=person_id), SYSTEM)
    world.tokens["guest"] = session.token
    await world.meet("guest")


async def _find_after_meeting_again(world: World, outside: Outside, openid: str) -> str:
    """What `guest` is called once another account of the appid met them too, by another openid."""
    channel = await open_channel(world, world.merchant_id)
    connecting = ConnectRemote(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        appid=outside.market.appid,
        secret="0" * 32,
    )
    await world.office.run(connect_remote, connecting, SYSTEM)
    guest = world.as_person("guest").person_id
    async with world.building.pool.acquire() as db:
        step = db.transaction()
        await step.start()
        later = world.now + timedelta(minutes=1)
        await insert_people(db, int(channel.channel_id), {openid: guest}, later)
        found = await find_openid(db, world.merchant_id, outside.market.appid, guest)
        await step.rollback()
    return found
