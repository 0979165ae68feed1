"""The door: who signed what, the methods of the table, and answers that are signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import SYSTEM
from banyan.doors.alipay.endpoint import (
    Call,
    Endpoint,
    Office,
    Redirect,
    invalid_code_of,
    parse_time,
    wrong,
)
from banyan.doors.alipay.errors import (
    BUG,
    MESSAGES,
    NO_APP,
    NO_APP_KEY,
    NO_METHOD,
    NO_SIGN_TYPE,
    NO_SIGNATURE,
    NO_TIMESTAMP,
    NO_VERSION,
    NOT_GRANTED,
    WRONG_APP,
    WRONG_CERTIFICATE,
    WRONG_FORMAT,
    WRONG_METHOD,
    WRONG_SIGN_TYPE,
    WRONG_TIMESTAMP,
    WireError,
    error_of,
    wrong_parameter,
)
from banyan.doors.alipay.keys import (
    load_private_key,
    load_public_key,
    read_number,
    read_root_number,
)
from banyan.doors.alipay.known import METHODS
from banyan.doors.alipay.request import NONE, Parameters, parse_parameters
from banyan.doors.http import Answer, Limiter
from banyan.doors.http.answer import send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.limiter import hold
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_base, find_visit
from banyan.doors.http.watch import Log
from banyan.pay.alipayapps import App, AppActor, AppId, FindCaller, find_caller
from banyan.wire.alipay import (
    SignType,
    encode_content,
    escape_text,
    is_signed,
    render_frame,
    render_request_text,
    sign,
)

PATH = "/gateway.do"
_body_bytes_max = 4 << 20
_digits_max = 19
_shown_max = 2_000
_json = b"application/json;charset=utf-8"
_bare = "error_response"
_number_max = 10**30
_decoder = msgspec.json.Decoder(Any, float_hook=str)
_nul = "\\u0000"
_own_parameters = frozenset(
    {
        *("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version", "format"),
        *("biz_content", "notify_url", "return_url", "app_auth_token", "app_cert_sn"),
        *("alipay_root_cert_sn", "alipay_sdk", "terminal_type", "terminal_info", "prod_code"),
    }
)
"""Those of the gateway; all others belong to the method."""


@dataclass(slots=True)
class Asked:
    """What is known of a call by the time it is answered."""

    parameters: Parameters = NONE
    endpoint: Endpoint | None = None
    caller: AppActor | None = None
    sign_type: SignType = SignType.RSA2

    @property
    def method(self) -> str:
        """What is called."""
        return self.parameters.get("method")

    @property
    def invalid_code(self) -> str:
        """By what Alipay calls a parameter wrong here."""
        return invalid_code_of(self.method if self.endpoint else "")


class AlipayDoor:
    """An ASGI application: every error is an HTTP 200 that names it, as the SDKs expect."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        *,
        office: Office,
        now: Callable[[], datetime],
        public_url: str,
        limiter: Limiter | None,
        log: Log,
    ) -> None:
        """`limiter` holds addresses whose calls are not signed."""
        self._office = office
        self._now = now
        self._public_url = public_url.rstrip("/")
        self._limiter = limiter
        self._log = log
        self._endpoints = {one.name: one for one in endpoints}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit, asked = find_visit(scope), Asked()
        visit.route = PATH
        try:
            result = await self._answer(scope, receive, visit, asked)
            answer = _lead(result) if isinstance(result, Redirect) else _render(asked, result)
        except WireError as error:
            answer = _tell(error, visit, asked)
        except Failure as failure:
            visit.code = failure.code
            answer = _tell(error_of(failure, asked.invalid_code), visit, asked)
        except Exception as error:  # noqa: BLE001 - whatever is not a failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=asked.method, exc_info=error)
            answer = _tell(BUG, visit, asked)
        await send_answer(send, answer)

    async def _answer(
        self, scope: Scope, receive: Receive, visit: Visit, asked: Asked
    ) -> Mapping[str, Any] | Redirect:
        # The body is read in any case: a connection is not used again before it is empty.
        body = await read_body(receive, visit.headers, _body_bytes_max)
        media_type = visit.header(b"content-type")
        asked.parameters = given = parse_parameters(scope["query_string"], media_type, body)
        asked.endpoint = endpoint = self._endpoints.get(given.get("method"))
        try:
            caller = await self._admit(asked)
        except (WireError, Failure):
            hold(self._limiter, visit.address)
            raise
        visit.actor_kind, visit.actor_id = caller.kind, caller.actor_id
        if endpoint is None:
            raise NOT_GRANTED if asked.method in METHODS else WRONG_METHOD
        visit.route = f"{PATH} {endpoint.name}"
        call = Call(
            office=self._office,
            caller=caller,
            parameters=given,
            method=endpoint.name,
            base_url=find_base(scope, visit, self._public_url),
            now=self._now(),
        )
        result = await endpoint.function(call, self._parse(endpoint, given))
        return result if isinstance(result, Redirect) else {"code": "10000", **result}

    async def _admit(self, asked: Asked) -> AppActor:
        """The program that signed. The order of the complaints is Alipay's."""
        given = asked.parameters
        if not given.get("method"):
            raise NO_METHOD
        if not given.get("app_id"):
            raise NO_APP
        if not given.get("sign_type"):
            raise NO_SIGN_TYPE
        if given.get("sign_type") not in set(SignType):
            raise WRONG_SIGN_TYPE
        asked.sign_type = SignType(given.get("sign_type"))
        own = await self._find_caller(given.get("app_id"), "")
        # From here on there is a key to sign with.
        asked.caller = own
        if not given.get("sign"):
            raise NO_SIGNATURE
        if not own.app.app_public_key:
            raise NO_APP_KEY
        _check_certificates(given, own.app)
        _check_signature(given, own.app, asked.sign_type)
        _check_form(given)
        token = given.get("app_auth_token")
        if not token or (asked.endpoint is not None and asked.endpoint.is_own):
            return own
        return await self._find_caller(given.get("app_id"), token)

    async def _find_caller(self, app_id: str, token: str) -> AppActor:
        if not (app_id.isascii() and app_id.isdigit() and len(app_id) < _digits_max):
            raise WRONG_APP
        query = FindCaller(app_id=AppId(int(app_id)), app_auth_token=token)
        try:
            return await self._office.run(find_caller, query, SYSTEM)
        except NotFound as failure:
            if failure.code == "alipayapps.not_found":
                raise WRONG_APP from None
            raise

    def _parse(self, endpoint: Endpoint, given: Parameters) -> msgspec.Struct:
        kind = endpoint.body_type
        text = given.get("biz_content").strip() or "{}"
        # PostgreSQL has no room for it, and nobody means it.
        if _nul in text:
            raise wrong(endpoint.name, "NUL")
        beside = {
            name: value for name, value in given.values.items() if name not in _own_parameters
        }
        try:
            told = _as_texts(_decoder.decode(text))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise wrong_parameter("biz_content") from None
        if not isinstance(told, dict):
            raise wrong_parameter("biz_content")
        try:
            return msgspec.convert({**beside, **told}, kind, strict=False)
        except msgspec.ValidationError as error:
            raise wrong(endpoint.name, str(error)) from None


def _as_texts(told: Any) -> Any:  # noqa: ANN401 - JSON
    """The same with texts for numbers: programs write both, and sums must stay as written."""
    match told:
        case dict():
            return {name: _as_texts(value) for name, value in told.items()}
        case list():
            return [_as_texts(value) for value in told]
        case bool():
            return told
        case int():
            return str(told) if abs(told) < _number_max else ""
        case _:
            return told


def _check_certificates(given: Parameters, app: App) -> None:
    app_sn, root_sn = given.get("app_cert_sn"), given.get("alipay_root_cert_sn")
    if app_sn and app_sn != read_number(app.app_certificate):
        raise WRONG_CERTIFICATE
    if root_sn and root_sn != read_root_number(app.root_certificate):
        raise wrong_parameter("alipay_root_cert_sn")


def _check_signature(given: Parameters, app: App, kind: SignType) -> None:
    key = load_public_key(app.app_public_key)
    values = given.values
    texts = dict.fromkeys(
        render_request_text(values, keeps_empty=keeps_empty) for keeps_empty in (False, True)
    )
    for text in texts:
        raw = text.encode(given.codec, "replace")
        if is_signed(raw, given.get("sign"), key, kind):
            return
    shown = next(iter(texts))[:_shown_max]
    told = (
        f"验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：{shown}"
    )
    raise WireError("40002", "isv.invalid-signature", told)


def _check_form(given: Parameters) -> None:
    if not given.get("timestamp"):
        raise NO_TIMESTAMP
    # How old it is says little: some SDKs write the local time of wherever they run.
    if parse_time(given.get("timestamp")) is None:
        raise WRONG_TIMESTAMP
    if not given.get("version"):
        raise NO_VERSION
    if given.get("version") != "1.0":
        raise wrong_parameter("version")
    if given.get("format") and given.get("format").upper() != "JSON":
        raise WRONG_FORMAT


def _tell(error: WireError, visit: Visit, asked: Asked) -> Answer:
    visit.code = visit.code or f"alipay.{error.sub_code}"
    return _render(asked, error.fields, is_error=True)


def _render(asked: Asked, fields: Mapping[str, Any], *, is_error: bool = False) -> Answer:
    told = dict(fields)
    told.setdefault("msg", MESSAGES[told["code"]])
    content = encode_content(told)
    if asked.parameters.codec != "utf-8":
        content = escape_text(content)
    endpoint = asked.endpoint
    is_bare = asked.method not in METHODS if endpoint is None else endpoint.is_error_bare
    name = _bare if is_error and is_bare else asked.method.replace(".", "_") + "_response"
    caller, signature, cert_sn = asked.caller, "", ""
    if caller is not None:
        key = load_private_key(caller.private_key.reveal())
        signature = sign(content, key, asked.sign_type)
        if asked.parameters.get("app_cert_sn"):
            cert_sn = read_number(caller.app.certificate)
    return Answer(200, render_frame(name, content, signature, cert_sn), _json)


def _lead(to: Redirect) -> Answer:
    return Answer(302, b"", b"text/html;charset=utf-8", ((b"location", to.url.encode()),))
