"""My cars, and parking."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import Failure
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.phone.proving import Asking, find_asking, prove
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId
from banyan.pay.parkings import (
    BindPlate,
    DeductionId,
    DeductionState,
    PayMyParking,
    PlateColor,
    ReadMyParking,
    bind_plate,
    drop_plate,
    pause_plate,
    pay_my_parking,
    read_my_parking,
    subject_of,
)

_HOME = "/parking"
_colors = {
    PlateColor.BLUE: mark("Blue"),
    PlateColor.GREEN: mark("Green"),
    PlateColor.YELLOW: mark("Yellow"),
    PlateColor.BLACK: mark("Black"),
    PlateColor.WHITE: mark("White"),
    PlateColor.LIMEGREEN: mark("Yellow-green"),
}
_states = {
    DeductionState.ACCEPTED: (mark("On its way"), "info"),
    DeductionState.PAID: (mark("Paid"), "success"),
    DeductionState.FAILED: (mark("To pay"), "danger"),
    DeductionState.CLOSED: (mark("Cancelled"), "neutral"),
}
_places = {
    "parkings.plate_taken": "plate_no",
    "parkings.too_many_plates": "plate_no",
}


async def show_parking(ask: Ask) -> Answer:
    """My cars, and what was taken."""
    return await _show(ask, {})


async def bind(ask: Ask) -> Answer:
    """Let a car pay in passing."""
    plate_no = "".join(ask.form.text("plate_no").upper().replace("·", "").split())
    try:
        color = ask.form.text("color") or PlateColor.BLUE.value
        await ask.run(bind_plate, fill(BindPlate, plate_no=plate_no, color=color))
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show(ask, ask.mistakes(failure, _places))
    return ask.go(_HOME, mark("Your car pays for parking in passing."))


async def pause(ask: Ask) -> Answer:
    """Let a car not pay in passing for now, or again."""
    return await _act(ask, pause_plate, mark("Saved."), is_paused=ask.form.flag("is_paused"))


async def drop(ask: Ask) -> Answer:
    """It is no more my car."""
    return await _act(ask, drop_plate, mark("Deleted."))


async def pay(ask: Ask) -> Answer:
    """Pay now what I owe."""
    deduction_id = ask.id("deduction_id", DeductionId)
    command = PayMyParking(merchant_id=ask.id("merchant_id", MerchantId), deduction_id=deduction_id)
    try:
        proved = msgspec.structs.replace(command, proof=await prove(ask, subject_of(deduction_id)))
        await ask.run(pay_my_parking, proved)
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith("not_found"):
            raise
        asking = await find_asking(ask, failure)
        if asking is not None:
            return await _show(ask, {}, asking, deduction_id)
        return ask.go(_HOME, ask.explain(failure), kind="danger")
    return ask.go(_HOME, mark("Paid. Thank you."))


async def _act(ask: Ask, operation: Operation[Any, Any], said: str, **more: object) -> Answer:
    named = {"plate_no": ask.form.text("plate_no"), "color": ask.form.text("color")}
    try:
        await ask.run(operation, fill(operation.command_type, **named, **more))
    except Failure as failure:
        if failure.code == "sessions.required" or failure.code.endswith("such_plate"):
            raise
        return await _show(ask, ask.mistakes(failure, _places))
    return ask.go(_HOME, said)


async def _show(
    ask: Ask, errors: dict[str, str], asking: Asking | None = None, asked_id: int = 0
) -> Answer:
    mine = await ask.run(read_my_parking, ReadMyParking())
    return show(
        ask,
        "parking/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors or asking else 200,
        plates=mine.plates,
        deductions=mine.deductions,
        shops=await names_of(ask, (one.merchant_id for one in mine.deductions)),
        colors=[(one.value, ask.words(text)) for one, text in _colors.items()],
        states=_states,
        errors=errors,
        asking=asking,
        asked_id=asked_id,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_parking),
    PageRoute("POST", f"{_HOME}/cars", bind),
    PageRoute("POST", f"{_HOME}/cars/pause", pause),
    PageRoute("POST", f"{_HOME}/cars/delete", drop),
    PageRoute("POST", f"{_HOME}/{{merchant_id}}/{{deduction_id}}/pay", pay),
)
