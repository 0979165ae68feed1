"""Lists complaints, shows one, answers, says whether money goes back, and settles it."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import paid_words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.complaints import (
    IMAGE_BYTES_MAX,
    IMAGES_MAX,
    ComplaintId,
    ComplaintState,
    add_image,
    answer_complaint,
    answer_refund,
    complete_complaint,
    list_complaints,
    list_steps,
    read_image,
)

_home = "/console/complaints"
_media_types = {"png": "image/png", "jpg": "image/jpeg", "bmp": "image/bmp"}
_places = {
    "complaints.no_image": "image",
    "complaints.image_too_large": "image",
    "complaints.no_reason": "why",
}


@at_desk(Permission.ORDERS_READ)
async def show_all(desk: Desk) -> Answer:
    """Complaints, the latest first."""
    state = desk.ask.query.text("state")
    page = await desk.run(
        list_complaints,
        state=state if state in tuple(ComplaintState) else None,
        cursor=desk.ask.query.text("cursor") or None,
    )
    return await desk.page(
        "complaints/page.html",
        words=paid_words,
        complaints=page.items,
        pager=desk.pager(("state",), page.next_cursor),
    )


@at_desk(Permission.ORDERS_READ)
async def show_one(desk: Desk) -> Answer:
    """Everything about one."""
    return await _show(desk, {})


@at_desk(Permission.ORDERS_REFUND)
async def answer(desk: Desk) -> Answer:
    """Answer."""
    complaint_id = desk.ask.id("complaint_id", ComplaintId)
    try:
        files = [one for one in desk.ask.form.files.get("image", []) if one.content]
        images = [
            (await desk.run(add_image, content=one.content)).image_id for one in files[:IMAGES_MAX]
        ]
        await desk.run(
            answer_complaint,
            complaint_id=complaint_id,
            told=desk.ask.form.text("told"),
            images=images,
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422)
    return desk.ask.go(f"{_home}/{complaint_id:d}", mark("Your answer is sent."))


@at_desk(Permission.ORDERS_REFUND)
async def answer_wish(desk: Desk) -> Answer:
    """Say whether money goes back."""
    complaint_id = desk.ask.id("complaint_id", ComplaintId)
    form = desk.ask.form
    is_agreed = form.text("what") == "agree"
    try:
        await desk.run(
            answer_refund,
            complaint_id=complaint_id,
            is_agreed=is_agreed,
            days=form.text("days") or "0" if is_agreed else "0",
            told=form.text("why"),
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure, _places), status=422, is_wish=True)
    said = mark("Give it back by a refund of the payment; the complaint is settled then.")
    return desk.ask.go(
        f"{_home}/{complaint_id:d}", said if is_agreed else mark("The complaint is settled.")
    )


@at_desk(Permission.ORDERS_REFUND)
async def complete(desk: Desk) -> Answer:
    """Say that it is settled."""
    complaint_id = desk.ask.id("complaint_id", ComplaintId)
    return await desk.act(
        complete_complaint,
        f"{_home}/{complaint_id:d}",
        mark("The complaint is settled."),
        complaint_id=complaint_id,
    )


@at_desk(Permission.ORDERS_READ)
async def show_image(desk: Desk) -> Answer:
    """A picture that came with one."""
    found = await desk.run(read_image, image_id=desk.ask.values["token"])
    return desk.ask.file(found.content, _media_types[found.kind])


async def _show(
    desk: Desk, errors: Mapping[str, str], status: int = 200, *, is_wish: bool = False
) -> Answer:
    found = await desk.run(list_steps, complaint_id=desk.ask.id("complaint_id", ComplaintId))
    return await desk.page(
        "complaints/complaint.html",
        words=paid_words,
        status=status,
        complaint=found.complaint,
        steps=list(reversed(found.items)),
        image_bytes_max=IMAGE_BYTES_MAX,
        errors=errors,
        is_wish=is_wish,
    )


ROUTES = (
    PageRoute("GET", _home, show_all),
    PageRoute("GET", f"{_home}/{{complaint_id}}", show_one),
    PageRoute("POST", f"{_home}/{{complaint_id}}", answer),
    PageRoute("POST", f"{_home}/{{complaint_id}}/refund", answer_wish),
    PageRoute("POST", f"{_home}/{{complaint_id}}/complete", complete),
    PageRoute("GET", f"{_home}/pictures/{{token}}", show_image),
)
