"""Breaks things on purpose: what shall go wrong, and where it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import msgspec

from banyan.base.errors import Refusal, Trouble
from banyan.base.ids import Id
from banyan.base.secret import Secret
from banyan.books.actor import Actor
from banyan.books.office import Office
from banyan.books.work import Operation
from banyan.doors.http.answer import Answer, send_answer
from banyan.doors.http.body import BODY_BYTES_MAX, read_body
from banyan.doors.http.visit import Asgi, Message, Receive, Scope, Send, find_visit
from banyan.parties.people import Language
from banyan.parties.sessions import CodeSender
from banyan.pay.wallets import TopUpWallet

C = TypeVar("C")
R = TypeVar("R")

FAULTS_MAX = 1_000


class FaultId(Id):
    """Something that shall go wrong."""


class Where(StrEnum):
    """What shall go wrong."""

    CALLBACK = "callback"
    """What a merchant's or an account's server is told."""
    REPLY = "reply"
    """What such a server answers."""
    BANK = "bank"
    """Money from the bank into a wallet, or from wallets and purses to the bank."""
    SMS = "sms"
    """A one-time code on its way to a phone."""
    RESPONSE = "response"
    """An answer of Banyan's own, on its way to the caller."""


class FaultKind(StrEnum):
    """How it shall go wrong."""

    DROP = "drop"
    """It is lost on the way."""
    DELAY = "delay"
    """It comes later, by `delay_s`."""
    DUPLICATE = "duplicate"
    """It comes twice."""
    FORGE = "forge"
    """It comes with a false signature."""
    ERROR = "error"
    """It fails."""


class Fault(msgspec.Struct, kw_only=True):
    """Something that shall go wrong, `count` times."""

    fault: FaultId
    where: Where
    kind: FaultKind
    match: Mapping[str, str]
    count: int
    delay_s: float
    status: int


class Faults:
    """What shall go wrong, in the order in which it was asked for. Kept in this process."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Have this go wrong. Raises Refusal `sandbox.too_many_faults`."""
        if len(self._waiting) >= FAULTS_MAX:
            raise Refusal("sandbox.too_many_faults", faults_max=FAULTS_MAX)
        self._waiting.append(fault)

    def take(self, where: Where, facts: Mapping[str, str]) -> Fault | None:
        """The first fault that matches these facts, used up by one; None if all shall go well."""
        for fault in self._waiting:
            if fault.where is where and fault.match.items() <= facts.items():
                fault.count -= 1
                if not fault.count:
                    self._waiting.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        self._waiting.clear()


class FaultySender:
    """Sends codes as another sender does, unless that shall go wrong."""

    def __init__(self, sender: CodeSender, faults: Faults) -> None:
        self._sender = sender
        self._faults = faults

    async def send(self, phone: str, code: Secret, language: Language) -> None:
        """Send the code, or lose it, fail, dawdle, or send it twice."""
        fault = self._faults.take(Where.SMS, {"phone": phone})
        match fault.kind if fault else None:
            case FaultKind.DROP:
                return
            case FaultKind.ERROR:
                raise Trouble("sandbox.fault", where="sms")
            case FaultKind.DELAY if fault:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.DUPLICATE:
                await self._sender.send(phone, code, language)
            case _:
                pass
        await self._sender.send(phone, code, language)


class FaultyBank:
    """Runs operations as the Office does, unless the bank behind a top-up shall fail."""

    def __init__(self, office: Office, faults: Faults) -> None:
        self._office = office
        self._faults = faults

    async def run(
        self, operation: Operation[C, R], command: C, actor: Actor, *, key: str = ""
    ) -> R:
        """Run one command. Raises what the operation raises, or Trouble `sandbox.fault`."""
        fault = None
        if isinstance(command, TopUpWallet):
            facts = {"person": str(int(actor.person_id)), "bank": command.bank_id}
            fault = self._faults.take(Where.BANK, facts)
        match fault.kind if fault else None:
            case FaultKind.ERROR:
                # The bank said no before any money moved.
                raise Trouble("sandbox.fault", where="bank")
            case FaultKind.DELAY if fault:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.DUPLICATE if key:
                # The bank's answer was lost and the request came again, under the same key.
                await self._office.run(operation, command, actor, key=key)
            case _:
                pass
        result = await self._office.run(operation, command, actor, key=key)
        if fault is not None and fault.kind is FaultKind.DROP:
            # The money has moved; nobody hears of it.
            raise Trouble("sandbox.fault", where="bank")
        return result


# Also programs that speak another protocol show it to whoever reads their log.
_broken = b'{"code":"sandbox.fault","message":"broken on purpose by /sandbox/faults"}'


class FaultyResponses:
    """An ASGI application around the doors that loses, delays or repeats what passes."""

    def __init__(self, app: Asgi, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its answer shall go wrong."""
        path = scope.get("path", "")
        fault = None
        if scope["type"] == "http" and not path.startswith(("/sandbox/", "/health/", "/metrics")):
            facts = {"path": path, "method": scope["method"]}
            fault = self._faults.take(Where.RESPONSE, facts)
        match fault.kind if fault else None:
            case FaultKind.ERROR if fault:
                find_visit(scope).code = "sandbox.fault"
                await send_answer(send, Answer(fault.status, _broken))
                return
            case FaultKind.DROP:
                # Done, but the answer is lost: as from a proxy that gave up waiting.
                await self._app(scope, receive, _swallow)
                await send_answer(send, Answer(504, _broken))
                return
            case FaultKind.DELAY if fault:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.DUPLICATE:
                receive = await self._repeat(scope, receive)
            case _:
                pass
        await self._app(scope, receive, send)

    async def _repeat(self, scope: Scope, receive: Receive) -> Receive:
        """Let the request arrive once before the one that is answered."""
        body = await read_body(receive, find_visit(scope).headers, BODY_BYTES_MAX)

        async def receive_again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, receive_again, _swallow)
        return receive_again


async def _swallow(message: Message) -> None:
    del message
