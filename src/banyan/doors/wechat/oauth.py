"""What people let accounts, sites and mini programs know: codes for tokens, tokens for facts."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from banyan.doors.wechat.endpoint import APPS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.consents import (
    AppSession,
    CheckAppKey,
    ExchangeCode,
    OpenAppSession,
    ReadHolder,
    RefreshTokens,
    RenewAppKey,
    Scope,
    Tokens,
    check_app_key,
    check_holder,
    exchange_code,
    open_app_session,
    read_holder,
    refresh_tokens,
    renew_app_key,
)

SCOPES = {
    Scope.BASE: "snsapi_base",
    Scope.PROFILE: "snsapi_userinfo",
    Scope.LOGIN: "snsapi_login",
}
_characters_max = 512

C = TypeVar("C", bound=CheckAppKey)


class CodeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/sns/oauth2/access_token`."""

    appid: str = ""
    secret: str = ""
    code: str = ""
    grant_type: str = ""


class AppCodeQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/sns/jscode2session`."""

    appid: str = ""
    secret: str = ""
    js_code: str = ""
    grant_type: str = ""


class RefreshQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/sns/oauth2/refresh_token`."""

    appid: str = ""
    refresh_token: str = ""
    grant_type: str = ""


class HolderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/sns/userinfo` and `/sns/auth`."""

    access_token: str = ""
    openid: str = ""
    lang: str = ""


class SignatureQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of what proves that a mini program's server knows a session key."""

    openid: str = ""
    signature: str = ""
    sig_method: str = ""


@endpoint("GET", "/sns/oauth2/access_token", has_token=False)
async def exchange(wire: Wire, query: CodeQuery) -> dict[str, object]:
    """Tokens for a code."""
    check_grant(query.grant_type, "authorization_code")
    command = ExchangeCode(
        appid=need(query.appid, 41002, "appid missing"),
        secret=need(query.secret, 41004, "appsecret missing"),
        code=need(query.code, 41008, "missing code", wrong=(40029, "invalid code")),
    )
    return render_tokens(await wire.run(exchange_code, command))


@endpoint("GET", "/sns/oauth2/refresh_token", has_token=False)
async def refresh(wire: Wire, query: RefreshQuery) -> dict[str, object]:
    """The same tokens with their time begun anew."""
    check_grant(query.grant_type, "refresh_token")
    wrong = (40030, "invalid refresh_token")
    command = RefreshTokens(
        appid=need(query.appid, 41002, "appid missing"),
        refresh_token=need(query.refresh_token, 41003, "refresh_token missing", wrong=wrong),
    )
    return render_tokens(await wire.run(refresh_tokens, command))


@endpoint("GET", "/sns/userinfo", has_token=False)
async def get_user(wire: Wire, query: HolderQuery) -> dict[str, object]:
    """Who is behind a token, as far as they let know; what nobody told us is empty."""
    holder = await wire.run(read_holder, _read_holder(query))
    return {
        "openid": holder.openid,
        "nickname": holder.nickname,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
        **render_union(holder.unionid),
    }


@endpoint("GET", "/sns/auth", has_token=False, is_said_ok=True)
async def check_token(wire: Wire, query: HolderQuery) -> None:
    """Whether a token works and stands for that person."""
    await wire.run(check_holder, _read_holder(query))


@endpoint("GET", "/sns/jscode2session", has_token=False)
async def open_session(wire: Wire, query: AppCodeQuery) -> dict[str, object]:
    """Who opened a mini program, and the key that its server shares with us."""
    check_grant(query.grant_type, "authorization_code")
    command = OpenAppSession(
        appid=need(query.appid, 41002, "appid missing"),
        secret=need(query.secret, 41004, "appsecret missing"),
        code=need(query.js_code, 41008, "missing code", wrong=(40029, "invalid code")),
    )
    return render_session(await wire.run(open_app_session, command))


@endpoint("GET", "/wxa/checksession", kinds=APPS, is_said_ok=True)
async def check_session(wire: Wire, query: SignatureQuery) -> None:
    """Whether a server still knows the session key of a person."""
    await wire.run(check_app_key, _read_signature(wire, query, CheckAppKey))


@endpoint("GET", "/wxa/resetusersessionkey", kinds=APPS, is_said_ok=True)
async def reset_session(wire: Wire, query: SignatureQuery) -> dict[str, object]:
    """Another session key for a server that knows the present one."""
    session = await wire.run(renew_app_key, _read_signature(wire, query, RenewAppKey))
    return {"openid": session.openid, "session_key": session.session_key}


def _read_signature(wire: Wire, query: SignatureQuery, kind: type[C]) -> C:
    if query.sig_method != "hmac_sha256":
        raise WireError(40097, "invalid args: sig_method")
    openid = need(query.openid, 41009, "missing openid")
    signature = need(query.signature, 87009, "invalid signature")
    return wire.command(kind, openid=openid, signature=signature)


def _read_holder(query: HolderQuery) -> ReadHolder:
    return ReadHolder(
        access_token=need(
            query.access_token, 41001, "access_token missing", wrong=(40014, "invalid access_token")
        ),
        openid=need(query.openid, 41009, "missing openid", wrong=(40003, "invalid openid")),
    )


def check_grant(given: str, wanted: str) -> None:
    """Accept the kind of grant that a call is for. Raises WireError 40002."""
    if given != wanted:
        raise WireError(40002, "invalid grant_type")


def need(
    given: str, errcode: int, errmsg: str, *, wrong: tuple[int, str] = (40097, "invalid args")
) -> str:
    """Return what must be given. Raises WireError with the code, or with `wrong` for too much."""
    if not given:
        raise WireError(errcode, errmsg)
    if len(given) > _characters_max:
        raise WireError(*wrong)
    return given


def render_session(session: AppSession) -> dict[str, object]:
    """Who opened a mini program, and the key that its server shares with us."""
    return {
        "session_key": session.session_key,
        "openid": session.openid,
        **render_union(session.unionid),
    }


def render_tokens(tokens: Tokens) -> dict[str, object]:
    """By what a program reads about one person."""
    return {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh_token,
        "openid": tokens.openid,
        "scope": SCOPES[tokens.scope],
        **render_union(tokens.unionid),
    }


def render_union(unionid: str | None) -> dict[str, object]:
    """What only accounts that are bound together are told."""
    return {} if unionid is None else {"unionid": unionid}
