"""The second interface's side of the door: XML, and a signature by a key that both sides know."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.doors.http import Answer, Limiter
from banyan.doors.http.answer import send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.limiter import hold
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_visit
from banyan.doors.http.watch import Log
from banyan.doors.wechatpay.callers import Directory, act_for
from banyan.doors.wechatpay.endpoint import Bytes, Call, EndpointV2, explain
from banyan.doors.wechatpay.errors import (
    BUSY,
    NOT_SUPPORTED,
    WireError,
    bad,
    code_in_v2,
    error_of,
    error_of_v2,
)
from banyan.doors.wechatpay.known import is_known
from banyan.pay.payees import PayeeKeys
from banyan.wire.wechatpay import MD5, Unreadable, is_signed_v2, parse_v2, render_v2, sign_v2

BODY_BYTES_MAX = 64 << 10
_third = ("/v3/", "/payscore/")
_xml = b"text/xml; charset=utf-8"
_echoed = ("appid", "mch_id", "sub_appid", "sub_mch_id", "device_info")
_mchids = ("mch_id", "mchid")


class Unheard(Exception):
    """Nobody knows who asks: what is answered is not signed."""


class SecondDoor:
    """Answers what is asked in XML; every answer is an HTTP 200 that says what became of it."""

    def __init__(
        self,
        endpoints: Iterable[EndpointV2],
        directory: Directory,
        now: Callable[[], datetime],
        limiter: Limiter | None,
        log: Log,
    ) -> None:
        """`limiter` holds addresses whose calls are not signed."""
        self._endpoints: dict[str, EndpointV2] = {}
        for one in endpoints:
            assert one.path not in self._endpoints, f"two endpoints answer {one.path}"
            self._endpoints[one.path] = one
        self._directory = directory
        self._now = now
        self._limiter = limiter
        self._log = log

    @staticmethod
    def answers(path: str) -> bool:
        """Whether a path is of the second interface."""
        return not path.startswith(_third)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit = find_visit(scope)
        try:
            answer = await self._answer(scope, receive, visit)
        except Unheard as why:
            visit.code = "wechatpay.signerror"
            body = render_v2([("return_code", "FAIL"), ("return_msg", str(why))])
            answer = Answer(200, body, _xml)
        except Failure as failure:
            visit.code = failure.code
            body = render_v2([("return_code", "FAIL"), ("return_msg", error_of(failure).message)])
            answer = Answer(200, body, _xml)
        await send_answer(send, answer)

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit) -> Answer:
        path = scope["path"].rstrip("/")
        # The body is read in any case: a connection is not used again before it is empty.
        body = await read_body(receive, visit.headers, BODY_BYTES_MAX)
        endpoint = self._endpoints.get(path)
        if endpoint is None and not is_known(path):
            raise Unheard("接口不存在")
        visit.route = path
        if scope["method"] != "POST":
            raise Unheard("请使用post方法")
        try:
            fields = parse_v2(body)
        except Unreadable:
            hold(self._limiter, visit.address)
            raise Unheard("XML格式错误") from None
        keys = await self._admit(fields, visit)
        try:
            if endpoint is None:
                raise NOT_SUPPORTED  # noqa: TRY301 - told as every other refusal
            told = await self._run(endpoint, keys, fields, visit)
            if isinstance(told, Bytes):
                return Answer(200, told.content, told.media_type.encode())
        except WireError as error:
            told = _refused(error, visit)
        except Failure as failure:
            visit.code = failure.code
            told = _refused(error_of_v2(failure), visit)
        except Exception as error:  # noqa: BLE001 - whatever is not a failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=path, exc_info=error)
            told = _refused(BUSY, visit)
        is_signed = endpoint is None or endpoint.is_answer_signed
        return Answer(200, _render(fields, told, keys if is_signed else None), _xml)

    async def _admit(self, fields: Mapping[str, str], visit: Visit) -> PayeeKeys:
        mchid = next((fields[name] for name in _mchids if fields.get(name)), "")
        try:
            keys = await self._directory.read_keys(mchid)
        except NotFound:
            hold(self._limiter, visit.address)
            raise Unheard("商户号mch_id与密钥不匹配") from None
        key = keys.keys.apiv2_key
        if key is None or not is_signed_v2(fields, key.reveal()):
            hold(self._limiter, visit.address)
            raise Unheard("签名错误")
        visit.actor_kind, visit.actor_id = "payee", int(keys.payee.merchant_id)
        return keys

    async def _run(
        self, endpoint: EndpointV2, keys: PayeeKeys, fields: Mapping[str, str], visit: Visit
    ) -> Mapping[str, object] | Bytes:
        call = Call(
            directory=self._directory,
            keys=keys,
            pairs=await self._directory.read_pairs(),
            actor=act_for(keys.payee),
            query=fields,
            address=visit.address,
            base_url="",
            named_serial="",
            signed_by="",
            now=self._now(),
        )
        if any("\0" in value for value in fields.values()):
            raise bad("参数不能包含空字符")
        try:
            body = msgspec.convert(dict(fields), endpoint.body_type, strict=False)
        except msgspec.ValidationError as error:
            raise bad(explain(error)[0]) from None
        told = await endpoint.function(call, body)
        return told if isinstance(told, Bytes) else {"result_code": "SUCCESS", **told}


def _refused(error: WireError, visit: Visit) -> dict[str, object]:
    code = code_in_v2(error.code)
    visit.code = visit.code or f"wechatpay.{code.lower()}"
    return {"result_code": "FAIL", "err_code": code, "err_code_des": error.message, **error.more}


def _render(fields: Mapping[str, str], told: Mapping[str, object], keys: PayeeKeys | None) -> bytes:
    echoed = {name: fields[name] for name in _echoed if fields.get(name)}
    every = {"return_code": "SUCCESS", "return_msg": "OK", **echoed}
    # A list is an element with others in it; only answers that are not signed have such.
    lists = {name: value for name, value in told.items() if isinstance(value, list) and value}
    told = {name: value for name, value in told.items() if not isinstance(value, list)}
    every |= {name: str(value) for name, value in told.items() if value not in ("", None)}
    if keys is not None and keys.keys.apiv2_key is not None:
        every["nonce_str"] = secrets.token_hex(16)
        sign_type = fields.get("sign_type") or MD5
        every["sign"] = sign_v2(every, keys.keys.apiv2_key.reveal(), sign_type)
    return render_v2([*every.items(), *lists.items()])
