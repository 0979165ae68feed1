"""Issues the invoice of a payment into the hands of whoever asked for it: once, and in full."""

from datetime import datetime

from banyan.base.errors import Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, single
from banyan.commerce.fapiaos import store
from banyan.commerce.fapiaos.draft import Draft, DraftFapiao, digest_of, draft_of, paper_of
from banyan.commerce.fapiaos.telling import ToldFapiao, tell
from banyan.commerce.fapiaos.types import (
    Fapiao,
    FapiaoIssued,
    FapiaoState,
    Item,
    Line,
    Paper,
    Step,
)
from banyan.commerce.invoices import InvoiceFacts, IssueInvoice, PaperId, issue_invoice
from banyan.commerce.invoices import Item as Row
from banyan.pay.charges import charge_id_of
from banyan.reach.channels import ChannelId


class IssueFapiao(DraftFapiao, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Issue it, with this paper."""

    paper_id: PaperId


class InsertFapiao(DraftFapiao, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put into hands what the merchant issued elsewhere, with its own numbers and paper."""

    paper_id: PaperId
    code: Line
    number: Line
    check_code: Line = ""
    issued_at: datetime


@single(permission=Permission.FINANCE_WRITE)
async def issue_fapiao(work: Work, command: IssueFapiao) -> Fapiao:
    """Issue an invoice; asked in the same words again, it is the same.

    Raises NotFound `fapiaos.not_applied`, `charges.not_found`; Refusal `fapiaos.issued_already`,
    `fapiaos.more_than_paid`, `fapiaos.no_tax_number`, `fapiaos.no_template`,
    `invoices.not_answered`; Invalid `fapiaos.unknown_goods`, `fapiaos.amounts_differ`,
    `fapiaos.not_discounted`.
    """
    return await _hand_over(work, command, paper_of(work, command))


@single(permission=Permission.FINANCE_WRITE)
async def insert_fapiao(work: Work, command: InsertFapiao) -> Fapiao:
    """Put into hands what was issued elsewhere; again in the same words, it is the same.

    Raises the failures of `issue_fapiao`.
    """
    paper = Paper(
        code=command.code,
        number=command.number,
        check_code=command.check_code,
        at=command.issued_at,
    )
    return await _hand_over(work, command, paper)


async def _hand_over(work: Work, command: IssueFapiao | InsertFapiao, paper: Paper) -> Fapiao:
    applied = await store.find_application(
        work.db, command.merchant_id, command.apply_no, is_locked=True
    )
    draft = await draft_of(work, command, paper, applied)
    if draft.known is not None:
        return draft.known
    assert applied is not None
    kind_id = await store.find_template(work.db, command.merchant_id, applied.channel_id)
    if not kind_id:
        raise Refusal("fapiaos.no_template")
    issuing = IssueInvoice(
        merchant_id=command.merchant_id,
        channel_id=ChannelId(applied.channel_id),
        order_name=command.apply_no,
        kind_id=kind_id,
        facts=_face(draft, command.remark),
        paper_id=command.paper_id,
    )
    invoice = (await issue_invoice(work, issuing)).invoice
    fapiao = Fapiao(
        merchant_id=command.merchant_id,
        apply_no=command.apply_no,
        fapiao_no=command.fapiao_no,
        channel_id=Id(applied.channel_id),
        told_id=Id(applied.told_id),
        person_id=invoice.person_id,
        code=invoice.code,
        state=FapiaoState.ISSUED,
        buyer=draft.buyer,
        facts=draft.facts,
        blue=draft.paper,
        red=None,
        paper_id=Id(command.paper_id),
        reason="",
        issued_at=work.now,
        reversed_at=None,
    )
    await store.insert_fapiao(work.db, fapiao, digest_of(command))
    await tell(work, [told_of(work, fapiao, step) for step in (Step.ISSUED, Step.INSERTED)])
    work.record(
        FapiaoIssued(
            merchant_id=int(command.merchant_id),
            person_id=int(invoice.person_id),
            channel_id=applied.channel_id,
            subject_id=int(charge_id_of(command.apply_no)),
            fapiao_no=command.fapiao_no,
            amount_fen=command.total_fen,
        )
    )
    return fapiao


def told_of(work: Work, one: Fapiao, step: Step) -> ToldFapiao:
    """What a server is told of an invoice."""
    return ToldFapiao(
        merchant_id=one.merchant_id,
        told_id=one.told_id,
        apply_no=one.apply_no,
        fapiao_no=one.fapiao_no,
        state=one.state,
        is_held=one.state is FapiaoState.ISSUED,
        step=step,
        at=work.now,
    )


def _face(draft: Draft, remark: str) -> InvoiceFacts:
    facts, buyer, seller = draft.facts, draft.buyer, draft.facts.seller
    return InvoiceFacts(
        title=buyer.name,
        amount_fen=facts.total_fen,
        before_tax_fen=facts.total_fen - facts.tax_fen,
        tax_fen=facts.tax_fen,
        number=draft.paper.number,
        billing_code=draft.paper.code,
        billed_at=draft.paper.at,
        items=[_row(one) for one in facts.items],
        check_code=draft.paper.check_code,
        buyer_number=buyer.tax_number,
        buyer_address=f"{buyer.address} {buyer.phone}".strip(),
        buyer_bank=f"{buyer.bank} {buyer.bank_account}".strip(),
        seller_number=facts.seller_number,
        seller_address=f"{seller.address} {seller.phone}".strip(),
        seller_bank=f"{seller.bank} {seller.bank_account}".strip(),
        remarks=remark,
        maker=seller.drawer,
        cashier=seller.payee,
    )


def _row(one: Item) -> Row:
    # What is taken off has no price of its own on the phone: its line says so.
    name = f"{one.name}（折扣）" if one.is_discount else one.name
    return Row(
        name=name,
        unit=one.unit,
        count=one.quantity / 10**8,
        price_fen=max(one.price_fen, 0),
    )
