"""Complaints: what people say of payments, and what merchants answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.complaints_show import (
    ACTIONS,
    show_complaint,
    show_step,
)
from banyan.doors.wechatpay.endpoint import Bytes, Call, china, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.complaints import (
    AddImage,
    AnswerComplaint,
    AnswerRefund,
    ChangeAddress,
    CompleteComplaint,
    DropAddress,
    ListComplaintsMade,
    ListSteps,
    NameAddress,
    ReadAddress,
    ReadComplaint,
    ReadImage,
    StepKind,
    ToldStep,
    add_image,
    answer_complaint,
    answer_refund,
    change_address,
    complete_complaint,
    drop_address,
    list_complaints_made,
    list_steps,
    name_address,
    read_address,
    read_complaint,
    read_image,
)
from banyan.pay.notifications import Telling
from banyan.pay.payees import Scope

_base = "/v3/merchant-service"
_all = f"{_base}/complaints-v2"
_one = f"{_all}/{{complaint_id}}"
_address = f"{_base}/complaint-notifications"
_days_max = 30
_media_types = {"png": "image/png", "jpg": "image/jpeg", "bmp": "image/bmp"}

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=512)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Images = Annotated[list[Word], msgspec.Meta(max_length=4)]


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """Complaints of which days."""

    begin_date: Word
    end_date: Word
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = 10
    offset: Offset = 0
    complainted_mchid: Text = ""


class OneBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which complaint."""

    complaint_id: Word


class StepsBody(OneBody, frozen=True, kw_only=True):
    """What was said and done about which complaint."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=300)] = 100
    offset: Offset = 0


class DoneBody(OneBody, frozen=True, kw_only=True):
    """Which complaint is settled."""

    complainted_mchid: Word


class AppBody(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a mini program."""

    appid: Text = ""
    path: Text = ""
    text: Text = ""


class AnswerBody(DoneBody, frozen=True, kw_only=True):
    """An answer."""

    response_content: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    response_images: Images = []
    jump_url: Text = ""
    jump_url_text: Text = ""
    mini_program_jump_info: AppBody = AppBody()


class RefundBody(OneBody, frozen=True, kw_only=True):
    """Whether money goes back."""

    action: Word
    launch_refund_day: Annotated[int, msgspec.Meta(ge=0, le=30)] = 0
    reject_reason: Text = ""
    reject_media_list: Images = []
    remark: Text = ""


class AddressBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is told."""

    url: Text


class UploadBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of a picture."""

    filename: Text = ""
    sha256: Text


class ImageBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which picture."""

    media_id: Word


@endpoint("GET", _all)
async def list_all(call: Call, body: ListBody) -> dict[str, Any]:
    """Complaints that were made on these days, both included."""
    since, until = _day(body.begin_date, "begin_date"), _day(body.end_date, "end_date")
    if not timedelta() <= until - since <= timedelta(days=_days_max):
        raise bad("查询日期跨度不能超过30天", "end_date")
    payee, own = await call.act_for(body.complainted_mchid or call.payee.mchid, Scope.REFUND)
    reading = call.command(
        ListComplaintsMade,
        merchant_id=payee.merchant_id,
        since=since,
        until=until + timedelta(days=1),
        offset=body.offset,
        limit=body.limit,
    )
    found = await own.run(list_complaints_made, reading)
    return {
        "data": [show_complaint(call, payee.mchid, one) for one in found.items],
        "limit": body.limit,
        "offset": body.offset,
        "total_count": found.total,
    }


@endpoint("GET", _one)
async def read_one(call: Call, body: OneBody) -> dict[str, Any]:
    """A complaint."""
    reading = call.command(ReadComplaint, complaint_id=body.complaint_id)
    found = await call.run(read_complaint, reading)
    shown = show_complaint(call, call.payee.mchid, found)
    return {**shown, "payer_openid": found.complaint.openid}


@endpoint("GET", f"{_one}/negotiation-historys")
async def read_steps(call: Call, body: StepsBody) -> dict[str, Any]:
    """What was said and done, the latest first."""
    reading = call.command(
        ListSteps, complaint_id=body.complaint_id, offset=body.offset, limit=body.limit
    )
    found = await call.run(list_steps, reading)
    return {
        "data": [show_step(call, one) for one in found.items],
        "limit": body.limit,
        "offset": body.offset,
        "total_count": found.total,
    }


@endpoint("POST", f"{_one}/response")
async def answer(call: Call, body: AnswerBody) -> None:
    """Answer."""
    payee, own = await call.act_for(body.complainted_mchid, Scope.REFUND)
    app = body.mini_program_jump_info
    links = {
        "url": body.jump_url,
        "url_text": body.jump_url_text,
        "appid": app.appid,
        "app_path": app.path,
        "app_text": app.text,
    }
    command = call.command(
        AnswerComplaint,
        merchant_id=payee.merchant_id,
        complaint_id=body.complaint_id,
        told=body.response_content,
        images=body.response_images,
        links=links if any(links.values()) else None,
    )
    await own.run(answer_complaint, command)


@endpoint("POST", f"{_one}/complete")
async def complete(call: Call, body: DoneBody) -> None:
    """Say that it is settled."""
    payee, own = await call.act_for(body.complainted_mchid, Scope.REFUND)
    command = call.command(
        CompleteComplaint, merchant_id=payee.merchant_id, complaint_id=body.complaint_id
    )
    await own.run(complete_complaint, command)


@endpoint("POST", f"{_one}/update-refund-progress")
async def answer_wish(call: Call, body: RefundBody) -> None:
    """Say whether money goes back."""
    if body.action not in {"APPROVE", "REJECT"}:
        raise bad("action只支持APPROVE或REJECT", "action")
    is_agreed = body.action == "APPROVE"
    command = call.command(
        AnswerRefund,
        complaint_id=body.complaint_id,
        is_agreed=is_agreed,
        days=body.launch_refund_day if is_agreed else 0,
        told=body.remark if is_agreed else body.reject_reason,
        images=[] if is_agreed else body.reject_media_list,
    )
    await call.run(answer_refund, command)


@endpoint("POST", _address)
async def name_server(call: Call, body: AddressBody) -> dict[str, Any]:
    """Have a server told of complaints."""
    named = await call.run(name_address, call.command(NameAddress, url=body.url))
    return {"mchid": call.payee.mchid, "url": named.url}


@endpoint("GET", _address)
async def read_server(call: Call) -> dict[str, Any]:
    """Where it is told."""
    named = await call.run(read_address, call.command(ReadAddress))
    return {"mchid": call.payee.mchid, "url": named.url}


@endpoint("PUT", _address)
async def change_server(call: Call, body: AddressBody) -> dict[str, Any]:
    """Have another server told."""
    named = await call.run(change_address, call.command(ChangeAddress, url=body.url))
    return {"mchid": call.payee.mchid, "url": named.url}


@endpoint("DELETE", _address)
async def drop_server(call: Call) -> None:
    """Have no server told."""
    await call.run(drop_address, call.command(DropAddress))


@endpoint("POST", f"{_base}/images/upload")
async def upload(call: Call, body: UploadBody) -> dict[str, Any]:
    """Have a picture for an answer."""
    content = call.read_upload(body.sha256)
    command = AddImage(merchant_id=call.payee.merchant_id, content=content)
    return {"media_id": (await call.run(add_image, command)).image_id}


@endpoint("GET", f"{_base}/images/{{media_id}}")
async def download(call: Call, body: ImageBody) -> Bytes:
    """A picture."""
    found = await call.run(read_image, call.command(ReadImage, image_id=body.media_id))
    return Bytes(found.content, _media_types[found.kind])


@renders("complaints.step")
async def tell_step(directory: Directory, telling: Telling, told: ToldStep) -> Told:
    """Something was said or done about a complaint."""
    del directory, telling
    is_new = told.step.kind is StepKind.MADE
    return Told(
        event_type="COMPLAINT.CREATE" if is_new else "COMPLAINT.STATE_CHANGE",
        original_type="complaint",
        summary="产生新投诉" if is_new else "投诉单状态变化",
        resource={
            "complaint_id": str(int(told.complaint.complaint_id)),
            "action_type": ACTIONS[told.step.kind],
        },
    )


def _day(text: str, field: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), china)
    except ValueError:
        raise bad("日期格式应为YYYY-MM-DD", field) from None
