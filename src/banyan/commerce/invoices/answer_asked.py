"""People say what they are called on an invoice, and the account's server hears of it."""

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.keep_titles import KeepTitle, keep_title
from banyan.commerce.invoices.rules import check_title
from banyan.commerce.invoices.types import (
    TITLES_MAX,
    Purpose,
    Request,
    RequestState,
    TitleFacts,
    TitleGiven,
    TitleId,
    TitleKind,
    Token,
)
from banyan.reach.channels import access_channel, ensure_openids
from banyan.reach.pushes import PushKind, note_push

_title_types = {
    TitleKind.COMPANY: "InvoiceUserTitleBusinessType",
    TitleKind.PERSON: "InvoiceUserTitlePersonalType",
}


class ReadAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this address ask me?"""

    token: Token


class AnswerAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This is what I am called: one of my titles, or this."""

    token: Token
    title_id: TitleId | None = None
    facts: TitleFacts | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is asked, and by whom."""

    request: Request
    channel_name: str


@reading(permission=Permission.PUBLIC)
async def read_asked(work: Work, query: ReadAsked) -> Asked:
    """Return what an address asks. Raises NotFound `invoices.no_such_request`."""
    request = await store.find_by_token(work.db, query.token) if query.token else None
    if request is None:
        raise NotFound("invoices.no_such_request")
    channel = await access_channel(work.db, request.channel_id)
    return Asked(request=request, channel_name=channel.name)


@single(permission=Permission.PERSON)
async def answer_asked(work: Work, command: AnswerAsked) -> Request:
    """Take what somebody says; the account's server hears of it.

    Raises NotFound `invoices.no_such_request`, `invoices.no_such_title`; Invalid
    `invoices.title_missing`, `invoices.tax_number_missing`; Refusal `invoices.answered_already`,
    `invoices.too_many_titles`.
    """
    request = None
    if command.token:
        request = await store.find_by_token(work.db, command.token, is_locked=True)
    if request is None:
        raise NotFound("invoices.no_such_request")
    if request.purpose is Purpose.ORDER and request.state is not RequestState.OPEN:
        raise Refusal("invoices.answered_already")
    facts = await _chosen(work, command)
    check_title(facts)
    person_id = work.actor.person_id
    if request.purpose is Purpose.OFFER:
        await keep_title(work, KeepTitle(facts=facts))
    else:
        # Of a code that stands at the counter each guest is asked anew.
        if request.purpose is Purpose.ORDER:
            await store.set_answered(work.db, request, person_id, facts, work.now)
        await _tell(work, request, facts)
    return msgspec.structs.replace(
        request, state=RequestState.ANSWERED, person_id=Id(person_id), title=facts
    )


async def _chosen(work: Work, command: AnswerAsked) -> TitleFacts:
    if command.facts is not None:
        return command.facts
    if command.title_id is None:
        raise Invalid("invoices.title_missing")
    for one in await store.list_titles(work.db, work.actor.person_id, TITLES_MAX):
        if one.title_id == command.title_id:
            return one.facts
    raise NotFound("invoices.no_such_title")


async def _tell(work: Work, request: Request, facts: TitleFacts) -> None:
    channel = await access_channel(work.db, request.channel_id)
    person_id = work.actor.person_id
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    if request.purpose is Purpose.ORDER:
        kind = PushKind.INVOICE_AUTHORIZED
        fields = {
            "succ_order_id": request.order_name,
            "fail_order_id": "",
            "app_id": channel.appid,
            "source": request.source,
        }
    else:
        kind = PushKind.INVOICE_TITLE
        fields = {
            "title": facts.name,
            "phone": facts.phone,
            "tax_no": facts.tax_number,
            "addr": facts.address,
            "bank_type": facts.bank,
            "bank_no": facts.bank_account,
            "attach": request.attach,
            "title_type": _title_types[facts.kind],
        }
    await note_push(work, channel, person_id, openid, kind, fields)
    work.record(
        TitleGiven(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(request.request_id),
            purpose=request.purpose,
            order_name=request.order_name,
        )
    )
