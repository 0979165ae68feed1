"""The door: WeChat's paths, tokens and errors around the functions of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from banyan.base.errors import Failure
from banyan.doors.http import Answer, Limiter
from banyan.doors.http.answer import send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.limiter import hold
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_visit
from banyan.doors.http.watch import Log
from banyan.doors.wechat.callers import Callers
from banyan.doors.wechat.endpoint import PLATFORMS, Bytes, Endpoint, Office, Outside, Wire, day_of
from banyan.doors.wechat.errors import (
    BUSY,
    NO_SUCH_PATH,
    NOT_GRANTED,
    NOT_OF_PLATFORM,
    OF_PLATFORM,
    UNAUTHORIZED,
    WireError,
    error_of,
)
from banyan.doors.wechat.functions import may_call
from banyan.doors.wechat.known import METHODS
from banyan.doors.wechat.quotas import Quotas
from banyan.doors.wechat.requests import Asked, Requests
from banyan.doors.wechat.upload import NO_UPLOAD, File, Upload, is_upload, parse_upload
from banyan.reach.channels import ChannelId, ChannelKind
from banyan.reach.tokens import ChannelActor

_query_bytes_max = 16_000
_query_fields_max = 50
_body_bytes_max = 20 << 20
_ok = b'{"errcode":0,"errmsg":"ok"}'
_json = b"application/json"
_nul = b"\\u0000"


class WeChatDoor:
    """An ASGI application: every error is an HTTP 200 that names it, as the SDKs expect."""

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        *,
        office: Office,
        now: Callable[[], datetime],
        limiter: Limiter | None,
        log: Log,
        outside: Outside,
    ) -> None:
        """`limiter` holds addresses that call without a valid token."""
        self._office = office
        self._limiter = limiter
        self._now = now
        self._log = log
        self._endpoints: dict[str, dict[str, Endpoint]] = {}
        for one in endpoints:
            methods = self._endpoints.setdefault(one.path, {})
            for method in one.methods:
                assert method not in methods, f"two endpoints answer {method} {one.path}"
                methods[method] = one
        self._daily_maxima = {
            path: max(one.daily_max for one in methods.values())
            for path, methods in self._endpoints.items()
        }
        self._paces: dict[int, Limiter] = {}
        self._decoders: dict[type[msgspec.Struct], msgspec.json.Decoder[Any]] = {}
        self.callers = Callers(office, now)
        self.quotas = Quotas(office, lambda: day_of(now()))
        self._requests = Requests(office, now)
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit, asked = find_visit(scope), Asked(scope["path"])
        try:
            answer = await self._answer(scope, receive, visit, asked)
        except WireError as error:
            answer = await self._tell(error, visit, asked)
        except Failure as failure:
            visit.code = failure.code
            answer = await self._tell(error_of(failure), visit, asked)
        except Exception as error:  # noqa: BLE001 - whatever is not a failure is a bug, and must be answered
            self._log.error("bug", request_id=visit.request_id, route=visit.route, exc_info=error)
            answer = await self._tell(BUSY, visit, asked)
        await send_answer(send, answer)

    def forget(self) -> None:
        """Ask again for everything, as after the sandbox has emptied the database."""
        self.callers.forget()
        self.quotas.forget()
        self._paces.clear()

    def unused(self, channel_id: ChannelId, path: str) -> int:
        """How many calls count already that have not been made."""
        return self.quotas.unused(channel_id, path)

    def forget_quotas(self, channel_id: ChannelId) -> None:
        """Ask again how many calls an account may make."""
        self.quotas.forget(channel_id)

    def forget_callers(self) -> None:
        """Ask again whose tokens work."""
        self.callers.forget()

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit, asked: Asked) -> Answer:
        endpoint = self._find(scope["method"], scope["path"])
        visit.route = endpoint.path
        asked.query = query = _parse_query(scope["query_string"])
        # The body is read in any case: a connection is not used again before it is empty.
        body = await read_body(receive, visit.headers, _body_bytes_max)
        if endpoint.has_token:
            await self._admit(endpoint, visit, asked)
        else:
            hold(self._limiter, visit.address)
        upload = NO_UPLOAD
        if is_upload(visit.header(b"content-type")):
            upload = parse_upload(visit.header(b"content-type"), body)
            query, body = {**query, **upload.fields}, b""
        elif endpoint.takes_file:
            upload, body = Upload(files={"": File("", body)} if body else {}), b""
        asked.body = body
        wire = Wire(
            office=self._office,
            caller=asked.caller,
            query=query,
            address=visit.address,
            daily_maxima=self._daily_maxima,
            now=self._now,
            memory=self,
            outside=self._outside,
            upload=upload,
        )
        arguments = [] if endpoint.body_type is None else [self._parse(endpoint, query, body)]
        result = await endpoint.function(wire, *arguments)
        return _render(endpoint, result)

    def _find(self, method: str, path: str) -> Endpoint:
        methods = self._endpoints.get(path)
        if methods is None:
            raise UNAUTHORIZED if path in METHODS else NO_SUCH_PATH
        endpoint = methods.get(method)
        if endpoint is None:
            wanted = next(iter(methods))
            raise WireError(43002 if wanted == "POST" else 43001, f"require {wanted} method")
        return endpoint

    async def _admit(self, endpoint: Endpoint, visit: Visit, asked: Asked) -> None:
        query = asked.query
        try:
            token = query.get("access_token") or query.get("component_access_token", "")
            asked.caller = caller = await self.callers.read(token)
        except (WireError, Failure):
            hold(self._limiter, visit.address)
            raise
        visit.actor_kind, visit.actor_id = caller.kind, caller.actor_id
        _check_may(endpoint, caller)
        self._pace(endpoint, caller)
        await self.quotas.take(caller.channel.channel_id, endpoint.path, endpoint.daily_max)

    def _pace(self, endpoint: Endpoint, caller: ChannelActor) -> None:
        """Let an account make so many calls a minute, of all that have this maximum together."""
        most = endpoint.minute_max
        if most:
            paces = self._paces.setdefault(most, Limiter(rate=most / 60, burst=most))
            hold(paces, caller.channel.channel_id)

    async def _tell(self, error: WireError, visit: Visit, asked: Asked) -> Answer:
        visit.code = visit.code or f"wechat.{error.errcode}"
        if not self._outside.has_rids:
            return Answer(200, _render_error(error.errcode, error.errmsg, error.more), _json)
        rid = self._requests.name(visit)
        told = _render_error(error.errcode, f"{error.errmsg} rid: {rid}", error.more)
        await self._requests.note(asked, visit, rid, told)
        return Answer(200, told, _json)

    def _parse(self, endpoint: Endpoint, query: Mapping[str, str], body: bytes) -> msgspec.Struct:
        kind = endpoint.body_type
        assert kind is not None
        # PostgreSQL has no room for it, and nobody means it.
        if _nul in body or any("\0" in text for text in query.values()):
            raise WireError(40035, "invalid parameter: NUL")
        decoder = self._decoders.get(kind)
        if decoder is None:
            decoder = self._decoders[kind] = msgspec.json.Decoder(kind, strict=False)
        try:
            if "POST" not in endpoint.methods or not body:
                return msgspec.convert(dict(query), kind, strict=False)
            return decoder.decode(body)  # type: ignore[no-any-return] # of the endpoint's type
        except msgspec.ValidationError as error:
            raise WireError(40035, f"invalid parameter: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            if not body:
                raise WireError(44002, "empty post data") from None
            raise WireError(47001, "data format error") from None


def _check_may(endpoint: Endpoint, caller: ChannelActor) -> None:
    """Whether a call is for such an account, and for the platform that acts for it, if one does."""
    if caller.channel.kind not in endpoint.kinds:
        if caller.channel.kind is ChannelKind.COMPONENT:
            raise OF_PLATFORM
        raise NOT_OF_PLATFORM if endpoint.kinds == PLATFORMS else UNAUTHORIZED
    if caller.via_id and not may_call(endpoint.path, caller.functions):
        raise NOT_GRANTED


def _parse_query(query: bytes) -> dict[str, str]:
    if len(query) > _query_bytes_max:
        raise WireError(40035, "invalid parameter: query too long")
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_query_fields_max,
        )
    except ValueError:
        raise WireError(40035, "invalid parameter: query") from None
    return dict(pairs)


def _render(endpoint: Endpoint, result: object) -> Answer:
    if result is None:
        return Answer(200, _ok, _json)
    if isinstance(result, Bytes):
        headers: tuple[tuple[bytes, bytes], ...] = ()
        if result.filename:
            told = f'attachment; filename="{result.filename}"'
            headers = ((b"content-disposition", told.encode("ascii", "replace")),)
        return Answer(result.status, result.content, result.media_type.encode(), headers)
    body = msgspec.json.encode(result)
    if endpoint.is_said_ok:
        body = _ok if body == b"{}" else _ok[:-1] + b"," + body[1:]
    return Answer(200, body, _json)


def _render_error(errcode: int, errmsg: str, more: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({"errcode": errcode, "errmsg": errmsg, **more})
