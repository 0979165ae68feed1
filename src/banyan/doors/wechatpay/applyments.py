"""Merchants whom providers and platforms bring along, and where their money goes."""

# ruff: noqa: ANN401 - applications are trees of whatever their forms ask for

from __future__ import annotations

import asyncio
import re
from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.base.json import encode
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.pay.enrolments import (
    DETAILS_MAX,
    ChangeId,
    ChangeSettlement,
    ChangeState,
    Enrolment,
    EnrolmentId,
    EnrolmentKind,
    EnrolmentState,
    ReadEnrolment,
    ReadSettlementChange,
    SettlementChange,
    SubmitEnrolment,
    change_settlement,
    read_enrolment,
    read_settlement_change,
    submit_enrolment,
)

Fields = dict[str, Any]
STATES = {
    EnrolmentState.AUDITING: "APPLYMENT_STATE_AUDITING",
    EnrolmentState.REJECTED: "APPLYMENT_STATE_REJECTED",
    EnrolmentState.SIGNING: "APPLYMENT_STATE_TO_BE_SIGNED",
    EnrolmentState.FINISHED: "APPLYMENT_STATE_FINISHED",
    EnrolmentState.CANCELLED: "APPLYMENT_STATE_CANCELED",
}
_MESSAGES = {
    EnrolmentState.AUDITING: "资料审核中，请耐心等待",
    EnrolmentState.REJECTED: "审核未通过，请修改资料后重新提交",
    EnrolmentState.SIGNING: "请联系超级管理员通过签约链接完成签约",
    EnrolmentState.FINISHED: "商户入驻申请已完成",
    EnrolmentState.CANCELLED: "申请单已被撤销",
}
_PLATFORM_STATES = {
    EnrolmentState.AUDITING: "AUDITING",
    EnrolmentState.REJECTED: "REJECTED",
    EnrolmentState.SIGNING: "NEED_SIGN",
    EnrolmentState.FINISHED: "FINISH",
    EnrolmentState.CANCELLED: "FROZEN",
}
_CHANGES = {
    ChangeState.AUDITING: ("VERIFYING", "AUDITING"),
    ChangeState.DONE: ("VERIFY_SUCCESS", "AUDIT_SUCCESS"),
    ChangeState.FAILED: ("VERIFY_FAIL", "AUDIT_FAIL"),
}
_KINDS = {
    "BANK_ACCOUNT_TYPE_CORPORATE": "business",
    "BANK_ACCOUNT_TYPE_PERSONAL": "private",
    "ACCOUNT_TYPE_BUSINESS": "business",
    "ACCOUNT_TYPE_PRIVATE": "private",
    "74": "business",
    "75": "private",
}
_HIDDEN = frozenset(
    {
        *("contact_name", "contact_id_number", "contact_id_card_number", "mobile_phone"),
        *("contact_email", "id_card_name", "id_card_number", "id_card_address", "id_doc_name"),
        *("id_doc_number", "id_doc_address", "ubo_id_doc_name", "ubo_id_doc_number"),
        *("ubo_id_doc_address", "account_name", "account_number"),
    }
)
_MAYBE_HIDDEN = frozenset({"openid"})
"""Some programs hide it, others do not."""
_papers = re.compile(
    r"_(copy|copy_back|pic|pics|national|letter|commitment|video)$|^qualifications$"
)
_Number = Annotated[str, msgspec.Meta(max_length=128)]
_depth_max = 12


class ApplymentBody(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant whom a provider brings."""

    business_code: str
    contact_info: Fields
    subject_info: Fields
    business_info: Fields
    settlement_info: Fields
    bank_account_info: Fields
    addition_info: Fields = {}


class PlatformApplymentBody(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant whom a platform brings."""

    out_request_no: str
    organization_type: str
    merchant_shortname: str
    contact_info: Fields
    account_info: Fields = {}
    business_license_info: Fields = {}
    id_card_info: Fields = {}
    id_doc_info: Fields = {}
    sales_scene_info: Fields = {}


class ApplymentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """An application by one of its numbers."""

    applyment_id: _Number = ""
    business_code: _Number = ""
    out_request_no: _Number = ""


class SettlementBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where a merchant's money is to go."""

    sub_mchid: str
    account_type: str
    account_bank: str
    account_number: Annotated[str, msgspec.Meta(max_length=1_000)]
    account_name: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    bank_address_code: str = ""
    bank_name: str = ""
    bank_branch_id: str = ""
    modify_mode: str = ""


class SettlementQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant, and a wish of its provider."""

    sub_mchid: str
    application_no: _Number = ""
    account_number_rule: str = ""


@endpoint("POST", "/v3/applyment4sub/applyment")
async def applyment(call: Call, body: ApplymentBody) -> dict[str, Any]:
    """Somebody decides about it."""
    given = await reveal(call, body)
    account = given["bank_account_info"]
    name = str(given["business_info"].get("merchant_shortname", ""))
    one = await submit(
        call,
        EnrolmentKind.SHOP,
        body.business_code,
        name,
        str(given["contact_info"].get("mobile_phone", "")),
        given,
        account=_account(account, str(account.get("bank_account_type", ""))),
    )
    return {"applyment_id": int(one.enrolment_id)}


@endpoint("GET", "/v3/applyment4sub/applyment/business_code/{business_code}")
async def read_by_business_code(call: Call, query: ApplymentQuery) -> dict[str, Any]:
    """How far an application is, by the provider's own number."""
    return await _tell(call, await find(call, EnrolmentKind.SHOP, out_no=query.business_code))


@endpoint("GET", "/v3/applyment4sub/applyment/applyment_id/{applyment_id}")
async def read_by_applyment_id(call: Call, query: ApplymentQuery) -> dict[str, Any]:
    """How far an application is, by our number."""
    return await _tell(call, await find(call, EnrolmentKind.SHOP, number=query.applyment_id))


@endpoint("POST", "/v3/ecommerce/applyments", lacks="verifying accounts by a small payment")
async def platform_applyment(call: Call, body: PlatformApplymentBody) -> dict[str, Any]:
    """Somebody decides about a platform's application."""
    given = await reveal(call, body)
    account = given["account_info"]
    one = await submit(
        call,
        EnrolmentKind.PLATFORM,
        body.out_request_no,
        body.merchant_shortname,
        str(given["contact_info"].get("mobile_phone", "")),
        given,
        account=_account(account, str(account.get("bank_account_type", ""))) if account else None,
    )
    return {"applyment_id": int(one.enrolment_id), "out_request_no": one.out_no}


@endpoint("GET", "/v3/ecommerce/applyments/out-request-no/{out_request_no}")
async def read_platform_by_no(call: Call, query: ApplymentQuery) -> dict[str, Any]:
    """How far a platform's application is, by its own number."""
    found = await find(call, EnrolmentKind.PLATFORM, out_no=query.out_request_no)
    return await _tell_platform(call, found)


@endpoint("GET", "/v3/ecommerce/applyments/{applyment_id}")
async def read_platform_by_id(call: Call, query: ApplymentQuery) -> dict[str, Any]:
    """How far a platform's application is, by our number."""
    found = await find(call, EnrolmentKind.PLATFORM, number=query.applyment_id)
    return await _tell_platform(call, found)


@endpoint("POST", "/v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement")
async def modify_settlement(call: Call, body: SettlementBody) -> dict[str, Any]:
    """A merchant's money is to go elsewhere."""
    given = {
        "account_bank": body.account_bank,
        "bank_name": body.bank_name,
        "bank_branch_id": body.bank_branch_id,
        "account_name": call.decrypt(body.account_name, "account_name"),
        "account_number": call.decrypt(body.account_number, "account_number"),
    }
    command = call.command(
        ChangeSettlement, mchid=body.sub_mchid, account=_account(given, body.account_type)
    )
    return {"application_no": str(int((await call.run(change_settlement, command)).change_id))}


@endpoint("GET", "/v3/apply4sub/sub_merchants/{sub_mchid}/settlement")
async def read_settlement(call: Call, query: SettlementQuery) -> dict[str, Any]:
    """Where a merchant's money goes."""
    found = await _read_change(call, query)
    told, _ = _CHANGES[found.state]
    return pruned(
        {
            **_tell_account(found),
            "verify_result": told,
            "verify_fail_reason": found.fail_reason,
        }
    )


@endpoint("GET", "/v3/apply4sub/sub_merchants/{sub_mchid}/application/{application_no}")
async def read_application(call: Call, query: SettlementQuery) -> dict[str, Any]:
    """What became of the wish that a merchant's money go elsewhere."""
    found = await _read_change(call, query)
    _, told = _CHANGES[found.state]
    return pruned(
        {
            **_tell_account(found),
            "verify_result": told,
            "verify_fail_reason": found.fail_reason,
            "verify_finish_time": wire_time(found.decided_at),
        }
    )


async def reveal(call: Call, body: msgspec.Struct, hidden: frozenset[str] = _HIDDEN) -> Fields:
    """What was said, with what was hidden of it. Raises WireError `PARAM_ERROR`."""
    given = msgspec.structs.asdict(body)
    if len(encode(given)) > DETAILS_MAX:
        raise bad("参数过长")
    # Each hidden field takes a millisecond: others are answered meanwhile.
    return await asyncio.to_thread(_reveal, call, given, "", hidden)


def _reveal(call: Call, value: Any, key: str, hidden: frozenset[str], depth: int = 0) -> Any:
    if depth > _depth_max:
        raise bad("参数嵌套过深")
    if isinstance(value, dict):
        return {name: _reveal(call, one, name, hidden, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_reveal(call, one, key, hidden, depth + 1) for one in value]
    if isinstance(value, str) and value and key in hidden | _MAYBE_HIDDEN:
        return _reveal_text(call, value, key, hidden)
    return value


def _reveal_text(call: Call, value: str, key: str, hidden: frozenset[str]) -> str:
    try:
        return call.decrypt(value, key)
    except WireError:
        if key in hidden:
            raise
        return value


async def submit(
    call: Call,
    kind: EnrolmentKind,
    out_no: str,
    name: str,
    phone: str,
    given: Fields,
    **more: Any,
) -> Enrolment:
    """Have an application decided."""
    command = call.command(
        SubmitEnrolment,
        kind=kind,
        out_no=out_no,
        name=name,
        phone=phone,
        details=encode(given).decode(),
        papers=sorted(_list_papers(given)),
        **more,
    )
    return await call.run(submit_enrolment, command)


async def find(call: Call, kind: EnrolmentKind, *, out_no: str = "", number: str = "") -> Enrolment:
    """An application by one of its numbers. Raises NotFound `enrolments.not_found`."""
    enrolment_id = int(number) if number.isascii() and number.isdigit() else 0
    if enrolment_id >= 1 << 63 or not (out_no or enrolment_id):
        raise NotFound("enrolments.not_found")
    query = call.command(
        ReadEnrolment, kind=kind, out_no=out_no, enrolment_id=EnrolmentId(enrolment_id)
    )
    return await call.run(read_enrolment, query)


def link_of(call: Call, one: Enrolment) -> str:
    """Where whoever answers for the merchant signs."""
    if one.state is not EnrolmentState.SIGNING:
        return ""
    return f"{call.base_url}/enrolments/{one.token}"


def _list_papers(value: Any, key: str = "") -> set[str]:
    if isinstance(value, dict):
        return {it for name, one in value.items() for it in _list_papers(one, name)}
    if isinstance(value, list):
        return {it for one in value for it in _list_papers(one, key)}
    return {value} if isinstance(value, str) and value and _papers.search(key) else set()


def _account(given: Fields, kind: str) -> Fields:
    if kind not in _KINDS:
        raise bad("账户类型不正确", "account_type")
    return {
        "kind": _KINDS[kind],
        "bank": str(given.get("account_bank", "")),
        "branch": str(given.get("bank_name", "")),
        "branch_id": str(given.get("bank_branch_id", "")),
        "name": str(given.get("account_name", "")),
        "number": str(given.get("account_number", "")),
    }


async def _shop_mchid(call: Call, one: Enrolment) -> str:
    return (await call.directory.list_mchids([one.shop_id]))[int(one.shop_id)]


async def _tell(call: Call, one: Enrolment) -> dict[str, Any]:
    return pruned(
        {
            "business_code": one.out_no,
            "applyment_id": int(one.enrolment_id),
            "sub_mchid": await _shop_mchid(call, one),
            "sign_url": link_of(call, one),
            "applyment_state": STATES[one.state],
            "applyment_state_msg": _MESSAGES[one.state],
            "audit_detail": [
                {"field": it.field, "field_name": it.field, "reject_reason": it.text}
                for it in one.reasons
            ],
        }
    )


async def _tell_platform(call: Call, one: Enrolment) -> dict[str, Any]:
    signing = {EnrolmentState.SIGNING: "UNSIGNED", EnrolmentState.FINISHED: "SIGNED"}
    return pruned(
        {
            "out_request_no": one.out_no,
            "applyment_id": int(one.enrolment_id),
            "sub_mchid": await _shop_mchid(call, one),
            "sign_url": link_of(call, one),
            "sign_state": signing.get(one.state, "NOT_SIGNABLE"),
            "applyment_state": _PLATFORM_STATES[one.state],
            "applyment_state_desc": _MESSAGES[one.state],
            "audit_detail": [
                {"param_name": it.field, "reject_reason": it.text} for it in one.reasons
            ],
        }
    )


async def _read_change(call: Call, query: SettlementQuery) -> SettlementChange:
    number = query.application_no
    is_number = number.isascii() and number.isdigit() and int(number) < 1 << 63
    if number and not is_number:
        raise NotFound("enrolments.no_settlement")
    reading = call.command(
        ReadSettlementChange, mchid=query.sub_mchid, change_id=ChangeId(int(number or 0))
    )
    return await call.run(read_settlement_change, reading)


def _tell_account(one: SettlementChange) -> dict[str, Any]:
    is_business = one.kind == "business"
    return {
        "account_type": "ACCOUNT_TYPE_BUSINESS" if is_business else "ACCOUNT_TYPE_PRIVATE",
        "account_bank": one.bank,
        "bank_name": one.branch,
        "bank_branch_id": one.branch_id,
        "account_number": one.number_shown,
    }
