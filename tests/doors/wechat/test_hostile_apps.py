"""Whatever programs of mini programs send, they are answered: never a fault of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.doors.wechat import app_code, app_entries, app_settings, subscriptions
from banyan.doors.wechat.endpoint import Endpoint
from banyan.reach.channels import ChannelKind
from tests.kit.miniapps import bring_out
from tests.kit.wechat import Account, open_account
from tests.kit.world import World

_posts = sorted(
    one.path
    for group in (app_code, app_entries, app_settings, subscriptions)
    for one in vars(group).values()
    if isinstance(one, Endpoint) and "POST" in one.methods and ChannelKind.MINIAPP in one.kinds
)
_words = """template_id ext_json user_version user_desc draft_id item_list version_desc auditid
    action gray_percentage status requestdomain webviewdomain wechatid userstr path scene page
    width line_color env_version is_expire expire_type expire_time expire_interval jump_wxa query
    page_url page_title is_permanent scheme url_link model_id sn categories first second touser
    mp_template_msg data tid kidList priTmplId prefetch_dns_domain"""
_names = st.sampled_from(_words.split())
_likely = ["add", "set", "get", "delete", "open", "{}", "[]", "pages/tea/tea", "\u202e"]
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(_likely),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=8,
)


async def _send(app: Account, path: str, body: Any) -> dict[str, Any]:  # noqa: ANN401 - anything
    token = {"access_token": app.sdk.access_token}
    answer = await asyncio.to_thread(
        requests.post, app.url + path, params=token, json=body, timeout=30
    )
    assert answer.status_code == 200
    if answer.headers["content-type"] != "application/json":
        return {"errcode": 0}
    told: dict[str, Any] = answer.json()
    return told


async def test_no_body_is_a_fault_of_ours(world: World) -> None:
    bodies: list[Any] = []

    @settings(max_examples=12, database=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(_names, _values, max_size=6) | _values)
    def collect(body: object) -> None:
        bodies.append(body)

    collect()
    async with open_account(world, kind=ChannelKind.MINIAPP) as app:
        await app.call(app.sdk.fetch_access_token)
        await bring_out(world, app.channel)
        for path in _posts:
            for body in bodies:
                told = await _send(app, path, body)
                assert told.get("errcode", 0) != -1, (path, body, told)
    await world.check()
