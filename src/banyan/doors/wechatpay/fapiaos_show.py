"""How taxed invoices are written on the wire, and read from it."""

from __future__ import annotations

from typing import Any

from banyan.commerce.fapiaos import Base, Fapiao, FapiaoState, Goods, Item, Mark, Paper
from banyan.commerce.invoices import TitleFacts, TitleKind
from banyan.doors.wechatpay.endpoint import Call, pruned, wire_time
from banyan.doors.wechatpay.fapiaos_bodies import BuyerPart, ItemPart

_MARKS = {
    Mark.NONE: "NO_FAVORABLE",
    Mark.OUTSIDE: "OUTSIDE_VAT",
    Mark.EXEMPT: "VAT_EXEMPT",
    Mark.ZERO: "NORMAL_ZERO_RATED",
    Mark.EXPORT: "EXPORT_ZERO_RATED",
}
_marks = {name: mark for mark, name in _MARKS.items()}


def read_buyer(call: Call, part: BuyerPart) -> dict[str, Any]:
    """A buyer as our rooms know one. Raises WireError `PARAM_ERROR`."""
    phone = call.decrypt(part.phone, "buyer_information/phone")
    is_company = part.type == "ORGANIZATION"
    return {
        "kind": (TitleKind.COMPANY if is_company else TitleKind.PERSON).value,
        "name": part.name,
        "tax_number": part.taxpayer_id,
        "address": part.address,
        "phone": part.telephone or phone,
        "email": call.decrypt(part.email, "buyer_information/email"),
        "bank": part.bank_name,
        "bank_account": part.bank_account,
    }


def read_wish(part: ItemPart) -> dict[str, Any]:
    """A line as our rooms know one."""
    return {
        "tax_code": part.tax_code,
        "name": part.goods_name,
        "specification": part.specification,
        "unit": part.unit,
        "quantity": part.quantity,
        "total_fen": part.total_amount,
        "rate_bp": part.tax_rate,
        "mark": _marks[part.tax_prefer_mark].value if part.tax_prefer_mark else None,
        "is_discount": part.discount,
    }


def show_goods(one: Goods) -> dict[str, Any]:
    """Something that a merchant sells."""
    return {
        "goods_name": one.name,
        "goods_category": one.category,
        "tax_code": one.tax_code,
        "tax_rate": one.rate_bp,
        "tax_prefer_mark": _MARKS[one.mark],
    }


def show_base(base: Base) -> dict[str, Any]:
    """What stands on invoices of a merchant."""
    seller = base.settings.seller
    return {
        "seller_information": pruned(
            {
                "name": base.name,
                "taxpayer_id": base.tax_number,
                "address": seller.address,
                "telephone": seller.phone,
                "bank_name": seller.bank,
                "bank_account": seller.bank_account,
            }
        ),
        "extra_information": pruned(
            {"payee": seller.payee, "reviewer": seller.reviewer, "drawer": seller.drawer}
        ),
    }


def show_fapiao(call: Call, one: Fapiao, appid: str, openid: str) -> dict[str, Any]:
    """An invoice, and the card that it is in somebody's hands."""
    facts, seller = one.facts, one.facts.seller
    is_held = one.state is FapiaoState.ISSUED
    return pruned(
        {
            "fapiao_id": one.fapiao_no,
            "status": one.state.value.upper(),
            "blue_fapiao": _paper(one.blue),
            "red_fapiao": _paper(one.red) if one.red else None,
            "card_information": {
                "card_appid": appid,
                "card_openid": openid,
                "card_code": one.code,
                "card_status": "INSERTED" if is_held else "DISCARDED",
            },
            "total_amount": facts.total_fen,
            "tax_amount": facts.tax_fen,
            "amount": facts.total_fen - facts.tax_fen,
            "seller_information": {
                "name": facts.seller_name,
                "taxpayer_id": facts.seller_number,
                "address": seller.address,
                "telephone": seller.phone,
                "bank_name": seller.bank,
                "bank_account": seller.bank_account,
            },
            "buyer_information": _buyer(call, one.buyer),
            "extra_information": {
                "payee": seller.payee,
                "reviewer": seller.reviewer,
                "drawer": seller.drawer,
            },
            "items": [_item(item) for item in facts.items],
            "remark": facts.remark,
        }
    )


def _buyer(call: Call, buyer: TitleFacts) -> dict[str, Any]:
    is_company = buyer.kind is TitleKind.COMPANY
    return {
        "type": "ORGANIZATION" if is_company else "INDIVIDUAL",
        "name": buyer.name,
        "taxpayer_id": buyer.tax_number,
        "address": buyer.address,
        "telephone": buyer.phone if is_company else "",
        "bank_name": buyer.bank,
        "bank_account": buyer.bank_account,
        "phone": "" if is_company else call.encrypt(buyer.phone),
        "email": call.encrypt(buyer.email),
    }


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "fapiao_code": paper.code,
        "fapiao_number": paper.number,
        "check_code": paper.check_code,
        "fapiao_time": wire_time(paper.at),
    }


def _item(one: Item) -> dict[str, Any]:
    return pruned(
        {
            "tax_code": one.tax_code,
            "goods_name": one.name,
            "specification": one.specification,
            "unit": one.unit,
            "quantity": one.quantity,
            "unit_price": one.price_fen,
            "amount": one.amount_fen,
            "tax_amount": one.tax_fen,
            "total_amount": one.total_fen,
            "tax_rate": one.rate_bp,
            "tax_prefer_mark": _MARKS[one.mark],
            "discount": one.is_discount,
        }
    )
