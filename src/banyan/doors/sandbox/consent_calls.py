"""The sandbox plays people who let accounts and sites know who they are, and open mini programs."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.doors.sandbox.calls import call, meet
from banyan.doors.sandbox.channel_calls import OfChannel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.reach.consents import (
    Authorize,
    EnterApp,
    ReadAsking,
    Scope,
    authorize,
    enter_app,
    read_asking,
)
from banyan.wire.wechat.redirect import render_redirect

_scopes = {
    "snsapi_base": Scope.BASE,
    "snsapi_userinfo": Scope.PROFILE,
    "snsapi_login": Scope.LOGIN,
}
_authorize_path = "/connect/oauth2/authorize"
_login_path = "/connect/qrconnect"


class AuthorizeUrl(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person opens the address by which an account or a site asks who they are."""

    person: PersonId
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
    allow: bool = True


class Redirected(msgspec.Struct, frozen=True):
    """Where the browser goes back to."""

    redirect: str


class AppCode(msgspec.Struct, frozen=True):
    """What a mini program brings to its server, for jscode2session."""

    code: str


@call
async def authorize_url(playground: Playground, command: AuthorizeUrl) -> Redirected:
    """Open an authorise address, and allow or refuse what it asks for."""
    actor = await meet(playground, command.person)
    parts = urlsplit(command.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    scope = _scopes.get(query.get("scope", ""))
    wanted = _login_path if scope is Scope.LOGIN else _authorize_path
    if scope is None or not parts.path.endswith(wanted):
        raise Refusal("consents.wrong_scope", scope=query.get("scope", "")[:40])
    given = {"appid": query.get("appid", ""), "redirect": query.get("redirect_uri", "")}
    try:
        asking = msgspec.convert({**given, "scope": scope}, ReadAsking)
    except msgspec.ValidationError:
        raise Invalid("consents.redirect_malformed") from None
    office = playground.office
    needs = (await office.run(read_asking, asking, actor)).needs_asking
    answering = Authorize(
        appid=asking.appid,
        redirect=asking.redirect,
        scope=scope,
        is_allowed=command.allow if needs else None,
    )
    answered = await office.run(authorize, answering, actor)
    return Redirected(render_redirect(asking.redirect, answered.code, query.get("state", "")))


@call
async def enter_miniapp(playground: Playground, command: OfChannel) -> AppCode:
    """Open a mini program."""
    actor = await meet(playground, command.person)
    entered = await playground.office.run(enter_app, EnterApp(appid=command.appid), actor)
    return AppCode(entered.code)
