"""Every SQL statement on schema `moderation`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.reach.channels import ChannelId
from banyan.reach.moderation.types import (
    Check,
    CheckId,
    CheckState,
    Content,
    Evidence,
    Opinion,
    Reason,
    Subject,
    Word,
)

_insert_check = """
insert into moderation.checks (
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, waits
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""

_lock_check = """
select
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, decided_by, note, appeal, waits
from moderation.checks
where channel_id = $1 and check_id = $2
for update
"""

_find_check = """
select
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, decided_by, note, appeal, waits
from moderation.checks
where channel_id = $1 and check_id = $2
"""

_lock_of_subject = """
select
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, decided_by, note, appeal, waits
from moderation.checks
where channel_id = $1 and subject_kind = $2 and subject_id = $3
order by check_id desc
limit 1
for update
"""

_count_refused = """
select count(*) from moderation.checks
where
    channel_id = $1 and state in ('refused', 'appealed') and reason = $2 and created_at >= $3
"""

_list_waiting = """
select
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, decided_by, note, appeal, waits
from moderation.checks
where state in ('waiting', 'appealed') and check_id > $1
order by check_id
limit $2
"""

_list_checks = """
select
    channel_id, check_id, merchant_id, subject_kind, subject_id, content, state, reason, evidence,
    created_at, decided_at, decided_by, note, appeal, waits
from moderation.checks
where
    channel_id = $1 and check_id < $2
    and (state in ('waiting', 'refused', 'appealed') or appeal <> '')
order by check_id desc
limit $3
"""

_set_appealed = """
update moderation.checks set state = 'appealed', appeal = $3, appealed_at = $4
where channel_id = $1 and check_id = $2
"""

_set_decided = """
update moderation.checks set
    state = $3, reason = $4, evidence = $5, decided_at = $6, decided_by = $7, note = $8,
    content = $9, appeal = $10, leased_until = null
where channel_id = $1 and check_id = $2
"""

# Who took a check and did not come back loses it when the lease ends.
_take_checks = """
with free as (
    select channel_id, check_id
    from moderation.checks
    where state = 'checking' and (leased_until is null or leased_until <= $1)
    order by check_id
    limit $3
    for update skip locked
)

update moderation.checks as c set leased_until = $2, takings = c.takings + 1
from free
where c.channel_id = free.channel_id and c.check_id = free.check_id
returning
    c.channel_id, c.check_id, c.merchant_id, c.subject_kind, c.subject_id, c.content, c.state,
    c.reason, c.evidence, c.created_at, c.decided_at, c.decided_by,
    c.note, c.appeal, c.waits, c.takings
"""

_list_words = """
select merchant_id, word, reason, opinion
from moderation.words
where merchant_id = any($1)
order by merchant_id, word
"""

_lock_words = "select word from moderation.words where merchant_id = $1 for update"

_set_word = """
insert into moderation.words (merchant_id, word, reason, opinion)
values ($1, $2, $3, $4)
on conflict (merchant_id, word) do update set reason = excluded.reason, opinion = excluded.opinion
"""

_delete_word = "delete from moderation.words where merchant_id = $1 and word = $2 returning word"


async def insert_check(db: Connection, check: Check) -> None:
    """Add a check."""
    await db.execute(
        _insert_check,
        check.channel_id,
        check.check_id,
        check.merchant_id,
        check.subject.kind,
        check.subject.subject_id,
        msgspec.to_builtins(check.content),
        check.state,
        check.reason,
        msgspec.to_builtins(check.evidence),
        check.created_at,
        check.decided_at,
        check.waits,
    )


async def lock_check(db: Connection, channel_id: int, check_id: int) -> Check | None:
    """Lock a check, and return it."""
    row = await db.fetchrow(_lock_check, channel_id, check_id)
    return _check(row) if row else None


async def set_decided(db: Connection, check: Check) -> None:
    """Write what became of a check."""
    await db.execute(
        _set_decided,
        check.channel_id,
        check.check_id,
        check.state,
        check.reason,
        msgspec.to_builtins(check.evidence),
        check.decided_at,
        check.decided_by,
        check.note,
        msgspec.to_builtins(check.content),
        check.appeal,
    )


async def find_check(db: Connection, channel_id: int, check_id: int) -> Check | None:
    """Return a check."""
    row = await db.fetchrow(_find_check, channel_id, check_id)
    return _check(row) if row else None


async def lock_of_subject(db: Connection, channel_id: int, subject: Subject) -> Check | None:
    """Lock the last check of a subject, and return it."""
    row = await db.fetchrow(_lock_of_subject, channel_id, subject.kind, subject.subject_id)
    return _check(row) if row else None


async def count_refused(db: Connection, channel_id: int, reason: Reason, since: datetime) -> int:
    """Return how often a channel was refused something for a reason."""
    count: int = await db.fetchval(_count_refused, channel_id, reason, since)
    return count


async def list_waiting(db: Connection, after: int, limit: int) -> list[Check]:
    """Return checks that wait for people, the oldest first."""
    return [_check(row) for row in await db.fetch(_list_waiting, after, limit)]


async def list_checks(db: Connection, channel_id: int, before: int, limit: int) -> list[Check]:
    """Return what of a channel waits, was refused or appealed, the newest first."""
    return [_check(row) for row in await db.fetch(_list_checks, channel_id, before, limit)]


async def set_appealed(db: Connection, check: Check, now: datetime) -> None:
    """Write that a merchant appeals."""
    await db.execute(_set_appealed, check.channel_id, check.check_id, check.appeal, now)


async def take_checks(
    db: Connection, at: datetime, until: datetime, limit: int
) -> list[tuple[Check, int]]:
    """Lease checks whose content is to be judged; with how often each was taken."""
    rows = await db.fetch(_take_checks, at, until, limit)
    return [(_check(row), row["takings"]) for row in rows]


async def list_words(db: Connection, merchant_ids: Sequence[int]) -> list[Word]:
    """Return the words of some merchants."""
    rows = await db.fetch(_list_words, merchant_ids)
    return [
        Word(word=row["word"], reason=Reason(row["reason"]), opinion=Opinion(row["opinion"]))
        for row in rows
    ]


async def lock_words(db: Connection, merchant_id: int) -> set[str]:
    """Lock the words of a merchant, and return them."""
    return {row["word"] for row in await db.fetch(_lock_words, merchant_id)}


async def set_word(db: Connection, merchant_id: int, word: Word) -> None:
    """Write a word of a merchant."""
    await db.execute(_set_word, merchant_id, word.word, word.reason, word.opinion)


async def delete_word(db: Connection, merchant_id: int, word: str) -> bool:
    """Delete a word of a merchant; False if there is none."""
    return await db.fetchval(_delete_word, merchant_id, word) is not None


def _check(row: asyncpg.Record) -> Check:
    return Check(
        merchant_id=Id(row["merchant_id"]),
        channel_id=ChannelId(row["channel_id"]),
        check_id=CheckId(row["check_id"]),
        subject=Subject(kind=row["subject_kind"], subject_id=row["subject_id"]),
        content=msgspec.convert(row["content"], Content),
        state=CheckState(row["state"]),
        reason=Reason(row["reason"]) if row["reason"] else None,
        evidence=msgspec.convert(row["evidence"], list[Evidence]),
        created_at=row["created_at"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
        note=row["note"],
        appeal=row["appeal"],
        waits=row["waits"],
    )
