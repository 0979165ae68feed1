"""Notes what an account's server is to be told, in the transaction in which it happens."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from banyan.books.work import Work
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import Channel
from banyan.reach.pushes import store
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.records import NewPush
from banyan.reach.pushes.types import BELL, PushId


async def note_push(  # noqa: PLR0913 - who is told of whom, what, and when
    work: Work,
    channel: Channel,
    person_id: int,
    openid: str,
    kind: PushKind,
    fields: Mapping[str, Any],
    *,
    held: timedelta | None = None,
) -> PushId | None:
    """Have the account's server told of it once the caller's work commits; None without a server.

    Of people whom the account has blocked its server hears nothing: None as well.

    `PushKind` says which `fields` each kind has; numbers and nested ones are fine. The pushes of
    one person and account go out in the order in which they were noted, one at a time.
    `person_id` 0 and an empty openid stand for the account itself. A push that is `held` goes out
    after so long, or when it is released.
    """
    if not await store.has_server(work.db, channel.channel_id):
        return None
    if person_id and await is_blocked(work.db, channel.channel_id, person_id):
        return None
    push_id = PushId(work.ids.next())
    await store.insert_push(
        work.db,
        NewPush(
            channel_id=int(channel.channel_id),
            push_id=int(push_id),
            person_id=person_id,
            openid=openid,
            kind=kind,
            fields=dict(fields),
            created_at=work.now,
            held=held,
        ),
    )
    work.ring(BELL)
    return push_id


async def release_push(
    work: Work, channel_id: int, person_id: int, message_id: int, fields: Mapping[str, Any]
) -> None:
    """Let the push of a message that is held go out, with these fields; else nothing happens."""
    await store.release_push(work.db, channel_id, person_id, message_id, dict(fields))
    work.ring(BELL)
