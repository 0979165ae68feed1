"""Whatever a program sends about messages to many, it is told what is wrong, and nothing breaks."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from banyan.doors.wechat import mass
from banyan.doors.wechat.endpoint import Endpoint
from tests.kit.wechat import Account

ENDPOINTS = [
    one for one in vars(mass).values() if isinstance(one, Endpoint) and one.body_type is not None
]
ODD: list[object] = [
    *("\0", "\u202e", "x" * 100_000, "'; drop table x; --", "中" * 64),
    *(-1, 2**31, 2**53, 2**63, 10**40, 1.5, None, True, [], {}, [1], {"a": "b"}),
]
FILTERS = [{"filter": {"is_to_all": one, "tag_id": one}, "msgtype": "text"} for one in ODD]
LISTS = [
    {"touser": given, "msgtype": "text", "text": {"content": one}}
    for given in (["o" * 28, "p" * 28], [1, 2], "o" * 28, [None] * 3)
    for one in ("x", "\0", "\u202e", "", 7)
]


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.path)
async def test_no_call_breaks_an_endpoint(account: Account, one: Endpoint) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    assert one.body_type is not None
    names = [field.name for field in msgspec.structs.fields(one.body_type)]
    bodies: list[dict[str, Any]] = [dict.fromkeys(names, odd) for odd in ODD]
    if "filter" in names:
        bodies += FILTERS
    if "touser" in names:
        bodies += LISTS
    for given in bodies:
        told = await account.post(one.path, given, access_token=token)
        assert told.get("errcode", 0) != -1, (one.path, given)
