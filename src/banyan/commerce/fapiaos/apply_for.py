"""Asks whoever paid what they are called on the invoice, and reads what they said."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.fapiaos import store
from banyan.commerce.fapiaos.types import ApplyNo, Fapiao, FapiaoNo
from banyan.commerce.invoices import (
    AskForTitle,
    ReadAnswer,
    Request,
    SetInvoicing,
    ask_for_title,
    read_answer,
    read_invoicing,
    set_invoicing,
)
from banyan.commerce.invoices import ReadInvoicing as ReadAccount
from banyan.commerce.invoices.settings import Fields
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import Charge, ReadCharge, charge_id_of, read_charge
from banyan.pay.payees import Scope, check_bound
from banyan.reach.channels import ChannelId

_fields: Fields = {
    "user_field": {"show_title": 1, "show_phone": 1, "show_email": 1},
    "biz_field": {"show_title": 1, "show_tax_no": 1, "require_tax_no": 1},
}
"""What an account asks people for that never said otherwise."""


class ApplyForFapiao(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an address at which somebody says what they are called on the invoice of a payment."""

    merchant_id: MerchantId
    told_id: MerchantId = MerchantId(0)
    """The provider whose server is told in place of the merchant's; 0 for none."""
    channel_id: ChannelId
    apply_no: ApplyNo
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    source: Annotated[str, msgspec.Meta(pattern=r"^(web|app)$(?!\n)")] = "web"


class ReadFapiaoTitle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did they say?"""

    merchant_id: MerchantId
    apply_no: ApplyNo


class FapiaoRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names the invoice of a payment."""

    merchant_id: MerchantId
    apply_no: ApplyNo


class ReadFapiao(FapiaoRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what became of it."""

    fapiao_no: FapiaoNo | None = None
    """By which the merchant's program must have called it."""


@single(permission=Permission.CHANNELS_WRITE)
async def apply_for_fapiao(work: Work, command: ApplyForFapiao) -> Request:
    """Return the request: the same as before if there is one.

    Raises NotFound `charges.not_found`, `channels.not_found`; Refusal `fapiaos.more_than_paid`,
    `invoices.other_amount`, `payees.not_bound`.
    """
    told_id = command.told_id or command.merchant_id
    await check_bound(work.db, told_id, [command.merchant_id], Scope.FUNDS)
    await check_paid(work, command.merchant_id, command.apply_no, command.amount_fen)
    merchant_id, channel_id = command.merchant_id, command.channel_id
    known = await read_invoicing(work, ReadAccount(merchant_id=merchant_id, channel_id=channel_id))
    if known.fields is None:
        setting = SetInvoicing(merchant_id=merchant_id, channel_id=channel_id, fields=_fields)
        await set_invoicing(work, setting)
    asking = AskForTitle(
        merchant_id=merchant_id,
        channel_id=channel_id,
        order_name=command.apply_no,
        amount_fen=command.amount_fen,
        source=command.source,
    )
    request = await ask_for_title(work, asking)
    application = store.Application(
        int(command.merchant_id), command.apply_no, int(command.channel_id), int(told_id)
    )
    await store.insert_application(work.db, application, work.now)
    return request


@reading(permission=Permission.CHANNELS_READ)
async def read_fapiao_title(work: Work, query: ReadFapiaoTitle) -> Request:
    """Return what somebody said.

    Raises NotFound `fapiaos.not_applied`; Refusal `invoices.not_answered`.
    """
    found = await store.find_application(work.db, query.merchant_id, query.apply_no)
    if found is None:
        raise NotFound("fapiaos.not_applied")
    reading_one = ReadAnswer(
        merchant_id=query.merchant_id,
        channel_id=ChannelId(found.channel_id),
        order_name=query.apply_no,
    )
    return await read_answer(work, reading_one)


@reading(permission=Permission.FINANCE_READ)
async def read_fapiao(work: Work, query: ReadFapiao) -> Fapiao:
    """Return the invoice of a payment. Raises NotFound `fapiaos.not_found`."""
    return await access_fapiao(work, query.merchant_id, query.apply_no, query.fapiao_no)


async def access_fapiao(
    work: Work,
    merchant_id: MerchantId,
    apply_no: str,
    fapiao_no: str | None,
    *,
    is_locked: bool = False,
) -> Fapiao:
    """Return the invoice of a payment. Raises NotFound `fapiaos.not_found`."""
    found = await store.find_fapiao(work.db, merchant_id, apply_no, is_locked=is_locked)
    if found is None or fapiao_no not in {None, found[1].fapiao_no}:
        raise NotFound("fapiaos.not_found")
    return found[1]


async def check_paid(work: Work, merchant_id: MerchantId, apply_no: str, amount_fen: int) -> Charge:
    """Return the charge that a number is of, if so much was paid and not given back.

    Raises NotFound `charges.not_found`, Refusal `fapiaos.more_than_paid`.
    """
    charge_id = charge_id_of(apply_no)
    if not charge_id:
        raise NotFound("charges.not_found")
    charge = await read_charge(work, ReadCharge(merchant_id=merchant_id, charge_id=charge_id))
    left_fen = charge.payer_fen - charge.payer_refunded_fen
    if not charge.is_paid or amount_fen > left_fen:
        raise Refusal("fapiaos.more_than_paid", left_fen=max(left_fen, 0))
    return charge
