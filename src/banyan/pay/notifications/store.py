"""Every SQL statement on schema `notifications`, and thin functions over them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.notifications.types import (
    Notification,
    NotificationId,
    NotificationState,
    Protocol,
    Telling,
    TryMade,
    TryOutcome,
)

_insert_notifications = """
insert into notifications.notifications (
    merchant_id, notification_id, protocol, kind, subject_id, url, data, ladder, state, tries,
    tries_before, due_at, leased_until, created_at
)
select u.merchant_id, u.notification_id, u.protocol, u.kind, u.subject_id, u.url, u.data, u.ladder,
    'waiting', 0, 0, u.created_at, '-infinity', u.created_at
from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bytea[],
    $8::text[], $9::timestamptz[]
) as u (
    merchant_id, notification_id, protocol, kind, subject_id, url, data, ladder, created_at
)
"""

# Of two workers that see the same one, one counts the taking first; the other then finds another
# count and leaves it. No lock is held over a call.
_take_notifications = """
with due as materialized (
    select d.merchant_id, d.notification_id, d.tries
    from (
        select n.merchant_id, n.notification_id, n.tries, n.due_at,
            row_number() over (partition by n.merchant_id order by n.due_at) as place
        from (
            select merchant_id, notification_id, tries, due_at
            from notifications.notifications
            where state = 'waiting' and due_at <= $1 and leased_until <= $2
                and merchant_id <> all($4::bigint[])
            order by due_at, notification_id
            limit 2000
        ) n
    ) d
    where d.place <= $5
    order by d.due_at
    limit $6
)
update notifications.notifications n set leased_until = $3, tries = n.tries + 1
from due d
where n.merchant_id = d.merchant_id and n.notification_id = d.notification_id
    and n.tries = d.tries and n.state = 'waiting'
returning n.merchant_id, n.notification_id, n.protocol, n.kind, n.subject_id, n.url, n.data,
    n.ladder, n.state, n.tries, n.tries_before, n.due_at, n.created_at
"""

_lock_notifications = """
update notifications.notifications n set tries = n.tries
from unnest($1::bigint[], $2::bigint[]) as u (merchant_id, notification_id)
where n.merchant_id = u.merchant_id and n.notification_id = u.notification_id
returning n.merchant_id, n.notification_id, n.protocol, n.kind, n.subject_id, n.url, n.data,
    n.ladder, n.state, n.tries, n.tries_before, n.due_at, n.created_at
"""

_set_states = """
update notifications.notifications n
set state = u.state, due_at = coalesce(u.due_at, n.due_at), leased_until = '-infinity',
    finished_at = u.finished_at
from unnest($1::bigint[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    as u (merchant_id, notification_id, state, due_at, finished_at)
where n.merchant_id = u.merchant_id and n.notification_id = u.notification_id
"""

_insert_attempts = """
insert into notifications.attempts (
    merchant_id, notification_id, number, url, at, outcome, status, took_ms
)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::timestamptz[], $6::text[],
    $7::smallint[], $8::integer[]
)
on conflict (merchant_id, notification_id, number) do nothing
"""

_set_waiting = """
update notifications.notifications
set state = 'waiting', tries_before = tries, due_at = $3, leased_until = '-infinity',
    finished_at = null
where merchant_id = $1 and notification_id = $2 and state <> 'waiting'
returning tries
"""

_list_notifications = """
select merchant_id, notification_id, protocol, kind, subject_id, url, data, ladder, state, tries,
    tries_before, due_at, created_at
from notifications.notifications
where merchant_id = $1 and notification_id < $2
order by notification_id desc
limit $3
"""

_list_latest = """
select merchant_id, notification_id, protocol, kind, subject_id, url, data, ladder, state, tries,
    tries_before, due_at, created_at
from notifications.notifications
where $1::bigint is null or merchant_id = $1
order by notification_id desc
limit $2
"""

_find_notification = """
select merchant_id, notification_id, protocol, kind, subject_id, url, data, ladder, state, tries,
    tries_before, due_at, created_at
from notifications.notifications
where merchant_id = $1 and notification_id = $2
"""

_list_attempts = """
select a.merchant_id, a.notification_id, a.number, a.url, a.at, a.outcome, a.status, a.took_ms
from notifications.attempts a
inner join unnest($1::bigint[], $2::bigint[]) as u (merchant_id, notification_id)
    on a.merchant_id = u.merchant_id and a.notification_id = u.notification_id
order by a.merchant_id, a.notification_id, a.number
"""

_count_due = """
select count(*) from (
    select 1 from notifications.notifications
    where state = 'waiting' and due_at <= $1 and ($2::bigint is null or merchant_id = $2)
    limit 1000
) as due
"""

_list_old = """
select merchant_id, notification_id
from notifications.notifications
where state <> 'waiting' and finished_at < $1
order by finished_at
limit $2
"""

_delete_attempts = """
delete from notifications.attempts a
using unnest($1::bigint[], $2::bigint[]) as u (merchant_id, notification_id)
where a.merchant_id = u.merchant_id and a.notification_id = u.notification_id
"""

_delete_notifications = """
delete from notifications.notifications n
using unnest($1::bigint[], $2::bigint[]) as u (merchant_id, notification_id)
where n.merchant_id = u.merchant_id and n.notification_id = u.notification_id
"""

Key = tuple[int, int]
"""A merchant and a notification."""


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `notifications.notifications` that nobody has taken yet."""

    merchant_id: int
    notification_id: int
    protocol: str
    kind: str
    subject_id: int
    url: str
    data: bytes
    ladder: str
    created_at: datetime


class NewAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `notifications.attempts`."""

    merchant_id: int
    notification_id: int
    number: int
    url: str
    at: datetime
    outcome: TryOutcome
    status: int
    took_ms: int


class NewState(msgspec.Struct, frozen=True, kw_only=True):
    """How far a notification is now; `due_at` if it is to be tried again."""

    merchant_id: int
    notification_id: int
    state: NotificationState
    due_at: datetime | None
    finished_at: datetime | None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A notification, how often it was taken, and how often before it was wanted again."""

    telling: Telling
    tries: int
    tries_before: int

    @property
    def key(self) -> Key:
        """The merchant and the notification."""
        one = self.telling.notification
        return int(one.merchant_id), int(one.notification_id)


async def insert_notifications(db: Connection, rows: Sequence[NewRow]) -> None:
    """Add notifications."""
    await db.execute(_insert_notifications, *_columns(rows, NewRow))


async def take_notifications(  # noqa: PLR0913 - all of them bound one taking, and by keyword
    db: Connection,
    *,
    now: datetime,
    at: datetime,
    until: datetime,
    busy_ids: Collection[int],
    each_max: int,
    limit: int,
) -> list[Taken]:
    """Take due notifications of merchants whose servers are not busy; return which."""
    rows = await db.fetch(_take_notifications, now, at, until, list(busy_ids), each_max, limit)
    return [_taken(row) for row in rows]


async def lock_notifications(db: Connection, keys: Sequence[Key]) -> dict[Key, Taken]:
    """Lock notifications; return those that there are."""
    rows = await db.fetch(_lock_notifications, *_split(keys))
    found = [_taken(row) for row in rows]
    return {one.key: one for one in found}


async def set_states(db: Connection, states: Sequence[NewState]) -> None:
    """Write how far locked notifications are."""
    await db.execute(_set_states, *_columns(states, NewState))


async def insert_attempts(db: Connection, attempts: Sequence[NewAttempt]) -> None:
    """Add what became of tries; of one try the first word counts."""
    await db.execute(_insert_attempts, *_columns(attempts, NewAttempt))


async def set_waiting(db: Connection, key: Key, due_at: datetime) -> bool:
    """Let an ended notification be tried afresh; False if it waits."""
    return await db.fetchval(_set_waiting, *key, due_at) is not None


async def list_notifications(
    db: Connection, merchant_id: int, before: int, limit: int
) -> list[Telling]:
    """Return a merchant's notifications with their attempts, the newest first."""
    rows = await db.fetch(_list_notifications, merchant_id, before, limit)
    return await _with_attempts(db, [_taken(row).telling for row in rows])


async def list_latest(db: Connection, merchant_id: int | None, limit: int) -> list[Telling]:
    """Return the latest notifications of one merchant or all: for test servers, which have few."""
    rows = await db.fetch(_list_latest, merchant_id, limit)
    return await _with_attempts(db, [_taken(row).telling for row in rows])


async def find_notification(db: Connection, key: Key) -> Telling | None:
    """Return a notification with its attempts."""
    row = await db.fetchrow(_find_notification, *key)
    return (await _with_attempts(db, [_taken(row).telling]))[0] if row else None


async def count_due(db: Connection, now: datetime, merchant_id: int | None) -> int:
    """Return how many notifications are due, of one merchant or all; at most a thousand."""
    count: int = await db.fetchval(_count_due, now, merchant_id)
    return count


async def delete_old(db: Connection, before: datetime, limit: int) -> int:
    """Forget notifications that ended before; return how many."""
    rows = await db.fetch(_list_old, before, limit)
    keys = [(row["merchant_id"], row["notification_id"]) for row in rows]
    if keys:
        await db.execute(_delete_attempts, *_split(keys))
        await db.execute(_delete_notifications, *_split(keys))
    return len(keys)


async def _with_attempts(db: Connection, tellings: Sequence[Telling]) -> list[Telling]:
    keys = [
        (int(one.notification.merchant_id), int(one.notification.notification_id))
        for one in tellings
    ]
    found: dict[Key, list[TryMade]] = {}
    for row in await db.fetch(_list_attempts, *_split(keys)):
        made = TryMade(
            number=row["number"],
            url=row["url"],
            at=row["at"],
            outcome=TryOutcome(row["outcome"]),
            status=row["status"],
            took_ms=row["took_ms"],
        )
        found.setdefault((row["merchant_id"], row["notification_id"]), []).append(made)
    return [
        msgspec.structs.replace(
            one,
            notification=msgspec.structs.replace(one.notification, attempts=found.get(key, [])),
        )
        for one, key in zip(tellings, keys, strict=True)
    ]


def _taken(row: asyncpg.Record) -> Taken:
    state = NotificationState(row["state"])
    notification = Notification(
        merchant_id=MerchantId(row["merchant_id"]),
        notification_id=NotificationId(row["notification_id"]),
        protocol=Protocol(row["protocol"]),
        kind=row["kind"],
        subject_id=Id(row["subject_id"]),
        url=row["url"],
        ladder=row["ladder"],
        state=state,
        created_at=row["created_at"],
        due_at=row["due_at"] if state is NotificationState.WAITING else None,
    )
    return Taken(
        telling=Telling(notification=notification, data=row["data"], number=row["tries"]),
        tries=row["tries"],
        tries_before=row["tries_before"],
    )


def _split(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [one[0] for one in keys], [one[1] for one in keys]


def _columns(rows: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in kind.__struct_fields__]
