"""How complaints look on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from banyan.doors.wechatpay.endpoint import Call, pruned, wire_time
from banyan.pay.complaints import (
    OF_BANYAN,
    OF_PERSON,
    ComplaintState,
    Grievance,
    SeenComplaint,
    Step,
    StepKind,
)

_states = {
    ComplaintState.PENDING: "PENDING",
    ComplaintState.PROCESSING: "PROCESSING",
    ComplaintState.PROCESSED: "PROCESSED",
}
_problems = {
    Grievance.REFUND: "REFUND",
    Grievance.UNDELIVERED: "SERVICE_NOT_WORK",
    Grievance.OTHER: "OTHERS",
}
_descriptions = {
    Grievance.REFUND: "申请退款",
    Grievance.UNDELIVERED: "服务权益未生效",
    Grievance.OTHER: "其他类型",
}
_operations = {
    StepKind.MADE: "USER_CREATE_COMPLAINT",
    StepKind.CONTINUED: "USER_CONTINUE_COMPLAINT",
    StepKind.PERSON_SAID: "USER_RESPONSE",
    StepKind.WITHDRAWN: "USER_REVOKE_COMPLAINT",
    StepKind.MERCHANT_SAID: "MERCHANT_RESPONSE",
    StepKind.COMPLETED: "MERCHANT_CONFIRM_COMPLETE",
    StepKind.REFUND_AGREED: "MERCHANT_APPROVE_REFUND",
    StepKind.REFUND_REFUSED: "MERCHANT_REJECT_REFUND",
    StepKind.REFUNDED_PART: "PLATFORM_RESPONSE",
    StepKind.REFUNDED_ALL: "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE",
    StepKind.URGED: "PLATFORM_RESPONSE",
}
_own_words = {
    StepKind.URGED: "请商户尽快处理投诉",
    StepKind.REFUNDED_PART: "商户已部分退款",
    StepKind.REFUNDED_ALL: "商户已全额退款",
}
ACTIONS = {
    StepKind.MADE: "CREATE_COMPLAINT",
    StepKind.CONTINUED: "CONTINUE_COMPLAINT",
    StepKind.PERSON_SAID: "USER_RESPONSE",
    StepKind.WITHDRAWN: "USER_REVOKE_COMPLAINT",
    StepKind.MERCHANT_SAID: "MERCHANT_RESPONSE",
    StepKind.COMPLETED: "MERCHANT_CONFIRM_COMPLETE",
    StepKind.REFUND_AGREED: "MERCHANT_APPROVE_REFUND",
    StepKind.REFUND_REFUSED: "MERCHANT_REJECT_REFUND",
    StepKind.REFUNDED_PART: "SELLER_REFUND",
    StepKind.REFUNDED_ALL: "SELLER_REFUND",
    StepKind.URGED: "RESPONSE_BY_PLATFORM",
}
"""What a merchant's server is told was done."""


def show_complaint(call: Call, mchid: str, seen: SeenComplaint) -> dict[str, Any]:
    """A complaint, its phone number hidden."""
    one = seen.complaint
    media = {"media_type": "USER_COMPLAINT_IMAGE", "media_url": _urls(call, seen.images)}
    return pruned(
        {
            "complaint_id": str(int(one.complaint_id)),
            "complaint_time": wire_time(one.made_at),
            "complaint_detail": one.told,
            "complaint_state": _states[one.state],
            "complainted_mchid": mchid,
            "payer_phone": call.encrypt(one.phone),
            "complaint_order_info": [
                {
                    "transaction_id": one.transaction_no,
                    "out_trade_no": one.out_no,
                    "amount": one.charged_fen,
                }
            ],
            "complaint_media_list": [media] if seen.images else [],
            "complaint_full_refunded": one.refunded_fen >= one.charged_fen,
            "incoming_user_response": one.has_unread,
            "problem_description": _descriptions[one.problem],
            "problem_type": _problems[one.problem],
            "user_complaint_times": one.times,
            "apply_refund_amount": one.asked_fen or None,
            "in_platform_service": False,
            "need_immediate_service": False,
        }
    )


def show_step(call: Call, step: Step) -> dict[str, Any]:
    """What was said or done."""
    media = {"media_type": "USER_COMPLAINT_IMAGE", "media_url": _urls(call, step.images)}
    if step.kind not in OF_PERSON:
        media["media_type"] = "OPERATION_IMAGE"
    return pruned(
        {
            "log_id": str(int(step.step_id)),
            "operator": _operator(step.kind),
            "operate_time": wire_time(step.made_at),
            "operate_type": _operations[step.kind],
            "operate_details": step.told or _own_words.get(step.kind, ""),
            "image_list": _urls(call, step.images),
            "complaint_media_list": media if step.images else None,
        }
    )


def _operator(kind: StepKind) -> str:
    if kind in OF_PERSON:
        return "投诉人"
    return "系统" if kind in OF_BANYAN else "商家"


def _urls(call: Call, images: Sequence[str]) -> list[str]:
    return [f"{call.base_url}/v3/merchant-service/images/{one}" for one in images]
