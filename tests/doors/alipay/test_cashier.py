"""Trades that browsers bring: signed addresses, the cashier, and the way back to the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.passwords import GivePassword, give_password
from tests.doors.alipay.test_trades import balance
from tests.kit.alipay import Program
from tests.kit.charges import open_till
from tests.kit.pages import open_browser
from tests.kit.web import open_client
from tests.kit.world import World

BACK = "https://shop.example/back?x=1"


async def follow(program: Program, signed: str) -> httpx.Response:
    """What the gateway answers to an address of the SDK's."""
    async with httpx.AsyncClient() as client:
        return await client.get(f"{program.gateway}?{signed}")


@pytest.mark.parametrize("name", ["page", "wap", "app"])
async def test_a_browser_pays_and_goes_back(world: World, program: Program, name: str) -> None:
    await open_till(world, "lin", "wu", money_fen=2_000)
    sdk = program.sdk()
    method: Callable[..., Any] = getattr(sdk, f"api_alipay_trade_{name}_pay")
    more = {} if name == "app" else {"return_url": BACK}
    signed = method("龙井", f"B-{name}", "19.99", **more)
    led = await follow(program, signed)
    assert led.status_code == 302
    path = led.headers["location"]
    waiting = await program.done(sdk.api_alipay_trade_query, out_trade_no=f"B-{name}")
    assert waiting["trade_status"] == "WAIT_BUYER_PAY"
    async with open_browser(world, "lin") as lin, open_browser(world) as stranger:
        await stranger.open(path)
        assert stranger.path.startswith("/sign-in")
        await lin.open(path)
        assert "19.99" in lin.words
        assert "龙井" in lin.words
        await lin.send(path, idempotency_key=lin.key, expected_total_fen=1_999)
        assert lin.path == path
        assert "19.99" in lin.words
    assert await balance(world, "lin") == 1
    told = await program.done(sdk.api_alipay_trade_query, out_trade_no=f"B-{name}")
    assert told["trade_status"] == "TRADE_SUCCESS"
    async with open_browser(world, "wu") as wu:
        await wu.open(path, status=404)
    if name != "app":
        await goes_back(world, program, path)
    again = await follow(program, signed)
    assert "ACQ.TRADE_HAS_SUCCESS" in again.text


async def goes_back(world: World, program: Program, path: str) -> None:
    """The way back is signed, and open to nobody who does not know what was paid."""
    async with open_client(world, token=world.tokens["lin"]) as client:
        page = await client.get(f"{path}/back", headers={"accept": "text/html"})
        (start,) = [one for one in page.text.split('"') if one.startswith("/alipay-return")][:1]
        back = await client.get(start.replace("&amp;", "&"))
        assert back.status_code == 302
        location = back.headers["location"]
        assert location.startswith(BACK)
        told = {key: one for key, (one,) in parse_qs(urlsplit(location).query).items()}
        told.pop("x")
        sdk = program.sdk()
        given = dict(told)
        assert sdk.verify(given, given.pop("sign"))
        forged = {**told, "total_amount": "0.01"}
        assert not sdk.verify(forged, forged.pop("sign"))
        assert (told["total_amount"], told["seller_id"][:4]) == ("19.99", "2088")
        for wrong in ("", "?trade_no=1", "?trade_no=%ff&token=x", f"?trade_no={told['trade_no']}"):
            assert (await client.get(f"/alipay-return{wrong}")).status_code == 404


async def test_what_is_wrong_with_an_address_is_said(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    signed = sdk.api_alipay_trade_page_pay("茶", "W1", "0", return_url=BACK)
    assert "ACQ.INVALID_PARAMETER" in (await follow(program, signed)).text
    signed = sdk.api_alipay_trade_page_pay("茶", "W1", "1", return_url="javascript:alert(1)")
    assert "ACQ.INVALID_PARAMETER" in (await follow(program, signed)).text
    signed = sdk.api_alipay_trade_page_pay("茶", "W1", "1", return_url=BACK)
    assert "isv.invalid-signature" in (await follow(program, signed + "x")).text
    first = await follow(program, signed)
    second = await follow(program, signed)
    assert first.headers["location"] == second.headers["location"]
    async with open_browser(world, "lin") as lin:
        await lin.open("/pay/ABCDEFGH23456789ABCD", status=404)
        await program.done(sdk.api_alipay_trade_close, out_trade_no="W1")
        await lin.open(first.headers["location"])
        assert "支付" in lin.words
        await lin.send(first.headers["location"], idempotency_key="x", status=200)
    assert await balance(world, "lin") == 100_000


async def test_dear_payments_want_the_pay_password(world: World, program: Program) -> None:
    await open_till(world, "lin", money_fen=1_000_000)
    sdk = program.sdk()
    signed = sdk.api_alipay_trade_page_pay("大红袍", "D1", "9999.00")
    path = (await follow(program, signed)).headers["location"]
    lin = world.as_person("lin")
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    async with open_browser(world, "lin") as browser:
        await browser.open(path)
        form = {"idempotency_key": browser.key, "expected_total_fen": 999_900}
        await browser.send(path, form, status=422)
        assert "支付密码" in browser.words
        assert await balance(world, "lin") == 1_000_000
        await browser.send(path, form, pay_password="111222", status=422)
        assert await balance(world, "lin") == 1_000_000
        await browser.send(path, form, pay_password="258036")
        assert "已支付" in browser.words
    assert await balance(world, "lin") == 100
    await world.check()
