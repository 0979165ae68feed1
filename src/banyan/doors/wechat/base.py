"""Tokens, tickets, addresses and quotas: what every program of an account begins with."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import SPEAKERS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.tokens import (
    AccessToken,
    ClearQuota,
    IssueTicket,
    IssueToken,
    ReadUses,
    Ticket,
    TicketKind,
    TokenKind,
    clear_quota,
    issue_ticket,
    issue_token,
    read_uses,
)

QUOTA_MAX = 10_000_000
"""What WeChat calls the daily limit of a call that has none worth naming."""
_loopback = ["127.0.0.1"]


class TokenQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/token`."""

    grant_type: str = ""
    appid: str = ""
    secret: str = ""


class StableTokenBody(TokenQuery, frozen=True, kw_only=True):
    """The body of `/cgi-bin/stable_token`."""

    force_refresh: bool = False


class TicketQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/cgi-bin/ticket/getticket`."""

    type: str = "jsapi"


class AppidBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account names itself."""

    appid: str = ""


class PathBody(msgspec.Struct, frozen=True, kw_only=True):
    """One of the interface's own calls."""

    cgi_path: str = ""


@endpoint("GET", "/cgi-bin/token", has_token=False)
async def token(wire: Wire, query: TokenQuery) -> AccessToken:
    """A new token; those before work for five minutes more."""
    return await wire.run(issue_token, _issue(wire, query))


@endpoint("POST", "/cgi-bin/stable_token", has_token=False, is_said_ok=False)
async def stable_token(wire: Wire, body: StableTokenBody) -> AccessToken:
    """The token that stays the same until it is nearly over, or until another is forced."""
    command = msgspec.structs.replace(
        _issue(wire, body), kind=TokenKind.STABLE, is_forced=body.force_refresh
    )
    issued = await wire.run(issue_token, command)
    if command.is_forced:
        wire.memory.forget_callers()
    return issued


@endpoint("GET", "/cgi-bin/ticket/getticket", daily_max=1_000_000, is_said_ok=True)
async def getticket(wire: Wire, query: TicketQuery) -> Ticket:
    """The ticket by which the account's pages sign what they ask of the phone app."""
    try:
        kind = TicketKind(query.type)
    except ValueError:
        raise WireError(40097, "invalid args: type") from None
    return await wire.run(issue_ticket, IssueTicket(**wire.own, kind=kind))


@endpoint("GET", "/cgi-bin/getcallbackip", kinds=SPEAKERS)
async def getcallbackip(wire: Wire) -> dict[str, object]:
    """From where we call an account's server: this machine."""
    del wire
    return {"ip_list": _loopback}


@endpoint("GET", "/cgi-bin/get_api_domain_ip", kinds=SPEAKERS)
async def get_api_domain_ip(wire: Wire) -> dict[str, object]:
    """Where this interface is: this machine."""
    del wire
    return {"ip_list": _loopback}


@endpoint("POST", "/cgi-bin/clear_quota", kinds=SPEAKERS)
async def clear_all_quotas(wire: Wire, body: AppidBody) -> None:
    """Set all of today's quotas back."""
    if body.appid != wire.channel.appid:
        raise WireError(40013, "invalid appid")
    await wire.run(clear_quota, ClearQuota(**wire.own))
    wire.memory.forget_quotas(wire.channel.channel_id)


@endpoint("POST", "/cgi-bin/openapi/quota/get", kinds=SPEAKERS)
async def get_quota(wire: Wire, body: PathBody) -> dict[str, object]:
    """How far today's quota of one call is used up."""
    daily_max = _daily_max(wire, body.cgi_path)
    uses = await wire.run(read_uses, ReadUses(**wire.own, path=body.cgi_path))
    if uses.daily_max is not None:
        daily_max = uses.daily_max or QUOTA_MAX
    used = uses.used - wire.memory.unused(wire.channel.channel_id, body.cgi_path)
    return {"quota": {"daily_limit": daily_max, "used": used, "remain": max(daily_max - used, 0)}}


@endpoint("POST", "/cgi-bin/openapi/quota/clear", kinds=SPEAKERS)
async def clear_one_quota(wire: Wire, body: PathBody) -> None:
    """Set today's quota of one call back."""
    _daily_max(wire, body.cgi_path)
    await wire.run(clear_quota, ClearQuota(**wire.own, path=body.cgi_path))
    wire.memory.forget_quotas(wire.channel.channel_id)


def _issue(wire: Wire, given: TokenQuery) -> IssueToken:
    if given.grant_type != "client_credential":
        raise WireError(40002, "invalid grant_type")
    if not given.appid:
        raise WireError(41002, "appid missing")
    if not given.secret:
        raise WireError(41004, "appsecret missing")
    return IssueToken(appid=given.appid, secret=given.secret, address=wire.address)


def _daily_max(wire: Wire, path: str) -> int:
    known = wire.daily_maxima.get(path)
    if known is None:
        raise WireError(76021, "cgi_path not found, please check")
    return known or QUOTA_MAX
