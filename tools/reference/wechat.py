"""The page about the calls of WeChat's own protocol that are answered."""

from __future__ import annotations

from pathlib import Path

from banyan.doors.wechat.endpoint import Endpoint
from banyan.doors.wechat.errors import CODES
from banyan.doors.wechat.table import GROUPS
from reference.prose import opening, page, sentence, table

_SAYS = (
    "Programs that speak WeChat's protocol find these paths here, under the host of this server:"
    " every answer is an HTTP 200, and an error names itself by `errcode` and `errmsg`. Any other"
    " path of WeChat's answers `48001 api unauthorized`, and never a success that is none. How to"
    " try them: [Use Banyan as a test server](../how-to/use-as-a-test-server.md)."
)
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
        ["## Errors", "", _ERRORS, "", *table(("failure", "errcode", "errmsg"), errors)],
    )
