"""Gives people invoices with their papers, once for each order."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.secret import digest, new_digits, new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.ask_for_title import check_answered
from banyan.commerce.invoices.types import (
    Code,
    Invoice,
    InvoiceFacts,
    InvoiceIssued,
    InvoiceState,
    Line,
    OrderName,
    PaperId,
    RequestState,
    Token,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own, ensure_openids
from banyan.reach.media import PORTS
from banyan.reach.notices import NewNotice, send_notices

PAPER_BYTES_MAX = 2 << 20
PAPER_LIFE = timedelta(days=3)
"""How long a paper waits for its invoice."""
OPEN_FOR = timedelta(hours=2)
"""How long an address of a paper works."""
_code_length = 12
_head = b"%PDF-"


class AddPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this PDF ready for an invoice."""

    merchant_id: MerchantId
    channel_id: ChannelId
    content: Annotated[bytes, msgspec.Meta(max_length=PAPER_BYTES_MAX + 1)]


class OpenPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an address of a paper for two hours."""

    merchant_id: MerchantId
    channel_id: ChannelId
    paper_id: PaperId


class ReadPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paper that this opens."""

    token: Token


class ReadMyPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The paper of one of my invoices, or that of the trip."""

    issuer_id: ChannelId
    code: Code
    is_trip: bool = False


class IssueInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the invoice of an order to whoever asked for it."""

    merchant_id: MerchantId
    channel_id: ChannelId
    order_name: OrderName
    kind_id: Line
    facts: InvoiceFacts
    paper_id: PaperId
    trip_paper_id: PaperId = PaperId(NONE)


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper."""

    paper_id: PaperId
    token: str = ""
    """Opens it, for a while."""


class PaperContent(msgspec.Struct, frozen=True, kw_only=True):
    """A paper itself: a PDF."""

    content: bytes


class IssuedInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, and what the account knows its person by."""

    invoice: Invoice
    openid: str


@single(permission=Permission.CHANNELS_WRITE)
async def add_paper(work: Work, command: AddPaper) -> Paper:
    """Keep a PDF.

    Raises Invalid `invoices.no_pdf`, `invoices.pdf_too_large`; NotFound `channels.not_found`;
    Trouble if the file can't be kept.
    """
    if len(command.content) > PAPER_BYTES_MAX:
        raise Invalid("invoices.pdf_too_large", bytes_max=PAPER_BYTES_MAX)
    if not command.content.startswith(_head):
        raise Invalid("invoices.no_pdf")
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    file = f"{digest(command.content.decode('latin-1')).hex()}.pdf"
    await PORTS.files.put(file, command.content)
    paper_id = PaperId(work.ids.next())
    await store.insert_paper(work.db, channel.channel_id, paper_id, file, work.now)
    return Paper(paper_id=paper_id)


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def open_paper(work: Work, command: OpenPaper) -> Paper:
    """Let an address open a paper; the one before does no more.

    Raises NotFound `channels.not_found`, `invoices.no_such_paper`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    found = await store.find_paper(work.db, channel.channel_id, command.paper_id)
    if found is None:
        raise NotFound("invoices.no_such_paper")
    token = new_token("ip")
    await store.set_paper_token(
        work.db, channel.channel_id, command.paper_id, token, work.now + OPEN_FOR
    )
    return Paper(paper_id=command.paper_id, token=token)


@reading(permission=Permission.PUBLIC)
async def read_paper(work: Work, query: ReadPaper) -> PaperContent:
    """Return the paper that a token opens. Raises NotFound `invoices.no_such_paper`."""
    found = await store.find_paper_by_token(work.db, query.token, work.now) if query.token else None
    return await _load(found)


@reading(permission=Permission.PERSON)
async def read_my_paper(work: Work, query: ReadMyPaper) -> PaperContent:
    """Return the paper of one of one's invoices.

    Raises NotFound `invoices.not_found`, `invoices.no_such_paper`.
    """
    invoice = await store.find_invoice(work.db, query.issuer_id, query.code)
    if invoice is None or invoice.person_id != work.actor.person_id:
        raise NotFound("invoices.not_found")
    paper_id = invoice.trip_paper_id if query.is_trip else invoice.paper_id
    found = await store.find_paper(work.db, invoice.channel_id, paper_id)
    return await _load(found[0] if found else None)


@single(permission=Permission.CHANNELS_WRITE)
async def issue_invoice(work: Work, command: IssueInvoice) -> IssuedInvoice:
    """Put an invoice among those of whoever said what they are called on it, once an order.

    Raises NotFound `channels.not_found`, `invoices.no_such_request`, `invoices.no_such_kind`,
    `invoices.no_such_paper`; Refusal `invoices.not_answered`, `invoices.done_already`; Invalid
    `invoices.amounts_differ`.
    """
    facts = command.facts
    if facts.before_tax_fen + facts.tax_fen != facts.amount_fen:
        raise Invalid("invoices.amounts_differ")
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    request = await store.find_of_order(
        work.db, channel.channel_id, command.order_name, is_locked=True
    )
    if request is None:
        raise NotFound("invoices.no_such_request")
    check_answered(request)
    kind = await store.find_kind(work.db, channel.channel_id, command.kind_id)
    if kind is None:
        raise NotFound("invoices.no_such_kind")
    await _check_papers(work, channel.channel_id, command)
    invoice = Invoice(
        channel_id=channel.channel_id,
        code=new_digits(_code_length),
        kind_id=command.kind_id,
        payee=kind[0],
        kind_name=kind[1],
        order_name=command.order_name,
        person_id=request.person_id,
        facts=facts,
        paper_id=command.paper_id,
        trip_paper_id=command.trip_paper_id,
        state=InvoiceState.INIT,
        locked_by=Id(NONE),
        created_at=work.now,
    )
    if not await store.insert_invoice(work.db, invoice):
        raise Refusal("invoices.done_already")
    await store.set_request_state(work.db, request, RequestState.DONE)
    person_id = int(request.person_id)
    notice = NewNotice(
        person_id=person_id,
        kind="invoices.issued",
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        title=kind[0],
        body=facts.title,
        link=f"/invoices/of/{channel.channel_id:d}/{invoice.code}",
        fields={"order_name": request.order_name, "amount_fen": facts.amount_fen},
    )
    await send_notices(work, [notice])
    work.record(
        InvoiceIssued(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(request.request_id),
            code=invoice.code,
            order_name=request.order_name,
            amount_fen=facts.amount_fen,
        )
    )
    openids = await ensure_openids(work, channel.channel_id, [person_id])
    return IssuedInvoice(invoice=invoice, openid=openids[person_id])


async def _load(file: str | None) -> PaperContent:
    content = await PORTS.files.find(file) if file else None
    if content is None:
        raise NotFound("invoices.no_such_paper")
    return PaperContent(content=content)


async def _check_papers(work: Work, channel_id: int, command: IssueInvoice) -> None:
    papers = [command.paper_id, *([command.trip_paper_id] if command.trip_paper_id else [])]
    for paper_id in papers:
        found = await store.find_paper(work.db, channel_id, paper_id)
        if found is None or found[1] + PAPER_LIFE < work.now:
            raise NotFound("invoices.no_such_paper")
