"""Every call that programs of WeChat Pay know: answered, or refused by the documented code."""

from __future__ import annotations

import asyncio
import re

from banyan.doors.wechatpay import ENDPOINTS, ENDPOINTS_V2
from banyan.doors.wechatpay.known import KNOWN, PATHS, WORDS, is_known
from tests.kit.wechatpay import Shop

_name = re.compile(r"\{[^}]*\}")
_calls = [
    (method, path)
    for group in KNOWN.values()
    for path, methods in group.paths.items()
    for method in sorted(methods)
]


def _shape(path: str) -> str:
    return _name.sub("{}", path)


_answered = {(method, _shape(one.path)) for one in ENDPOINTS for method in one.methods}
_answered |= {("POST", one.path) for one in ENDPOINTS_V2}


def test_the_list_is_whole_and_reaches_the_door() -> None:
    assert len(_calls) >= 450
    assert len({(method, _shape(path)) for method, path in _calls}) == len(_calls)
    assert all(path[1:].partition("/")[0] in WORDS or path in PATHS for _, path in _calls)
    assert is_known("/v3/pay/transactions/jsapi")
    assert not is_known("/v3/pay/transactions")


def test_who_is_answered_is_known() -> None:
    known = {(method, _shape(path)) for method, path in _calls}
    odd = {path for method, path in _answered if (method, path) not in known}
    # But for what programs are handed as an address.
    assert {path for path in odd if not path.endswith("/file")} == set()


async def test_no_call_is_a_success_that_is_none(shop: Shop) -> None:
    odd = []
    for method, path in _calls:
        target = _name.sub("1234567890", path)
        is_answered = (method, _shape(path)) in _answered
        if path.startswith(("/v3/", "/payscore/")):
            answer = await shop.send(method, target, {} if method != "GET" else None)
            told = answer.json() if answer.content and answer.status_code >= 400 else {}
            code = told.get("code")
            if is_answered:
                # Whatever it is, it is no call that nobody answers.
                is_kept = code != "NO_AUTH" or told["message"] != "商户未开通此接口权限"
                is_kept = is_kept and answer.status_code < 500
            else:
                is_kept = (answer.status_code, code) == (403, "NO_AUTH")
            if not is_kept:
                odd.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            continue
        said = await shop.v2(path)
        is_refused = said.get("result_code") == "FAIL"
        if not is_refused or (not is_answered and said["err_code"] != "NOAUTH"):
            odd.append(f"{path}: {said}")
    assert odd == []


async def test_answers_are_the_same_for_many_at_once(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.send("GET", "/v3/certificates") for _ in range(20)))
    assert {one.status_code for one in answers} == {404}
    assert len({one.headers["Wechatpay-Nonce"] for one in answers}) == 20
