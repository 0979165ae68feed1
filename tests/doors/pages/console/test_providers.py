"""Accounts at payment providers, payments through them and their statements, at the console."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest_asyncio

from banyan.pay.gateways import GatewayId, RefundOutcome
from banyan.pay.settle import CHINA
from banyan.wire.alipay import BillLine, BillPaper, render_bill
from tests.kit.gateways import hear, hear_refund, open_gateway, paid, refunds, set_out
from tests.kit.pages import Browser, open_browser
from tests.kit.sales import open_busy_shop, place, refund
from tests.kit.tallies import (
    DAYS,
    Books,
    forget_books,
    give_statements,
    keep_books,
    make_books,
    spoil,
)
from tests.kit.wechatpay import a_pair
from tests.kit.world import World


class Odd:
    """A gateway whose statements differ from the books."""

    def __init__(self, books: Books, gateway_id: GatewayId) -> None:
        self.books = books
        self.gateway_id = gateway_id

    @property
    def home(self) -> str:
        """The page of the day on which most differs."""
        ((day, _),) = Counter(one.day for one in self.books.expected).most_common(1)
        return f"/console/reconcile/{self.gateway_id:d}/{day}"


@pytest_asyncio.fixture
async def odd(world: World) -> AsyncIterator[Odd]:
    await world.merchant()
    first = world.now.astimezone(CHINA).date() - timedelta(days=DAYS + 1)
    spoil(books := make_books(1, first))
    gateway_id = await keep_books(world, books)
    await give_statements(world, books, gateway_id)
    yield Odd(books, gateway_id)
    await forget_books(world)


async def set_up_alipay(browser: Browser) -> None:
    """Give keys that nobody has tried."""
    await browser.open("/console/gateways/alipay")
    form = {
        "app_id": "2021000000000001",
        "private_key": a_pair().private_key_pem,
        "alipay_public_key": a_pair(1).public_key_pem,
        "idempotency_key": browser.key,
    }
    await browser.send("/console/gateways/alipay", form)


async def test_keys_are_given_and_never_shown_again(world: World) -> None:
    await world.merchant()
    async with open_browser(world, "mei") as browser:
        await browser.open("/console/gateways")
        assert "尚未设置" in browser.words
        await set_up_alipay(browser)
        assert "2021000000000001" in browser.words
        assert "检测中" in browser.words
        for path in ("/console/gateways", "/console/gateways/alipay", "/console/audit"):
            await browser.open(path)
            assert a_pair().private_key_pem[40:80] not in browser.page.text
        await browser.send("/console/gateways/alipay", {"app_id": "1"}, status=422)
        typed = {"app_id": "2021000000000001", "private_key": a_pair().public_key_pem}
        typed |= {"alipay_public_key": a_pair(1).public_key_pem, "idempotency_key": browser.key}
        await browser.send("/console/gateways/alipay", typed, status=422)
        assert "这是公钥，此处应填写您的私钥。" in browser.words
        await browser.open("/console/gateways/wechatpay")
        await browser.open("/console/gateways/cash", status=404)
        await browser.send("/console/gateways/alipay/on")
        assert "支付平台尚未认可密钥" in browser.words
        await browser.send("/console/gateways/alipay/check")
        await browser.send("/console/gateways/alipay/remove")
        assert "密钥已删除。" in browser.words


async def test_differences_are_shown_settled_and_opened_again(world: World, odd: Odd) -> None:
    async with open_browser(world, "mei") as browser:
        await browser.open(f"/console/reconcile?from={odd.books.first}&until={odd.books.last}")
        assert "支付平台对账单" in browser.words
        assert odd.home in browser.page.text
        await browser.open(odd.home)
        assert browser.words.count("人工处理") > 1
        before = browser.words.count("人工处理")
        key = _first_key(browser)
        note = {**key, "note": "another till", "idempotency_key": browser.key}
        await browser.send(f"{odd.home}/settle", note)
        assert "another till" in browser.words
        assert browser.words.count("人工处理") == before - 1
        await browser.send(f"{odd.home}/reopen", key)
        assert browser.words.count("人工处理") == before
        await browser.send(f"{odd.home}/settle", {**key, "note": ""})
        assert browser.words.count("人工处理") == before
        await browser.open("/console/provider-payments")
        await browser.open("/console/provider-payments?kind=alipay&state=paid")
        await browser.open(f"/console/provider-payments/{odd.gateway_id + 35:d}")
        await browser.send(f"/console/provider-payments/{odd.gateway_id + 35:d}/ask")
        assert "正在向支付平台查询。" in browser.words


async def test_a_file_takes_the_place_of_a_statement(world: World, odd: Odd) -> None:
    day = odd.books.first
    home = f"/console/reconcile/{odd.gateway_id:d}/{day}"
    at = odd.books.at(0)
    paper = BillPaper(seller_id="2088", day=day, until=day + timedelta(days=1))
    line = BillLine(
        trade_no="20X", out_trade_no="X1", subject="茶", created_at=at, ended_at=at,
        total_fen=500, receipt_fen=500, fee_fen=-3,
    )  # fmt: skip
    whole = render_bill(paper, [line])
    async with open_browser(world, "mei") as browser:
        await browser.open(home)
        for content, says in (
            (gzip.compress(b"hello"), "这不是该支付平台的完整对账单"),
            (whole[:-100], "这不是该支付平台的完整对账单"),
            (render_bill(paper, [_later(line)]), "以外日期的记录"),
            (b"", "请先选择文件"),
        ):
            assert says in await _upload(browser, home, content)
        told = await _upload(browser, home, whole)
        assert "平台已收款，本店无记录" in told
        assert "X1" in told
        await browser.send(f"{home}/fee", {"rate": "0.38", "idempotency_key": browser.key})
        assert 'value="0.38"' in browser.page.text
        await browser.send(f"{home}/fee", {"rate": "x", "idempotency_key": browser.key}, status=422)
        await browser.send(f"{home}/fetch")
        assert "正在向支付平台获取对账单" in browser.words
        for wrong in (f"/console/reconcile/1/{day}", f"/console/reconcile/{odd.gateway_id:d}/x"):
            await browser.open(wrong, status=404)


async def test_what_a_provider_leaves_undone_waits_on_todays_page(world: World) -> None:
    shop = await open_busy_shop(world)
    await open_gateway(world)
    order = await place(world, "lin", shop, {shop.oolong: 1})
    attempt = await set_out(world, "lin", order)
    await hear(world, attempt, paid(attempt))
    await refund(world, order)
    (one,) = await refunds(world)
    async with open_browser(world, "mei") as browser:
        await browser.open("/console/today")
        assert "支付平台没有退回这笔钱" not in browser.words
        await hear_refund(world, one, RefundOutcome.REFUSED, why="too old")
        for path in ("/console/today", "/console/provider-payments"):
            await browser.open(path)
            assert "支付平台没有退回这笔钱" in browser.words
            assert f"/console/provider-payments/{one.attempt_id:d}" in browser.page.text
        home = f"/console/orders/{order.order_id:d}"
        await browser.open(home)
        assert "too old" in browser.words
        await browser.send(f"{home}/refunds/{one.refund_id:d}/retry")
        assert browser.path == home
        assert "too old" not in browser.words
        assert "正在提交" in browser.words
    async with open_browser(world, "lin") as browser:
        await browser.open(f"/orders/{order.order_id:d}")
        assert "正通过微信支付退回" in browser.words


async def test_who_may_not_see_money_sees_none_of_it(world: World, odd: Odd) -> None:
    await world.merchant("别家", owner="chen")
    async with open_browser(world, "chen") as browser:
        await browser.open(odd.home, status=404)
        await browser.open(f"/console/provider-payments/{odd.gateway_id + 35:d}", status=404)


def _first_key(browser: Browser) -> dict[str, str]:
    text = browser.page.text
    part = text[text.index('/settle"') :]
    found = {}
    for name in ("problem", "out_no", "out_refund_no", "here_fen", "there_fen"):
        at = part.index(f'name="{name}" value="') + len(f'name="{name}" value="')
        found[name] = part[at : part.index('"', at)]
    return found


def _later(line: BillLine) -> BillLine:
    return msgspec.structs.replace(line, ended_at=line.ended_at + timedelta(days=1))


async def _upload(browser: Browser, home: str, content: bytes) -> str:
    browser.page = await browser.client.post(
        f"{home}/file",
        data={"idempotency_key": browser.key},
        files={"file": ("bill.zip", content)},
        headers={"sec-fetch-site": "same-origin"},
    )
    await browser._follow(422 if browser.page.status_code == 422 else 200)
    return browser.words
