"""OAuth 2 as browsers see it: asking people, sending them back, signing in at sites by phone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Form, fill
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, show, show_block
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.people import ReadProfile, read_profile
from banyan.reach.channels import ChannelId
from banyan.reach.consents import Answer as LoginAnswer
from banyan.reach.consents import (
    AnswerLogin,
    Asking,
    Authorize,
    CollectLogin,
    ListMyConsents,
    LoginState,
    ReadAsking,
    RevokeConsent,
    Scope,
    SeeLogin,
    StartLogin,
    answer_login,
    authorize,
    collect_login,
    list_my_consents,
    read_asking,
    revoke_consent,
    see_login,
    start_login,
)
from banyan.wire.qr import render_svg
from banyan.wire.wechat.redirect import render_redirect

SCOPES = {
    "snsapi_base": Scope.BASE,
    "snsapi_userinfo": Scope.PROFILE,
    # WeChat's mini programs ask by a button: ours show pages of the web, which send people here.
    "phone_number": Scope.PHONE,
}
_login = "snsapi_login"
_state_bytes_max = 128
_numbers = {
    "consents.wrong_domain": 10003,
    "consents.wrong_scope": 10005,
    "consents.redirect_malformed": 10003,
    "platforms.wrong_domain": 10003,
    "platforms.redirect_malformed": 10003,
    "platforms.not_authorized": 10009,
    "platforms.not_granted": 10005,
    "channels.not_found": 10016,
    "templates.not_found": 40037,
}
"""By what people who know WeChat recognise what is wrong."""
_browser_key = "login_key"
_poll_s = 300


@dataclass(frozen=True)
class Given:
    """What a site sent the browser with; an unknown scope is none."""

    appid: str
    redirect: str
    scope: Scope | None
    scope_name: str
    state: str
    platform_appid: str = ""
    """Of the platform that asks on the account's behalf."""

    def back(self, code: str) -> str:
        """Where the browser goes back to; without a code when the person said no."""
        return render_redirect(self.redirect, code, self.state)


def read_given(form: Form) -> Given:
    """The parameters of an address for signing in. Raises Refusal `consents.wrong_scope`."""
    name = form.text("scope")
    state = form.text("state")
    if len(state.encode()) > _state_bytes_max:
        raise Refusal("consents.wrong_state", bytes_max=_state_bytes_max)
    scope = Scope.LOGIN if name == _login else SCOPES.get(name)
    return Given(
        form.text("appid"),
        form.text("redirect_uri"),
        scope,
        name,
        state,
        form.text("component_appid"),
    )


async def show_asking(ask: Ask) -> Answer:
    """Send the browser back at once where nobody needs to be asked; else ask."""
    check_signed_in(ask)
    try:
        given = read_given(ask.query)
        asking = await _read_asking(ask, given)
        if not asking.needs_asking:
            return _send_back(ask, given.back(await _authorize(ask, given, is_allowed=None)))
    except Failure as failure:
        return await refuse(ask, failure)
    profile = await ask.run(read_profile, ReadProfile())
    return show(
        ask,
        "consent/page.html",
        await frame_of(ask, has_unread=False),
        given=given,
        asking=asking,
        profile=profile,
        shop=(await names_of(ask, [asking.merchant_id])).get(int(asking.merchant_id)),
    )


async def answer_asking(ask: Ask) -> Answer:
    """What the person said. A form may not lead elsewhere, so a page of ours leads back."""
    check_signed_in(ask)
    try:
        given = read_given(ask.form)
        is_allowed = ask.form.text("answer") == "allow"
        code = await _authorize(ask, given, is_allowed=is_allowed)
    except Failure as failure:
        return await refuse(ask, failure)
    return await lead_back(ask, given.back(code))


async def show_code(ask: Ask) -> Answer:
    """The code that a site shows for a phone to scan."""
    try:
        given = read_given(ask.query)
        if given.scope is not Scope.LOGIN:
            raise Refusal("consents.wrong_scope", scope=given.scope_name[:40])
        command = fill(StartLogin, appid=given.appid, redirect=given.redirect, state=given.state)
        started = await ask.run(start_login, command)
    except Failure as failure:
        return await refuse(ask, failure)
    url = f"{ask.house.facts.public_url}/connect/confirm/{quote(started.ticket)}"
    picture = "data:image/svg+xml," + quote(render_svg(url))
    ask.set_cookie(_browser_key, started.browser_key, _poll_s)
    return show(
        ask,
        "consent/code.html",
        await frame_of(ask, has_unread=False),
        started=started,
        ticket=started.ticket,
        picture=picture,
        login=LoginState(answer=LoginAnswer.WAITING),
    )


async def poll_code(ask: Ask) -> Answer:
    """How far it is; once the phone has answered, the browser goes back to the site."""
    ticket = ask.query.text("ticket")
    command = fill(CollectLogin, ticket=ticket, browser_key=ask.cookie(_browser_key) or "-")
    frame = await frame_of(ask, has_unread=False)
    try:
        login = await ask.run(collect_login, command)
    except Failure as failure:
        return show_block(
            ask, "consent/code.html", "state", frame, error=ask.explain(failure), login=None
        )
    if login.redirect:
        return _send_back(ask, render_redirect(login.redirect, login.code, login.state))
    return show_block(ask, "consent/code.html", "state", frame, login=login, ticket=ticket)


async def show_login(ask: Ask) -> Answer:
    """The phone has scanned the code: which site asks, and as whom one would sign in."""
    try:
        command = fill(SeeLogin, ticket=ask.values["ticket"])
        login = await ask.run(see_login, command)
    except Failure as failure:
        return await refuse(ask, failure)
    profile = await ask.run(read_profile, ReadProfile())
    return show(
        ask,
        "consent/login.html",
        await frame_of(ask, has_unread=False),
        login=login,
        ticket=command.ticket,
        profile=profile,
    )


async def confirm_login(ask: Ask) -> Answer:
    """Yes, it is I; or no."""
    is_allowed = ask.form.text("answer") == "allow"
    try:
        command = fill(AnswerLogin, ticket=ask.values["ticket"], is_allowed=is_allowed)
        await ask.run(answer_login, command)
    except Failure as failure:
        return await refuse(ask, failure)
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "consent/answered.html", frame, is_allowed=is_allowed)


async def show_consents(ask: Ask) -> Answer:
    """What I let accounts and sites know."""
    page = await ask.run(list_my_consents, ListMyConsents(cursor=cursor_of(ask)))
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "consent/list.html", frame, consents=page.items, next_cursor=page.next_cursor)


async def revoke(ask: Ask) -> Answer:
    """Take it back."""
    command = RevokeConsent(channel_id=ask.id("channel_id", ChannelId))
    await ask.run(revoke_consent, command)
    return ask.go("/me/consents", mark("It may know no more than before."))


def check_signed_in(ask: Ask) -> None:
    """Ask who is there. Raises Refusal `sessions.required`."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")


async def _read_asking(ask: Ask, given: Given) -> Asking:
    if given.scope is None or given.scope is Scope.LOGIN:
        raise Refusal("consents.wrong_scope", scope=given.scope_name[:40])
    query = fill(
        ReadAsking,
        appid=given.appid,
        redirect=given.redirect,
        scope=given.scope,
        platform_appid=given.platform_appid,
    )
    return await ask.run(read_asking, query)


async def _authorize(ask: Ask, given: Given, *, is_allowed: bool | None) -> str:
    command = fill(
        Authorize,
        appid=given.appid,
        redirect=given.redirect,
        scope=given.scope,
        is_allowed=is_allowed,
        platform_appid=given.platform_appid,
    )
    return (await ask.run(authorize, command)).code


def _send_back(ask: Ask, url: str) -> Answer:
    if ask.is_htmx:
        return ask.go(url)
    sent = ask.go(url)
    return Answer(302, b"", sent.media_type, sent.headers)


async def lead_back(ask: Ask, url: str) -> Answer:
    """Show a page that leads the browser back to who asked; a form itself may not."""
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "consent/back.html", frame, url=url, host=urlsplit(url).netloc)


async def refuse(
    ask: Ask, failure: Failure, title: str = mark("You cannot sign in there")
) -> Answer:
    """Show what is wrong with the address by which somebody asked, and lead nowhere."""
    if failure.code == "sessions.required":
        raise failure
    ask.visit.code = failure.code
    return show(
        ask,
        "consent/refused.html",
        await frame_of(ask, has_unread=False),
        title=title,
        status=404 if isinstance(failure, NotFound) else 400,
        why="; ".join(ask.mistakes(failure).values()),
        number=_numbers.get(failure.code, 0),
    )


ROUTES = (
    PageRoute("GET", "/connect/oauth2/authorize", show_asking),
    PageRoute("POST", "/connect/oauth2/authorize", answer_asking),
    PageRoute("GET", "/connect/qrconnect", show_code),
    PageRoute("GET", "/connect/qrconnect/state", poll_code),
    PageRoute("GET", "/connect/confirm/{ticket}", show_login),
    PageRoute("POST", "/connect/confirm/{ticket}", confirm_login),
    PageRoute("GET", "/me/consents", show_consents),
    PageRoute("POST", "/me/consents/{channel_id}/revoke", revoke),
)
