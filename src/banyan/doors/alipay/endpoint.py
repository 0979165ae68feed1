"""One method of Alipay's gateway: what it takes, and what it does."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol, TypeVar

import msgspec

from banyan.base.errors import NotFound
from banyan.base.json import decode_special
from banyan.books.work import SYSTEM, Actor, Operation
from banyan.doors.alipay.errors import WireError
from banyan.doors.alipay.request import Parameters
from banyan.parties.people import PersonId
from banyan.pay.alipayapps import AppActor, Named, NamePeople, name_people

CHINA = timezone(timedelta(hours=8))

C = TypeVar("C")
R = TypeVar("R")


class Office(Protocol):
    """What the door asks of the books."""

    async def run(self, operation: Operation[C, R], command: C, actor: Actor) -> R:
        """The operation's result; raises Failure."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as its method sees it."""

    office: Office
    caller: AppActor
    parameters: Parameters
    method: str
    base_url: str
    """Where the program finds us."""
    now: datetime
    """The instant of business."""

    @property
    def own(self) -> dict[str, Any]:
        """The field by which a command names the merchant."""
        return {"merchant_id": self.caller.merchant_id}

    @property
    def invalid_code(self) -> str:
        """By what Alipay calls a parameter wrong that belongs to the method itself."""
        return invalid_code_of(self.method)

    def wrong(self, why: str) -> WireError:
        """What a program sent is no parameter of the method."""
        return wrong(self.method, why)

    def command(self, kind: type[C], /, **fields: object) -> C:
        """A command about the merchant, its fields held to what the JSON API holds them to.

        Raises WireError.
        """
        own = {"merchant_id": str(int(self.caller.merchant_id))}
        plain = msgspec.to_builtins({**own, **fields}, enc_hook=str)
        try:
            return msgspec.convert(plain, kind, dec_hook=decode_special)
        except msgspec.ValidationError as error:
            raise self.wrong(str(error)) from None

    async def run(self, operation: Operation[C, R], command: C) -> R:
        """Run an operation as the merchant's program."""
        return await self.office.run(operation, command, self.caller)

    async def run_as_banyan(self, operation: Operation[C, R], command: C) -> R:
        """Run one of those that doors alone may run."""
        return await self.office.run(operation, command, SYSTEM)

    async def name(self, person_id: int) -> Named | None:
        """What the app knows a person by; None for nobody."""
        if not person_id:
            return None
        caller = self.caller
        command = NamePeople(
            app_id=caller.app.app_id,
            merchant_id=caller.merchant_id,
            person_ids=[PersonId(person_id)],
        )
        named = await self.run_as_banyan(name_people, command)
        if not named:
            raise NotFound("people.not_found")
        return named[0]


class Redirect(msgspec.Struct, frozen=True):
    """Where a browser goes on."""

    url: str


Result = Mapping[str, Any] | Redirect
Function = Callable[..., Awaitable[Result]]


@dataclass(frozen=True)
class Endpoint:
    """What the door needs to know of a method."""

    name: str
    function: Function
    body_type: type[msgspec.Struct]
    """What `biz_content` fills, and the parameters beside it."""
    is_own: bool
    """Whether the app asks for itself, whomever else it may act for."""
    is_page: bool
    """Whether a browser brings it, which is sent on."""
    is_error_bare: bool
    """Whether failures stand under `error_response`, as Alipay's own has it here."""
    lacks: str = ""
    """What Alipay's own has and this has not; empty when it is whole."""


def endpoint(
    name: str,
    *,
    is_own: bool = False,
    is_page: bool = False,
    is_error_bare: bool = False,
    lacks: str = "",
) -> Callable[[Function], Endpoint]:
    """Make a method of a function over a Call and one struct."""

    def wrap(function: Function) -> Endpoint:
        hints = typing.get_type_hints(function)
        hints.pop("return", None)
        hints.pop("call", None)
        (body_type,) = hints.values()
        return Endpoint(
            name=name,
            function=function,
            body_type=body_type,
            is_own=is_own,
            is_page=is_page,
            is_error_bare=is_error_bare,
            lacks=lacks,
        )

    return wrap


def invalid_code_of(method: str) -> str:
    """By what Alipay calls a parameter wrong that belongs to a method itself."""
    if method.startswith("alipay.trade."):
        return "ACQ.INVALID_PARAMETER"
    if method.startswith("alipay.fund."):
        return "INVALID_PARAMETER"
    return "isv.invalid-parameter"


def wrong(method: str, why: str) -> WireError:
    """What a program sent is no parameter of a method."""
    sub_code = invalid_code_of(method)
    is_of_gateway = sub_code.startswith("isv.")
    return WireError("40002" if is_of_gateway else "40004", sub_code, f"参数无效：{why}")


def render_time(at: datetime) -> str:
    """An instant as Alipay writes it: China's time, to the second."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def parse_time(text: str) -> datetime | None:
    """An instant as Alipay writes it; None for anything else."""
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=CHINA)
        except ValueError:
            continue
    return None
