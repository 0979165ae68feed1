"""Transfers to people, one by one: sent, confirmed on the phone, cancelled, with their receipts."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.doors.wechatpay.asking import Total
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.notices import Told, renders
from banyan.doors.wechatpay.receipts import ask, tell_receipt
from banyan.pay.notifications import Telling
from banyan.pay.remit import (
    ENDED,
    CancelRemittance,
    NamedRemittance,
    ReadRemittance,
    ReceiptKind,
    Remittance,
    RemittanceId,
    RemittanceState,
    SendRemittance,
    cancel_remittance,
    id_in,
    number_of,
    read_remittance,
    send_remittance,
)

BILL = "1330"
STATES = {
    RemittanceState.WAITING: "WAIT_USER_CONFIRM",
    RemittanceState.PROCESSING: "PROCESSING",
    RemittanceState.DONE: "SUCCESS",
    RemittanceState.FAILED: "FAIL",
    RemittanceState.CANCELLED: "CANCELLED",
}
_Number = Annotated[str, msgspec.Meta(max_length=64)]
_Hidden = Annotated[str, msgspec.Meta(max_length=1_000)]


class ReportInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a scene demands to know."""

    info_type: str
    info_content: str


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """How it looks to the person."""

    type: str = "CONFIRM_PAGE"


class TransferBody(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer as a program orders it."""

    appid: str
    out_bill_no: str
    transfer_scene_id: str
    openid: str
    transfer_amount: Total
    transfer_remark: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    name: _Hidden = msgspec.field(name="user_name", default="")
    notify_url: str = ""
    perception: str = msgspec.field(name="user_recv_perception", default="")
    style: Style = msgspec.field(name="user_recv_style", default=Style())
    transfer_scene_report_infos: Annotated[list[ReportInfo], msgspec.Meta(max_length=10)] = []


class OutBillNo(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer by the merchant's own number."""

    out_bill_no: _Number


class TransferBillNo(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer by our number."""

    transfer_bill_no: _Number


@endpoint("POST", "/v3/fund-app/mch-transfer/transfer-bills")
async def transfer_bills(call: Call, body: TransferBody) -> dict[str, Any]:
    """Money is set aside for a person, who has a day to confirm that they take it."""
    channel = await call.read_channel(body.appid)
    command = call.command(
        SendRemittance,
        out_no=body.out_bill_no,
        channel_id=channel.channel_id,
        openid=body.openid,
        amount_fen=body.transfer_amount,
        remark=body.transfer_remark,
        scene=body.transfer_scene_id,
        reports=[msgspec.structs.asdict(one) for one in body.transfer_scene_report_infos],
        name=call.decrypt(body.name, "user_name"),
        perception=body.perception,
        style=body.style.type,
        notify_url=body.notify_url,
        protocol="wechat",
    )
    sent = await call.run(send_remittance, command)
    return pruned(
        {
            "out_bill_no": sent.out_no,
            "transfer_bill_no": bill_no_of(sent),
            "create_time": wire_time(sent.created_at),
            "state": STATES[sent.state],
            "fail_reason": sent.fail_reason,
            "package_info": sent.token if sent.state is RemittanceState.WAITING else "",
        }
    )


@endpoint("GET", "/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}")
async def read_by_out_bill_no(call: Call, query: OutBillNo) -> dict[str, Any]:
    """How far a transfer is, by the merchant's own number."""
    return await _tell(call, await _read_out(call, query.out_bill_no))


@endpoint("GET", "/v3/fund-app/mch-transfer/transfer-bills/transfer-bill-no/{transfer_bill_no}")
async def read_by_transfer_bill_no(call: Call, query: TransferBillNo) -> dict[str, Any]:
    """How far a transfer is, by our number."""
    return await _tell(call, await _read_ours(call, query.transfer_bill_no))


@endpoint("POST", "/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel")
async def cancel(call: Call, body: OutBillNo) -> dict[str, Any]:
    """What nobody has confirmed stays with the merchant after all."""
    ended = await call.run(
        cancel_remittance, call.command(CancelRemittance, out_no=body.out_bill_no)
    )
    return {
        "out_bill_no": ended.out_no,
        "transfer_bill_no": bill_no_of(ended),
        "state": STATES[ended.state],
        "update_time": wire_time(ended.updated_at),
    }


@endpoint("POST", "/v3/fund-app/mch-transfer/elecsign/out-bill-no")
async def ask_elecsign(call: Call, body: OutBillNo) -> dict[str, Any]:
    """A receipt is made, by the merchant's own number."""
    return await _ask(call, await _read_out(call, body.out_bill_no))


@endpoint("POST", "/v3/fund-app/mch-transfer/elecsign/transfer-bill-no")
async def ask_elecsign_by_bill(call: Call, body: TransferBillNo) -> dict[str, Any]:
    """A receipt is made, by our number."""
    return await _ask(call, await _read_ours(call, body.transfer_bill_no))


@endpoint("GET", "/v3/fund-app/mch-transfer/elecsign/out-bill-no/{out_bill_no}")
async def read_elecsign(call: Call, query: OutBillNo) -> dict[str, Any]:
    """Whether a receipt is ready, by the merchant's own number."""
    return await _receipt(call, await _read_out(call, query.out_bill_no))


@endpoint("GET", "/v3/fund-app/mch-transfer/elecsign/transfer-bill-no/{transfer_bill_no}")
async def read_elecsign_by_bill(call: Call, query: TransferBillNo) -> dict[str, Any]:
    """Whether a receipt is ready, by our number."""
    return await _receipt(call, await _read_ours(call, query.transfer_bill_no))


@renders(ENDED)
async def tell_ended(directory: Directory, telling: Telling, said: Remittance) -> Told:
    """The server is told what became of a transfer."""
    mchid = await directory.find_mchid(int(telling.notification.merchant_id))
    resource = {
        "mch_id": mchid,
        "out_bill_no": said.out_no,
        "transfer_bill_no": bill_no_of(said),
        "transfer_amount": said.amount_fen,
        "state": STATES[said.state],
        "openid": said.openid,
        "fail_reason": said.fail_reason,
        "create_time": wire_time(said.created_at),
        "update_time": wire_time(said.updated_at),
    }
    return Told(
        event_type="MCHTRANSFER.BILL.FINISHED",
        original_type="mch_payment",
        summary="商家转账单据终态通知",
        resource=pruned(resource),
    )


def bill_no_of(one: Remittance) -> str:
    """Our number of a transfer."""
    return number_of(BILL, one.remittance_id, one.created_at)


async def _read_out(call: Call, out_bill_no: str) -> NamedRemittance:
    return await call.run(read_remittance, call.command(ReadRemittance, out_no=out_bill_no))


async def _read_ours(call: Call, transfer_bill_no: str) -> NamedRemittance:
    remittance_id = RemittanceId(id_in(transfer_bill_no, BILL))
    if not remittance_id:
        raise NotFound("remit.not_found")
    return await call.run(
        read_remittance, call.command(ReadRemittance, remittance_id=remittance_id)
    )


async def _tell(call: Call, found: NamedRemittance) -> dict[str, Any]:
    one = found.remittance
    appids = await call.directory.list_appids([one.channel_id])
    return pruned(
        {
            "mch_id": call.payee.mchid,
            "out_bill_no": one.out_no,
            "transfer_bill_no": bill_no_of(one),
            "appid": appids[int(one.channel_id)],
            "state": STATES[one.state],
            "transfer_amount": one.amount_fen,
            "transfer_remark": one.remark,
            "fail_reason": one.fail_reason,
            "openid": one.openid,
            "user_name": call.encrypt(found.name) if found.name else "",
            "create_time": wire_time(one.created_at),
            "update_time": wire_time(one.updated_at),
        }
    )


async def _ask(call: Call, found: NamedRemittance) -> dict[str, Any]:
    receipt = await ask(call, ReceiptKind.REMITTANCE, found.remittance.remittance_id)
    return {"state": "GENERATING", "create_time": wire_time(receipt.asked_at)}


async def _receipt(call: Call, found: NamedRemittance) -> dict[str, Any]:
    receipt, paper = await tell_receipt(
        call, ReceiptKind.REMITTANCE, found.remittance.remittance_id, "elecvoucherfile"
    )
    return {
        "state": "FINISHED" if receipt.is_ready else "GENERATING",
        "create_time": wire_time(receipt.asked_at),
        "update_time": wire_time(receipt.updated_at),
        **paper,
    }
