"""The page about the methods of Alipay's gateway that are answered."""

from __future__ import annotations

from collections.abc import Mapping

from banyan.doors.alipay import ENDPOINTS, METHODS
from banyan.doors.alipay.errors import CODES
from reference.prose import page, sentence, table

_SAYS = (
    "Programs that speak Alipay's protocol find its gateway at `/gateway.do` under the host of"
    " this server: every answer is an HTTP 200, and an error names itself by `code` and `sub_code`."
    " Keys are kept in the console. A method of Alipay's that is not here answers `40006"
    " isv.insufficient-isv-permissions`, one that Alipay never had `40002 isv.invalid-method`, and"
    " none a success that is none. How to try them:"
    " [Use Banyan as a test server](../how-to/use-as-a-test-server.md)."
)
_EVERY = (
    "*Supported* does all that a program can see, *partial* lacks what is named, *refused* answers"
    " `isv.insufficient-isv-permissions`."
)
_PAGES = (
    ("`GET /oauth2/publicAppAuthorize.htm`", "Ask a person who they are"),
    ("`GET /oauth2/appToAppAuth.htm`", "Ask an owner to let a provider's app act for them"),
)
_ERRORS = (
    "Our failures, and what Alipay says in their place; all others are `ACQ.INVALID_PARAMETER` of"
    " trades, `INVALID_PARAMETER` of transfers, and `isv.invalid-parameter` of the rest."
)


def render_alipay() -> str:
    """Every method, and the errors."""
    rows = [
        (
            f"`{one.name}`",
            "partial" if one.lacks else "supported",
            sentence(one.function.__doc__),
            one.lacks,
        )
        for one in ENDPOINTS
    ]
    refused = [(f"`{name}`", "refused", "", about) for name, about in METHODS.items()]
    errors = [(f"`{code}`", told[0], f"`{told[1]}`", told[2]) for code, told in _sorted(CODES)]
    return page(
        "Alipay's protocol",
        _SAYS,
        ["## Methods", "", _EVERY, "", *table(("method", "here", "does", "lacks"), rows)],
        ["## Pages", "", *table(("address", "does"), _PAGES)],
        ["## Refused", "", *table(("method", "here", "", "about"), refused)],
        ["## Errors", "", _ERRORS, "", *table(("failure", "code", "sub_code", "says"), errors)],
    )


def _sorted(codes: Mapping[str, tuple[str, str, str]]) -> list[tuple[str, tuple[str, str, str]]]:
    return sorted(codes.items())
