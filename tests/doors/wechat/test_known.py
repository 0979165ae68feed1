"""Every call that programs of WeChat know: answered, or refused by the documented code."""

from __future__ import annotations

import asyncio
import json
import re

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from banyan.doors.pages.tables import ROUTES
from banyan.doors.wechat import ENDPOINTS
from banyan.doors.wechat.known import KNOWN, METHODS, PATHS, WORDS
from tests.kit.wechat import Account

_shown = {one.path for one in ROUTES}
_answered = {one.path: one for one in ENDPOINTS}
_said = re.compile(r"[^\n]+ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


def test_the_list_is_whole_and_reaches_the_door() -> None:
    calls = [call for group in KNOWN.values() for call in group.calls]
    assert sum(len(call.split()) - 1 for call in calls) == 709
    assert len(calls) == len(METHODS)
    assert all(
        path[1:].partition("/")[0] in WORDS | {"connect", "mp"} or path in PATHS for path in METHODS
    )


def test_who_is_answered_is_so_by_every_method_that_programs_use() -> None:
    for path, one in _answered.items():
        assert METHODS.get(path, frozenset()) <= set(one.methods), path


async def test_no_call_is_a_success_that_is_none(account: Account) -> None:
    """Walks them all, by both methods, with a token where a refusal does not depend on it."""
    token = (await account.call(account.sdk.fetch_access_token))["access_token"]

    def walk() -> list[str]:
        odd = []
        with requests.Session() as session:
            # A busy machine may ask again when the server has just hung up.
            again = Retry(total=2, allowed_methods=None)
            session.mount("http://", HTTPAdapter(max_retries=again))
            for path in METHODS.keys() - _shown:
                for method in ("GET", "POST"):
                    wanted = _expect(path, method)
                    query = {} if path in _answered else {"access_token": token}
                    answer = session.request(
                        method,
                        account.url + path,
                        params=query,
                        data=b"{}" if method == "POST" else None,
                        timeout=30,
                    )
                    if not _is_kept(answer, wanted):
                        odd.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return odd

    assert await asyncio.to_thread(walk) == []


async def test_a_path_that_wechat_never_had_is_told_so(account: Account) -> None:
    for path in ("/cgi-bin/nowhere", "/wxa/", "/datacube/getusersummary/"):
        assert (await account.get(path))["errcode"] == 40066


def _expect(path: str, method: str) -> set[int]:
    one = _answered.get(path)
    if one is None:
        return {48001}
    if method not in one.methods:
        return {43002 if one.methods[0] == "POST" else 43001}
    return {41001} if one.has_token else set()


def _is_kept(answer: requests.Response, wanted: set[int]) -> bool:
    """Whether the rules of the wire are: 200, one line of JSON, and the error in it."""
    if answer.status_code != 200:
        # What browsers ask for by itself, such as a picture.
        return not wanted and answer.headers["content-type"] == "text/plain"
    if answer.headers["content-type"] != "application/json" or b"\n" in answer.content:
        return False
    told = json.loads(answer.content)
    errcode = told.get("errcode", 0)
    return (
        list(told)[:2] == ["errcode", "errmsg"]
        and isinstance(errcode, int)
        and errcode != 0
        and (not wanted or errcode in wanted)
        and _said.fullmatch(told["errmsg"]) is not None
    )
