"""Invoices over the wire: titles, requests, papers, and handing in; people use their phones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from wechatpy.events import SubmitInvoiceTitleEvent, UserAuthorizeInvoiceEvent
from wechatpy.exceptions import WeChatException

from banyan.base.errors import NotFound, Refusal
from banyan.books.actor import Actor
from banyan.commerce.invoices import (
    AnswerAsked,
    AskForOrder,
    AskForTitle,
    ListMyInvoices,
    ListMyTitles,
    OfferTitle,
    SetInvoicing,
    ShowInvoice,
    Title,
    TitleFacts,
    TitleKind,
    answer_asked,
    ask_for_order,
    ask_for_title,
    list_my_invoices,
    list_my_titles,
    offer_title,
    set_invoicing,
    show_invoice,
)
from tests.doors.wechat.test_media import named, open_media_account
from tests.kit.pages import open_browser
from tests.kit.receiver import Receiver, open_line
from tests.kit.sales import buy, fill_wallet, open_busy_shop, place
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

PDF = b"%PDF-1.4\n%a small paper\n%%EOF\n"
FIELDS: Any = {"user_field": {"show_title": 1}, "biz_field": {"show_title": 1, "show_tax_no": 1}}
FACTS = TitleFacts(kind=TitleKind.COMPANY, name="榕树科技有限公司", tax_number="91330100MA1")
DATA: dict[str, Any] = {
    "title": "榕树科技有限公司",
    "fee": 10600,
    "fee_without_tax": 10000,
    "tax": 600,
    "billing_no": "12345678",
    "billing_code": "033001700211",
    "billing_time": 1_700_000_000,
    "info": [{"name": "龙井", "unit": "杯", "num": 2, "price": 5000}],
    "check_code": "69599999999999999999",
    "buyer_number": "91330100MA1",
}


@pytest_asyncio.fixture
async def account(world: World, tmp_path: Path) -> AsyncIterator[Account]:
    """An account with a folder for papers, which asks people for titles."""
    async with open_media_account(world, tmp_path) as opened:
        invoice = opened.sdk.invoice
        await opened.call(invoice.set_auth_field, FIELDS["user_field"], FIELDS["biz_field"])
        yield opened


async def request(account: Account, order_id: str = "A1") -> str:
    """The token of the address at which somebody answers."""
    url = await account.call(
        account.sdk.invoice.get_auth_url, "wxp", order_id, 10600, 1, "web", "T", 1, "https://a.b/c"
    )
    token: str = urlsplit(url).path.rpartition("/")[2]
    return token


async def answered(account: Account, world: World, order_id: str = "A1") -> Actor:
    lin = await world.person("lin")
    command = AnswerAsked(token=await request(account, order_id), facts=FACTS)
    await world.office.run(answer_asked, command, lin)
    return lin


async def make_card(account: Account) -> str:
    base = {"logo_url": "https://a.b/logo.png", "title": "电子普通发票"}
    card_id: str = await account.call(
        account.sdk.invoice.create_card, base, "榕树茶馆", "增值税电子普通发票"
    )
    return card_id


async def issue(account: Account, order_id: str = "A1", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    invoice = account.sdk.invoice
    paper = await account.call(invoice.upload_pdf, named(PDF, "a.pdf"))
    data = {**DATA, "s_pdf_media_id": paper, **changes}
    ext = {"nonce_str": "n", "user_card": {"invoice_user_data": data}}
    card_id = await make_card(account)
    told = await account.call(invoice.insert, order_id, card_id, account.channel.appid, ext)
    return {**told, "card_id": card_id, "paper": paper}


async def test_settings_are_set_and_read(account: Account) -> None:
    invoice = account.sdk.invoice
    assert (await account.call(invoice.get_auth_field))["auth_field"] == FIELDS
    assert await account.refused(invoice.get_pay_mch) == 72028
    await account.call(invoice.set_pay_mch, "1900000109", "wxplatform")
    told = (await account.call(invoice.get_pay_mch))["paymch_info"]
    assert told == {"mchid": "1900000109", "s_pappid": "wxplatform"}
    url = await account.call(invoice.get_url)
    assert url.endswith(f"s_pappid={account.channel.appid}")
    token = account.sdk.access_token
    path = "/card/invoice/setbizattr"
    query = {"access_token": token, "action": "set_contact"}
    body = {"contact": {"phone": "0571-1", "time_out": 12_345}}
    assert (await account.post(path, body, **query))["errcode"] == 0
    told = await account.post(path, {}, access_token=token, action="get_contact")
    assert told["contact"] == {"phone": "0571-1", "time_out": 12_345}
    for action in ("", "set_auth_field", "get_nothing"):
        told = await account.post(path, {}, access_token=token, action=action)
        assert told["errcode"] == 72031


async def test_an_invoice_is_asked_for_given_and_read(account: Account, world: World) -> None:
    invoice = account.sdk.invoice
    token = await request(account)
    assert await account.refused(invoice.get_auth_data, "wxp", "A1") == 72038
    assert await account.refused(invoice.get_auth_data, "wxp", "none") == 72038
    async with open_browser(world, "lin") as phone:
        await phone.open(f"/invoices/asked/{token}")
        assert "¥106.00" in phone.words
        typed = {"kind": "company", "name": FACTS.name, "keep": "1"}
        await phone.send(f"/invoices/asked/{token}", typed, status=422)
        await phone.send(f"/invoices/asked/{token}", {**typed, "tax_number": FACTS.tax_number})
        assert "抬头已提交" in phone.words
    data = await account.call(invoice.get_auth_data, "wxp", "A1")
    assert data["invoice_status"] == "auth success"
    assert data["user_auth_info"]["biz_field"]["tax_no"] == FACTS.tax_number
    told = await issue(account)
    assert len(told["code"]) == 12
    lin = await world.person("lin")
    (mine,) = (await world.office.run(list_my_invoices, ListMyInvoices(), lin)).items
    assert (mine.code, mine.facts.amount_fen) == (told["code"], 10600)
    async with open_browser(world, "lin") as phone:
        at = f"/invoices/of/{account.channel.channel_id:d}/{told['code']}"
        assert "榕树茶馆" in (await phone.open("/invoices")).words
        assert "12345678" in (await phone.open(at)).words
        paper = await phone.client.get(f"{at}/paper")
        assert (paper.content, paper.headers["content-type"]) == (PDF, "application/pdf")
        assert "您的发票已开具" in (await phone.open("/inbox")).words
    async with open_browser(world, "chen") as stranger:
        assert (await stranger.client.get(f"{at}/paper")).status_code == 404
        await stranger.open(at, status=404)
    opened = await account.call(invoice.get_pdf, told["paper"])
    assert opened["pdf_url_expire_time"] == 7_200
    async with open_browser(world) as anybody:
        paper = await anybody.client.get(urlsplit(opened["pdf_url"]).path)
        assert paper.content == PDF
    titles = (await world.office.run(list_my_titles, ListMyTitles(), lin)).items
    assert [one.facts for one in titles] == [FACTS]


async def test_what_is_wrong_gives_nothing(account: Account, world: World) -> None:
    invoice = account.sdk.invoice
    await answered(account, world)
    paper = await account.call(invoice.upload_pdf, named(PDF, "a.pdf"))
    card_id = await make_card(account)

    async def refused(order_id: str = "A1", card: str = card_id, **changes: Any) -> int:  # noqa: ANN401 - any field
        data = {**DATA, "s_pdf_media_id": paper, **changes}
        ext = {"nonce_str": "n", "user_card": {"invoice_user_data": data}}
        return await account.refused(invoice.insert, order_id, card, account.channel.appid, ext)

    assert await refused("other") == 72038
    assert await refused(card="pnothing") == 40073
    assert await refused(fee=1) == 72031
    assert await refused(s_pdf_media_id="1") == 72040
    assert await refused(s_pdf_media_id="x") == 72040
    assert await refused(billing_time=-1) == 72031
    assert await refused(fee=-1, fee_without_tax=-1, tax=0) == 40035
    assert await account.refused(invoice.upload_pdf, named(b"MZ no pdf", "a.pdf")) == 72040
    assert await account.refused(invoice.get_pdf, "7") == 72040
    lin = await world.person("lin")
    assert (await world.office.run(list_my_invoices, ListMyInvoices(), lin)).items == []
    await issue(account)
    assert await refused() == 72035
    assert await account.refused(invoice.reject_insert, "wxp", "A1", "no") == 72035


async def test_an_order_gets_one_invoice_from_rivals(account: Account, world: World) -> None:
    lin = await answered(account, world)
    invoice = account.sdk.invoice
    paper = await account.call(invoice.upload_pdf, named(PDF, "a.pdf"))
    ext = {"user_card": {"invoice_user_data": {**DATA, "s_pdf_media_id": paper}}}
    arguments = ("A1", await make_card(account), account.channel.appid, ext)
    calls = [account.call(invoice.insert, *arguments) for _ in range(6)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert len([one for one in outcomes if isinstance(one, dict)]) == 1
    refused = [one for one in outcomes if isinstance(one, WeChatException)]
    assert [one.errcode for one in refused] == [72035] * 5
    assert len((await world.office.run(list_my_invoices, ListMyInvoices(), lin)).items) == 1


async def test_a_request_is_answered_once_and_may_be_refused(
    account: Account, world: World
) -> None:
    token = await request(account)
    people = [await world.person(name) for name in ("lin", "wu", "chen")]
    command = AnswerAsked(token=token, facts=FACTS)
    outcomes = await asyncio.gather(
        *(world.office.run(answer_asked, command, one) for one in people), return_exceptions=True
    )
    refusals = [one for one in outcomes if isinstance(one, Refusal)]
    assert [one.code for one in refusals] == ["invoices.answered_already"] * 2
    invoice = account.sdk.invoice
    await account.call(invoice.reject_insert, "wxp", "A1", "金额有误", "https://a.b/c")
    assert await account.refused(invoice.reject_insert, "wxp", "A1", "x") == 72035


async def test_invoices_are_handed_in_and_refunded(account: Account, world: World) -> None:
    lin = await answered(account, world)
    told = [await issue(account)]
    await answered(account, world, "A2")
    told.append(await issue(account, "A2"))
    async with open_account(world, name="报销中心") as office:
        invoice = office.sdk.invoice
        shown = []
        for one in told:
            command = ShowInvoice(
                issuer_id=account.channel.channel_id,
                code=one["code"],
                channel_id=office.channel.channel_id,
            )
            shown.append(await world.office.run(show_invoice, command, lin))
        keys = [(one.kind_id, one.token) for one in shown]
        read = await office.call(invoice.get_reimburse, *keys[0])
        assert read["user_info"]["fee"] == 10600
        assert read["user_info"]["reimburse_status"] == "INVOICE_REIMBURSE_INIT"
        assert await office.refused(invoice.get_reimburse, keys[0][0], "other") == 40099
        assert await office.refused(invoice.update_reimburse, *keys[0], "PAID") == 72024
        closure, lock = "INVOICE_REIMBURSE_CLOSURE", "INVOICE_REIMBURSE_LOCK"
        assert await office.refused(invoice.update_reimburse, *keys[0], closure) == 72024
        await office.call(invoice.update_reimburse, *keys[0], lock)
        issuer = account.sdk.invoice
        code = told[0]["code"]
        assert await account.refused(issuer.update_status, keys[0][0], code, closure) == 72023
        listed = [{"card_id": kind, "encrypt_code": token} for kind, token in keys]
        openid = read["openid"]
        # One of the two is not locked: neither is closed.
        assert (
            await office.refused(invoice.batch_update_reimburse, openid, closure, listed) == 72024
        )
        assert await state(office, keys[0]) == lock
        assert await office.refused(invoice.batch_update_reimburse, "o" * 28, lock, listed) == 40099
        await office.call(invoice.update_reimburse, *keys[1], lock)
        await office.call(invoice.batch_update_reimburse, openid, closure, listed)
        assert {await state(office, one) for one in keys} == {closure}
        init = "INVOICE_REIMBURSE_INIT"
        assert await office.refused(invoice.update_reimburse, *keys[0], init) == 72024
        token = office.sdk.access_token
        path = "/card/invoice/reimburse/getinvoicebatch"
        many = await office.post(path, {"item_list": listed}, access_token=token)
        assert len(many["item_list"]) == 2


async def state(office: Account, key: tuple[str, str]) -> str:
    read = await office.call(office.sdk.invoice.get_reimburse, *key)
    found: str = read["user_info"]["reimburse_status"]
    return found


async def test_titles_are_kept_shown_and_chosen(account: Account, world: World) -> None:
    invoice = account.sdk.invoice
    url = await account.call(invoice.get_user_title_url, 0, FACTS.name, "0571", FACTS.tax_number)
    async with open_browser(world, "lin") as phone:
        await phone.open(urlsplit(url).path)
        assert FACTS.name in phone.page.text
        typed = {"kind": "company", "name": FACTS.name, "tax_number": FACTS.tax_number}
        await phone.send(urlsplit(url).path, typed)
        assert phone.path == "/invoices/titles"
        title = await only_title(world)
        await phone.open(f"/invoices/titles?show={title.title_id:d}")
        scanned = await account.call(invoice.scan_title, f"http://x/invoices/titles/{title.token}")
        assert (scanned["title"], scanned["title_type"]) == (FACTS.name, 0)
        assert await account.refused(invoice.scan_title, "nonsense") == 72044
        assert await account.refused(invoice.scan_title, "\x00") in {40035, 72044}
        change = {**typed, "title_id": f"{title.title_id:d}", "name": "榕树集团"}
        await phone.send("/invoices/titles", change)
        assert (await only_title(world)).facts.name == "榕树集团"
        await phone.send(f"/invoices/titles/{title.title_id:d}/delete")
        assert "还没有抬头" in phone.words
    blank = await account.call(invoice.get_user_title_url, 1, "x")
    assert "/invoices/asked/" in blank


async def only_title(world: World) -> Title:
    lin = await world.person("lin")
    (title,) = (await world.office.run(list_my_titles, ListMyTitles(), lin)).items
    return title


@pytest.mark.parametrize("purpose", ["order", "choose"])
async def test_the_server_hears_what_people_say(world: World, purpose: str) -> None:
    async with open_line(world, Receiver()) as line:
        own: dict[str, Any] = {
            "merchant_id": world.merchant_id,
            "channel_id": line.channel.channel_id,
        }
        await world.office.run(set_invoicing, SetInvoicing(**own, fields=FIELDS), world.owner)
        if purpose == "order":
            ask = AskForTitle(**own, order_name="B7", amount_fen=100, source="wap")
            made = await world.office.run(ask_for_title, ask, world.owner)
        else:
            offer = OfferTitle(**own, attach="桌 3")
            made = await world.office.run(offer_title, offer, world.owner)
        lin = await world.person("lin")
        await world.office.run(answer_asked, AnswerAsked(token=made.token, facts=FACTS), lin)
        await line.deliver()
        (event,) = line.receiver.messages
        if purpose == "order":
            assert isinstance(event, UserAuthorizeInvoiceEvent)
            assert (event.success_order_id, event.auth_source) == ("B7", "wap")
        else:
            assert isinstance(event, SubmitInvoiceTitleEvent)
            assert (event.title, event.tax_no) == (FACTS.name, FACTS.tax_number)


async def test_a_paid_order_asks_for_its_invoice(account: Account, world: World) -> None:
    shop = await open_busy_shop(world)
    await fill_wallet(world, "lin", 10_000)
    order = await buy(world, "lin", shop, {shop.oolong: 2})
    async with open_browser(world, "lin") as phone:
        await phone.open(f"/orders/{order.order_id:d}")
        assert "申请开票" in phone.words
        await phone.send(f"/orders/{order.order_id:d}/invoice")
        assert "¥36.00" in phone.words
        typed = {"kind": "person", "name": "林小姐"}
        await phone.send(phone.path, typed)
    told = await account.call(account.sdk.invoice.get_auth_data, "wxp", f"{order.order_id:d}")
    assert told["user_auth_info"]["user_field"]["title"] == "林小姐"
    unpaid = await place(world, "lin", shop, {shop.oolong: 1})
    lin = await world.person("lin")
    with pytest.raises(Refusal, match=r"invoices\.nothing_paid"):
        await world.office.run(ask_for_order, AskForOrder(order_id=unpaid.order_id), lin)
    chen = await world.person("chen")
    with pytest.raises(NotFound):
        await world.office.run(ask_for_order, AskForOrder(order_id=order.order_id), chen)
