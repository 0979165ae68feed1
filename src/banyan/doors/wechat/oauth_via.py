"""What platforms learn of people on behalf of accounts, and mini programs of a phone number."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import APPS, PLATFORMS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.oauth import check_grant, need, render_session, render_tokens
from banyan.reach.consents import (
    ExchangeCodeVia,
    OpenAppSessionVia,
    ReadPhone,
    RefreshTokensVia,
    exchange_code_via,
    open_app_session_via,
    read_phone,
    refresh_tokens_via,
)

_china = "86"


class ViaQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What all queries of platforms on behalf of an account have."""

    appid: str = ""
    component_appid: str = ""
    grant_type: str = ""


class CodeQuery(ViaQuery, frozen=True, kw_only=True):
    """The query of `/sns/oauth2/component/access_token`."""

    code: str = ""


class RefreshQuery(ViaQuery, frozen=True, kw_only=True):
    """The query of `/sns/oauth2/component/refresh_token`."""

    refresh_token: str = ""


class AppCodeQuery(ViaQuery, frozen=True, kw_only=True):
    """The query of `/sns/component/jscode2session`."""

    js_code: str = ""


class PhoneBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/wxa/business/getuserphonenumber`."""

    code: str = ""


@endpoint("GET", "/sns/oauth2/component/access_token", kinds=PLATFORMS)
async def exchange(wire: Wire, query: CodeQuery) -> dict[str, object]:
    """Tokens for a code that the platform asked for."""
    appid = _check(wire, query, "authorization_code")
    code = need(query.code, 41008, "missing code", wrong=(40029, "invalid code"))
    command = wire.command(ExchangeCodeVia, appid=appid, code=code)
    return render_tokens(await wire.run(exchange_code_via, command))


@endpoint("GET", "/sns/oauth2/component/refresh_token", kinds=PLATFORMS)
async def refresh(wire: Wire, query: RefreshQuery) -> dict[str, object]:
    """The same tokens with their time begun anew."""
    appid = _check(wire, query, "refresh_token")
    wrong = (40030, "invalid refresh_token")
    token = need(query.refresh_token, 41003, "refresh_token missing", wrong=wrong)
    command = wire.command(RefreshTokensVia, appid=appid, refresh_token=token)
    return render_tokens(await wire.run(refresh_tokens_via, command))


@endpoint("GET", "/sns/component/jscode2session", kinds=PLATFORMS)
async def open_session(wire: Wire, query: AppCodeQuery) -> dict[str, object]:
    """Who opened a mini program for which the platform acts."""
    appid = _check(wire, query, "authorization_code")
    code = need(query.js_code, 41008, "missing code", wrong=(40029, "invalid code"))
    command = wire.command(OpenAppSessionVia, appid=appid, code=code)
    return render_session(await wire.run(open_app_session_via, command))


@endpoint("POST", "/wxa/business/getuserphonenumber", kinds=APPS)
async def get_phone(wire: Wire, body: PhoneBody) -> dict[str, object]:
    """The phone number that somebody gave the mini program."""
    code = need(body.code, 41008, "missing code", wrong=(40029, "invalid code"))
    phone = (await wire.run(read_phone, wire.command(ReadPhone, code=code))).phone
    digits = phone.removeprefix("+")
    is_chinese = digits.startswith(_china)
    pure = digits.removeprefix(_china)
    return {
        "phone_info": {
            # Of a foreign number nobody told us where the country ends.
            "phoneNumber": pure if is_chinese else phone,
            "purePhoneNumber": pure if is_chinese else digits,
            "countryCode": _china if is_chinese else "",
            "watermark": {
                "timestamp": int(wire.now().timestamp()),
                "appid": wire.channel.appid,
            },
        }
    }


def _check(wire: Wire, query: ViaQuery, grant: str) -> str:
    check_grant(query.grant_type, grant)
    if query.component_appid != wire.channel.appid:
        raise WireError(61011, "invalid component")
    return need(query.appid, 41002, "appid missing")
