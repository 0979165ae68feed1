"""Taxed invoices by the SDK: asked for, issued into somebody's hands, reversed, and told of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from banyan.books.actor import SYSTEM
from banyan.commerce.fapiaos import (
    Goods,
    Seller,
    SetFapiaoGoods,
    SetFapiaoSettings,
    set_fapiao_goods,
    set_fapiao_settings,
)
from banyan.commerce.invoices import (
    AnswerAsked,
    InvoiceState,
    ListMyInvoices,
    MoveIssued,
    ReadMyPaper,
    TitleFacts,
    TitleKind,
    answer_asked,
    list_my_invoices,
    move_issued,
    read_my_paper,
)
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import (
    SubmitVerification,
    VerifyMerchant,
    submit_verification,
    verify_merchant,
)
from banyan.pay.payees import BindPayee, bind_payee
from banyan.reach.media import PORTS
from tests.kit.answers import answers
from tests.kit.pages import open_browser
from tests.kit.wechatpay import Market

TAX_NUMBER = "91440101MA5CXXXX0T"
TEA = "1030206020000000000"
PDF = b"%PDF-1.4\n%a small paper\n%%EOF\n"
TITLE = TitleFacts(
    kind=TitleKind.COMPANY,
    name="榕树科技有限公司",
    tax_number="91330100MA1",
    phone="0571-8888",
    email="tax@banyan.example",
)
BUYER = {"type": "ORGANIZATION", "name": "榕树科技有限公司", "taxpayer_id": "91330100MA1"}
ITEMS = [
    {"tax_code": TEA, "quantity": 2 * 10**8, "unit": "两", "total_amount": 1_100},
    {"tax_code": TEA, "total_amount": -100, "discount": True},
]
FAPIAO = {"fapiao_id": "f-1", "total_amount": 1_000, "need_list": False, "items": ITEMS}


@dataclass
class Counter:
    """A verified merchant that issues invoices, and a payment of ten yuan by lin."""

    market: Market
    paid: str

    @property
    def sdk(self) -> Any:  # noqa: ANN401 - the SDK has no types
        """The merchant's program."""
        return self.market.sdk

    async def call(self, method: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401
        """What a call answers."""
        return await self.market.shop.call(method, *given, **named)

    async def refused(self, method: Any, *given: Any, **named: Any) -> tuple[int, str]:  # noqa: ANN401
        """Why a call is refused."""
        return await self.market.shop.refused(method, *given, **named)

    async def ask(self, amount_fen: int = 1_000) -> str:
        """Have an address at which lin says what they are called."""
        openid = await self.market.openid("lin")
        told = await self.call(self.sdk.fapiao_title_url, self.paid, "WEB", amount_fen, openid)
        return str(urlsplit(told["title_url"]).path)

    async def answer(self, facts: TitleFacts = TITLE) -> None:
        """Lin says so, on their phone."""
        token = (await self.ask()).rpartition("/")[2]
        world = self.market.world
        command = AnswerAsked(token=token, facts=facts)
        await world.office.run(answer_asked, command, world.as_person("lin"))
        await world.settle()

    async def open_template(self) -> Any:  # noqa: ANN401
        """Say as which cards they come into hands."""
        look = {"payee_name": "榕树茶馆", "logo_url": "https://tea.example/logo.png"}
        return await self.call(self.sdk.fapiao_card_template, look)

    async def issue(self, **changes: Any) -> Any:  # noqa: ANN401
        """Issue the usual invoice."""
        part = {**FAPIAO, **changes}
        return await self.call(self.sdk.fapiao_applications, self.paid, dict(BUYER), [part])

    async def heard(self) -> list[dict[str, Any]]:
        """What the server was told of invoices, in order."""
        await self.market.town.tell()
        found = [one for one in self.market.server.told if one["event_type"].startswith("FAPIAO")]
        return sorted(found, key=lambda one: one["id"])


@pytest_asyncio.fixture
async def counter(market: Market, tmp_path: Path) -> AsyncIterator[Counter]:
    """The world's merchant."""
    PORTS.connect(files=FolderFiles(tmp_path))
    world, run = market.world, market.world.office.run
    own: dict[str, Any] = {"merchant_id": world.merchant_id}
    submitting = SubmitVerification(
        **own, licence_number=TAX_NUMBER, legal_name="广州榕树茶馆有限公司"
    )
    await run(submit_verification, submitting, world.owner)
    await run(verify_merchant, VerifyMerchant(**own), SYSTEM)
    seller = Seller(address="广州市榕树巷1号", drawer="梅", payee="浩")
    await run(set_fapiao_settings, SetFapiaoSettings(**own, seller=seller), world.owner)
    goods = [Goods(tax_code=TEA, name="精制茶", category="茶及饮料", rate_bp=1_300)]
    await run(set_fapiao_goods, SetFapiaoGoods(**own, goods=goods), world.owner)
    told = await market.shop.call(
        market.sdk.pay,
        description="茶",
        out_trade_no="order-0001",
        amount={"total": 1_000},
        payer={"openid": await market.openid("lin")},
    )
    await market.pay("lin", told)
    order = await market.shop.call(market.sdk.query, out_trade_no="order-0001")
    yield Counter(market, order["transaction_id"])


async def fetch_paper(counter: Counter, blue: dict[str, str]) -> None:
    """The paper of an invoice is where we say."""
    files = await counter.call(counter.sdk.fapiao_query_files, counter.paid, fapiao_id="f-1")
    (file,) = files["fapiao_download_info_list"]
    target = file["download_url"].removeprefix(counter.market.shop.url)
    paper = await counter.market.shop.send("GET", target)
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    # The SDK would have the signature of a file, which none bears.
    fetching = (target, "openid", blue["fapiao_code"], blue["fapiao_number"], "f-1")
    with pytest.raises(Exception, match="does not support this algorithm"):
        await asyncio.to_thread(counter.sdk.fapiao_download_file, *fetching)


@answers(
    "fapiao_set_merchant_config",
    "fapiao_merchant_config",
    "fapiao_merchant_base_info",
    "fapiao_tax_codes",
)
async def test_how_a_merchant_makes_them(counter: Counter) -> None:
    sdk, url = counter.sdk, counter.market.server.url
    assert (await counter.call(sdk.fapiao_merchant_config))["callback_url"] == ""
    assert (await counter.call(sdk.fapiao_set_merchant_config, url))["callback_url"] == url
    assert (await counter.call(sdk.fapiao_merchant_config))["callback_url"] == url
    bad = await counter.refused(sdk.fapiao_set_merchant_config, "ftp://tea.example")
    assert bad == (400, "PARAM_ERROR")
    base = await counter.call(sdk.fapiao_merchant_base_info)
    assert base["seller_information"] == {
        "name": "广州榕树茶馆有限公司",
        "taxpayer_id": TAX_NUMBER,
        "address": "广州市榕树巷1号",
    }
    assert base["extra_information"] == {"payee": "浩", "drawer": "梅"}
    codes = await counter.call(sdk.fapiao_tax_codes)
    assert (codes["total_count"], codes["data"][0]["tax_rate"]) == (1, 1_300)


@answers(
    "fapiao_card_template",
    "fapiao_title_url",
    "fapiao_title",
    "fapiao_applications",
    "fapiao_query",
    "fapiao_query_files",
    "fapiao_reverse",
)
async def test_an_invoice_from_the_title_to_the_red_one(counter: Counter) -> None:
    sdk, market = counter.sdk, counter.market
    await counter.call(sdk.fapiao_set_merchant_config, market.server.url)
    assert (await counter.open_template())["card_appid"] == market.appid

    assert await counter.refused(sdk.fapiao_title, counter.paid) == (404, "RESOURCE_NOT_EXISTS")
    await counter.ask()
    assert await counter.refused(sdk.fapiao_title, counter.paid) == (400, "INVALID_REQUEST")
    await counter.answer()
    title = await counter.call(sdk.fapiao_title, counter.paid)
    assert sdk.decrypt(title.pop("email")) == TITLE.email
    assert title == {**BUYER, "telephone": "0571-8888", "amount": 1_000}

    assert not await counter.issue()
    assert not await counter.issue()
    found = await counter.call(sdk.fapiao_query, counter.paid)
    (issued,) = found["fapiao_information"]
    assert (issued["status"], issued["card_information"]["card_status"]) == ("ISSUED", "INSERTED")
    assert issued["card_information"]["card_openid"] == await market.openid("lin")
    assert (issued["total_amount"], issued["tax_amount"], issued["amount"]) == (1_000, 115, 885)
    assert [one["tax_amount"] for one in issued["items"]] == [127, -12]
    assert issued["seller_information"]["name"] == "广州榕树茶馆有限公司"
    assert issued["buyer_information"]["taxpayer_id"] == "91330100MA1"

    world, lin = market.world, market.world.as_person("lin")
    (held,) = (await world.office.run(list_my_invoices, ListMyInvoices(), lin)).items
    blue = issued["blue_fapiao"]
    assert (held.code, held.facts.number) == (
        issued["card_information"]["card_code"],
        blue["fapiao_number"],
    )
    page = f"/invoices/of/{held.channel_id:d}/{held.code}"
    async with open_browser(world, "lin") as phone:
        await phone.open(page)
        assert blue["fapiao_number"] in phone.words
        await fetch_paper(counter, blue)
        part = {"fapiao_id": "f-1", "fapiao_number": blue["fapiao_number"]}
        taking = (sdk.fapiao_reverse, counter.paid, "SALES_RETURN")
        wrong = await counter.refused(*taking, {**part, "fapiao_number": "1"})
        assert wrong == (400, "PARAM_ERROR")
        await counter.call(*taking, part)
        await counter.call(*taking, [part])
        await phone.open(page)
        assert "已冲红" in phone.words
    (after,) = (await counter.call(sdk.fapiao_query, counter.paid, "f-1"))["fapiao_information"]
    assert (after["status"], after["card_information"]["card_status"]) == ("REVERSED", "DISCARDED")
    assert after["red_fapiao"]["fapiao_number"] != blue["fapiao_number"]
    assert after["blue_fapiao"] == blue
    heard = await counter.heard()
    assert [one["event_type"].removeprefix("FAPIAO.") for one in heard] == [
        "USER_APPLIED",
        "ISSUED",
        "CARD_INSERTED",
        "REVERSED",
        "CARD_DISCARDED",
    ]
    assert {one["resource"]["fapiao_apply_id"] for one in heard} == {counter.paid}
    assert heard[1]["resource"]["fapiao_information"]["fapiao_status"] == "ISSUED"
    await world.check()


@answers("fapiao_upload_file", "fapiao_insert_cards")
async def test_what_was_issued_elsewhere_comes_into_hands(counter: Counter, tmp_path: Path) -> None:
    sdk = counter.sdk
    file = tmp_path / "own.pdf"
    file.write_bytes(PDF)
    early = await counter.refused(sdk.fapiao_upload_file, str(file))
    assert early == (400, "INVALID_REQUEST")
    await counter.open_template()
    media = (await counter.call(sdk.fapiao_upload_file, str(file)))["fapiao_media_id"]
    await counter.answer()
    card = {
        "fapiao_media_id": media,
        "fapiao_number": "12897794",
        "fapiao_code": "044001911211",
        "fapiao_time": "2026-11-20T12:00:00+08:00",
        "check_code": "69001808340631374774",
        "total_amount": 1_000,
        "items": ITEMS,
    }
    insert = (sdk.fapiao_insert_cards, counter.paid, BUYER)
    lost = await counter.refused(*insert, [{**card, "fapiao_media_id": "17"}])
    assert lost == (404, "RESOURCE_NOT_EXISTS")
    assert await counter.refused(*insert, [card, card]) == (400, "INVALID_REQUEST")
    await counter.call(*insert, [card])
    await counter.call(*insert, [card])
    (found,) = (await counter.call(sdk.fapiao_query, counter.paid))["fapiao_information"]
    assert (found["fapiao_id"], found["blue_fapiao"]["fapiao_code"]) == ("12897794", "044001911211")
    world = counter.market.world
    (held,) = (
        await world.office.run(list_my_invoices, ListMyInvoices(), world.as_person("lin"))
    ).items
    assert (held.facts.number, f"{held.paper_id:d}") == ("12897794", media)
    reading = ReadMyPaper(issuer_id=held.channel_id, code=held.code)
    assert (await world.office.run(read_my_paper, reading, world.as_person("lin"))).content == PDF
    await world.check()


@answers("fapiao_check_submch")
async def test_a_provider_sees_who_can_issue(counter: Counter) -> None:
    market, world = counter.market, counter.market.world
    sub_id = await world.merchant("分店", owner="hao")
    sub = await market.town.shop(merchant_id=sub_id)
    check = (counter.sdk.fapiao_check_submch, sub.mchid)
    assert await counter.refused(*check) == (403, "NO_AUTH")
    binding = BindPayee(merchant_id=sub_id, provider_mchid=market.shop.mchid)
    await world.office.run(bind_payee, binding, SYSTEM)
    assert await counter.refused(*check) == (400, "INVALID_REQUEST")
    own = SubmitVerification(
        merchant_id=sub_id, licence_number="91440101MA5CYYYY0X", legal_name="分"
    )
    await world.office.run(submit_verification, own, await world.meet("hao"))
    await world.office.run(verify_merchant, VerifyMerchant(merchant_id=sub_id), SYSTEM)
    await counter.call(*check)


async def test_no_more_than_was_paid_and_each_line_counted(counter: Counter) -> None:
    sdk, openid = counter.sdk, await counter.market.openid("lin")
    ask = (sdk.fapiao_title_url, counter.paid, "WEB")
    assert await counter.refused(*ask, 1_001, openid) == (400, "INVALID_REQUEST")
    assert await counter.refused(*ask, 1_000, "nobody") == (400, "PARAM_ERROR")
    unknown = await counter.refused(sdk.fapiao_title_url, "4200", "WEB", 1_000, openid)
    assert unknown == (404, "ORDER_NOT_EXIST")
    await counter.answer()

    async def issue(**changes: Any) -> tuple[int, str]:  # noqa: ANN401 - any field of it
        part = {**FAPIAO, **changes}
        return await counter.refused(
            sdk.fapiao_applications, counter.paid, {**BUYER, "phone": "13800000001"}, [part]
        )

    assert await issue() == (400, "INVALID_REQUEST")  # as long as there is no template
    await counter.open_template()
    assert await issue(total_amount=999) == (400, "PARAM_ERROR")
    assert await issue(items=[{"tax_code": "1" * 19, "total_amount": 1_000}]) == (
        400,
        "PARAM_ERROR",
    )
    assert await issue(items=[{**ITEMS[0], "total_amount": -1}]) == (400, "PARAM_ERROR")
    back = {"refund": 400, "total": 1_000, "currency": "CNY"}
    await counter.call(sdk.refund, out_refund_no="r1", amount=back, transaction_id=counter.paid)
    assert await issue() == (400, "INVALID_REQUEST")
    assert await counter.refused(sdk.fapiao_query, counter.paid) == (404, "RESOURCE_NOT_EXISTS")
    await counter.market.world.check()


async def test_rivals_issue_one_and_what_is_handed_in_stays(counter: Counter) -> None:
    await counter.open_template()
    await counter.answer()
    await asyncio.gather(*(counter.issue() for _ in range(4)))
    world = counter.market.world
    (held,) = (
        await world.office.run(list_my_invoices, ListMyInvoices(), world.as_person("lin"))
    ).items
    other = await counter.refused(
        counter.sdk.fapiao_applications,
        counter.paid,
        dict(BUYER),
        [{**FAPIAO, "fapiao_id": "f-2"}],
    )
    assert other == (400, "INVALID_REQUEST")
    locking = MoveIssued(
        merchant_id=world.merchant_id,
        channel_id=held.channel_id,
        code=held.code,
        state=InvoiceState.LOCK,
    )
    await world.office.run(move_issued, locking, world.owner)
    taking = (counter.sdk.fapiao_reverse, counter.paid, "SALES_RETURN", [{"fapiao_id": "f-1"}])
    assert await counter.refused(*taking) == (400, "INVALID_REQUEST")
    await world.check()
