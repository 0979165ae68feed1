"""Transfers to many people at once, as programs order them that have not moved on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechatpay.asking import Total
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.notices import Told, renders
from banyan.doors.wechatpay.receipts import ask, tell_receipt
from banyan.pay.notifications import Telling
from banyan.pay.remit import (
    BATCH_ENDED,
    Batch,
    BatchId,
    BatchState,
    ListDetails,
    NamedRemittance,
    ReadBatch,
    ReadRemittance,
    Receipt,
    ReceiptKind,
    RemittanceId,
    RemittanceState,
    SendBatch,
    Way,
    id_in,
    list_details,
    number_of,
    read_batch,
    read_remittance,
    send_batch,
)

_BATCH, _DETAIL, _SIGNATURE = "1030", "1040", "1070"
_STATES = {
    BatchState.ACCEPTED: "PROCESSING",
    BatchState.FINISHED: "FINISHED",
    BatchState.CLOSED: "CLOSED",
}
_DETAIL_STATES = {
    RemittanceState.PROCESSING: "PROCESSING",
    RemittanceState.DONE: "SUCCESS",
    RemittanceState.FAILED: "FAIL",
}
_WANTED: Mapping[str, RemittanceState | None] = {
    "ALL": None,
    "SUCCESS": RemittanceState.DONE,
    "FAIL": RemittanceState.FAILED,
}
_Number = Annotated[str, msgspec.Meta(max_length=64)]
_Hidden = Annotated[str, msgspec.Meta(max_length=1_000)]
_in_batch = "BATCH_TRANSFER"
_page = 100


class DetailInput(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is to get."""

    out_detail_no: str
    transfer_amount: Total
    transfer_remark: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    openid: str
    name: _Hidden = msgspec.field(name="user_name", default="")


class BatchBody(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as a program orders it."""

    appid: str
    out_batch_no: str
    batch_name: str
    batch_remark: str
    total_amount: Total
    total_num: int
    transfer_detail_list: Annotated[list[DetailInput], msgspec.Meta(min_length=1, max_length=1_000)]
    transfer_scene_id: str = ""
    notify_url: str = ""


class BatchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A batch by one of its numbers, and what of it is wanted."""

    batch_id: _Number = ""
    out_batch_no: _Number = ""
    need_query_detail: bool = False
    offset: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=_page)] = 20
    detail_status: Literal["ALL", "SUCCESS", "FAIL", ""] = "ALL"


class DetailQuery(msgspec.Struct, frozen=True, kw_only=True):
    """One of a batch, by our numbers or the merchant's own."""

    batch_id: _Number = ""
    out_batch_no: _Number = ""
    detail_id: _Number = ""
    out_detail_no: _Number = ""


class OutBatchNo(msgspec.Struct, frozen=True, kw_only=True):
    """A batch by the merchant's own number."""

    out_batch_no: _Number


class ReceiptBody(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt of one transfer."""

    accept_type: Literal["BATCH_TRANSFER", "TRANSFER_TO_POCKET", "TRANSFER_TO_BANK"]
    out_batch_no: _Number = ""
    out_detail_no: _Number = ""


@endpoint("POST", "/v3/transfer/batches")
async def transfer_batches(call: Call, body: BatchBody) -> dict[str, Any]:
    """Money is set aside for all, and each gets theirs soon."""
    if body.total_num != len(body.transfer_detail_list):
        raise bad("转账总笔数与明细条数不一致", "total_num")
    channel = await call.read_channel(body.appid)
    # A thousand hidden names take a second: others are answered meanwhile.
    details = await asyncio.to_thread(_read_details, call, body)
    command = call.command(
        SendBatch,
        out_no=body.out_batch_no,
        channel_id=channel.channel_id,
        name=body.batch_name,
        remark=body.batch_remark,
        total_fen=body.total_amount,
        details=details,
        scene=body.transfer_scene_id,
        notify_url=body.notify_url,
        protocol="wechat",
    )
    batch = await call.run(send_batch, command)
    is_new = batch.state is BatchState.ACCEPTED
    return {
        "out_batch_no": batch.out_no,
        "batch_id": _batch_no(batch),
        "create_time": wire_time(batch.created_at),
        "batch_status": "ACCEPTED" if is_new else _STATES[batch.state],
    }


@endpoint("GET", "/v3/transfer/batches/batch-id/{batch_id}")
async def read_by_batch_id(call: Call, query: BatchQuery) -> dict[str, Any]:
    """How far a batch is, by our number."""
    return await _tell_batch(call, query)


@endpoint("GET", "/v3/transfer/batches/out-batch-no/{out_batch_no}")
async def read_by_out_batch_no(call: Call, query: BatchQuery) -> dict[str, Any]:
    """How far a batch is, by the merchant's own number."""
    return await _tell_batch(call, query)


@endpoint("GET", "/v3/transfer/batches/batch-id/{batch_id}/details/detail-id/{detail_id}")
async def read_by_detail_id(call: Call, query: DetailQuery) -> dict[str, Any]:
    """How far one of a batch is, by our numbers."""
    return await _tell_detail(call, query)


@endpoint(
    "GET", "/v3/transfer/batches/out-batch-no/{out_batch_no}/details/out-detail-no/{out_detail_no}"
)
async def read_by_out_detail_no(call: Call, query: DetailQuery) -> dict[str, Any]:
    """How far one of a batch is, by the merchant's own numbers."""
    return await _tell_detail(call, query)


@endpoint("POST", "/v3/transfer/bill-receipt")
async def ask_bill_receipt(call: Call, body: OutBatchNo) -> dict[str, Any]:
    """A receipt of a batch is made."""
    batch = await _read_batch(call, BatchQuery(out_batch_no=body.out_batch_no))
    receipt = await ask(call, ReceiptKind.BATCH, batch.batch_id)
    return {"out_batch_no": batch.out_no, **_signature(receipt)}


@endpoint("GET", "/v3/transfer/bill-receipt/{out_batch_no}")
async def read_bill_receipt(call: Call, query: OutBatchNo) -> dict[str, Any]:
    """Whether a receipt of a batch is ready."""
    batch = await _read_batch(call, BatchQuery(out_batch_no=query.out_batch_no))
    receipt, paper = await tell_receipt(call, ReceiptKind.BATCH, batch.batch_id, "signfile")
    return {"out_batch_no": batch.out_no, **_signature(receipt), **paper}


@endpoint("POST", "/v3/transfer-detail/electronic-receipts")
async def ask_detail_receipt(call: Call, body: ReceiptBody) -> dict[str, Any]:
    """A receipt of one transfer is made."""
    found = await _read_for_receipt(call, body)
    receipt = await ask(call, ReceiptKind.REMITTANCE, found.remittance.remittance_id)
    return pruned({**_named(found, body), **_signature(receipt)})


@endpoint("GET", "/v3/transfer-detail/electronic-receipts")
async def read_detail_receipt(call: Call, query: ReceiptBody) -> dict[str, Any]:
    """Whether a receipt of one transfer is ready."""
    found = await _read_for_receipt(call, query)
    receipt, paper = await tell_receipt(
        call, ReceiptKind.REMITTANCE, found.remittance.remittance_id, "signfile"
    )
    return pruned({**_named(found, query), **_signature(receipt), **paper})


@renders(BATCH_ENDED)
async def tell_batch_ended(directory: Directory, telling: Telling, said: Batch) -> Told:
    """The server is told that all of a batch have ended."""
    mchid = await directory.find_mchid(int(telling.notification.merchant_id))
    resource = {
        "mchid": mchid,
        "out_batch_no": said.out_no,
        "batch_id": _batch_no(said),
        "batch_status": _STATES[said.state],
        "total_num": said.total_count,
        "total_amount": said.total_fen,
        **_counts(said),
        "close_reason": said.close_reason,
        "update_time": wire_time(said.updated_at),
    }
    is_closed = said.state is BatchState.CLOSED
    return Told(
        event_type="MCHTRANSFER.BATCH.CLOSED" if is_closed else "MCHTRANSFER.BATCH.FINISHED",
        original_type="mch_payment",
        summary="商家转账批次回调通知",
        resource=pruned(resource),
    )


def _read_details(call: Call, body: BatchBody) -> list[dict[str, Any]]:
    return [
        {
            "out_no": one.out_detail_no,
            "openid": one.openid,
            "amount_fen": one.transfer_amount,
            "remark": one.transfer_remark,
            "name": call.decrypt(one.name, f"transfer_detail_list/{place}/user_name"),
        }
        for place, one in enumerate(body.transfer_detail_list)
    ]


def _batch_no(batch: Batch) -> str:
    return number_of(_BATCH, batch.batch_id, batch.created_at)


def _counts(batch: Batch) -> dict[str, int]:
    return {
        "success_amount": batch.done_fen,
        "success_num": batch.done_count,
        "fail_amount": batch.failed_fen,
        "fail_num": batch.failed_count,
    }


async def _read_batch(call: Call, query: BatchQuery | DetailQuery) -> Batch:
    batch_id = id_in(query.batch_id, _BATCH) if query.batch_id else 0
    if query.batch_id and not batch_id:
        raise NotFound("remit.not_found")
    reading = call.command(ReadBatch, batch_id=BatchId(batch_id), out_no=query.out_batch_no)
    return await call.run(read_batch, reading)


async def _tell_batch(call: Call, query: BatchQuery) -> dict[str, Any]:
    batch = await _read_batch(call, query)
    appids = await call.directory.list_appids([batch.channel_id])
    told: dict[str, Any] = {
        "mchid": call.payee.mchid,
        "out_batch_no": batch.out_no,
        "batch_id": _batch_no(batch),
        "appid": appids[int(batch.channel_id)],
        "batch_status": _STATES[batch.state],
        "batch_type": "API",
        "batch_name": batch.name,
        "batch_remark": batch.remark,
        "close_reason": batch.close_reason,
        "total_amount": batch.total_fen,
        "total_num": batch.total_count,
        "create_time": wire_time(batch.created_at),
        "update_time": wire_time(batch.updated_at),
        **_counts(batch),
        "transfer_scene_id": batch.scene,
    }
    answer: dict[str, Any] = {"transfer_batch": pruned(told)}
    if query.need_query_detail:
        listing = call.command(
            ListDetails,
            batch_id=batch.batch_id,
            state=_WANTED[query.detail_status or "ALL"],
            offset=query.offset,
            limit=query.limit,
        )
        answer["transfer_detail_list"] = [
            {
                "detail_id": number_of(_DETAIL, one.remittance_id, one.created_at),
                "out_detail_no": one.out_no,
                "detail_status": _DETAIL_STATES[one.state],
            }
            for one in (await call.run(list_details, listing)).items
        ]
    return {**answer, "offset": query.offset, "limit": query.limit}


async def _tell_detail(call: Call, query: DetailQuery) -> dict[str, Any]:
    batch = await _read_batch(call, query)
    remittance_id = id_in(query.detail_id, _DETAIL) if query.detail_id else 0
    reading = call.command(
        ReadRemittance,
        batch_id=batch.batch_id,
        remittance_id=RemittanceId(remittance_id),
        out_no=query.out_detail_no,
        way=Way.BATCH,
    )
    found = await call.run(read_remittance, reading)
    one = found.remittance
    appids = await call.directory.list_appids([one.channel_id])
    return pruned(
        {
            "mchid": call.payee.mchid,
            "out_batch_no": batch.out_no,
            "batch_id": _batch_no(batch),
            "appid": appids[int(one.channel_id)],
            "out_detail_no": one.out_no,
            "detail_id": number_of(_DETAIL, one.remittance_id, one.created_at),
            "detail_status": _DETAIL_STATES[one.state],
            "transfer_amount": one.amount_fen,
            "transfer_remark": one.remark,
            "fail_reason": one.fail_reason,
            "openid": one.openid,
            "user_name": call.encrypt(found.name) if found.name else "",
            "initiate_time": wire_time(one.created_at),
            "update_time": wire_time(one.updated_at),
        }
    )


async def _read_for_receipt(call: Call, body: ReceiptBody) -> NamedRemittance:
    # Programs name a transfer that is in no batch by the field of batches, for want of another.
    if body.accept_type == _in_batch:
        reading = call.command(
            ReadRemittance,
            batch_no=body.out_batch_no,
            out_no=body.out_detail_no,
            way=Way.BATCH,
        )
    else:
        out_no = body.out_detail_no or body.out_batch_no
        reading = call.command(ReadRemittance, out_no=out_no, way=Way.DIRECT)
    return await call.run(read_remittance, reading)


def _named(found: NamedRemittance, body: ReceiptBody) -> dict[str, Any]:
    return {
        "accept_type": body.accept_type,
        "out_batch_no": found.batch_no,
        "out_detail_no": found.remittance.out_no,
    }


def _signature(receipt: Receipt) -> dict[str, Any]:
    return {
        "signature_no": number_of(_SIGNATURE, receipt.receipt_id, receipt.asked_at),
        "signature_status": "FINISHED" if receipt.is_ready else "ACCEPTED",
        "create_time": wire_time(receipt.asked_at),
        "update_time": wire_time(receipt.updated_at),
    }
