"""Notes what an account's server is to be told, in the transaction in which it happens."""

from collections.abc import Mapping
from typing import Any

from banyan.books.work import Work
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import Channel
from banyan.reach.pushes import store
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.records import NewPush
from banyan.reach.pushes.types import BELL, PushId


async def note_push(
    work: Work,
    channel: Channel,
    person_id: int,
    openid: str,
    kind: PushKind,
    fields: Mapping[str, Any],
) -> PushId | None:
    """Have the account's server told of it once the caller's work commits; None without a server.

    Of people whom the account has blocked its server hears nothing: None as well.

    `PushKind` says which `fields` each kind has; numbers and nested ones are fine. The pushes of
    one person and account go out in the order in which they were noted, one at a time.
    `person_id` 0 and an empty openid stand for the account itself.
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
        ),
    )
    work.ring(BELL)
    return push_id
