"""Parking that is paid for in passing ("vehicle")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.asking import Yuan
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.charges import Charge
from banyan.pay.notifications import Telling
from banyan.pay.parkings import (
    ENTRY_CHANGED,
    FINISHED,
    Deduction,
    DeductionState,
    DeductParking,
    EnterCar,
    Entry,
    FindPlate,
    Obstacle,
    PlateColor,
    ReadDeduction,
    ToldDeduction,
    deduct_parking,
    enter_car,
    find_plate,
    read_deduction,
)
from banyan.pay.payees import Scope

_base = "/v3/vehicle"

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=256)]
Color = Annotated[str, msgspec.Meta(pattern=r"^(BLUE|GREEN|YELLOW|BLACK|WHITE|LIMEGREEN)$")]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=10**8)]
_service_states = {
    Obstacle.NONE: "NORMAL",
    Obstacle.PAUSED: "PAUSE",
    Obstacle.OVERDUE: "NORMAL",
    Obstacle.UNKNOWN: "OUT_SERVICE",
}
_block_reasons = {
    Obstacle.PAUSED: "PAUSE",
    Obstacle.OVERDUE: "OVERDUE",
    Obstacle.UNKNOWN: "OUT_SERVICE",
}
_trade_states = {
    DeductionState.ACCEPTED: "ACCEPTED",
    DeductionState.PAID: "SUCCESS",
    DeductionState.FAILED: "PAY_FAIL",
    DeductionState.CLOSED: "PAY_FAIL",
}
_descriptions = {
    "ACCEPTED": "扣费已受理",
    "SUCCESS": "支付成功",
    "PAY_FAIL": "扣费失败",
    "REFUND": "转入退款",
}


class FindBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose car."""

    appid: Word
    sub_mchid: Text = ""
    plate_number: Word
    plate_color: Color
    openid: Word


class EnterBody(msgspec.Struct, frozen=True, kw_only=True):
    """A car that came in."""

    sub_mchid: Text = ""
    out_parking_no: Word
    plate_number: Word
    plate_color: Color
    notify_url: Text
    start_time: Word
    parking_name: Word
    free_duration: Seconds


class AmountBody(msgspec.Struct, frozen=True, kw_only=True):
    """How much."""

    total: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    currency: Yuan = "CNY"


class StayBody(msgspec.Struct, frozen=True, kw_only=True):
    """What it is for."""

    parking_id: Word
    plate_number: Word
    plate_color: Color
    start_time: Word
    end_time: Word
    parking_name: Word
    charging_duration: Seconds
    device_id: Text = ""


class DeductBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be taken."""

    appid: Word
    sub_appid: Text = ""
    sub_mchid: Text = ""
    description: Text
    attach: Text = ""
    out_trade_no: Word
    trade_scene: Annotated[str, msgspec.Meta(pattern="^PARKING$")]
    goods_tag: Text = ""
    notify_url: Text
    profit_sharing: Annotated[str, msgspec.Meta(pattern="^[YN]$")] = "N"
    amount: AmountBody
    parking_info: StayBody


class QueryBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which of them."""

    out_trade_no: Word
    sub_mchid: Text = ""


@endpoint("GET", f"{_base}/parking/services/find")
async def find_service(call: Call, body: FindBody) -> dict[str, Any]:
    """Whether a person's car can pay in passing."""
    await call.read_channel(body.appid)
    person_id = await call.find_person(body.appid, body.openid, "")
    reading = FindPlate(
        plate_no=body.plate_number,
        color=PlateColor(body.plate_color.lower()),
        person_id=person_id,  # type: ignore[arg-type] # whoever stands behind an openid
    )
    found = await call.run_as_banyan(find_plate, reading)
    return pruned(
        {
            "plate_number": body.plate_number,
            "plate_color": body.plate_color,
            "openid": body.openid,
            "service_state": _service_states[found.obstacle],
            "service_open_time": wire_time(found.plate.bound_at) if found.plate else "",
        }
    )


@endpoint("POST", f"{_base}/parking/parkings")
async def enter(call: Call, body: EnterBody) -> dict[str, Any]:
    """Note that a car came in, and hear whether it can pay in passing."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    command = call.command(
        EnterCar,
        **_parties(call, payee.merchant_id),
        out_no=body.out_parking_no,
        plate_no=body.plate_number,
        color=body.plate_color.lower(),
        name=body.parking_name,
        began=body.start_time,
        free_s=body.free_duration,
        notify_url=body.notify_url,
    )
    return _show_entry(await own.run(enter_car, command))


@endpoint("POST", f"{_base}/transactions/parking")
async def deduct(call: Call, body: DeductBody) -> dict[str, Any]:
    """Accept to take what parking costs; it is taken a moment later."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    channel = await call.read_channel(body.appid)
    sub_channel_id = 0
    if body.sub_appid:
        sub_channel_id = (await call.read_channel(body.sub_appid, payee)).channel_id
    stay = body.parking_info
    terms = {
        "description": body.description,
        "plate_no": stay.plate_number,
        "color": stay.plate_color.lower(),
        "name": stay.parking_name,
        "began": stay.start_time,
        "ended": stay.end_time,
        "charged_s": stay.charging_duration,
        "device_no": stay.device_id,
        "attach": body.attach,
        "goods_tag": body.goods_tag,
        "notify_url": body.notify_url,
        "is_shared": body.profit_sharing == "Y",
        "channel_id": int(channel.channel_id),
        "sub_channel_id": int(sub_channel_id),
    }
    command = call.command(
        DeductParking,
        **_parties(call, payee.merchant_id),
        entry_id=stay.parking_id,
        out_no=body.out_trade_no,
        total_fen=body.amount.total,
        terms=terms,
    )
    deduction = await own.run(deduct_parking, command)
    return await _show_deduction(call.directory, deduction, None)


@endpoint("GET", f"{_base}/transactions/out-trade-no/{{out_trade_no}}")
async def query(call: Call, body: QueryBody) -> dict[str, Any]:
    """What came of it."""
    payee, own = await call.act_for(body.sub_mchid or call.payee.mchid, Scope.PAY)
    reading = call.command(
        ReadDeduction, **_parties(call, payee.merchant_id), out_no=body.out_trade_no
    )
    found = await own.run(read_deduction, reading)
    return await _show_deduction(call.directory, found.deduction, found.charge)


@renders(ENTRY_CHANGED)
async def tell_entry(directory: Directory, telling: Telling, entry: Entry) -> Told:
    """A car that is inside can pay in passing, or can't any more."""
    del telling
    shown = _show_entry(entry)
    return Told(
        event_type="VEHICLE.ENTRANCE_STATE_CHANGE",
        original_type="vehicle",
        summary="停车入场状态变更",
        resource=pruned(
            {
                **await _mchids(directory, entry),
                "parking_id": shown.pop("id"),
                "parking_state": shown.pop("state"),
                "blocked_state_description": shown.pop("block_reason", ""),
                **shown,
                "state_update_time": wire_time(entry.changed_at),
            }
        ),
    )


@renders(FINISHED)
async def tell_deduction(directory: Directory, telling: Telling, told: ToldDeduction) -> Told:
    """Money was taken, or could not be."""
    del telling
    is_paid = told.deduction.state is DeductionState.PAID
    is_late = told.deduction.is_repaid
    event = "PAY_BACK" if is_late else "SUCCESS" if is_paid else "FAIL"
    return Told(
        event_type=f"TRANSACTION.{event}",
        original_type="transaction",
        summary="支付成功" if is_paid else "扣费失败",
        resource=await _show_deduction(directory, told.deduction, told.charge),
    )


def _parties(call: Call, merchant_id: int) -> dict[str, Any]:
    caller = call.payee.merchant_id
    provider_id = 0 if merchant_id == caller else caller
    return {"merchant_id": merchant_id, "provider_id": str(int(provider_id))}


async def _mchids(directory: Directory, of: Entry | Deduction) -> dict[str, Any]:
    own = await directory.find_mchid(of.merchant_id)
    if not of.provider_id:
        return {"mchid": own}
    return {"sp_mchid": await directory.find_mchid(of.provider_id), "sub_mchid": own}


def _show_entry(entry: Entry) -> dict[str, Any]:
    return pruned(
        {
            "id": str(int(entry.entry_id)),
            "out_parking_no": entry.out_no,
            "plate_number": entry.plate_no,
            "plate_color": entry.color.value.upper(),
            "start_time": entry.began,
            "parking_name": entry.name,
            "free_duration": entry.free_s,
            "state": "BLOCKED" if entry.obstacle else "NORMAL",
            "block_reason": _block_reasons.get(entry.obstacle, ""),
        }
    )


async def _show_deduction(
    directory: Directory, deduction: Deduction, charge: Charge | None
) -> dict[str, Any]:
    terms = deduction.terms
    appids = await directory.list_appids([terms.channel_id, terms.sub_channel_id])
    state = _trade_states[deduction.state]
    is_paid = charge is not None and charge.is_paid
    if is_paid and charge is not None and charge.refunded_fen:
        state = "REFUND"
    amount: dict[str, Any] = {"total": deduction.total_fen, "currency": "CNY"}
    paid: Mapping[str, Any] = {}
    if charge is not None and is_paid:
        off_fen = charge.voucher_fen + charge.discount_fen
        amount |= {"payer_total": charge.payer_fen, "discount_total": off_fen}
        paid = {
            "transaction_id": charge.transaction_no,
            "success_time": wire_time(charge.paid_at),
            "bank_type": "OTHERS",
            "payer": {"openid": charge.openid, "sub_openid": charge.sub_openid},
        }
    return pruned(
        {
            "appid": appids[int(terms.channel_id)],
            "sub_appid": appids[int(terms.sub_channel_id)] if terms.sub_channel_id else "",
            **await _mchids(directory, deduction),
            "description": terms.description,
            "create_time": wire_time(deduction.made_at),
            "out_trade_no": deduction.out_no,
            **paid,
            "trade_state": state,
            "trade_state_description": _descriptions[state],
            "user_repaid": "Y" if deduction.is_repaid else "N",
            "attach": terms.attach,
            "trade_scene": "PARKING",
            "parking_info": {
                "parking_id": str(int(deduction.entry_id)),
                "plate_number": terms.plate_no,
                "plate_color": terms.color.value.upper(),
                "start_time": terms.began,
                "end_time": terms.ended,
                "parking_name": terms.name,
                "charging_duration": terms.charged_s,
                "device_id": terms.device_no,
            },
            "amount": amount,
        }
    )
