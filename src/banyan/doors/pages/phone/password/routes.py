"""My pay password."""

from __future__ import annotations

import re
from typing import Any

from banyan.base.errors import Failure
from banyan.base.text import mask_phone
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.forms import Mistake, Wrong, fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.people import Language, ReadProfile, read_profile
from banyan.parties.sessions import RequestCode, request_code
from banyan.pay.passwords import ReadPassword, change_password, read_password, reset_password

_HOME = "/me/pay-password"
_address_characters_max = 64
_six_digits = re.compile("[0-9]{6}")
_places = {
    "passwords.wrong": "old_password",
    "passwords.locked": "old_password",
    "passwords.too_easy": "password",
    "sessions.wrong_code": "code",
    "sessions.code_expired": "code",
}


async def show_password(ask: Ask) -> Answer:
    """How it stands; a first one is set at once."""
    return await _show(ask, {}, is_sent=False)


async def send_code(ask: Ask) -> Answer:
    """Send a code to my phone, to set the password by."""
    profile = await ask.run(read_profile, ReadProfile())
    try:
        if not profile.phone:
            raise Wrong({"": Mistake(mark("Your account has no phone to send a code to."))})
        asked = fill(
            RequestCode,
            phone=profile.phone,
            language=Language(ask.language.value),
            address=ask.visit.address[:_address_characters_max],
        )
        await ask.run(request_code, asked)
    except Failure as failure:
        # Who asks again too soon may have a code that is still good.
        is_sent = failure.code == "sessions.asked_too_often"
        return await _show(ask, {"": " ".join(ask.mistakes(failure).values())}, is_sent=is_sent)
    return await _show(ask, {}, is_sent=True)


async def reset(ask: Ask) -> Answer:
    """Set it by the code."""
    return await _save(ask, reset_password, code=ask.form.text("code").replace(" ", ""))


async def change(ask: Ask) -> Answer:
    """Set another by the one before."""
    return await _save(ask, change_password, old_password=ask.form.text("old_password"))


async def _save(ask: Ask, operation: Operation[Any, Any], **values: str) -> Answer:
    password = ask.form.text("password")
    try:
        if not _six_digits.fullmatch(password):
            raise Wrong({"password": Mistake(mark("A pay password is six digits."))})
        if password != ask.form.text("repeated"):
            raise Wrong({"repeated": Mistake(mark("The two are not the same."))})
        await ask.run(operation, fill(operation.command_type, password=password, **values))
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return await _show(ask, ask.mistakes(failure, _places), is_sent="code" in values)
    return ask.go(own_path(ask.form.text("next"), "/me"), mark("Your pay password is set."))


async def _show(ask: Ask, errors: dict[str, str], *, is_sent: bool) -> Answer:
    profile = await ask.run(read_profile, ReadProfile())
    state = await ask.run(read_password, ReadPassword())
    facts = ask.house.facts
    code = facts.find_code(profile.phone) if is_sent and facts.find_code and profile.phone else None
    return show(
        ask,
        "password/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        state=state,
        masked_phone=mask_phone(profile.phone) if profile.phone else "",
        full_phone=profile.phone or "",
        is_sent=is_sent,
        is_forgotten=is_sent or not state.is_set or bool(state.locked_until),
        shown_code=code,
        has_shown_codes=facts.find_code is not None,
        next=own_path(ask.form.text("next") or ask.query.text("next"), "/me"),
        errors=errors,
    )


ROUTES = (
    PageRoute("GET", _HOME, show_password),
    PageRoute("POST", f"{_HOME}/code", send_code),
    PageRoute("POST", f"{_HOME}/reset", reset),
    PageRoute("POST", f"{_HOME}/change", change),
)
