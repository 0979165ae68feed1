"""The sandbox plays people who let accounts and sites know who they are, and open mini programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.doors.sandbox.alipay_calls import (
    MERCHANT_PATH,
    PERSON_PATH,
    authorize_at_alipay,
)
from banyan.doors.sandbox.calls import call, meet, read_owner
from banyan.doors.sandbox.channel_calls import OfChannel, find_channel
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.reach.consents import (
    Authorize,
    EnterApp,
    ReadAsking,
    Scope,
    SharePhone,
    authorize,
    enter_app,
    read_asking,
    share_phone,
)
from banyan.reach.platforms import (
    AuthorizePlatform,
    ReadPlatformAsking,
    authorize_platform,
    read_platform_asking,
)
from banyan.wire.wechat.redirect import add_to_link, render_redirect

_scopes = {
    "snsapi_base": Scope.BASE,
    "snsapi_userinfo": Scope.PROFILE,
    "snsapi_login": Scope.LOGIN,
}
_authorize_path = "/connect/oauth2/authorize"
_login_path = "/connect/qrconnect"
_platform_paths = ("/cgi-bin/componentloginpage", "/safe/bindcomponent")


class AuthorizeUrl(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person opens the address by which an account or a site asks who they are."""

    person: PersonId
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000)]
    allow: bool = True


class Redirected(msgspec.Struct, frozen=True):
    """Where the browser goes back to."""

    redirect: str


class AppCode(msgspec.Struct, frozen=True):
    """What a mini program brings to its server: for jscode2session, or getuserphonenumber."""

    code: str


@call
async def authorize_url(playground: Playground, command: AuthorizeUrl) -> Redirected:
    """Open an authorise address, and allow or refuse what it asks for.

    The address of a platform lets it act, in everything that it can, for the account of the person
    that `biz_appid` names, or for the first that they have.
    """
    actor = await meet(playground, command.person)
    parts = urlsplit(command.url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.path.endswith((PERSON_PATH, MERCHANT_PATH)):
        redirect = await authorize_at_alipay(
            playground, command.person, command.url, is_allowed=command.allow
        )
        return Redirected(redirect)
    if parts.path.endswith(_platform_paths):
        return Redirected(await _authorize_platform(playground, command, query))
    scope = _scopes.get(query.get("scope", ""))
    wanted = _login_path if scope is Scope.LOGIN else _authorize_path
    if scope is None or not parts.path.endswith(wanted):
        raise Refusal("consents.wrong_scope", scope=query.get("scope", "")[:40])
    given = {
        "appid": query.get("appid", ""),
        "redirect": query.get("redirect_uri", ""),
        "platform_appid": query.get("component_appid", ""),
    }
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
        platform_appid=asking.platform_appid,
    )
    answered = await office.run(authorize, answering, actor)
    return Redirected(render_redirect(asking.redirect, answered.code, query.get("state", "")))


async def _authorize_platform(
    playground: Playground, command: AuthorizeUrl, query: Mapping[str, str]
) -> str:
    actor = await read_owner(playground, command.person)
    given = {
        "appid": query.get("component_appid", ""),
        "code": query.get("pre_auth_code", ""),
        "redirect": query.get("redirect_uri", ""),
    }
    try:
        wanted = given | {"account_appid": query.get("biz_appid", "")}
        asking = msgspec.convert(wanted, ReadPlatformAsking)
    except msgspec.ValidationError:
        raise Invalid("platforms.redirect_malformed") from None
    accounts = (await playground.office.run(read_platform_asking, asking, actor)).accounts
    if not command.allow:
        return asking.redirect
    if not accounts:
        raise NotFound("channels.not_found")
    answering = AuthorizePlatform(
        **given,
        channel_id=accounts[0].channel_id,
        functions=[one.function for one in accounts[0].functions if not one.is_held],
    )
    code = await playground.office.run(authorize_platform, answering, actor)
    for appid in (asking.appid, accounts[0].appid):
        channel = await find_channel(playground, appid)
        await playground.deliver(int(channel.channel_id))
    return add_to_link(
        asking.redirect, {"auth_code": code.code, "expires_in": str(code.expires_in)}
    )


@call
async def give_phone(playground: Playground, command: OfChannel) -> AppCode:
    """Give a mini program one's phone number. Raises Refusal `consents.no_phone`."""
    actor = await meet(playground, command.person)
    given = await playground.office.run(share_phone, SharePhone(appid=command.appid), actor)
    return AppCode(given.code)


@call
async def enter_miniapp(playground: Playground, command: OfChannel) -> AppCode:
    """Open a mini program."""
    actor = await meet(playground, command.person)
    entered = await playground.office.run(enter_app, EnterApp(appid=command.appid), actor)
    return AppCode(entered.code)
