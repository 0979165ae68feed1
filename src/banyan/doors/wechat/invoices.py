"""Invoices: asking people for titles, and giving them invoices with their papers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from banyan.base.errors import Invalid
from banyan.commerce.invoices import (
    AddPaper,
    AskForTitle,
    CreateInvoiceKind,
    IssueInvoice,
    OpenPaper,
    ReadAnswer,
    RefuseInvoice,
    TitleKind,
    add_paper,
    ask_for_title,
    create_invoice_kind,
    issue_invoice,
    open_paper,
    read_answer,
    refuse_invoice,
)
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.titles import WRONG, render_title

_opened_s = 7_200
_digits_max = 18
_seconds_max = 10**10
_sources = frozenset({"app", "web", "wap"})
_no_pdf = WireError(72040, "invalid pdf")


class AuthBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/getauthurl`."""

    order_id: str = ""
    money: int = 0
    source: str = ""
    redirect_url: str | None = None


class OrderBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about the invoice of an order."""

    order_id: str = ""
    reason: str = ""
    url: str | None = None


class KindInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of invoices."""

    base_info: dict[str, Any] = {}
    type: str = ""
    payee: str = ""


class KindBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/platform/createcard`."""

    invoice_info: KindInfo = KindInfo()


class ItemPart(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice."""

    name: str = ""
    unit: str = ""
    num: float = 0
    price: int = 0


class UserData(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice."""

    title: str = ""
    fee: int = 0
    fee_without_tax: int = 0
    tax: int = 0
    billing_no: str = ""
    billing_code: str = ""
    billing_time: int = 0
    info: list[ItemPart] = []
    check_code: str = ""
    s_pdf_media_id: str = ""
    s_trip_pdf_media_id: str = ""
    buyer_number: str = ""
    buyer_address_and_phone: str = ""
    buyer_bank_account: str = ""
    seller_number: str = ""
    seller_address_and_phone: str = ""
    seller_bank_account: str = ""
    remarks: str = ""
    maker: str = ""
    cashier: str = ""


class UserCard(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice."""

    invoice_user_data: UserData = UserData()


class CardExt(msgspec.Struct, frozen=True, kw_only=True):
    """What is given with an invoice."""

    user_card: UserCard = UserCard()


class InsertBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/insert`."""

    order_id: str = ""
    card_id: str = ""
    card_ext: CardExt = CardExt()


class PaperBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call about a paper."""

    s_media_id: str = ""


@endpoint("POST", "/card/invoice/getauthurl")
async def getauthurl(wire: Wire, body: AuthBody) -> dict[str, str]:
    """The address at which somebody says what they are called on the invoice of an order."""
    if body.source not in _sources:
        raise WRONG
    command = wire.command(
        AskForTitle,
        order_name=body.order_id,
        amount_fen=body.money,
        source=body.source,
        redirect_url=body.redirect_url or "",
    )
    request = await wire.run(ask_for_title, command)
    return {"auth_url": ORIGIN.title_link(request.token), "appid": wire.channel.appid}


@endpoint("POST", "/card/invoice/getauthdata")
async def getauthdata(wire: Wire, body: OrderBody) -> dict[str, object]:
    """What somebody said for an order."""
    request = await wire.run(read_answer, wire.command(ReadAnswer, order_name=body.order_id))
    facts, at = request.title, request.answered_at
    assert facts is not None
    assert at is not None
    told: dict[str, object] = {"biz_field": render_title(facts) | {"custom_field": []}}
    if facts.kind is TitleKind.PERSON:
        field = {"title": facts.name, "phone": facts.phone, "email": facts.email}
        told = {"user_field": {**field, "custom_field": []}}
    return {
        "invoice_status": "auth success",
        "auth_time": int(at.timestamp()),
        "user_auth_info": told,
    }


@endpoint("POST", "/card/invoice/rejectinsert")
async def rejectinsert(wire: Wire, body: OrderBody) -> None:
    """Make no invoice, and tell the person why."""
    command = wire.command(
        RefuseInvoice, order_name=body.order_id, why=body.reason, url=body.url or ""
    )
    await wire.run(refuse_invoice, command)


@endpoint("POST", "/card/invoice/platform/createcard")
async def createcard(wire: Wire, body: KindBody) -> dict[str, str]:
    """Add a kind of invoices."""
    info = body.invoice_info
    name = str(info.base_info.get("title") or "")
    facts = {key: str(value) for key, value in info.base_info.items() if value is not None}
    command = wire.command(
        CreateInvoiceKind, payee=info.payee, name=name, facts=facts | {"type": info.type}
    )
    return {"card_id": (await wire.run(create_invoice_kind, command)).kind_id}


@endpoint("POST", "/card/invoice/platform/setpdf")
async def setpdf(wire: Wire) -> dict[str, str]:
    """Take a paper in."""
    file = wire.upload.take()
    try:
        paper = await wire.run(add_paper, AddPaper(**wire.own, content=file.content))
    except Invalid:
        raise _no_pdf from None
    return {"s_media_id": str(int(paper.paper_id))}


@endpoint("POST", "/card/invoice/platform/getpdf")
async def getpdf(wire: Wire, body: PaperBody) -> dict[str, object]:
    """An address of a paper, for two hours."""
    command = wire.command(OpenPaper, paper_id=_paper_id(body.s_media_id))
    paper = await wire.run(open_paper, command)
    return {"pdf_url": ORIGIN.paper_link(paper.token), "pdf_url_expire_time": _opened_s}


@endpoint("POST", "/card/invoice/insert")
async def insert(wire: Wire, body: InsertBody) -> dict[str, str]:
    """Give somebody the invoice that they asked for."""
    data = body.card_ext.user_card.invoice_user_data
    if not 0 < data.billing_time < _seconds_max:
        raise WRONG
    command = wire.command(
        IssueInvoice,
        order_name=body.order_id,
        kind_id=body.card_id,
        paper_id=_paper_id(data.s_pdf_media_id),
        trip_paper_id=_paper_id(data.s_trip_pdf_media_id or "0"),
        facts={
            "title": data.title,
            "amount_fen": data.fee,
            "before_tax_fen": data.fee_without_tax,
            "tax_fen": data.tax,
            "number": data.billing_no,
            "billing_code": data.billing_code,
            "billed_at": datetime.fromtimestamp(data.billing_time, UTC),
            "items": [
                {"name": one.name, "unit": one.unit, "count": one.num, "price_fen": one.price}
                for one in data.info
            ],
            "check_code": data.check_code,
            "buyer_number": data.buyer_number,
            "buyer_address": data.buyer_address_and_phone,
            "buyer_bank": data.buyer_bank_account,
            "seller_number": data.seller_number,
            "seller_address": data.seller_address_and_phone,
            "seller_bank": data.seller_bank_account,
            "remarks": data.remarks,
            "maker": data.maker,
            "cashier": data.cashier,
        },
    )
    issued = await wire.run(issue_invoice, command)
    return {"code": issued.invoice.code, "openid": issued.openid}


def _paper_id(given: str) -> str:
    if not (given.isascii() and given.isdigit() and len(given) <= _digits_max):
        raise _no_pdf
    return given
