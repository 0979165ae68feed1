"""What a provider asks me to sign: that I answer for a merchant."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.pay.enrolments import (
    EnrolmentKind,
    EnrolmentState,
    ReadOfferedEnrolment,
    SignEnrolment,
    read_offered_enrolment,
    sign_enrolment,
)

_HOME = "/enrolments/{token}"


async def show_offer(ask: Ask) -> Answer:
    """What I am to sign."""
    return await _show(ask)


async def sign(ask: Ask) -> Answer:
    """I answer for it."""
    command = fill(SignEnrolment, token=ask.values["token"])
    try:
        await ask.run(sign_enrolment, command, key=ask.form.key)
    except Failure as failure:
        if failure.code != "enrolments.not_ready":
            raise
        return await _show(ask, status=409)
    return ask.go(_HOME.format(token=command.token), mark("Signed."))


async def _show(ask: Ask, status: int = 200) -> Answer:
    found = await ask.run(
        read_offered_enrolment, fill(ReadOfferedEnrolment, token=ask.values["token"])
    )
    return show(
        ask,
        "enrolments/page.html",
        await frame_of(ask),
        status=status,
        enrolment=found,
        is_shop=found.kind is not EnrolmentKind.SUBJECT,
        is_signing=found.state is EnrolmentState.SIGNING,
        is_finished=found.state is EnrolmentState.FINISHED,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_offer),
    PageRoute("POST", f"{_HOME}/sign", sign),
)
