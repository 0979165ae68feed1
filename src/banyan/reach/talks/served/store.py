"""Every SQL statement on answers that are kept ready and on ratings."""

from datetime import datetime

from banyan.base.db import Connection
from banyan.reach.talks.types import (
    AgentId,
    Canned,
    CannedId,
    Rated,
    Rating,
    RatingCount,
    RatingId,
    TalkMessageId,
)

_list_canned = """
select canned_id, title, answer from talks.canned where channel_id = $1 order by canned_id
"""

_put_canned = """
insert into talks.canned (channel_id, canned_id, title, answer)
values ($1, $2, $3, $4)
on conflict (channel_id, canned_id) do update
set title = excluded.title, answer = excluded.answer
"""

_delete_canned = """
delete from talks.canned where channel_id = $1 and canned_id = $2 returning canned_id
"""

_insert_rating = """
insert into talks.ratings (channel_id, rating_id, person_id, agent_id, message_id, asked_at)
values ($1, $2, $3, $4, $5, $6)
"""

_rate = """
update talks.ratings
set rating = $4, rated_at = $5
where channel_id = $1 and rating_id = $2 and person_id = $3 and rating is null
returning agent_id
"""

_list_rated = """
select message_id, rating from talks.ratings
where channel_id = $1 and person_id = $2 and rating is not null
order by rating_id desc
limit $3
"""

_count_ratings = """
select
    agent_id,
    (asked_at at time zone $3)::date as day,
    count(*) as asked,
    count(*) filter (where rating = 'satisfied') as satisfied,
    count(*) filter (where rating = 'so_so') as so_so,
    count(*) filter (where rating = 'unsatisfied') as unsatisfied
from talks.ratings
where channel_id = $1 and asked_at >= $2
group by 1, 2
order by 2 desc, 1
"""


async def list_canned(db: Connection, channel_id: int) -> list[Canned]:
    """Return the answers that are kept ready, the oldest first."""
    return [
        Canned(canned_id=CannedId(row["canned_id"]), title=row["title"], answer=row["answer"])
        for row in await db.fetch(_list_canned, channel_id)
    ]


async def put_canned(db: Connection, channel_id: int, canned: Canned) -> None:
    """Write an answer, new or not."""
    await db.execute(_put_canned, channel_id, canned.canned_id, canned.title, canned.answer)


async def delete_canned(db: Connection, channel_id: int, canned_id: int) -> None:
    """Delete an answer."""
    await db.execute(_delete_canned, channel_id, canned_id)


async def insert_rating(  # noqa: PLR0913 - the columns of one row
    db: Connection,
    *,
    channel_id: int,
    rating_id: RatingId,
    person_id: int,
    agent_id: int,
    message_id: int,
    now: datetime,
) -> None:
    """Remember that a person was asked."""
    await db.execute(_insert_rating, channel_id, rating_id, person_id, agent_id, message_id, now)


async def rate(
    db: Connection,
    *,
    channel_id: int,
    rating_id: int,
    person_id: int,
    rating: Rating,
    now: datetime,
) -> int | None:
    """Write what a person says, if they were asked and have not said; return the agent, or None."""
    found: int | None = await db.fetchval(
        _rate, channel_id, rating_id, person_id, rating.value, now
    )
    return found


async def list_rated(db: Connection, channel_id: int, person_id: int, limit: int) -> list[Rated]:
    """Return what a person said lately, the latest first."""
    rows = await db.fetch(_list_rated, channel_id, person_id, limit)
    return [
        Rated(message_id=TalkMessageId(row["message_id"]), rating=Rating(row["rating"]))
        for row in rows
    ]


async def count_ratings(
    db: Connection, channel_id: int, since: datetime, time_zone: str
) -> list[RatingCount]:
    """Return how often people were asked and what they said, by agent and day."""
    rows = await db.fetch(_count_ratings, channel_id, since, time_zone)
    return [RatingCount(**{**row, "agent_id": AgentId(row["agent_id"])}) for row in rows]
