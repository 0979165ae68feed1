"""Receipts of transfers: asked for, and fetched as PDF by a link that their programs are told."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.doors.papers.receipts import draw_receipt
from banyan.doors.wechatpay.endpoint import Bytes, Call, endpoint
from banyan.pay.remit import (
    AskReceipt,
    Paper,
    ReadPaper,
    ReadReceipt,
    Receipt,
    ReceiptKind,
    ask_receipt,
    read_paper,
    read_receipt,
)

_pdf = "application/pdf"


class PaperQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What a link to a receipt says."""

    token: Annotated[str, msgspec.Meta(max_length=64)]
    source: str = ""


async def ask(call: Call, kind: ReceiptKind, subject_id: Id) -> Receipt:
    """Have a receipt made."""
    return await call.run(ask_receipt, call.command(AskReceipt, kind=kind, subject_id=subject_id))


async def tell_receipt(
    call: Call, kind: ReceiptKind, subject_id: Id, file: str
) -> tuple[Receipt, dict[str, Any]]:
    """A receipt, and where its paper is once it is ready, with its hash."""
    query = call.command(ReadReceipt, kind=kind, subject_id=subject_id)
    receipt = await call.run(read_receipt, query)
    if not receipt.is_ready:
        return receipt, {}
    content = await _draw(await call.run_as_banyan(read_paper, ReadPaper(token=receipt.token)))
    target = urlencode({"token": receipt.token, "source": kind.value})
    return receipt, {
        "hash_type": "SHA256",
        "hash_value": hashlib.sha256(content).hexdigest(),
        "download_url": f"{call.base_url}/v3/transferdownload/{file}?{target}",
    }


@endpoint("GET", "/v3/transferdownload/elecvoucherfile")
async def voucher_file(call: Call, query: PaperQuery) -> Bytes:
    """The receipt of a transfer."""
    return await _fetch(call, query)


@endpoint("GET", "/v3/transferdownload/signfile")
async def sign_file(call: Call, query: PaperQuery) -> Bytes:
    """The receipt of a batch, or of one transfer in it."""
    return await _fetch(call, query)


async def _fetch(call: Call, query: PaperQuery) -> Bytes:
    paper = await call.run_as_banyan(read_paper, ReadPaper(token=query.token))
    if int(paper.receipt.merchant_id) != int(call.payee.merchant_id):
        raise NotFound("remit.no_receipt")
    return Bytes(await _draw(paper), _pdf, f"receipt-{paper.receipt.receipt_id:d}.pdf")


async def _draw(paper: Paper) -> bytes:
    return await asyncio.to_thread(draw_receipt, paper)
