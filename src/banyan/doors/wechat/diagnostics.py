"""Diagnostics: what became of a call, and whether an account's own server can be reached."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from banyan.doors.wechat.endpoint import SPEAKERS, Prober, Wire, endpoint, lacking
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.requests import RID
from banyan.reach.pushes import ReadServer, read_server
from banyan.reach.tokens import (
    ClearBySecret,
    FindRequest,
    clear_quota_by_secret,
    find_request,
)

_actions = frozenset({"dns", "ping", "all"})
_operators = frozenset({"CHINANET", "UNICOM", "CAP", "DEFAULT"})
_kept_s = int(timedelta(days=7).total_seconds())
_pings = 3
_port_of = {"http": 80, "https": 443}


class SecretBody(msgspec.Struct, frozen=True, kw_only=True):
    """An account's program names itself by its secret."""

    appid: str = ""
    appsecret: str = ""


class RidBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was answered."""

    rid: str = ""


class CheckBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/cgi-bin/callback/check`."""

    action: str = "all"
    check_operator: str = "DEFAULT"


@endpoint("POST", "/cgi-bin/clear_quota/v2", has_token=False)
async def clear_quota_v2(wire: Wire, body: SecretBody) -> None:
    """Set all of today's quotas back, by the secret in place of a token."""
    command = ClearBySecret(
        appid=body.appid or wire.query.get("appid", ""),
        secret=body.appsecret or wire.query.get("appsecret", ""),
    )
    if not command.appid:
        raise WireError(41002, "appid missing")
    if not command.secret:
        raise WireError(41004, "appsecret missing")
    cleared = await wire.run(clear_quota_by_secret, command)
    wire.memory.forget_quotas(cleared.channel_id)


@endpoint("POST", "/cgi-bin/openapi/rid/get", kinds=SPEAKERS)
async def rid_get(wire: Wire, body: RidBody) -> dict[str, object]:
    """A call that failed, within seven days, of one's own."""
    named = RID.fullmatch(body.rid)
    if named is None:
        raise WireError(76002, "rid is error")
    if int(named[1], 16) < wire.now().timestamp() - _kept_s:
        raise WireError(76004, "rid timeout, only the latest 7 days")
    found = await wire.run(find_request, FindRequest(**wire.own, rid=body.rid))
    return {
        "request": {
            "invoke_time": int(found.asked_at.timestamp()),
            "cost_in_ms": found.took_ms,
            "request_url": found.url,
            "request_body": found.body,
            "response_body": found.answer,
        }
    }


@lacking("which operator's network a server is in, and asking from within one")
@endpoint("POST", "/cgi-bin/callback/check")
async def callback_check(wire: Wire, body: CheckBody) -> dict[str, object]:
    """Where the account's own server is, and how soon it can be reached from here."""
    if body.action not in _actions:
        raise WireError(40202, "invalid action")
    if body.check_operator not in _operators:
        raise WireError(40203, "invalid check_operator")
    state = await wire.run(read_server, ReadServer(**wire.own))
    if state.server is None:
        raise WireError(40201, "invalid url")
    url = urlsplit(state.server.url)
    prober = wire.outside.prober
    addresses = await prober.find_addresses(url.hostname or "")
    told: dict[str, object] = {}
    if body.action in {"dns", "all"}:
        told["dns"] = [{"ip": one, "real_operator": "UNKNOWN"} for one in addresses]
    if body.action in {"ping", "all"}:
        port = url.port or _port_of.get(url.scheme, 0)
        asked = (_ping(prober, one, port, body.check_operator) for one in addresses)
        told["ping"] = await asyncio.gather(*asked)
    return told


async def _ping(prober: Prober, address: str, port: int, operator: str) -> dict[str, str]:
    """Connect a few times; a connection that fails counts as a packet that is lost."""
    times = [await prober.measure(address, port) for _ in range(_pings)]
    made = [one for one in times if one is not None]
    lost = 100 * (_pings - len(made)) // _pings
    mean_ms = sum(made) / len(made) * 1_000 if made else 0.0
    return {
        "ip": address,
        "from_operator": operator,
        "package_loss": f"{lost}%",
        "time": f"{mean_ms:.3f}ms",
    }
