"""My complaints."""

from __future__ import annotations

from typing import Any

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.doors.pages.shell.parse import parse_money
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import ChargeId
from banyan.pay.complaints import (
    IMAGE_BYTES_MAX,
    IMAGES_MAX,
    AddMyImage,
    Complain,
    ComplaintId,
    ComplaintState,
    Grievance,
    ListMyComplaints,
    ReadMyComplaint,
    ReadMyImage,
    ReadSubject,
    SayMore,
    WithdrawComplaint,
    add_my_image,
    complain,
    list_my_complaints,
    read_my_complaint,
    read_my_image,
    read_subject,
    say_more,
    withdraw_complaint,
)

_HOME = "/complaints"
_states = {
    ComplaintState.PENDING: (mark("The shop has not answered"), "warning"),
    ComplaintState.PROCESSING: (mark("Being handled"), "info"),
    ComplaintState.PROCESSED: (mark("Settled"), "success"),
}
_grievances = {
    Grievance.REFUND: mark("I want money back"),
    Grievance.UNDELIVERED: mark("I did not get what I paid for"),
    Grievance.OTHER: mark("Something else"),
}
_places = {
    "complaints.nothing_asked": "asked_fen",
    "complaints.asked_too_much": "asked_fen",
    "complaints.no_image": "image",
    "complaints.image_too_large": "image",
}
_media_types = {"png": "image/png", "jpg": "image/jpeg", "bmp": "image/bmp"}


async def show_all(ask: Ask) -> Answer:
    """What I complained of."""
    page = await ask.run(list_my_complaints, ListMyComplaints(cursor=cursor_of(ask)))
    return show(
        ask,
        "complaints/page.html",
        await frame_of(ask, has_unread=False),
        complaints=page.items,
        next_cursor=page.next_cursor,
        shops=await names_of(ask, (one.merchant_id for one in page.items)),
        states=_states,
        grievances=_grievances,
    )


async def show_new(ask: Ask) -> Answer:
    """What I may complain of."""
    return await _show_new(ask, {})


async def make(ask: Ask) -> Answer:
    """Complain."""
    form = ask.form
    merchant_id = ask.id("merchant_id", MerchantId)
    charge_id = ask.id("charge_id", ChargeId)
    is_refund = form.text("problem") == Grievance.REFUND
    try:
        command = fill(
            Complain,
            merchant_id=merchant_id,
            charge_id=charge_id,
            problem=form.text("problem"),
            told=form.text("told"),
            asked_fen=_money(form.text("asked_fen")) if is_refund else 0,
            phone=form.text("phone"),
            images=await _keep_images(ask, merchant_id),
        )
        made = await ask.run(complain, command, key=form.key)
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith("not_found"):
            raise
        return await _show_new(ask, ask.mistakes(failure, _places))
    said = mark("The shop knows of it, and has a day to answer.")
    return ask.go(f"{_HOME}/{merchant_id:d}/{made.complaint_id:d}", said)


async def show_one(ask: Ask) -> Answer:
    """What was said about one."""
    return await _show_one(ask, {})


async def say(ask: Ask) -> Answer:
    """Say more."""
    named = _named(ask)
    try:
        images = await _keep_images(ask, named["merchant_id"])
        command = fill(SayMore, **named, told=ask.form.text("told"), images=images)
        await ask.run(say_more, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith("not_found"):
            raise
        return await _show_one(ask, ask.mistakes(failure, _places))
    return ask.go(_path(named))


async def withdraw(ask: Ask) -> Answer:
    """Complain no more."""
    named = _named(ask)
    try:
        await ask.run(withdraw_complaint, WithdrawComplaint(**named))
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith("not_found"):
            raise
        return ask.go(_path(named), ask.explain(failure), kind="warning")
    return ask.go(_path(named), mark("You complain no more."))


async def show_image(ask: Ask) -> Answer:
    """A picture that came with it."""
    query = fill(ReadMyImage, merchant_id=ask.values["merchant_id"], image_id=ask.values["token"])
    found = await ask.run(read_my_image, query)
    return ask.file(found.content, _media_types[found.kind])


async def _show_new(ask: Ask, errors: dict[str, str]) -> Answer:
    merchant_id = ask.id("merchant_id", MerchantId)
    query = ReadSubject(merchant_id=merchant_id, charge_id=ask.id("charge_id", ChargeId))
    subject = await ask.run(read_subject, query)
    known = subject.complaint
    if known is not None and known.state is not ComplaintState.PROCESSED and not errors:
        return ask.go(f"{_HOME}/{merchant_id:d}/{known.complaint_id:d}")
    return show(
        ask,
        "complaints/new.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        charge=subject.charge,
        left_fen=subject.charge.total_fen - subject.charge.refunded_fen,
        shop=await shop_of(ask, merchant_id),
        grievances=[(one.value, ask.words(text)) for one, text in _grievances.items()],
        image_bytes_max=IMAGE_BYTES_MAX,
        errors=errors,
    )


async def _show_one(ask: Ask, errors: dict[str, str]) -> Answer:
    named = _named(ask)
    seen = await ask.run(read_my_complaint, ReadMyComplaint(**named))
    return show(
        ask,
        "complaints/complaint.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        complaint=seen.complaint,
        steps=list(reversed(seen.items)),
        shop=await shop_of(ask, named["merchant_id"]),
        state=_states[seen.complaint.state],
        grievance=_grievances[seen.complaint.problem],
        path=_path(named),
        image_bytes_max=IMAGE_BYTES_MAX,
        errors=errors,
    )


async def _keep_images(ask: Ask, merchant_id: MerchantId) -> list[str]:
    files = [one for one in ask.form.files.get("image", []) if one.content][:IMAGES_MAX]
    kept = []
    for one in files:
        command = fill(AddMyImage, merchant_id=merchant_id, content=one.content)
        kept.append((await ask.run(add_my_image, command)).image_id)
    return kept


def _money(text: str) -> int:
    """The fen that were typed. Raises Wrong."""
    try:
        return parse_money(text) if text else 0
    except ValueError:
        raise Wrong({"asked_fen": Mistake(mark("Enter an amount such as 50 or 12.80"))}) from None


def _named(ask: Ask) -> dict[str, Any]:
    return {
        "merchant_id": ask.id("merchant_id", MerchantId),
        "complaint_id": ask.id("complaint_id", ComplaintId),
    }


def _path(named: dict[str, Any]) -> str:
    return f"{_HOME}/{named['merchant_id']:d}/{named['complaint_id']:d}"


ROUTES = (
    PageRoute("GET", _HOME, show_all),
    PageRoute("GET", f"{_HOME}/new/{{merchant_id}}/{{charge_id}}", show_new),
    PageRoute("POST", f"{_HOME}/new/{{merchant_id}}/{{charge_id}}", make),
    PageRoute("GET", f"{_HOME}/{{merchant_id}}/{{complaint_id}}", show_one),
    PageRoute("POST", f"{_HOME}/{{merchant_id}}/{{complaint_id}}", say),
    PageRoute("POST", f"{_HOME}/{{merchant_id}}/{{complaint_id}}/withdraw", withdraw),
    PageRoute("GET", f"{_HOME}/pictures/{{merchant_id}}/{{token}}", show_image),
)
