"""Every SQL statement on schema `voices`, and thin functions over them."""

from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.reach.channels import ChannelId
from banyan.reach.voices.types import Hearing, HearingState, Origin

# What is the same voice still is left as it is; of another by the same name nothing was heard yet.
_set_hearing = """
insert into voices.hearings as h (
    channel_id, origin, voice_id, language, file, state, heard, asked_at, turn_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (channel_id, origin, voice_id, language) do update
set file = excluded.file, state = excluded.state, heard = excluded.heard,
    asked_at = excluded.asked_at, turn_at = excluded.turn_at, leased_until = null, takings = 0
where h.file <> excluded.file or h.state = 'unheard'
"""

_delete_old = "delete from voices.hearings where channel_id = $1 and asked_at < $2"

_delete_hearing = """
delete from voices.hearings
where channel_id = $1 and origin = $2 and voice_id = $3 and language = $4
"""

_count_waiting = """
select origin, count(*) as count from voices.hearings
where channel_id = $1 and state = 'waiting'
group by origin
"""

_find_hearing = """
select channel_id, origin, voice_id, language, file, state, heard, asked_at
from voices.hearings
where channel_id = $1 and origin = $2 and voice_id = $3 and language = $4
"""

_lock_hearing = """
select channel_id, origin, voice_id, language, file, state, heard, asked_at
from voices.hearings
where channel_id = $1 and origin = $2 and voice_id = $3 and language = $4
for update
"""

# Who took a voice and did not come back loses it when the lease ends.
_take_hearings = """
with free as (
    select channel_id, origin, voice_id, language
    from voices.hearings
    where state = 'waiting' and (leased_until is null or leased_until <= $1)
    order by turn_at
    limit $3
    for update skip locked
)

update voices.hearings as h set leased_until = $2, takings = h.takings + 1
from free
where h.channel_id = free.channel_id and h.origin = free.origin and h.voice_id = free.voice_id
    and h.language = free.language
returning
    h.channel_id, h.origin, h.voice_id, h.language, h.file, h.state, h.heard, h.asked_at, h.takings
"""

_set_heard = """
update voices.hearings set state = $5, heard = $6, leased_until = null
where channel_id = $1 and origin = $2 and voice_id = $3 and language = $4
"""


async def delete_hearing(db: Connection, hearing: Hearing) -> None:
    """Forget a voice."""
    await db.execute(
        _delete_hearing, hearing.channel_id, hearing.origin, hearing.voice_id, hearing.language
    )


async def set_hearing(
    db: Connection, hearing: Hearing, turn_at: datetime, old_before: datetime
) -> None:
    """Have a voice heard unless it is already, and forget the account's old ones."""
    await db.execute(_delete_old, hearing.channel_id, old_before)
    await db.execute(_set_hearing, *msgspec.structs.astuple(hearing), turn_at)


async def count_waiting(db: Connection, channel_id: int) -> dict[Origin, int]:
    """Return how many voices of an account wait to be heard, by where they come from."""
    rows = await db.fetch(_count_waiting, channel_id)
    return {Origin(row["origin"]): row["count"] for row in rows}


async def find_hearing(
    db: Connection, channel_id: int, origin: Origin, voice_id: str, language: str
) -> Hearing | None:
    """Return what was heard, if there is such a voice."""
    row = await db.fetchrow(_find_hearing, channel_id, origin, voice_id, language)
    return _hearing(row) if row else None


async def lock_hearing(db: Connection, like: Hearing) -> Hearing | None:
    """Lock a voice by its names, and return it as it stands, if it does."""
    row = await db.fetchrow(
        _lock_hearing, like.channel_id, like.origin, like.voice_id, like.language
    )
    return _hearing(row) if row else None


async def take_hearings(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[tuple[Hearing, int]]:
    """Lease voices to be heard; with how often each was taken."""
    rows = await db.fetch(_take_hearings, at, until, limit)
    return [(_hearing(row), row["takings"]) for row in rows]


async def set_heard(db: Connection, hearing: Hearing) -> None:
    """Write what was heard."""
    await db.execute(
        _set_heard,
        hearing.channel_id,
        hearing.origin,
        hearing.voice_id,
        hearing.language,
        hearing.state,
        hearing.heard,
    )


def _hearing(row: asyncpg.Record) -> Hearing:
    return Hearing(
        channel_id=ChannelId(row["channel_id"]),
        origin=Origin(row["origin"]),
        voice_id=row["voice_id"],
        language=row["language"],
        file=row["file"],
        state=HearingState(row["state"]),
        heard=row["heard"],
        asked_at=row["asked_at"],
    )
