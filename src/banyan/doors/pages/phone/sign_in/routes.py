"""Two steps, phone and code; the same forms stand on the page of a place that was scanned."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.base.errors import Failure
from banyan.base.text import normal_phone
from banyan.commerce.places import JoinTouches, join_touches
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.arriving import arrive_at, parse_shop
from banyan.doors.pages.phone.frame import HOME, find_visitor, frame_of, show, show_block
from banyan.doors.pages.router import PageRoute
from banyan.parties.people import Language
from banyan.parties.sessions import NewSession, RequestCode, SignIn, request_code, sign_in

PAGE = "sign_in/page.html"
_SIGN_IN = "/sign-in"
_address_characters_max = 64
_agent_characters_max = 200


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody is with signing in, as the forms show and send it."""

    next: str = HOME
    shop: str = ""
    """Merchant and store, `1/2`, when they sign in to join there."""
    phone: str = ""
    is_sent: bool = False
    """A code is on its way: ask for it."""
    errors: dict[str, str] = {}


async def show_sign_in(ask: Ask) -> Answer:
    """Ask for the phone."""
    step = Step(next=own_path(ask.query.text("next"), HOME))
    if ask.is_signed_in:
        return ask.go(step.next)
    return await _show(ask, step)


async def send_code(ask: Ask) -> Answer:
    """Send a code, and ask for it."""
    step = _step(ask)
    try:
        command = fill(
            RequestCode,
            phone=step.phone,
            language=Language(ask.language.value),
            address=ask.visit.address[:_address_characters_max],
        )
        await ask.run(request_code, command)
    except Failure as failure:
        errors = ask.mistakes(failure, _PLACES)
        # Who asks again too soon may have a code that is still good: let them type it.
        is_sent = failure.code == "sessions.asked_too_often"
        changed = msgspec.structs.replace(step, errors=errors, is_sent=is_sent)
        return await _show(ask, changed, status=422)
    return await _show(
        ask,
        msgspec.structs.replace(step, is_sent=True),
    )


async def enter(ask: Ask) -> Answer:
    """Sign in with the code; whoever came to join a shop joins it as well."""
    step = _step(ask)
    try:
        session = await _sign_in(ask, step)
    except Failure as failure:
        errors = ask.mistakes(failure, _PLACES)
        # A phone that cannot be right is mended in the step before.
        is_sent = "phone" not in errors
        changed = msgspec.structs.replace(step, errors=errors, is_sent=is_sent)
        return await _show(ask, changed, status=422)
    life_s = int((session.expires_at - ask.house.now()).total_seconds())
    await ask.become(session.token, max(life_s, 1))
    shop = parse_shop(step.shop)
    if shop is not None:
        return await arrive_at(ask, *shop)
    visitor = find_visitor(ask)
    if visitor is not None:
        await ask.run(join_touches, JoinTouches(visitor=visitor))
    return ask.go(step.next)


async def show_code(ask: Ask) -> Answer:
    """The code itself, in a demo without an SMS provider; nothing anywhere else."""
    find_code = ask.house.facts.find_code
    code = None
    if find_code is not None:
        try:
            code = find_code(normal_phone(ask.query.text("phone")))
        except Failure:
            code = None
    frame = await frame_of(ask, has_unread=False)
    return show_block(
        ask, PAGE, "shown_code", frame, code=code, phone=ask.query.text("phone"), is_polled=True
    )


_PLACES = {
    "people.phone_malformed": "phone",
    "sessions.asked_too_often": "phone",
    "sessions.wrong_code": "code",
    "sessions.code_expired": "code",
}


def _step(ask: Ask) -> Step:
    form = ask.form
    return Step(
        next=own_path(form.text("next"), HOME),
        shop=form.text("shop")[:60],
        phone=form.text("phone")[:30],
    )


async def _sign_in(ask: Ask, step: Step) -> NewSession:
    command = fill(
        SignIn,
        phone=step.phone,
        code=ask.form.text("code").replace(" ", ""),
        language=Language(ask.language.value),
        user_agent=ask.visit.header(b"user-agent")[:_agent_characters_max],
    )
    return await ask.run(sign_in, command)


async def _show(ask: Ask, step: Step, *, status: int = 200) -> Answer:
    frame = await frame_of(ask, has_unread=False)
    facts = ask.house.facts
    values: dict[str, Any] = {
        "step": step,
        "has_shown_codes": facts.find_code is not None,
        "is_production": facts.is_production,
    }
    if ask.is_htmx:
        return show_block(ask, PAGE, "steps", frame, **values)
    return show(ask, PAGE, frame, status=status, **values)


ROUTES = (
    PageRoute("GET", _SIGN_IN, show_sign_in),
    PageRoute("POST", _SIGN_IN, enter),
    PageRoute("POST", f"{_SIGN_IN}/code", send_code),
    PageRoute("GET", f"{_SIGN_IN}/shown-code", show_code),
)
