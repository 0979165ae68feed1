"""Every SQL statement on schema `pushes`, and thin functions over them."""

from datetime import datetime
from typing import Any

import msgspec

from banyan.base.db import Connection

_has_server = "select exists (select from pushes.servers where channel_id = $1)"

_insert_push = """
insert into pushes.pushes (
    channel_id, push_id, person_id, openid, kind, fields, state, tries, due_at, created_at
)
values ($1, $2, $3, $4, $5, $6, 'waiting', 0, '-infinity', $7)
"""


class NewPush(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `pushes.pushes` that nobody has taken yet."""

    channel_id: int
    push_id: int
    person_id: int
    openid: str
    kind: str
    fields: dict[str, Any]
    created_at: datetime


async def has_server(db: Connection, channel_id: int) -> bool:
    """Return whether an account has a server."""
    return bool(await db.fetchval(_has_server, channel_id))


async def insert_push(db: Connection, push: NewPush) -> None:
    """Add a push."""
    await db.execute(
        _insert_push,
        push.channel_id,
        push.push_id,
        push.person_id,
        push.openid,
        push.kind,
        push.fields,
        push.created_at,
    )
