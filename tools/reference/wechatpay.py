"""The page about the calls of WeChat Pay's protocol that are answered."""

from __future__ import annotations

import re
from pathlib import Path

from banyan.doors.wechatpay.endpoint import Endpoint, EndpointV2
from banyan.doors.wechatpay.errors import CODES, V2_FAILURES, code_in_v2
from banyan.doors.wechatpay.known import KNOWN
from banyan.doors.wechatpay.notices import Rendering
from banyan.doors.wechatpay.table import ENDPOINTS, ENDPOINTS_V2, GROUPS
from reference.prose import opening, page, sentence, table

_SAYS = (
    "Merchants' programs find these paths here, under the host of this server. Calls under `/v3`"
    " are signed by the merchant's certificate, and the answers by Banyan's own keys; the older"
    " calls speak XML under a shared key. What is not answered is refused with `403 NO_AUTH`"
    " (`NOAUTH` in XML), a path under their first words that WeChat Pay never had with"
    " `404 RESOURCE_NOT_EXISTS`, and none"
    " is told a success that is none. How to try them:"
    " [Test your WeChat Pay integration](../how-to/test-your-wechat-pay-integration.md)."
)
_EVERY = (
    "The calls that the SDKs of others know, by what they are for. *Supported* does all that a"
    " program can see, *partial* lacks what is named, *refused* answers `NO_AUTH`."
)
_STATES = ("supported", "partial", "refused")
_TOLD = "What merchants' servers are told, by what happened here."
_ERRORS = (
    "Our failures, and what WeChat Pay says in their place. Of others, what is not there is"
    " `404 RESOURCE_NOT_EXISTS`, what must be mended `400 PARAM_ERROR`, any other refusal"
    " `400 INVALID_REQUEST`, and what may pass `500 SYSTEM_ERROR`."
)
_name = re.compile(r"\{[^}]*\}")


def render_wechatpay() -> str:
    """Every call that is answered, group by group, what servers are told, and the errors."""
    lines: list[str] = []
    told: list[tuple[str, ...]] = []
    for group in GROUPS:
        assert group.__file__
        rows = [
            (f"`{_call_of(one)}`", sentence(one.function.__doc__), one.lacks)
            for one in vars(group).values()
            if isinstance(one, Endpoint | EndpointV2)
        ]
        told += [
            (f"`{one.kind}`", one.protocol.value, sentence(one.function.__doc__))
            for one in vars(group).values()
            if isinstance(one, Rendering)
        ]
        if rows:
            title = Path(group.__file__).stem.replace("_", " ").capitalize()
            lines += [f"## {title}", "", opening(Path(group.__file__)), ""]
            lines += [*table(("call", "does", "lacks"), rows), ""]
    errors = [
        (f"`{failure}`", str(status), code, V2_FAILURES.get(failure) or code_in_v2(code))
        for failure, (status, code) in sorted(CODES.items())
    ]
    return page(
        "WeChat Pay's protocol",
        _SAYS,
        lines[:-1],
        ["## Notifications", "", _TOLD, "", *table(("event", "protocol", "says"), sorted(told))],
        _render_every(),
        ["## Errors", "", _ERRORS, "", *table(("failure", "status", "code", "in XML"), errors)],
    )


def _call_of(one: Endpoint | EndpointV2) -> str:
    return (
        f"{' '.join(one.methods)} {one.path}" if isinstance(one, Endpoint) else f"POST {one.path}"
    )


def _render_every() -> list[str]:
    """Every call that programs know, and what becomes of it here."""
    lacks = {
        (method, _shape(one.path)): one.lacks for one in ENDPOINTS for method in one.methods
    } | {("POST", one.path): one.lacks for one in ENDPOINTS_V2}
    sections: list[str] = []
    totals: list[tuple[str, ...]] = []
    for group in KNOWN.values():
        rows = [
            (f"`{method} {path}`", *_state(lacks.get((method, _shape(path)))))
            for path, methods in group.paths.items()
            for method in sorted(methods)
        ]
        states = [one[1] for one in rows]
        totals.append((group.title, *(str(states.count(one)) for one in _STATES)))
        sections += ["", f"### {group.title}", "", *table(("call", "here", "lacks"), rows)]
    sums = [sum(int(line[place]) for line in totals) for place in range(1, len(_STATES) + 1)]
    totals.append(("**All**", *map(str, sums)))
    return ["## Every call", "", _EVERY, "", *table(("calls", *_STATES), totals), *sections]


def _state(lacks: str | None) -> tuple[str, str]:
    if lacks is None:
        return "refused", ""
    return ("partial" if lacks else "supported"), lacks


def _shape(path: str) -> str:
    return _name.sub("{}", path)
