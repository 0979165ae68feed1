"""Calls that the protocol has ended, each with the code that it says so by."""

from __future__ import annotations

from typing import NoReturn

from banyan.doors.wechat.endpoint import APPS, Endpoint, Wire, endpoint
from banyan.doors.wechat.errors import WireError

_forms = "/cgi-bin/wxopen/template/"


async def _end(wire: Wire) -> NoReturn:
    """Nobody may: messages for the id of a form that somebody had sent ended in January 2020."""
    del wire
    raise WireError(46101, "template message is offline, use subscribe message")


def _make(path: str) -> Endpoint:
    return endpoint("POST", path, kinds=APPS)(_end)


library_list = _make(f"{_forms}library/list")
library_get = _make(f"{_forms}library/get")
add = _make(f"{_forms}add")
list_all = _make(f"{_forms}list")
delete = _make(f"{_forms}del")
send = _make("/cgi-bin/message/wxopen/template/send")

RETIRED = frozenset(
    {library_list.path, library_get.path, add.path, list_all.path, delete.path, send.path}
)
"""What is answered only to say that it has ended."""
