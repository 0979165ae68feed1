"""Breaks what passes between Banyan and the servers of official accounts, on purpose."""

from __future__ import annotations

import asyncio
import re

import msgspec

from banyan.doors.sandbox.faults import Fault, FaultKind, Faults, Where
from banyan.reach.pushes import Courier, Delivered, Letter, Outcome

_signed = re.compile(rb"(<MsgSignature>(?:<!\[CDATA\[)?)([0-9a-f]{40})")
_signed_field = re.compile(rb"(<sign><!\[CDATA\[|<req_info><!\[CDATA\[|[?&^]sign=)([^]&]+)")
_signed_header = "Wechatpay-Signature"
_signatures = ("signature", "msg_signature")
_thousand = 1_000
HANDSHAKE = "echo"


class FaultyCourier:
    """Carries letters as another courier does, unless they or their answers shall go wrong."""

    def __init__(self, courier: Courier, faults: Faults, *, wait_s: float) -> None:
        """`wait_s` is how long the other waits for an answer."""
        self._courier = courier
        self._faults = faults
        self._wait_s = wait_s

    async def carry(self, letter: Letter) -> Delivered:
        """Bring the letter, or lose it, forge it, bring it late or twice; its answer likewise."""
        if letter.facts.get("kind") == HANDSHAKE:
            return await self._courier.carry(letter)
        fault = self._faults.take(Where.CALLBACK, letter.facts)
        match fault.kind if fault else None:
            case FaultKind.DROP:
                return _without_answer(Outcome.TIMED_OUT)
            case FaultKind.ERROR if fault:
                return _without_answer(Outcome.BAD_STATUS, fault.status)
            case FaultKind.DELAY if fault:
                await asyncio.sleep(fault.delay_s)
            case FaultKind.DUPLICATE:
                await self._courier.carry(letter)
            case FaultKind.FORGE:
                letter = _forge(letter)
            case _:
                pass
        delivered = await self._courier.carry(letter)
        if delivered.body is None:
            return delivered
        answer = self._faults.take(Where.REPLY, letter.facts)
        return delivered if answer is None else await self._spoil(answer, delivered)

    async def _spoil(self, fault: Fault, delivered: Delivered) -> Delivered:
        match fault.kind:
            case FaultKind.DROP:
                return _without_answer(Outcome.TIMED_OUT)
            case FaultKind.ERROR:
                return _without_answer(Outcome.BAD_STATUS, fault.status)
            case FaultKind.DELAY:
                await asyncio.sleep(fault.delay_s)
                took_ms = delivered.took_ms + round(fault.delay_s * _thousand)
                if took_ms > self._wait_s * _thousand:
                    return _without_answer(Outcome.TIMED_OUT)
                return msgspec.structs.replace(delivered, took_ms=took_ms)
            case FaultKind.FORGE:
                assert delivered.body is not None
                body = _signed.sub(lambda found: found[1] + found[2][::-1], delivered.body)
                return msgspec.structs.replace(delivered, body=body)
            case FaultKind.DUPLICATE:
                # It is the answer to a push that is over, and nobody looks at it again.
                return delivered


def _without_answer(outcome: Outcome, status: int = 0) -> Delivered:
    return Delivered(body=None, outcome=outcome, status=status, took_ms=0)


def _forge(letter: Letter) -> Letter:
    query = {
        name: value[::-1] if name in _signatures else value for name, value in letter.query.items()
    }
    headers = {
        name: value[::-1] if name == _signed_header else value
        for name, value in letter.headers.items()
    }
    body = letter.body
    if body is not None and _signed_header not in letter.headers:
        body = _signed_field.sub(lambda found: found[1] + found[2][::-1], body)
    return msgspec.structs.replace(letter, query=query, headers=headers, body=body)
