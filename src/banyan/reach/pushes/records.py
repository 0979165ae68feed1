"""How rows of this room become its structs, and structs that become rows."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.types import (
    Attempt,
    Outcome,
    Push,
    PushFormat,
    PushId,
    PushMode,
    PushState,
    Server,
)


class NewPush(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `pushes.pushes` that nobody has taken yet."""

    channel_id: int
    push_id: int
    person_id: int
    openid: str
    kind: str
    fields: dict[str, Any]
    created_at: datetime
    held: timedelta | None
    """How long nobody may take it, by the real clock."""


class Taken(msgspec.Struct, frozen=True):
    """A push, which taking of it this is, and how many there were before it was wanted again."""

    push: Push
    number: int
    tries_before: int = 0


class NewAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `pushes.attempts`."""

    channel_id: int
    push_id: int
    number: int
    url: str
    at: datetime
    outcome: Outcome
    status: int
    took_ms: int


class NewState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a push is now; `due_at` if it is to be tried again."""

    channel_id: int
    push_id: int
    state: PushState
    due_at: datetime | None
    finished_at: datetime | None


class Keeping(msgspec.Struct, frozen=True, kw_only=True):
    """A server with its secrets as they lie in the database."""

    server: Server
    token_sealed: bytes
    key_sealed: bytes
    old_key_sealed: bytes | None = None
    old_key_until: datetime | None = None
    candidate_id: int = 0
    outcome: Outcome | None = None
    """Of a candidate that has failed."""


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told instead of an account's own server: the server of another channel."""

    channel_id: int
    via_id: int
    url: str


def push_of(row: asyncpg.Record) -> Push:
    """Return a push of a row."""
    state = PushState(row["state"])
    return Push(
        channel_id=ChannelId(row["channel_id"]),
        push_id=PushId(row["push_id"]),
        person_id=Id(row["person_id"]),
        openid=row["openid"],
        kind=PushKind(row["kind"]),
        fields=row["fields"],
        state=state,
        created_at=row["created_at"],
        due_at=row["due_at"] if state is PushState.WAITING else None,
    )


def attempt_of(row: asyncpg.Record) -> Attempt:
    """Return one try of a row."""
    return Attempt(
        number=row["number"],
        url=row["url"],
        at=row["at"],
        outcome=Outcome(row["outcome"]),
        status=row["status"],
        took_ms=row["took_ms"],
    )


def server_values(one: Keeping) -> list[Any]:
    """Return what of a server stands in both tables, in order."""
    server = one.server
    return [
        int(server.channel_id),
        int(server.merchant_id),
        server.url,
        server.mode,
        one.token_sealed,
        one.key_sealed,
        server.format.value,
    ]


def keeping_of(row: asyncpg.Record) -> Keeping:
    """Return a server with its secrets as they lie in a row."""
    outcome = row.get("outcome")
    return Keeping(
        server=Server(
            merchant_id=Id(row["merchant_id"]),
            channel_id=ChannelId(row["channel_id"]),
            url=row["url"],
            mode=PushMode(row["mode"]),
            changed_at=row["changed_at"],
            format=PushFormat(row["format"]),
        ),
        token_sealed=row["token_sealed"],
        key_sealed=row["key_sealed"],
        old_key_sealed=row.get("old_key_sealed"),
        old_key_until=row.get("old_key_until"),
        candidate_id=row.get("candidate_id", 0),
        outcome=Outcome(outcome) if outcome else None,
    )
