"""The page about the calls of WeChat's own protocol that are answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from banyan.doors.pages.tables import ROUTES
from banyan.doors.wechat.endpoint import Endpoint
from banyan.doors.wechat.errors import CODES
from banyan.doors.wechat.known import KNOWN
from banyan.doors.wechat.retired import RETIRED
from banyan.doors.wechat.table import ENDPOINTS, GROUPS
from reference.prose import opening, page, sentence, table

_SAYS = (
    "Programs that speak WeChat's protocol find these paths here, under the host of this server:"
    " every answer is an HTTP 200, and an error names itself by `errcode` and `errmsg`. Any other"
    " path of WeChat's answers `48001 api unauthorized`, one that WeChat never had `40066 invalid"
    " url`, and none a success that is none. How to try them:"
    " [Use Banyan as a test server](../how-to/use-as-a-test-server.md)."
)
_EVERY = (
    "The calls that the SDKs of others know, by what they are for. *Supported* does all that a"
    " program can see, *partial* lacks what is named, *refused* answers `48001`."
)
_STATES = ("supported", "partial", "refused")
_ERRORS = "Our failures, and what WeChat says in their place; all others are `40035`."


def render_wechat() -> str:
    """Every call that is answered, group by group, and the errors."""
    lines: list[str] = []
    for group in GROUPS:
        assert group.__file__
        found = [one for one in vars(group).values() if isinstance(one, Endpoint)]
        rows = [
            (
                f"`{' '.join(one.methods)} {one.path}`",
                f"{one.daily_max:,}" if one.daily_max else "",
                ", ".join(sorted(one.kinds)) if one.has_token else "anybody",
                sentence(one.function.__doc__),
            )
            for one in found
        ]
        title = Path(group.__file__).stem.capitalize()
        lines += [f"## {title}", "", opening(Path(group.__file__)), ""]
        lines += [*table(("call", "a day", "for", "does"), rows), ""]
    errors = [(f"`{code}`", str(told[0]), told[1]) for code, told in sorted(CODES.items())]
    return page(
        "WeChat's protocol",
        _SAYS,
        lines[:-1],
        _render_every(),
        ["## Errors", "", _ERRORS, "", *table(("failure", "errcode", "errmsg"), errors)],
    )


def _render_every() -> list[str]:
    """Every call that programs know, and what becomes of it here."""
    by_path = {one.path: one for one in ENDPOINTS}
    shown = {one.path for one in ROUTES}
    sections: list[str] = []
    totals: list[tuple[str, ...]] = []
    for group in KNOWN.values():
        rows = [(f"`{call}`", *_state(call.split()[-1], by_path, shown)) for call in group.calls]
        states = [one[1] for one in rows]
        totals.append((group.title, *(str(states.count(one)) for one in _STATES)))
        sections += ["", f"### {group.title}", "", *table(("call", "here", "lacks"), rows)]
    sums = [sum(int(line[place]) for line in totals) for place in range(1, len(_STATES) + 1)]
    totals.append(("**All**", *map(str, sums)))
    return ["## Every call", "", _EVERY, "", *table(("calls", *_STATES), totals), *sections]


def _state(path: str, by_path: Mapping[str, Endpoint], shown: set[str]) -> tuple[str, str]:
    answers = by_path.get(path)
    if path in RETIRED:
        return "refused", "46101: ended in 2020"
    if answers is None:
        return ("supported" if path in shown else "refused"), ""
    return ("partial" if answers.lacks else "supported"), answers.lacks
