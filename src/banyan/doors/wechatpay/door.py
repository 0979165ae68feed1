"""The door: who signed what, the endpoints of the table, and answers that are signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from banyan.base.clock import Clock
from banyan.base.errors import Failure, Invalid, NotFound
from banyan.base.json import encode
from banyan.books.work import SYSTEM
from banyan.doors.http import Answer, Limiter
from banyan.doors.http.answer import Header, send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.limiter import hold
from banyan.doors.http.match import Matcher
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_base, find_visit
from banyan.doors.http.watch import Log
from banyan.doors.wechatpay.callers import Directory, Office, Pairs, ReadPlatform, act_for
from banyan.doors.wechatpay.door_v2 import SecondDoor
from banyan.doors.wechatpay.endpoint import Accepted, Bytes, Call, Endpoint, EndpointV2, explain
from banyan.doors.wechatpay.errors import (
    BUSY,
    NO_SUCH_PATH,
    NOT_SUPPORTED,
    WireError,
    bad,
    error_of,
)
from banyan.doors.wechatpay.headers import signed_headers
from banyan.doors.wechatpay.known import is_known
from banyan.doors.wechatpay.upload import Upload, is_upload, parse_upload
from banyan.pay.payees import KeyMode, NoteToldBy, Payee, PayeeKeys, note_told_by
from banyan.wire.wechatpay import (
    is_signed,
    parse_authorization,
    request_text,
)

BODY_BYTES_MAX = 8 << 20
_clock_off_max_s = 300
_shown_max = 200
_query_bytes_max = 16_000
_query_fields_max = 50
_nul = b"\\u0000"
_json = b"application/json; charset=utf-8"
_wire_headers: tuple[Header, ...] = (
    (b"cache-control", b"no-cache, must-revalidate"),
    (b"content-language", b"zh-CN"),
)


@dataclass(slots=True)
class Asked:
    """What is known of a call by the time it is answered."""

    pairs: Pairs | None = None
    mode: KeyMode = KeyMode.PUBLIC_KEY
    named: str = ""


class WeChatPayDoor:
    """An ASGI application over both interfaces of WeChat Pay."""

    def __init__(  # noqa: PLR0913 - what the door stands on, by keyword
        self,
        endpoints: Iterable[Endpoint],
        endpoints_v2: Iterable[EndpointV2],
        *,
        office: Office,
        read_platform: ReadPlatform,
        now: Callable[[], datetime],
        public_url: str,
        limiter: Limiter | None,
        log: Log,
    ) -> None:
        """`limiter` holds addresses whose calls are not signed."""
        self.directory = Directory(office, read_platform)
        self._now = now
        self._public_url = public_url.rstrip("/")
        self._limiter = limiter
        self._log = log
        # Signatures are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._matcher = Matcher(
            (method, one.path, one) for one in endpoints for method in one.methods
        )
        self._second = SecondDoor(endpoints_v2, self.directory, now, limiter, log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if self._second.answers(scope["path"]):
            await self._second(scope, receive, send)
            return
        visit, asked = find_visit(scope), Asked()
        try:
            answer = await self._answer(scope, receive, visit, asked)
        except WireError as error:
            answer = _tell(error, visit)
        except Failure as failure:
            visit.code = failure.code
            answer = _tell(error_of(failure), visit)
        except Exception as error:  # noqa: BLE001 - whatever is not a failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=visit.route, exc_info=error)
            answer = _tell(BUSY, visit)
        await send_answer(send, answer, await self._sign(answer, visit, asked))

    def forget(self) -> None:
        """Ask again for everything, as after the sandbox has emptied the database."""
        self.directory.forget()

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit, asked: Asked) -> Answer:
        path = scope["path"].rstrip("/") or "/"
        asked.named = visit.header(b"wechatpay-serial").strip()
        # The body is read in any case: a connection is not used again before it is empty.
        body = await read_body(receive, visit.headers, BODY_BYTES_MAX)
        found = self._find(scope["method"], path)
        visit.route = found[0].path if found else path[:_shown_max]
        upload = None
        signed_bodies = [body]
        if is_upload(visit.header(b"content-type")):
            upload = parse_upload(visit.header(b"content-type"), body)
            signed_bodies = [upload.meta]
        elif body in {b"null", b"{}"}:
            signed_bodies.append(b"")
        asked.pairs = await self.directory.read_pairs()
        keys, signed_by = await self._admit(scope, visit, signed_bodies)
        asked.mode = keys.payee.mode
        await self._note_kind(keys.payee, asked)
        if found is None:
            raise NOT_SUPPORTED if is_known(path) else NO_SUCH_PATH
        endpoint, values = found
        query = _parse_query(scope["query_string"])
        call = Call(
            directory=self.directory,
            keys=keys,
            pairs=asked.pairs,
            actor=act_for(keys.payee),
            query=query,
            address=visit.address,
            base_url=find_base(scope, visit, self._public_url),
            named_serial=asked.named,
            signed_by=signed_by,
            now=self._now(),
            upload=upload,
            request_key=visit.header(b"idempotency-key").strip(),
        )
        fields: dict[str, str] = {**query, **_name_values(endpoint.path, values)}
        arguments = [_parse(endpoint, fields, upload, body)] if endpoint.body_type else []
        return _render(await endpoint.function(call, *arguments))

    async def _note_kind(self, payee: Payee, asked: Asked) -> None:
        """While a payee changes over, tell its server by the pair that its program knows."""
        assert asked.pairs is not None
        kind = asked.pairs.choose(payee.mode, asked.named).kind
        if payee.mode is KeyMode.MIGRATING and kind is not payee.told_by:
            noting = NoteToldBy(merchant_id=payee.merchant_id, kind=kind)
            await self.directory.run(note_told_by, noting, SYSTEM)
            self.directory.forget_keys(payee.mchid)

    def _find(self, method: str, path: str) -> tuple[Endpoint, list[str]] | None:
        try:
            return self._matcher.find(method, path)
        except (NotFound, Invalid):
            return None

    async def _admit(
        self, scope: Scope, visit: Visit, bodies: list[bytes]
    ) -> tuple[PayeeKeys, str]:
        """The payee that signed, and the public key of the certificate it signed by."""
        header = visit.header(b"authorization")
        authorization = parse_authorization(header) if header else None
        if authorization is None:
            hold(self._limiter, visit.address)
            raise _unsigned("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》")
        try:
            keys = await self.directory.read_keys(authorization.mchid)
        except NotFound:
            hold(self._limiter, visit.address)
            raise _unsigned("商户号不存在") from None
        certificate = next(
            (
                one
                for one in keys.certificates
                if one.serial_no == authorization.serial_no.lstrip("0")
                and one.expires_at > self._clock.now()
            ),
            None,
        )
        if certificate is None:
            hold(self._limiter, visit.address)
            raise _unsigned("商户证书序列号有误")
        if not self._is_timely(authorization.timestamp):
            hold(self._limiter, visit.address)
            raise _unsigned("时间戳已过期")
        raw_target = _target(scope)
        texts = [
            request_text(
                scope["method"], target, authorization.timestamp, authorization.nonce, body
            )
            for target in dict.fromkeys((raw_target, _decoded(raw_target)))
            for body in bodies
        ]
        pem = certificate.public_key_pem
        if not any(is_signed(pem, text, authorization.signature) for text in texts):
            hold(self._limiter, visit.address)
            raise _unsigned("签名错误，请检查后再试", _explain(scope, raw_target, texts[0]))
        visit.actor_kind, visit.actor_id = "payee", int(keys.payee.merchant_id)
        return keys, pem

    def _is_timely(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("1" * 12)):
            return False
        return abs(self._clock.now().timestamp() - int(timestamp)) <= _clock_off_max_s

    async def _sign(self, answer: Answer, visit: Visit, asked: Asked) -> list[Header]:
        headers = [*_wire_headers, (b"request-id", visit.request_id.encode())]
        is_signed_kind = answer.media_type.startswith(b"application/json")
        if asked.pairs is None or not is_signed_kind:
            return headers
        pair = asked.pairs.choose(asked.mode, asked.named)
        return headers + [
            (name.encode(), value.encode())
            for name, value in signed_headers(pair, answer.body, self._clock.now()).items()
        ]


def _target(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    path = raw.partition(b"?")[0].decode("latin-1")
    return f"{path}?{query.decode('latin-1')}" if query else path


def _decoded(target: str) -> str:
    """The target as programs sign it that encode it only afterwards."""
    return unquote(target, errors="replace")


def _unsigned(message: str, detail: Mapping[str, object] | None = None) -> WireError:
    return WireError(401, "SIGN_ERROR", message, detail)


def _explain(scope: Scope, target: str, text: bytes) -> dict[str, object]:
    """What was signed as we see it: developers compare it with what they signed."""
    shown = text.decode("utf-8", "replace")
    return {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": scope["method"],
            "url": target,
            "truncated_sign_message": shown[:_shown_max],
            "sign_message_length": len(text),
        },
    }


def _name_values(path: str, values: list[str]) -> dict[str, str]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return dict(zip(names, values, strict=True))


def _parse_query(query: bytes) -> dict[str, str]:
    if len(query) > _query_bytes_max:
        raise bad("查询参数过长")
    try:
        # A `+` is one: raw base64 stands in some programs' queries.
        pairs = parse_qsl(
            query.replace(b"+", b"%2B").decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_query_fields_max,
        )
    except ValueError:
        raise bad("查询参数格式错误") from None
    if any("\0" in one for pair in pairs for one in pair):
        raise bad("查询参数格式错误")
    return dict(pairs)


def _parse(
    endpoint: Endpoint, fields: Mapping[str, str], upload: Upload | None, body: bytes
) -> msgspec.Struct:
    kind = endpoint.body_type
    assert kind is not None
    text = upload.meta if upload is not None else body
    if any("\0" in one for one in fields.values()) or _nul in text:
        raise bad("参数不能包含空字符")
    try:
        given: Any = msgspec.json.decode(text) if text.strip() not in {b"", b"null"} else {}
        if not isinstance(given, dict):
            raise bad("请求体必须是JSON对象")
        # What is in the query is text, whatever it stands for.
        return msgspec.convert({**given, **fields}, kind, strict=bool(given))
    except msgspec.ValidationError as error:
        raise bad(*explain(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise bad("请求体不是合法的JSON") from None


def _render(result: object) -> Answer:
    if result is None:
        return Answer(204, b"")
    if isinstance(result, Accepted):
        return Answer(202, b"")
    if isinstance(result, Bytes):
        headers: tuple[Header, ...] = ()
        if result.filename:
            told = f'attachment; filename="{result.filename}"'
            headers = ((b"content-disposition", told.encode("ascii", "replace")),)
        return Answer(200, result.content, result.media_type.encode(), headers)
    return Answer(200, encode(result), _json)


def _tell(error: WireError, visit: Visit) -> Answer:
    visit.code = visit.code or f"wechatpay.{error.code.lower()}"
    body: dict[str, object] = {"code": error.code, "message": error.message}
    if error.detail is not None:
        body["detail"] = error.detail
    return Answer(error.status, encode(body), _json)
