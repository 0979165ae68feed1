"""Where the owner of an account lets a platform act for it: which account, and in what."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Form, fill
from banyan.doors.pages.functions import FUNCTIONS
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.reach.platforms import (
    AccountOffer,
    AuthorizePlatform,
    PlatformAsking,
    ReadPlatformAsking,
    authorize_platform,
    read_platform_asking,
)
from banyan.wire.wechat.redirect import add_to_link

PLATFORM_LOGIN = "/cgi-bin/componentloginpage"
_on_phones = "/safe/bindcomponent"


async def show_platform(ask: Ask) -> Answer:
    """What a platform asks for; with several accounts, first for which of them."""
    _check_signed_in(ask)
    try:
        return await _show(ask, ask.query, {})
    except Failure as failure:
        return await _refuse(ask, failure)


async def answer_platform(ask: Ask) -> Answer:
    """The owner said yes. A form may not lead elsewhere, so a page of ours leads back."""
    _check_signed_in(ask)
    form = ask.form
    try:
        command = fill(
            AuthorizePlatform,
            appid=form.text("component_appid"),
            code=form.text("pre_auth_code"),
            redirect=form.text("redirect_uri"),
            channel_id=form.text("channel_id"),
            functions=form.texts("functions"),
        )
        code = await ask.run(authorize_platform, command)
    except Failure as failure:
        if failure.code.startswith(("platforms.function", "request.")):
            return await _show(ask, form, ask.mistakes(failure))
        return await _refuse(ask, failure)
    told = {"auth_code": code.code, "expires_in": str(code.expires_in)}
    url = add_to_link(command.redirect, told)
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "consent/back.html", frame, url=url, host=urlsplit(url).netloc)


async def _show(ask: Ask, given: Form, errors: dict[str, str]) -> Answer:
    wanted = given.text("biz_appid")
    query = fill(
        ReadPlatformAsking,
        appid=given.text("component_appid"),
        code=given.text("pre_auth_code"),
        redirect=given.text("redirect_uri"),
        account_appid=wanted,
    )
    asking = await ask.run(read_platform_asking, query)
    account = _choose(asking)
    asked = {
        "component_appid": query.appid,
        "pre_auth_code": query.code,
        "redirect_uri": query.redirect,
    }
    return show(
        ask,
        "platform/page.html",
        await frame_of(ask, has_unread=False),
        status=422 if errors else 200,
        asking=asking,
        account=account,
        asked=asked,
        links={
            one.appid: f"{_on_phones}?{urlencode(asked | {'biz_appid': one.appid})}"
            for one in asking.accounts
        },
        names=FUNCTIONS,
        errors=errors,
        wanted=wanted,
    )


def _choose(asking: PlatformAsking) -> AccountOffer | None:
    return asking.accounts[0] if len(asking.accounts) == 1 else None


def _check_signed_in(ask: Ask) -> None:
    if not ask.is_signed_in:
        raise Refusal("sessions.required")


async def _refuse(ask: Ask, failure: Failure) -> Answer:
    if failure.code == "sessions.required":
        raise failure
    ask.visit.code = failure.code
    return show(
        ask,
        "platform/refused.html",
        await frame_of(ask, has_unread=False),
        status=404 if isinstance(failure, NotFound) else 400,
        why="; ".join(ask.mistakes(failure).values()),
    )


ROUTES = (
    PageRoute("GET", PLATFORM_LOGIN, show_platform),
    PageRoute("GET", _on_phones, show_platform),
    PageRoute("POST", _on_phones, answer_platform),
)
