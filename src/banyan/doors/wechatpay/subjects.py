"""Merchants who are there already, and confirm who they are."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.applyments import Fields, find, link_of, reveal, submit
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned
from banyan.pay.enrolments import (
    CancelEnrolment,
    Enrolment,
    EnrolmentKind,
    EnrolmentState,
    ReadConfirmed,
    cancel_enrolment,
    read_confirmed,
)

_STATES = {
    EnrolmentState.AUDITING: "APPLYMENT_STATE_WAITTING_FOR_AUDIT",
    EnrolmentState.REJECTED: "APPLYMENT_STATE_REJECTED",
    EnrolmentState.SIGNING: "APPLYMENT_STATE_WAITTING_FOR_CONFIRM_CONTACT",
    EnrolmentState.FINISHED: "APPLYMENT_STATE_PASSED",
    EnrolmentState.CANCELLED: "APPLYMENT_STATE_CANCELED",
}
_HIDDEN = frozenset(
    {
        *("name", "id_card_number", "mobile", "identification_name", "identification_number"),
        *("identification_address", "ubo_id_doc_name", "ubo_id_doc_number", "ubo_id_doc_address"),
    }
)
_Number = Annotated[str, msgspec.Meta(max_length=128)]


class SubjectBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who merchants are, by their papers."""

    business_code: str
    contact_info: Fields
    subject_info: Fields
    identification_info: Fields
    addition_info: Fields = {}
    ubo_info_list: list[Fields] = []
    channel_id: str = ""


class SubjectQuery(msgspec.Struct, frozen=True, kw_only=True):
    """An application by one of its numbers."""

    applyment_id: _Number = ""
    business_code: _Number = ""


class EitherQuery(msgspec.Struct, frozen=True, kw_only=True):
    """An application by either of its numbers."""

    applyment_id: _Number


class StateQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant."""

    sub_mchid: str


@endpoint("POST", "/v3/apply4subject/applyment")
async def apply_subject(call: Call, body: SubjectBody) -> dict[str, Any]:
    """Somebody decides about it."""
    given = await reveal(call, body, hidden=_HIDDEN)
    licence = given["subject_info"].get("business_license_info", {})
    one = await submit(
        call,
        EnrolmentKind.SUBJECT,
        body.business_code,
        str(licence.get("merchant_name") or given["contact_info"].get("name", "")),
        str(given["contact_info"].get("mobile", "")),
        given,
        confirmed_mchids=given["addition_info"].get("confirm_mchid_list", []),
    )
    return {"applyment_id": int(one.enrolment_id)}


@endpoint("GET", "/v3/apply4subject/applyment")
async def read_subject(call: Call, query: SubjectQuery) -> dict[str, Any]:
    """How far an application is."""
    one = await find(
        call,
        EnrolmentKind.SUBJECT,
        out_no="" if query.applyment_id else query.business_code,
        number=query.applyment_id,
    )
    return pruned(
        {
            "applyment_state": _STATES[one.state],
            "qrcode_data": link_of(call, one),
            "reject_param": one.reasons[0].field if one.reasons else "",
            "reject_reason": one.reasons[0].text if one.reasons else "",
        }
    )


@endpoint("GET POST", "/v3/apply4subject/applyment/{applyment_id}/cancel")
async def cancel_subject(call: Call, query: EitherQuery) -> None:
    """It is wished no more."""
    one = await _find(call, query.applyment_id)
    await call.run(cancel_enrolment, call.command(CancelEnrolment, enrolment_id=one.enrolment_id))


@endpoint("GET", "/v3/apply4subject/applyment/merchants/{sub_mchid}/state")
async def read_state(call: Call, query: StateQuery) -> dict[str, Any]:
    """Whether a merchant confirmed who it is."""
    found = await call.run(read_confirmed, call.command(ReadConfirmed, mchid=query.sub_mchid))
    told = "AUTHORIZED" if found.is_confirmed else "UNAUTHORIZED"
    return {"authorize_state": f"AUTHORIZE_STATE_{told}"}


async def _find(call: Call, number: str) -> Enrolment:
    if number.isdigit() and len(number) >= len("1" * 15):
        return await find(call, EnrolmentKind.SUBJECT, number=number)
    return await find(call, EnrolmentKind.SUBJECT, out_no=number)
