"""Where outside providers tell what happens to payments and refunds.

Only what the provider is proved to have told counts. It is told again until we say that we have it,
so we say so after the commit; and what it is told twice changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol, TypeVar

import structlog

from banyan.base.errors import Failure, Invalid, NotFound, Trouble
from banyan.books.work import SYSTEM, Actor, Operation
from banyan.doors.http import Answer
from banyan.doors.http.answer import send_answer
from banyan.doors.http.body import read_body
from banyan.doors.http.visit import Receive, Scope, Send, Visit, find_visit
from banyan.pay.gateways import (
    FindNotified,
    Forged,
    GatewayKind,
    LearnPayment,
    LearnRefund,
    NoteTold,
    Notice,
    Notified,
    Provider,
    Source,
    Unreachable,
    Unreadable,
    find_notified,
    learn_payment,
    learn_refund,
    note_told,
)

_log = structlog.get_logger("banyan.gateways")

C = TypeVar("C")
R = TypeVar("R")

WORD = "gateways"
"""The first word of the paths."""
_body_bytes_max = 64 << 10
_parts = 3
_json, _text = b"application/json", b"text/plain; charset=utf-8"
_taken = {
    GatewayKind.WECHATPAY: Answer(200, b'{"code":"SUCCESS","message":""}', _json),
    GatewayKind.ALIPAY: Answer(200, b"success", _text),
}
_nobody = Answer(404, b"", _text)
_wrong_way = Answer(405, b"", _text)
_too_large = Answer(413, b"", _text)
_forged = Answer(401, b'{"code":"FAIL","message":"forged"}', _json)
_later = Answer(503, b'{"code":"FAIL","message":"later"}', _json)


class Office(Protocol):
    """What the door asks of the books."""

    async def run(self, operation: Operation[C, R], command: C, actor: Actor) -> R:
        """The operation's result; raises Failure."""


class GatewayDoor:
    """An ASGI application: providers are answered when what they tell is in the books."""

    def __init__(self, office: Office, providers: Mapping[GatewayKind, Provider]) -> None:
        self._office = office
        self._providers = providers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        visit = find_visit(scope)
        visit.route = "/gateways/{kind}/{token}"
        try:
            body = await read_body(receive, visit.headers, _body_bytes_max)
            answer = await self._answer(visit, scope, body)
        except Invalid as invalid:
            visit.code = invalid.code
            answer = _too_large
        except NotFound as absent:
            visit.code = absent.code
            answer = _nobody
        except Forged as forged:
            visit.code = "gateways.forged"
            _log.warning("gateways.forged", why=str(forged))
            answer = _forged
        except Unreadable as sealed:
            visit.code = "gateways.unreadable"
            _log.warning("gateways.unreadable", why=str(sealed))
            answer = _later
        except Unreachable as away:
            visit.code = "gateways.unreachable"
            _log.warning("gateways.not_verified", why=away.why)
            answer = _later
        except Trouble as trouble:
            visit.code = trouble.code
            answer = _later
        await send_answer(send, answer)

    async def _answer(self, visit: Visit, scope: Scope, body: bytes) -> Answer:
        if scope["method"] != "POST":
            return _wrong_way
        kind, token = _read_path(scope["path"])
        finding = FindNotified(kind=kind, token=token)
        found: Notified = await self._office.run(find_notified, finding, SYSTEM)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        provider = self._providers[kind]
        try:
            notice = await asyncio.to_thread(provider.read_notice, found.keys, headers, body)
        except Unreadable:
            await self._note(found, is_read=False)
            raise
        if found.gateway.unread_since is not None:
            await self._note(found, is_read=True)
        try:
            await self._learn(found, notice)
        except Trouble:
            raise
        except Failure as failure:
            # Whatever it was, telling it again changes nothing.
            visit.code = failure.code
            _log.warning("gateways.not_learned", failure=str(failure), out_no=notice.out_no)
        return _taken[kind]

    async def _note(self, found: Notified, *, is_read: bool) -> None:
        """Have the merchant see that its keys do not open what the provider tells, or do again."""
        one = found.gateway
        noting = NoteTold(
            merchant_id=int(one.merchant_id), gateway_id=int(one.gateway_id), is_read=is_read
        )
        await self._office.run(note_told, noting, SYSTEM)

    async def _learn(self, found: Notified, notice: Notice) -> None:
        merchant_id = int(found.gateway.merchant_id)
        if notice.payment is not None:
            paid = LearnPayment(
                merchant_id=merchant_id,
                out_no=notice.out_no,
                learned=notice.payment,
                source=Source.NOTICE,
                gateway_id=int(found.gateway.gateway_id),
            )
            await self._office.run(learn_payment, paid, SYSTEM)
        if notice.refund is not None:
            back = LearnRefund(
                merchant_id=merchant_id,
                out_no=notice.out_no,
                kind=found.gateway.kind,
                learned=notice.refund,
                gateway_id=int(found.gateway.gateway_id),
            )
            await self._office.run(learn_refund, back, SYSTEM)


def _read_path(path: str) -> tuple[GatewayKind, str]:
    """The provider and the token in an address. Raises NotFound."""
    parts = path.strip("/").split("/")
    if len(parts) != _parts or parts[1] not in set(GatewayKind) or len(parts[2]) > 100:  # noqa: PLR2004
        raise NotFound("gateways.not_set")
    return GatewayKind(parts[1]), parts[2]
