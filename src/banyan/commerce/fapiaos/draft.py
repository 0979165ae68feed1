"""What would stand on the invoice of a payment, so that its paper can be drawn."""

import hashlib
from typing import Annotated

import msgspec

from banyan.base import json
from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading
from banyan.commerce.fapiaos import rules, store
from banyan.commerce.fapiaos.apply_for import check_paid
from banyan.commerce.fapiaos.keep_settings import ReadFapiaoSettings, read_fapiao_settings
from banyan.commerce.fapiaos.types import (
    ITEMS_MAX,
    ApplyNo,
    Fapiao,
    FapiaoFacts,
    FapiaoNo,
    Fen,
    Paper,
    Remark,
    Wish,
)
from banyan.commerce.invoices import TitleFacts
from banyan.parties.merchants import MerchantId


class DraftFapiao(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What would stand on the invoice of a payment?"""

    merchant_id: MerchantId
    apply_no: ApplyNo
    fapiao_no: FapiaoNo
    buyer: TitleFacts
    total_fen: Fen
    wishes: Annotated[list[Wish], msgspec.Meta(min_length=1, max_length=ITEMS_MAX)]
    remark: Remark = ""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice, or would."""

    facts: FapiaoFacts
    buyer: TitleFacts
    paper: Paper
    known: Fapiao | None = None
    """It was issued like this before."""


@reading(permission=Permission.FINANCE_READ)
async def draft_fapiao(work: Work, query: DraftFapiao) -> Draft:
    """Return what would stand on it, so that its paper can be drawn.

    Raises the failures of `issue_fapiao`.
    """
    found = await store.find_application(work.db, query.merchant_id, query.apply_no)
    return await draft_of(work, query, paper_of(work, query), found)


async def draft_of(
    work: Work, command: DraftFapiao, paper: Paper, applied: store.Application | None
) -> Draft:
    """What would stand on an invoice with these numbers. Raises the failures of `issue_fapiao`."""
    if applied is None:
        raise NotFound("fapiaos.not_applied")
    known = await store.find_fapiao(work.db, command.merchant_id, command.apply_no)
    if known is not None:
        if known[0] != digest_of(command):
            raise Refusal("fapiaos.issued_already")
        one = known[1]
        return Draft(facts=one.facts, buyer=one.buyer, paper=one.blue, known=one)
    await check_paid(work, command.merchant_id, command.apply_no, command.total_fen)
    base = await read_fapiao_settings(work, ReadFapiaoSettings(merchant_id=command.merchant_id))
    if not base.tax_number:
        raise Refusal("fapiaos.no_tax_number")
    codes = [one.tax_code for one in command.wishes]
    goods = await store.find_goods(work.db, command.merchant_id, codes)
    items = rules.write_items(command.wishes, goods, command.total_fen)
    facts = FapiaoFacts(
        seller_name=base.name,
        seller_number=base.tax_number,
        seller=base.settings.seller,
        items=items,
        total_fen=command.total_fen,
        tax_fen=sum(one.tax_fen for one in items),
        remark=command.remark,
    )
    return Draft(facts=facts, buyer=command.buyer, paper=paper)


def paper_of(work: Work, command: DraftFapiao) -> Paper:
    """The numbers that we give an invoice."""
    number, check_code = rules.numbers_of(
        command.merchant_id, command.apply_no, command.fapiao_no, is_red=False
    )
    code, short = rules.split_number(number)
    return Paper(code=code, number=short, check_code=check_code, at=work.now)


def digest_of(command: DraftFapiao) -> bytes:
    """Of what was asked for; the paper that was drawn of it does not count."""
    facts = {
        name: getattr(command, name)
        for name in command.__struct_fields__
        if name != "paper_id" or "number" in command.__struct_fields__
    }
    return hashlib.sha256(json.encode(facts)).digest()
