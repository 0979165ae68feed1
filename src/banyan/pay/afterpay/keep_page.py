"""Decides what people see after they paid, and shows it to them."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.pay.afterpay import store
from banyan.pay.afterpay.types import (
    UNWANTED_MAX,
    AfterPage,
    AfterPageChanged,
    ReceiptUrl,
    Trade,
)
from banyan.pay.charges import ChargeId, ReadCharge, read_charge


class ChangeAfterPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what people see after they paid; null leaves a part as it is."""

    merchant_id: MerchantId
    provider_id: Id = Id(0)
    """Who keeps it for the merchant; 0 for itself."""
    is_open: bool | None = None
    has_receipt: bool | None = None
    receipt_url: ReceiptUrl | None = None
    has_adverts: bool | None = None
    unwanted: Annotated[list[Trade], msgspec.Meta(max_length=UNWANTED_MAX)] | None = None


class ReadAfterPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What do people see after they paid?"""

    merchant_id: MerchantId


class FindMyReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the shop's own receipt is of what I paid."""

    merchant_id: MerchantId
    charge_id: ChargeId


class MyReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where the shop's own receipt is; empty if it has none."""

    url: str


@single(permission=Permission.CAMPAIGNS_WRITE)
async def change_after_page(work: Work, command: ChangeAfterPage) -> AfterPage:
    """Change what people see; what is closed can't have adverts or a receipt of its own.

    Raises Refusal `afterpay.not_open`, `afterpay.no_adverts`.
    """
    before = await store.read_page(work.db, command.merchant_id)
    names = ("is_open", "has_receipt", "receipt_url", "has_adverts", "unwanted")
    said = {name: getattr(command, name) for name in names}
    changed = {name: value for name, value in said.items() if value is not None}
    after = msgspec.structs.replace(
        before, **changed, provider_id=command.provider_id, changed_at=work.now
    )
    if not after.is_open:
        if command.has_receipt or command.has_adverts:
            raise Refusal("afterpay.not_open")
        after = msgspec.structs.replace(after, has_receipt=False, has_adverts=False)
    if command.unwanted is not None and not after.has_adverts:
        raise Refusal("afterpay.no_adverts")
    await store.set_page(work.db, after)
    await note_change(
        work,
        merchant_id=MerchantId(after.merchant_id),
        subject="afterpay.page",
        subject_id=after.merchant_id,
        before=before,
        after=after,
    )
    work.record(
        AfterPageChanged(
            merchant_id=after.merchant_id,
            subject_id=after.merchant_id,
            is_open=after.is_open,
            has_receipt=after.has_receipt,
            has_adverts=after.has_adverts,
        )
    )
    return after


@reading(permission=Permission.CAMPAIGNS_READ)
async def read_after_page(work: Work, query: ReadAfterPage) -> AfterPage:
    """Return what people see after they paid."""
    return await store.read_page(work.db, query.merchant_id)


@reading(permission=Permission.PERSON)
async def find_my_receipt(work: Work, query: FindMyReceipt) -> MyReceipt:
    """Return where the shop's own receipt is. Raises NotFound `charges.not_found`."""
    reading_charge = ReadCharge(merchant_id=query.merchant_id, charge_id=query.charge_id)
    charge = await read_charge(work, reading_charge)
    if charge.payer_id != work.actor.person_id:
        raise NotFound("charges.not_found")
    page = await store.read_page(work.db, query.merchant_id)
    return MyReceipt(url=page.receipt_url if page.is_open and page.has_receipt else "")
