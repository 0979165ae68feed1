"""Asking for something to go wrong."""

from __future__ import annotations

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.sandbox.calls import call
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.doors.sandbox.ports import Playground

_fact = Annotated[str, msgspec.Meta(max_length=200)]
_signed = frozenset({Where.CALLBACK, Where.REPLY})
HELD_MAX_S = 15
"""Longest that a callback or its reply is held up: after that, another worker would try again."""


class AddFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this go wrong, the next `count` times that it matches."""

    where: Where
    kind: FaultKind
    match: Annotated[dict[_fact, _fact], msgspec.Meta(max_length=20)] = {}
    """Facts that must be so: `path` and `method` of responses, `phone` of codes, `person` and
    `bank` of money from a bank; `payout`, `person` or `merchant`, and `stage` (`send`, `find`) of
    money to a bank; `appid`, `openid`, `person`, `kind` and `url` of callbacks and
    their replies."""
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 1.0
    """How late, of `delay`."""
    status: Annotated[int, msgspec.Meta(ge=400, le=599)] = 500
    """What is answered, of `error` where `response`."""
    errcode: int = -1
    """For callbacks and replies, which are not built yet; nothing reads it."""


class AddedFault(msgspec.Struct, frozen=True):
    """The name of what shall go wrong."""

    fault: FaultId


@call
async def add_fault(playground: Playground, command: AddFault) -> AddedFault:
    """Have something go wrong.

    Raises Invalid `sandbox.cannot_forge` for what carries no signature, `sandbox.held_too_long`;
    Refusal `sandbox.too_many_faults`.
    """
    if command.kind is FaultKind.FORGE and command.where not in _signed:
        raise Invalid("sandbox.cannot_forge", where=command.where.value)
    is_held = command.kind is FaultKind.DELAY and command.where in _signed
    if is_held and command.delay_s > HELD_MAX_S:
        raise Invalid("sandbox.held_too_long", seconds_max=HELD_MAX_S)
    fault_id = FaultId(playground.office.ids.next())
    playground.faults.add(
        Fault(
            fault=fault_id,
            where=command.where,
            kind=command.kind,
            match=command.match,
            count=command.count,
            delay_s=command.delay_s,
            status=command.status,
        )
    )
    return AddedFault(fault_id)
