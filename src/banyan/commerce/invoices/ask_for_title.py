"""An account asks people what they are called on an invoice, and hears what they said."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE, Id
from banyan.base.secret import new_token
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.invoices import store
from banyan.commerce.invoices.types import (
    Fen,
    InvoiceRefused,
    Line,
    OrderName,
    Purpose,
    Request,
    RequestId,
    RequestState,
    TitleFacts,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.notices import NewNotice, send_notices

_prefix = "ir"


class AskForTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an address at which somebody says what they are called on the invoice of an order."""

    merchant_id: MerchantId
    channel_id: ChannelId
    order_name: OrderName
    amount_fen: Fen
    source: Annotated[str, msgspec.Meta(max_length=16, pattern=LINE)] = "web"
    redirect_url: Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINE)] = ""


class OfferTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an address at which somebody keeps a title, or chooses one for the account."""

    merchant_id: MerchantId
    channel_id: ChannelId
    offered: TitleFacts | None = None
    """Null: they choose one, and the account's server hears which."""
    is_blank: bool = False
    """They write down a title of their own, to keep it."""
    attach: Line = ""


class ReadAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did somebody say for the invoice of an order?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    order_name: OrderName


class RefuseInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """There will be no invoice for an order."""

    merchant_id: MerchantId
    channel_id: ChannelId
    order_name: OrderName
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE)]
    url: Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINE)] = ""


@single(permission=Permission.CHANNELS_WRITE)
async def ask_for_title(work: Work, command: AskForTitle) -> Request:
    """Return the request for an order: the same as before if there is one.

    Raises NotFound `channels.not_found`; Refusal `invoices.fields_missing`,
    `invoices.other_amount`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if (await store.find_settings(work.db, channel.channel_id)).fields is None:
        raise Refusal("invoices.fields_missing")
    request = _new(work, channel, Purpose.ORDER, order_name=command.order_name)
    request = msgspec.structs.replace(
        request,
        amount_fen=command.amount_fen,
        source=command.source,
        redirect_url=command.redirect_url,
    )
    if await store.insert_request(work.db, request):
        return request
    known = await store.find_of_order(work.db, channel.channel_id, command.order_name)
    assert known is not None
    if known.amount_fen != command.amount_fen:
        raise Refusal("invoices.other_amount")
    return known


@single(permission=Permission.CHANNELS_WRITE)
async def offer_title(work: Work, command: OfferTitle) -> Request:
    """Return a request to keep or to choose a title.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    is_offer = command.offered is not None or command.is_blank
    purpose = Purpose.OFFER if is_offer else Purpose.CHOOSE
    request = msgspec.structs.replace(
        _new(work, channel, purpose), offered=command.offered, attach=command.attach
    )
    await store.insert_request(work.db, request)
    return request


@reading(permission=Permission.CHANNELS_READ)
async def read_answer(work: Work, query: ReadAnswer) -> Request:
    """Return what somebody said for an order.

    Raises NotFound `channels.not_found`, `invoices.no_such_request`; Refusal
    `invoices.not_answered`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    request = await store.find_of_order(work.db, channel.channel_id, query.order_name)
    if request is None:
        raise NotFound("invoices.no_such_request")
    if request.title is None:
        raise Refusal("invoices.not_answered")
    return request


@single(permission=Permission.CHANNELS_WRITE)
async def refuse_invoice(work: Work, command: RefuseInvoice) -> None:
    """Make no invoice for an order, and tell whoever asked for it why.

    Raises NotFound `channels.not_found`, `invoices.no_such_request`; Refusal
    `invoices.not_answered`, `invoices.done_already`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    request = await store.find_of_order(
        work.db, channel.channel_id, command.order_name, is_locked=True
    )
    if request is None:
        raise NotFound("invoices.no_such_request")
    check_answered(request)
    await store.set_request_state(work.db, request, RequestState.REFUSED, command.why)
    notice = NewNotice(
        person_id=int(request.person_id),
        kind="invoices.refused",
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        body=command.why,
        link=command.url,
        fields={"order_name": request.order_name, "channel_name": channel.name},
    )
    await send_notices(work, [notice])
    work.record(
        InvoiceRefused(
            merchant_id=int(channel.merchant_id),
            person_id=int(request.person_id),
            channel_id=int(channel.channel_id),
            subject_id=int(request.request_id),
            order_name=request.order_name,
        )
    )


def check_answered(request: Request) -> None:
    """Let a request go on whose person has answered.

    Raises Refusal `invoices.not_answered`, `invoices.done_already`.
    """
    match request.state:
        case RequestState.OPEN:
            raise Refusal("invoices.not_answered")
        case RequestState.REFUSED | RequestState.DONE:
            raise Refusal("invoices.done_already")
        case RequestState.ANSWERED:
            return


def _new(work: Work, channel: Channel, purpose: Purpose, order_name: str = "") -> Request:
    return Request(
        channel_id=channel.channel_id,
        request_id=RequestId(work.ids.next()),
        purpose=purpose,
        token=new_token(_prefix),
        order_name=order_name,
        amount_fen=0,
        source="",
        redirect_url="",
        attach="",
        offered=None,
        state=RequestState.OPEN,
        person_id=Id(NONE),
        title=None,
        why="",
        created_at=work.now,
        answered_at=None,
    )
