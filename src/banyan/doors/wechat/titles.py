"""Titles of invoices: what an account asks for, and where people keep or choose one."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.commerce.invoices import (
    FindTitle,
    OfferTitle,
    ReadInvoicing,
    SetInvoicing,
    TitleFacts,
    TitleKind,
    find_title,
    offer_title,
    read_invoicing,
    set_invoicing,
)
from banyan.doors.papers.posters import ORIGIN
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError

WRONG = WireError(72031, "invalid params")
_url_length_max = 1_000
_no_title = WireError(72044, "invalid or timeout title qrcode")


class AttrBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/setbizattr`; which part counts depends on the action."""

    auth_field: dict[str, Any] | None = None
    paymch_info: dict[str, Any] | None = None
    contact: dict[str, Any] | None = None


class TitleBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/biz/getusertitleurl`."""

    user_fill: int = 0
    title: str | None = None
    phone: str | None = None
    tax_no: str | None = None
    addr: str | None = None
    bank_type: str | None = None
    bank_no: str | None = None


class SelectBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/biz/getselecttitleurl`."""

    attach: str | None = None


class ScanBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/card/invoice/scantitle`."""

    scan_text: str = ""


@endpoint("POST", "/card/invoice/seturl")
async def seturl(wire: Wire) -> dict[str, str]:
    """The address by which others name this account as their platform for invoices."""
    url = f"{ORIGIN.invoices_link()}?action=list&s_pappid={wire.channel.appid}"
    return {"invoice_url": url}


@endpoint("POST", "/card/invoice/setbizattr")
async def setbizattr(wire: Wire, body: AttrBody) -> dict[str, object] | None:
    """Set or get what people are asked for, the merchant number, or whom to ask."""
    action = wire.query.get("action", "")
    if action.startswith("get_"):
        return await _get_attr(wire, action)
    given: dict[str, Any] = {}
    if action == "set_auth_field" and body.auth_field:
        given["fields"] = body.auth_field
    elif action == "set_pay_mch" and body.paymch_info:
        given["merchant_number"] = str(body.paymch_info.get("mchid") or "")
        given["platform"] = str(body.paymch_info.get("s_pappid") or "")
    elif action == "set_contact" and body.contact:
        given["phone"] = str(body.contact.get("phone") or "")
        given["timeout_s"] = body.contact.get("time_out") or 0
    else:
        raise WRONG
    await wire.run(set_invoicing, wire.command(SetInvoicing, **given))
    return None


@endpoint("POST", "/card/invoice/biz/getusertitleurl")
async def getusertitleurl(wire: Wire, body: TitleBody) -> dict[str, str]:
    """The address at which somebody keeps a title."""
    offered = None
    if not body.user_fill:
        if not body.title:
            raise WRONG
        offered = {
            "kind": "company" if body.tax_no else "person",
            "name": body.title,
            "tax_number": body.tax_no or "",
            "address": body.addr or "",
            "phone": body.phone or "",
            "bank": body.bank_type or "",
            "bank_account": body.bank_no or "",
        }
    command = wire.command(OfferTitle, offered=offered, is_blank=bool(body.user_fill))
    return {"url": ORIGIN.title_link((await wire.run(offer_title, command)).token)}


@endpoint("POST", "/card/invoice/biz/getselecttitleurl")
async def getselecttitleurl(wire: Wire, body: SelectBody) -> dict[str, str]:
    """The address, also as a code at the counter, at which somebody chooses a title."""
    command = wire.command(OfferTitle, attach=body.attach or "")
    return {"url": ORIGIN.title_link((await wire.run(offer_title, command)).token)}


@endpoint("POST", "/card/invoice/scantitle")
async def scantitle(wire: Wire, body: ScanBody) -> dict[str, object]:
    """What somebody is called who showed the code of their title."""
    if len(body.scan_text) > _url_length_max:
        raise _no_title
    token = body.scan_text.rpartition("/")[2]
    try:
        query = msgspec.convert({"token": token}, FindTitle)
    except msgspec.ValidationError:
        raise _no_title from None
    facts = await wire.run(find_title, query)
    return {**render_title(facts), "title_type": int(facts.kind is TitleKind.PERSON)}


def render_title(facts: TitleFacts) -> dict[str, object]:
    """A company's title."""
    return {
        "title": facts.name,
        "phone": facts.phone,
        "tax_no": facts.tax_number,
        "addr": facts.address,
        "bank_type": facts.bank,
        "bank_no": facts.bank_account,
    }


async def _get_attr(wire: Wire, action: str) -> dict[str, object]:
    settings = await wire.run(read_invoicing, wire.command(ReadInvoicing))
    match action:
        case "get_auth_field":
            if settings.fields is None:
                raise WireError(72029, "auth field not set")
            return {"auth_field": settings.fields}
        case "get_pay_mch":
            if not settings.merchant_number:
                raise WireError(72028, "pay mch info not set")
            told = {"mchid": settings.merchant_number, "s_pappid": settings.platform}
            return {"paymch_info": told}
        case "get_contact":
            contact = settings.contact
            if contact is None:
                raise WireError(72063, "contact not set")
            return {"contact": {"phone": contact.phone, "time_out": contact.timeout_s}}
        case _:
            raise WRONG
