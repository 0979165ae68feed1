"""Open platform accounts: accounts of one merchant that know people by one unionid."""

from __future__ import annotations

import msgspec

from banyan.doors.wechat.endpoint import ACCOUNTS, Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.channels import (
    BindProvider,
    ChannelKind,
    CreateProvider,
    ReadProvider,
    UnbindProvider,
    bind_provider,
    create_provider,
    read_bound,
    unbind_provider,
)

BINDABLE = ACCOUNTS | {ChannelKind.MINIAPP}


class AppidBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account names itself."""

    appid: str = ""


class BindingBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account names itself and an open platform account."""

    appid: str = ""
    open_appid: str = ""


@endpoint("POST", "/cgi-bin/open/create", kinds=BINDABLE)
async def create_open(wire: Wire, body: AppidBody) -> dict[str, object]:
    """An open platform account with this account bound to it."""
    _check_own(wire, body.appid)
    provider = (await wire.run(create_provider, CreateProvider(**wire.own))).provider
    assert provider is not None
    return {"open_appid": provider.appid}


@endpoint("POST", "/cgi-bin/open/bind", kinds=BINDABLE)
async def bind_open(wire: Wire, body: BindingBody) -> None:
    """Bind this account to an open platform account of the same merchant."""
    _check_own(wire, body.appid)
    await wire.run(bind_provider, wire.command(BindProvider, provider_appid=body.open_appid))


@endpoint("POST", "/cgi-bin/open/unbind", kinds=BINDABLE)
async def unbind_open(wire: Wire, body: BindingBody) -> None:
    """Bind this account no more."""
    _check_own(wire, body.appid)
    await wire.run(unbind_provider, wire.command(UnbindProvider, provider_appid=body.open_appid))


@endpoint("POST", "/cgi-bin/open/get", kinds=BINDABLE)
async def get_open(wire: Wire, body: AppidBody) -> dict[str, object]:
    """To which open platform account this account is bound."""
    _check_own(wire, body.appid)
    provider = (await wire.run(read_bound, ReadProvider(**wire.own))).provider
    if provider is None:
        raise WireError(89002, "open not exists")
    return {"open_appid": provider.appid}


@endpoint("GET POST", "/cgi-bin/open/have", kinds=BINDABLE, is_said_ok=True)
async def have_open(wire: Wire) -> dict[str, object]:
    """Whether this account is bound to an open platform account."""
    bound = await wire.run(read_bound, ReadProvider(**wire.own))
    return {"have_open": bound.provider is not None}


@endpoint("GET", "/cgi-bin/open/sameentity", kinds=BINDABLE, is_said_ok=True)
async def same_entity(wire: Wire) -> dict[str, object]:
    """Whether the open platform account is of the same merchant: others cannot be bound to."""
    bound = await wire.run(read_bound, ReadProvider(**wire.own))
    if bound.provider is None:
        raise WireError(89002, "open not exists")
    return {"same_entity": bound.provider.merchant_id == wire.channel.merchant_id}


def _check_own(wire: Wire, appid: str) -> None:
    if appid != wire.channel.appid:
        raise WireError(40013, "invalid appid")
