"""People let an account see their invoices, which may lock and refund them."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.rules import check_move
from banyan.commerce.invoices.types import (
    TOGETHER_MAX,
    Code,
    Invoice,
    InvoiceMoved,
    InvoiceState,
    Token,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    ChannelId,
    Openid,
    access_account,
    access_channel,
    access_own,
    ensure_openids,
    find_followers,
)
from banyan.reach.pushes import PushKind, note_push

_latest = datetime(9999, 1, 1, tzinfo=UTC)
_wire_states = {
    InvoiceState.INIT: "INVOICE_REIMBURSE_INIT",
    InvoiceState.LOCK: "INVOICE_REIMBURSE_LOCK",
    InvoiceState.CLOSURE: "INVOICE_REIMBURSE_CLOSURE",
}


class ListMyInvoices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List my invoices, the newest first."""

    limit: Limit = 20
    cursor: Cursor | None = None


class ReadMyInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one of my invoices."""

    issuer_id: ChannelId
    code: Code


class ShowInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let this account see one of my invoices, to refund it."""

    issuer_id: ChannelId
    code: Code
    channel_id: ChannelId


class ReadShown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read the invoice that somebody let this account see."""

    merchant_id: MerchantId
    channel_id: ChannelId
    token: Token


class MoveShown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lock these invoices, give them back or close them: all, or none."""

    merchant_id: MerchantId
    channel_id: ChannelId
    tokens: Annotated[list[Token], msgspec.Meta(min_length=1, max_length=TOGETHER_MAX)]
    state: InvoiceState
    openid: Openid | None = None
    """Whose they must be."""


class MoveIssued(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move an invoice of one's own."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code: Code
    state: InvoiceState


class ShownInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """By what an account asks for an invoice that somebody let it see."""

    kind_id: str
    token: str


class SeenInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice, and what the account that sees it knows its person by."""

    invoice: Invoice
    openid: str


@reading(permission=Permission.PERSON)
async def list_my_invoices(work: Work, query: ListMyInvoices) -> Page[Invoice]:
    """Return a page of one's invoices. Raises Invalid `paging.bad_cursor`."""
    at, code = decode_cursor(query.cursor, 2) or [_latest.isoformat(), ""]
    try:
        before = datetime.fromisoformat(at)
    except ValueError:
        raise Invalid("paging.bad_cursor") from None
    rows = await store.list_of_person(work.db, work.actor.person_id, before, code, query.limit + 1)
    kept = rows[: query.limit]
    if len(rows) <= query.limit:
        return Page(items=kept)
    last = kept[-1]
    return Page(items=kept, next_cursor=encode_cursor(last.created_at.isoformat(), last.code))


@reading(permission=Permission.PERSON)
async def read_my_invoice(work: Work, query: ReadMyInvoice) -> Invoice:
    """Return one of one's invoices. Raises NotFound `invoices.not_found`."""
    found = await store.find_invoice(work.db, query.issuer_id, query.code)
    if found is None or found.person_id != work.actor.person_id:
        raise NotFound("invoices.not_found")
    return found


@single(permission=Permission.PERSON, is_answer_kept=False)
async def show_invoice(work: Work, command: ShowInvoice) -> ShownInvoice:
    """Let an account see an invoice by a token of its own.

    Raises NotFound `invoices.not_found`, `channels.not_found`.
    """
    query = ReadMyInvoice(issuer_id=command.issuer_id, code=command.code)
    invoice = await read_my_invoice(work, query)
    channel = await access_account(work.db, command.channel_id)
    token = new_token("is")
    await store.insert_shown(work.db, channel.channel_id, token, invoice, work.now)
    return ShownInvoice(kind_id=invoice.kind_id, token=token)


@reading(permission=Permission.CHANNELS_READ)
async def read_shown(work: Work, query: ReadShown) -> SeenInvoice:
    """Return an invoice that somebody let the account see.

    Raises NotFound `channels.not_found`, `invoices.not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_shown(work.db, channel.channel_id, query.token)
    if found is None:
        raise NotFound("invoices.not_found")
    person_id = int(found.person_id)
    openids = await name_of(work, channel.channel_id, person_id)
    return SeenInvoice(invoice=found, openid=openids)


@single(permission=Permission.CHANNELS_WRITE)
async def move_shown(work: Work, command: MoveShown) -> None:
    """Lock, give back or close invoices that people let the account see: all, or none.

    Raises NotFound `channels.not_found`, `invoices.not_found`; Refusal
    `invoices.locked_by_other`, `invoices.closed`, `invoices.not_locked`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    wanted = set(command.tokens)
    held = await store.lock_shown(work.db, channel.channel_id, sorted(wanted))
    if {one.token for one in held} != wanted:
        raise NotFound("invoices.not_found")
    if command.openid is not None:
        found = await find_followers(work.db, channel.channel_id, [command.openid])
        owner = found[command.openid][0] if command.openid in found else 0
        if any(one.person_id != owner for one in held):
            raise NotFound("invoices.not_found")
    for one in held:
        await _move(work, one, command.state, int(channel.channel_id))


@single(permission=Permission.CHANNELS_WRITE)
async def move_issued(work: Work, command: MoveIssued) -> None:
    """Move an invoice that the account itself issued.

    Raises NotFound `channels.not_found`, `invoices.not_found`; Refusal
    `invoices.locked_by_other`, `invoices.closed`, `invoices.not_locked`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    held = await store.lock_invoice(work.db, channel.channel_id, command.code)
    if held is None:
        raise NotFound("invoices.not_found")
    await _move(work, held, command.state, int(channel.channel_id))


async def _move(work: Work, held: store.Held, state: InvoiceState, account: int) -> None:
    if held.state is state and held.locked_by in {0, account}:
        return
    check_move(held.state, held.locked_by, state, account)
    locked_by = 0 if state is InvoiceState.INIT else account
    await store.set_invoice_state(work.db, held, state, locked_by)
    issuer = await access_channel(work.db, held.channel_id)
    invoice = await store.find_invoice(work.db, held.channel_id, held.code)
    assert invoice is not None
    work.record(
        InvoiceMoved(
            merchant_id=int(issuer.merchant_id),
            person_id=held.person_id,
            channel_id=held.channel_id,
            code=held.code,
            state=state,
            by_channel_id=account,
        )
    )
    openid = await name_of(work, held.channel_id, held.person_id)
    fields = {
        "status": _wire_states[state],
        "card_id": invoice.kind_id,
        "code": held.code,
    }
    await note_push(work, issuer, held.person_id, openid, PushKind.INVOICE_MOVED, fields)


async def name_of(work: Work, channel_id: int, person_id: int) -> str:
    """What an account knows somebody by."""
    return (await ensure_openids(work, channel_id, [person_id]))[person_id]
