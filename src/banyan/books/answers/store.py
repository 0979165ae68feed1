"""Every statement on schema `answers`."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection

FIND = """
select a.actor_id, a.key, a.operation, a.request_digest, a.answer
from answers.answers a
inner join unnest($1::bigint[], $2::text[]) as u (actor_id, key)
    on u.actor_id = a.actor_id and u.key = a.key
"""

INSERT = """
insert into answers.answers (actor_id, key, operation, request_digest, answer, answered_at)
select u.actor_id, u.key, u.operation, decode(u.request_digest, 'base64'),
    convert_to(u.answer, 'UTF8'), $2
from json_to_recordset($1::text::json) as u (
    actor_id bigint, key text, operation text, request_digest text, answer text
)
on conflict (actor_id, key) do nothing
returning 1
"""

DELETE_OLD = """
delete from answers.answers
where (actor_id, key) in (
    select actor_id, key from answers.answers where answered_at < $1
    order by answered_at limit $2
)
returning 1
"""


class Answer(msgspec.Struct, frozen=True):
    """A reply that was given, and to what."""

    actor_id: int
    key: str
    operation: str
    request_digest: bytes
    answer: bytes


class _Row(msgspec.Struct, frozen=True, gc=False):
    """An answer as its statement reads it."""

    actor_id: int
    key: str
    operation: str
    request_digest: bytes
    answer: str


async def find_answers(
    db: Connection, keys: Sequence[tuple[int, str]]
) -> dict[tuple[int, str], Answer]:
    """The replies given under these (actor, key) pairs."""
    rows = await db.fetch(FIND, [one[0] for one in keys], [one[1] for one in keys])
    return {(row[0], row[1]): Answer(*row) for row in rows}


async def insert_answers(db: Connection, answers: Sequence[Answer], now: datetime) -> bool:
    """Keep the replies; False if a rival has just kept one under the same key."""
    answers = sorted(answers, key=lambda one: (one.actor_id, one.key))
    rows = [
        _Row(
            int(one.actor_id),
            one.key,
            one.operation,
            one.request_digest,
            one.answer.decode(),
        )
        for one in answers
    ]
    kept = await db.fetch(INSERT, msgspec.json.encode(rows).decode(), now)
    return len(kept) == len(answers)


async def delete_old_answers(db: Connection, before: datetime, limit: int) -> int:
    """Forget replies older than `before`, at most `limit` of them; return how many there were."""
    return len(await db.fetch(DELETE_OLD, before, limit))
