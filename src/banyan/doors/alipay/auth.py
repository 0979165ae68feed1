"""Who people are, and for which merchants a provider's app may act: tokens for codes."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import msgspec

from banyan.doors.alipay.endpoint import Call, endpoint, render_time
from banyan.doors.alipay.errors import NO_APP_TOKEN, WireError, wrong_parameter
from banyan.doors.alipay.keys import read_number
from banyan.pay.alipayapps import (
    ExchangeCode,
    ExchangeMandate,
    Mandate,
    ReadHolder,
    ReadMandate,
    exchange_code,
    exchange_mandate,
    read_holder,
    read_mandate,
)

_no_token = WireError("20001", "aop.invalid-auth-token", "无效的访问令牌")
_no_code = WireError("40002", "isv.code-invalid", "授权码code无效")
_no_refresh = WireError("40002", "isv.refresh-token-invalid", "刷新令牌无效")
_wrong_grant = WireError("40002", "isv.grant-type-invalid", "授权类型grant_type无效")


class AskToken(msgspec.Struct, frozen=True, kw_only=True):
    """A code, or a refresh token."""

    grant_type: str = ""
    code: str = ""
    refresh_token: str = ""


class AskPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person's token."""

    auth_token: str = ""


class AskMandate(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's token."""

    app_auth_token: str = ""


class AskCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """The number of a certificate of Banyan's."""

    alipay_cert_sn: str = ""


@endpoint("alipay.system.oauth.token", is_error_bare=True)
async def give_token(call: Call, asked: AskToken) -> dict[str, Any]:
    """Tokens by which the app learns who a person is."""
    code, refresh_token = _choose(asked)
    command = call.command(
        ExchangeCode, app_id=call.caller.app.app_id, code=code, refresh_token=refresh_token
    )
    tokens = await call.run_as_banyan(exchange_code, command)
    return {
        "user_id": tokens.person.number,
        "open_id": tokens.person.open_id,
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "refresh_token": tokens.refresh_token,
        "re_expires_in": tokens.re_expires_in,
        "auth_start": render_time(tokens.begun_at),
    }


@endpoint("alipay.user.info.share", is_error_bare=True)
async def show_person(call: Call, asked: AskPerson) -> dict[str, Any]:
    """Who is behind a token, as far as they let the app know."""
    if not asked.auth_token:
        raise _no_token
    command = call.command(ReadHolder, app_id=call.caller.app.app_id, token=asked.auth_token)
    holder = await call.run_as_banyan(read_holder, command)
    return {
        "user_id": holder.person.number,
        "open_id": holder.person.open_id,
        "nick_name": holder.nickname,
    }


@endpoint("alipay.open.auth.token.app", is_own=True)
async def give_mandate_token(call: Call, asked: AskToken) -> dict[str, Any]:
    """The token by which a provider's app acts for a merchant."""
    code, refresh_token = _choose(asked)
    command = ExchangeMandate(app_id=call.caller.app.app_id, code=code, refresh_token=refresh_token)
    tokens = await call.run_as_banyan(exchange_mandate, command)
    told = {
        **_describe(call, tokens.mandate),
        "app_auth_token": tokens.token,
        "app_refresh_token": tokens.refresh_token,
        "re_expires_in": _left(tokens.mandate.refresh_expires_at, call),
    }
    return {**told, "tokens": [told]}


@endpoint("alipay.open.auth.token.app.query", is_own=True)
async def show_mandate(call: Call, asked: AskMandate) -> dict[str, Any]:
    """What a merchant's token stands for."""
    if not asked.app_auth_token:
        raise NO_APP_TOKEN
    query = ReadMandate(app_id=call.caller.app.app_id, token=asked.app_auth_token[:200])
    mandate = await call.run_as_banyan(read_mandate, query)
    return {
        **_describe(call, mandate),
        "auth_methods": [],
        "auth_start": render_time(mandate.mandated_at),
        "auth_end": render_time(mandate.expires_at),
        "status": "valid" if mandate.expires_at > call.now else "invalid",
    }


@endpoint("alipay.open.app.alipaycert.download", is_own=True)
async def give_certificate(call: Call, asked: AskCertificate) -> dict[str, Any]:
    """The certificate of the key by which Banyan signs what the app is told."""
    app = call.caller.app
    if asked.alipay_cert_sn != read_number(app.certificate):
        raise wrong_parameter("alipay_cert_sn")
    return {"alipay_cert_content": base64.b64encode(app.certificate.encode()).decode()}


def _choose(asked: AskToken) -> tuple[str | None, str | None]:
    if asked.grant_type == "refresh_token":
        if not asked.refresh_token:
            raise _no_refresh
        return None, asked.refresh_token[:200]
    if asked.grant_type not in {"authorization_code", "code"}:
        raise _wrong_grant
    if not asked.code:
        raise _no_code
    return asked.code[:200], None


def _describe(call: Call, mandate: Mandate) -> dict[str, Any]:
    return {
        "user_id": mandate.seller_id,
        "auth_app_id": str(int(mandate.own_app_id or mandate.app_id)),
        "expires_in": _left(mandate.expires_at, call),
    }


def _left(until: datetime, call: Call) -> int:
    return max(0, int((until - call.now).total_seconds()))


ENDPOINTS = (
    give_token,
    show_person,
    give_mandate_token,
    show_mandate,
    give_certificate,
)
