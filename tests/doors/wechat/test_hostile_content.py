"""Whatever a program sends about menus, files, articles and sign-in, it is told what is wrong."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from banyan.doors.wechat import articles, material, media, menus, oauth, security, sights
from banyan.doors.wechat.endpoint import Endpoint
from tests.kit.wechat import Account

ENDPOINTS = [
    one
    for module in (menus, media, material, articles, oauth, security, sights)
    for one in vars(module).values()
    if isinstance(one, Endpoint) and one.body_type is not None
]
TEXTS: list[object] = ["\0", "\u202e", "\ud800", "x" * 100_000, "'; drop table x; --", "中" * 64]
ODD: list[object] = [-1, 2**31, 2**53, 2**63, 10**40, 1.5, None, True, [], {}, [1], {"a": "b"}]
BUTTONS = [
    [{"type": "click", "name": one, "key": one}, {"type": "view", "name": "x", "url": one}]
    for one in TEXTS + ODD
]
RULES = [dict.fromkeys(("tag_id", "client_platform_type", "sex", "country"), one) for one in ODD]
ARTICLES = [
    [dict.fromkeys(("title", "author", "content", "thumb_media_id", "content_source_url"), one)]
    for one in TEXTS + ODD
]


def bodies(names: set[str]) -> list[dict[str, Any]]:
    """Bodies whose fields an endpoint knows, each filled with something odd."""
    made: list[dict[str, Any]] = [dict.fromkeys(names, one) for one in TEXTS + ODD]
    if "button" in names:
        made += [{"button": one} for one in BUTTONS]
    if "matchrule" in names:
        made += [{"button": BUTTONS[-1], "matchrule": one} for one in RULES]
    if "articles" in names:
        made += [{"media_id": "x", "index": 0, "articles": one} for one in ARTICLES]
        made += [{"media_id": "x", "index": 0, "articles": one[0]} for one in ARTICLES]
    return made


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.path)
async def test_no_call_breaks_an_endpoint(account: Account, one: Endpoint) -> None:
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]
    assert one.body_type is not None
    for given in bodies({field.name for field in msgspec.structs.fields(one.body_type)}):
        if "POST" in one.methods:
            told = await account.post(one.path, given, access_token=token)
        else:
            query = {name: str(value)[:1_000] for name, value in given.items()}
            if any("\ud800" in text for text in query.values()):
                continue
            told = await account.get(one.path, **({"access_token": token} | query))
        assert told.get("errcode", 0) != -1, (one.path, given)
