"""Whatever a program sends about followers, tags and codes, it is told what is wrong with it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from banyan.doors.wechat import groups, scenes, tags, users
from banyan.doors.wechat.endpoint import Endpoint
from tests.kit.wechat import Account

ENDPOINTS = [
    one
    for module in (users, tags, groups, scenes)
    for one in vars(module).values()
    if isinstance(one, Endpoint) and one.body_type is not None and "POST" in one.methods
]
TEXTS = ["", "\0", "\u202e", "\ud800", "x" * 100_000, "'; drop table labels.tags; --", "o" * 28]
NUMBERS = [-1, 0, 1, 2**31, 2**53, 2**63, 10**40, 1.5, None, True, "1", "x"]
BODY_OF: list[dict[str, Any]] = (
    [{"openid": one, "remark": one, "begin_openid": one, "next_openid": one} for one in TEXTS]
    + [{"openid_list": [one] * 3, "tagid": 2, "to_groupid": 2} for one in TEXTS]
    + [{"tag": {"id": 100, "name": one}, "group": {"id": 100, "name": one}} for one in TEXTS]
    + [{"tag": {"id": one, "name": "x"}, "group": {"id": one, "name": "x"}} for one in NUMBERS]
    + [{"tagid": one, "to_groupid": one, "openid_list": ["o" * 28]} for one in NUMBERS]
    + [{"user_list": [{"openid": one, "lang": one}], "from_appid": one} for one in TEXTS]
    + [{"long_data": one, "short_key": one, "long_url": one} for one in TEXTS]
    + [
        {"action_name": name, "action_info": {"scene": {"scene_str": one}}, "expire_seconds": 60}
        for name in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE")
        for one in TEXTS
    ]
    + [
        {"action_name": name, "action_info": {"scene": {"scene_id": one}}, "expire_seconds": one}
        for name in ("QR_SCENE", "QR_LIMIT_SCENE")
        for one in NUMBERS
    ]
    + [{"openid_list": "x"}, {"tag": []}, {"user_list": [1]}, {"action_info": 1}]
)


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.path)
async def test_no_body_breaks_an_endpoint(account: Account, one: Endpoint) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    assert one.body_type is not None
    known = {field.name for field in msgspec.structs.fields(one.body_type)}
    for body in BODY_OF:
        given: dict[str, Any] = {name: value for name, value in body.items() if name in known}
        if given:
            told = await account.post(one.path, given, access_token=token)
            assert told.get("errcode", 0) != -1, (one.path, given)
