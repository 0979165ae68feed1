"""One line of WeChat's interface: a path, who may call it how often, and what it does."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol, TypeVar

import msgspec

from banyan.base.json import decode_special
from banyan.books.work import NOBODY, Actor, Operation
from banyan.doors.wechat.errors import WireError
from banyan.doors.wechat.upload import NO_UPLOAD, Upload
from banyan.reach.channels import Channel, ChannelId, ChannelKind
from banyan.reach.tokens import ChannelActor

_china = timezone(timedelta(hours=8))

C = TypeVar("C")
R = TypeVar("R")

ACCOUNTS = frozenset({ChannelKind.SERVICE, ChannelKind.SUBSCRIPTION})
"""Official accounts of both kinds."""
APPS = frozenset({ChannelKind.MINIAPP})
"""Mini programs."""
SPEAKERS = ACCOUNTS | APPS
"""All that hold conversations with people."""
PLATFORMS = frozenset({ChannelKind.COMPONENT})
"""Providers' platforms, which act for accounts."""


class Office(Protocol):
    """What the door asks of the books."""

    async def run(self, operation: Operation[C, R], command: C, actor: Actor) -> R:
        """The operation's result; raises Failure."""


class Memory(Protocol):
    """What the door remembers of accounts from call to call."""

    def unused(self, channel_id: ChannelId, path: str) -> int:
        """How many calls count already that have not been made."""

    def forget_quotas(self, channel_id: ChannelId) -> None:
        """Ask again how many calls an account may make."""

    def forget_callers(self) -> None:
        """Ask again whose tokens work."""


class Prober(Protocol):
    """Looks where servers are, and how soon they can be reached."""

    async def find_addresses(self, host: str) -> list[str]:
        """Where a name leads; none for a name that leads nowhere."""

    async def measure(self, address: str, port: int) -> float | None:
        """In how many seconds a connection is made; None if it is not."""


@dataclass(frozen=True)
class Outside:
    """What the door is given beside the books."""

    prober: Prober
    has_rids: bool = True
    """Whether errors end with the name of the request."""


@dataclass(frozen=True)
class Wire:
    """One call as its endpoint sees it."""

    office: Office
    caller: ChannelActor | None
    """None where an endpoint is called without a token."""
    query: Mapping[str, str]
    address: str
    daily_maxima: Mapping[str, int]
    """How often a day each path may be called; 0 for as often as one likes."""
    now: Callable[[], datetime]
    """Tells the instant of business."""
    memory: Memory
    outside: Outside
    upload: Upload = NO_UPLOAD
    """What a form of several parts brought; its fields are part of the query too."""

    @property
    def channel(self) -> Channel:
        """The account whose program calls."""
        assert self.caller is not None
        return self.caller.channel

    @property
    def today(self) -> date:
        """The day of the platform's calendar."""
        return day_of(self.now())

    @property
    def own(self) -> dict[str, Any]:
        """The fields by which a command names the account."""
        channel = self.channel
        return {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}

    def command(self, kind: type[C], /, **fields: object) -> C:
        """A command about the account, its fields held to what the JSON API holds them to.

        Raises WireError 40035.
        """
        own = {name: str(int(one)) for name, one in self.own.items()}
        try:
            return msgspec.convert({**own, **fields}, kind, dec_hook=decode_special)
        except msgspec.ValidationError as error:
            raise WireError(40035, f"invalid parameter: {error}") from None

    async def run(self, operation: Operation[C, R], command: C) -> R:
        """Run an operation as the account's program, or without a token as nobody."""
        return await self.office.run(operation, command, self.caller or NOBODY)


class Bytes(msgspec.Struct, frozen=True):
    """An answer that is no JSON."""

    content: bytes
    media_type: str
    filename: str = ""
    status: int = 200
    """Only what browsers ask for by itself, such as a picture, is ever anything else."""


Result = Mapping[str, object] | msgspec.Struct | Bytes | None
Function = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class Endpoint:
    """What the door needs to know of a call.

    Its function takes the `Wire`, and a struct where the call has parameters: from the body of a
    POST, from the query of a GET.
    """

    methods: tuple[str, ...]
    path: str
    function: Function
    body_type: type[msgspec.Struct] | None
    kinds: frozenset[ChannelKind]
    daily_max: int
    """How often a day an account may call it; 0 for as often as it likes."""
    minute_max: int
    """How often a minute, together with all others that have the same maximum; 0 for no limit."""
    has_token: bool
    """Whether it is called with an access token."""
    is_said_ok: bool
    """Whether a result also says `errcode` 0."""
    takes_file: bool = False
    """Whether its parameters are in the query, and a body that is no form is a file."""
    lacks: str = ""
    """What WeChat's own has and this has not; empty when it is whole."""


def day_of(now: datetime) -> date:
    """Return the day of the platform's calendar, China's."""
    return now.astimezone(_china).date()


def endpoint(  # noqa: PLR0913 - one argument a property of the call
    methods: str,
    path: str,
    *,
    daily_max: int = 0,
    minute_max: int = 0,
    kinds: frozenset[ChannelKind] = ACCOUNTS,
    has_token: bool = True,
    is_said_ok: bool | None = None,
    takes_file: bool = False,
) -> Callable[[Function], Endpoint]:
    """Make an endpoint of a function. `methods` such as "GET" or "GET POST"."""

    def wrap(function: Function) -> Endpoint:
        hints = typing.get_type_hints(function)
        hints.pop("return", None)
        hints.pop("wire", None)
        body_type = next(iter(hints.values()), None)
        chosen = tuple(methods.split())
        return Endpoint(
            methods=chosen,
            path=path,
            function=function,
            body_type=body_type,
            kinds=kinds,
            daily_max=daily_max,
            minute_max=minute_max,
            has_token=has_token,
            is_said_ok="GET" not in chosen if is_said_ok is None else is_said_ok,
            takes_file=takes_file,
        )

    return wrap


def lacking(what: str) -> Callable[[Endpoint], Endpoint]:
    """Say, above `@endpoint`, what WeChat's own has and this has not."""
    return lambda one: replace(one, lacks=what)
