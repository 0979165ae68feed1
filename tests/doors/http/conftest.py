"""A door over a small table of operations that touch nothing, and a client that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import httpx
import msgspec
import pytest

from banyan.base.errors import NotFound, Refusal, Trouble
from banyan.base.ids import Id
from banyan.base.text import Name
from banyan.books.actor import Actor, Permission
from banyan.books.work import Operation
from banyan.doors.http import JsonDoor, Limiter, Metrics, Route, SignIn, Watch
from banyan.doors.http.access_log import AccessLog
from banyan.doors.http.here import here

LIN = Actor(kind="person", actor_id=7, person_id=7, language="zh")
TOKEN = "bs_lin"


class TeaId(Id):
    pass


class Size(StrEnum):
    CUP = "cup"
    POT = "pot"


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Name
    grams: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


class Brew(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    tea_id: TeaId
    size: Size = Size.CUP
    leaves: Annotated[list[Leaf], msgspec.Meta(max_length=3)] = []
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.size is Size.POT and not self.leaves:
            raise ValueError("a pot needs leaves")


class Brewed(msgspec.Struct, frozen=True):
    tea_id: TeaId
    size: Size
    leaves: list[Leaf]
    note: str
    by: Id


class ListTeas(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20
    sizes: list[Size] = []
    is_cold: bool = False
    word: str | None = None
    since: datetime | None = None


class Fail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    how: str


class Visited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    address: str
    device: str
    word: str = ""


@here(permission=Permission.PERSON)
async def brew(actor: Actor, command: Brew) -> Brewed:
    """Brew a tea.

    Raises whatever `Brew` does not allow.
    """
    return Brewed(command.tea_id, command.size, command.leaves, command.note, Id(actor.actor_id))


@here(permission=Permission.PUBLIC)
async def list_teas(actor: Actor, command: ListTeas) -> ListTeas:
    """List teas."""
    del actor
    return command


@here(permission=Permission.PUBLIC)
async def visit(actor: Actor, command: Visited) -> Visited:
    """Tell what the door knows about the request."""
    del actor
    return command


@here(permission=Permission.PUBLIC)
async def forget(actor: Actor, command: Fail) -> None:
    """Do something that has no answer."""
    del actor, command


@here(permission=Permission.PUBLIC)
async def fail(actor: Actor, command: Fail) -> None:
    """Fail as asked."""
    del actor
    match command.how:
        case "not_found":
            raise NotFound("teas.not_found")
        case "refusal":
            raise Refusal("request.too_large", bytes_max=5)
        case "unknown":
            raise Refusal("teas.sold_out", left=0)
        case "trouble":
            raise Trouble("database.unavailable")
        case "bug":
            raise RuntimeError("the secret is 42")
        case _:
            raise AssertionError(command)


TABLE = (
    Route("POST", "/v1/teas/{tea_id}/brews", brew, summary="Brew", status=201),
    Route("GET", "/v1/teas", list_teas, summary="List"),
    Route(
        "POST",
        "/v1/visits",
        visit,
        summary="Visit",
        hidden={"address": "address", "device": "user_agent"},
    ),
    Route("DELETE", "/v1/teas/{how}", forget, summary="Forget"),
    Route("GET", "/v1/failures/{how}", fail, summary="Fail"),
)


class Lines:
    """Keeps what a door wrote down."""

    def __init__(self) -> None:
        self.bugs: list[dict[str, object]] = []
        self.written = b""

    def error(self, event: str, **fields: object) -> None:
        self.bugs.append({"event": event, **fields})

    def write(self, lines: bytes) -> None:
        self.written += lines


class NoOffice:
    """Every operation of this table is answered by the door itself."""

    async def run(
        self, operation: Operation[object, object], command: object, actor: Actor, *, key: str = ""
    ) -> object:
        raise AssertionError(operation, command, actor, key)


async def find_lin(token: str) -> Actor | None:
    return LIN if token == TOKEN else None


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def limiter() -> Limiter | None:
    return None


@pytest.fixture
def guesses() -> Limiter | None:
    return None


@pytest.fixture
async def client(
    lines: Lines, metrics: Metrics, limiter: Limiter | None, guesses: Limiter | None
) -> AsyncIterator[httpx.AsyncClient]:
    door = JsonDoor(
        TABLE,
        office=NoOffice(),
        sign_in=SignIn(find_lin, guesses=guesses),
        limiter=limiter,
        log=lines,
    )
    log = AccessLog(lines.write)
    app = Watch(door, log=lines, metrics=metrics, access_log=log)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://banyan.test",
        headers={"authorization": f"Bearer {TOKEN}"},
    ) as found:
        yield found
    log.flush()
