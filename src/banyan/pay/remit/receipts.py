"""Receipts: asked for, made soon after, and opened by their token."""

from datetime import timedelta

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.timers.types import Timer
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.pay.remit import store
from banyan.pay.remit.ports import PORTS
from banyan.pay.remit.read_remittances import name_of
from banyan.pay.remit.types import (
    Batch,
    BatchState,
    Receipt,
    ReceiptId,
    ReceiptKind,
    Remittance,
    RemittanceId,
    RemittanceState,
)

_made_after = timedelta(seconds=1)


class AskReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a receipt of a remittance or a batch."""

    merchant_id: MerchantId
    kind: ReceiptKind
    subject_id: Id


class ReadReceipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the receipt of a remittance or a batch."""

    merchant_id: MerchantId
    kind: ReceiptKind
    subject_id: Id


class ReadPaper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what stands on the receipt that a token opens."""

    token: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a receipt: from whom, and what was sent."""

    receipt: Receipt
    merchant_name: str
    batch: Batch | None
    remittance: Remittance | None
    name: str = ""


@single(permission=Permission.FINANCE_READ)
async def ask_receipt(work: Work, command: AskReceipt) -> Receipt:
    """Return the receipt, which is made soon; asked for again, it is the same one.

    Raises NotFound `remit.not_found`; Refusal `remit.no_receipt_yet` if what it is of has not come
    to its end.
    """
    await _check(work, command.merchant_id, command.kind, command.subject_id)
    receipt = Receipt(
        merchant_id=Id(command.merchant_id),
        receipt_id=ReceiptId(work.ids.next()),
        kind=command.kind,
        subject_id=command.subject_id,
        token=PORTS.draw_token(),
        is_ready=False,
        asked_at=work.now,
        updated_at=work.now,
    )
    if await store.insert_receipt(work.db, receipt):
        data = b"%d" % command.merchant_id
        work.later("remit.receipt", receipt.receipt_id, work.now + _made_after, data)
        return receipt
    known = await store.find_receipt(work.db, command.merchant_id, command.kind, command.subject_id)
    assert known is not None
    return known


@reading(permission=Permission.FINANCE_READ)
async def read_receipt(work: Work, query: ReadReceipt) -> Receipt:
    """Return a receipt. Raises NotFound `remit.no_receipt`."""
    found = await store.find_receipt(work.db, query.merchant_id, query.kind, query.subject_id)
    if found is None:
        raise NotFound("remit.no_receipt")
    return found


@reading(permission=Permission.SYSTEM)
async def read_paper(work: Work, query: ReadPaper) -> Paper:
    """Return what stands on a receipt that is ready. Raises NotFound `remit.no_receipt`."""
    receipt = await store.find_receipt_by_token(work.db, query.token) if query.token else None
    if receipt is None or not receipt.is_ready:
        raise NotFound("remit.no_receipt")
    names = await find_merchants(work.db, [MerchantId(receipt.merchant_id)])
    merchant = names.get(MerchantId(receipt.merchant_id))
    batch, held = None, None
    if receipt.kind is ReceiptKind.BATCH:
        batch = await store.find_batch(work.db, receipt.merchant_id, receipt.subject_id)
    else:
        held = await store.find_remittance(
            work.db, receipt.merchant_id, remittance_id=RemittanceId(receipt.subject_id)
        )
    return Paper(
        receipt=receipt,
        merchant_name="" if merchant is None else merchant.name,
        batch=batch,
        remittance=None if held is None else held.remittance,
        name="" if held is None else name_of(held),
    )


async def make_receipt(work: Work, timer: Timer) -> None:
    """Have a receipt ready: its paper is drawn from what is written, whenever it is fetched."""
    await store.set_ready(work.db, int(timer.data), timer.subject, work.now)


async def _check(work: Work, merchant_id: int, kind: ReceiptKind, subject_id: int) -> None:
    if kind is ReceiptKind.BATCH:
        batch = await store.find_batch(work.db, merchant_id, subject_id)
        if batch is None:
            raise NotFound("remit.not_found")
        if batch.state is not BatchState.FINISHED:
            raise Refusal("remit.no_receipt_yet")
        return
    held = await store.find_remittance(work.db, merchant_id, remittance_id=subject_id)
    if held is None:
        raise NotFound("remit.not_found")
    if held.remittance.state is not RemittanceState.DONE:
        raise Refusal("remit.no_receipt_yet")
