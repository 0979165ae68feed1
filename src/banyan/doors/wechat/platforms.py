"""Third-party platforms: tickets, tokens, and the accounts for which a platform acts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from banyan.doors.wechat.endpoint import PLATFORMS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.functions import NUMBERS
from banyan.reach.channels import ChannelKind
from banyan.reach.platforms import (
    Authorizer,
    ClearQuotaVia,
    CreateAsking,
    IssuePlatformToken,
    ListAuthorizers,
    Option,
    QueryAuthorization,
    ReadAuthorizer,
    ReadOption,
    RefreshDelegated,
    SetOption,
    StartTickets,
    clear_quota_via,
    create_asking,
    issue_platform_token,
    list_authorizers,
    query_authorization,
    read_authorizer,
    read_option,
    refresh_delegated,
    set_option,
    start_tickets,
)
from banyan.reach.tokens import Function

_characters_max = 512
_list_max = 500
_types = {ChannelKind.SUBSCRIPTION: 0, ChannelKind.SERVICE: 2, ChannelKind.MINIAPP: 0}


class TokenBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `api_component_token`."""

    component_appid: str = ""
    component_appsecret: str = ""
    component_verify_ticket: str | None = None


class StartBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `api_start_push_ticket`."""

    component_appid: str = ""
    component_secret: str = ""


class PlatformBody(msgspec.Struct, frozen=True, kw_only=True):
    """A platform names itself."""

    component_appid: str = ""


class CodeBody(PlatformBody, frozen=True, kw_only=True):
    """The body of `api_query_auth`."""

    authorization_code: str = ""


class AuthorizerBody(PlatformBody, frozen=True, kw_only=True):
    """A platform names itself and an account."""

    authorizer_appid: str = ""


class RefreshBody(AuthorizerBody, frozen=True, kw_only=True):
    """The body of `api_authorizer_token`."""

    authorizer_refresh_token: str = ""


class ListBody(PlatformBody, frozen=True, kw_only=True):
    """The body of `api_get_authorizer_list`."""

    offset: int = 0
    count: int = _list_max


class OptionBody(AuthorizerBody, frozen=True, kw_only=True):
    """The body of `api_get_authorizer_option`."""

    option_name: str = ""


class SetOptionBody(OptionBody, frozen=True, kw_only=True):
    """The body of `api_set_authorizer_option`."""

    option_value: str = ""


class ClearBody(PlatformBody, frozen=True, kw_only=True):
    """The body of `clear_quota/v2`."""

    appid: str = ""
    appsecret: str = ""


@endpoint("POST", "/cgi-bin/component/api_component_token", has_token=False, is_said_ok=False)
async def component_token(wire: Wire, body: TokenBody) -> dict[str, object]:
    """A token of a platform for its secret and a ticket."""
    command = IssuePlatformToken(
        appid=_need(body.component_appid, 41002, "appid missing"),
        secret=_need(body.component_appsecret, 41004, "appsecret missing"),
        ticket=_need(body.component_verify_ticket or "", 61006, "component ticket is invalid"),
        address=wire.address[:64],
    )
    token = await wire.run(issue_platform_token, command)
    return {"component_access_token": token.access_token, "expires_in": token.expires_in}


@endpoint("POST", "/cgi-bin/component/api_start_push_ticket", has_token=False)
async def start_push_ticket(wire: Wire, body: StartBody) -> None:
    """Send a platform a ticket now, and another every ten minutes."""
    command = StartTickets(
        appid=_need(body.component_appid, 41002, "appid missing"),
        secret=_need(body.component_secret, 41004, "appsecret missing"),
    )
    await wire.run(start_tickets, command)


@endpoint("POST", "/cgi-bin/component/api_create_preauthcode", kinds=PLATFORMS, is_said_ok=False)
async def create_preauthcode(wire: Wire, body: PlatformBody) -> dict[str, object]:
    """With what a platform sends an owner to us."""
    _check_own(wire, body)
    code = await wire.run(create_asking, CreateAsking(**wire.own))
    return {"pre_auth_code": code.code, "expires_in": code.expires_in}


@endpoint("POST", "/cgi-bin/component/api_query_auth", kinds=PLATFORMS, is_said_ok=False)
async def query_auth(wire: Wire, body: CodeBody) -> dict[str, object]:
    """Which account a code is about, and tokens of it."""
    _check_own(wire, body)
    code = _need(body.authorization_code, 61009, "code is invalid")
    found = await wire.run(query_authorization, QueryAuthorization(**wire.own, code=code))
    return {
        "authorization_info": {
            "authorizer_appid": found.appid,
            "authorizer_access_token": found.access_token,
            "expires_in": found.expires_in,
            "authorizer_refresh_token": found.refresh_token,
            "func_info": _functions(found.functions),
        }
    }


@endpoint("POST", "/cgi-bin/component/api_authorizer_token", kinds=PLATFORMS, is_said_ok=False)
async def authorizer_token(wire: Wire, body: RefreshBody) -> dict[str, object]:
    """Another token of an account."""
    _check_own(wire, body)
    command = RefreshDelegated(
        **wire.own,
        appid=_appid(body),
        refresh_token=_need(body.authorizer_refresh_token, 61023, "refresh_token is invalid"),
    )
    found = await wire.run(refresh_delegated, command)
    return {
        "authorizer_access_token": found.access_token,
        "expires_in": found.expires_in,
        "authorizer_refresh_token": found.refresh_token,
    }


@endpoint("POST", "/cgi-bin/component/api_get_authorizer_info", kinds=PLATFORMS, is_said_ok=False)
async def get_authorizer_info(wire: Wire, body: AuthorizerBody) -> dict[str, object]:
    """Who an account is, and what the platform may do for it."""
    _check_own(wire, body)
    found = await wire.run(read_authorizer, ReadAuthorizer(**wire.own, appid=_appid(body)))
    return {
        "authorizer_info": _render(found),
        "authorization_info": {
            "authorizer_appid": found.channel.appid,
            "authorizer_refresh_token": found.refresh_token,
            "func_info": _functions(found.functions),
        },
    }


@endpoint("POST", "/cgi-bin/component/api_get_authorizer_list", kinds=PLATFORMS, is_said_ok=False)
async def get_authorizer_list(wire: Wire, body: ListBody) -> dict[str, object]:
    """The accounts for which the platform acts, the longest first."""
    _check_own(wire, body)
    command = wire.command(ListAuthorizers, offset=body.offset, limit=body.count)
    found = await wire.run(list_authorizers, command)
    return {
        "total_count": found.total,
        "list": [
            {
                "authorizer_appid": one.channel.appid,
                "refresh_token": one.refresh_token,
                "auth_time": int(one.authorized_at.timestamp()),
            }
            for one in found.items
        ],
    }


@endpoint("POST", "/cgi-bin/component/api_get_authorizer_option", kinds=PLATFORMS, is_said_ok=False)
async def get_authorizer_option(wire: Wire, body: OptionBody) -> dict[str, object]:
    """How an option of an account stands."""
    _check_own(wire, body)
    query = wire.command(ReadOption, appid=_appid(body), name=body.option_name)
    option: Option = await wire.run(read_option, query)
    return {
        "authorizer_appid": option.appid,
        "option_name": option.name.value,
        "option_value": str(option.value),
    }


@endpoint("POST", "/cgi-bin/component/api_set_authorizer_option", kinds=PLATFORMS)
async def set_authorizer_option(wire: Wire, body: SetOptionBody) -> None:
    """Let an option of an account stand so."""
    _check_own(wire, body)
    command = wire.command(
        SetOption, appid=_appid(body), name=body.option_name, value=body.option_value
    )
    await wire.run(set_option, command)


@endpoint("POST", "/cgi-bin/component/clear_quota/v2", has_token=False)
async def clear_quota(wire: Wire, body: ClearBody) -> None:
    """Set today's quotas of an account back by the platform's secret."""
    command = ClearQuotaVia(
        appid=_need(body.component_appid, 41002, "appid missing"),
        secret=_need(body.appsecret, 41004, "appsecret missing"),
        account_appid=_need(body.appid, 41002, "appid missing"),
    )
    channel = await wire.run(clear_quota_via, command)
    wire.memory.forget_quotas(channel.channel_id)


def _render(found: Authorizer) -> dict[str, object]:
    channel = found.channel
    told: dict[str, object] = {
        "nick_name": channel.name,
        "head_img": "",
        "service_type_info": {"id": _types[channel.kind]},
        "verify_type_info": {"id": 0 if found.merchant.is_verified else -1},
        "user_name": channel.original_id,
        "principal_name": found.merchant.name,
        "alias": "",
        "business_info": {
            "open_store": 0,
            "open_scan": 0,
            "open_pay": 0,
            "open_card": 1,
            "open_shake": 0,
        },
        "qrcode_url": "",
        "account_status": 1,
    }
    if channel.kind is ChannelKind.MINIAPP:
        told |= {"signature": "", "MiniProgramInfo": {"network": {}, "categories": []}}
    return told


def _functions(functions: Iterable[Function]) -> list[dict[str, object]]:
    return [{"funcscope_category": {"id": NUMBERS[one]}} for one in functions]


def _check_own(wire: Wire, body: PlatformBody) -> None:
    if body.component_appid != wire.channel.appid:
        raise WireError(61011, "invalid component")


def _appid(body: AuthorizerBody) -> str:
    return _need(body.authorizer_appid, 40013, "invalid appid")


def _need(given: str, errcode: int, errmsg: str) -> str:
    if not given or len(given) > _characters_max:
        raise WireError(errcode, errmsg)
    return given
