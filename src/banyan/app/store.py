"""What the app itself asks the database: whether it is there, and how far followers are behind."""

from __future__ import annotations

from datetime import datetime

from banyan.base.db import Connection, Pool

_ping = "select 1"

_list_lags = """
select c.follower, sum(l.last_number - c.last_number)::bigint as behind
from journal.cursors c
inner join journal.lanes l on l.lane = c.lane
group by c.follower
order by c.follower
"""


async def ping(pool: Pool, timeout_s: float) -> None:
    """Return if the database answers in time; else raise whatever is the matter."""
    async with pool.acquire(timeout=timeout_s) as db:
        await db.fetchval(_ping, timeout=timeout_s)


async def list_lags(pool: Pool) -> dict[str, int]:
    """How many facts each follower has yet to read."""
    async with pool.acquire() as db:
        return {row["follower"]: row["behind"] for row in await db.fetch(_list_lags)}


_find_journal = "select to_regclass('journal.events') is not null"

_has_events = "select exists (select from journal.events)"

_count_others = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
"""

# Everything that is not the server's own: a database is Banyan's alone.
REPLACE_BEGIN = """
begin;
set local client_min_messages = error;
do $$
declare
    name text;
begin
    for name in
        select nspname from pg_namespace
        where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
    loop
        execute format('drop schema %I cascade', name);
    end loop;
end
$$;
"""
"""Opens a transaction without any tables of any rooms; a script that fills it follows."""

REPLACE_END = "commit;\n"
"""Makes what came since `REPLACE_BEGIN` so."""


async def has_business(db: Connection) -> bool:
    """Whether anything was ever recorded in this database."""
    if not await db.fetchval(_find_journal):
        return False
    return bool(await db.fetchval(_has_events))


async def count_others(db: Connection) -> int:
    """How many other connections there are to this database."""
    return int(await db.fetchval(_count_others))


# Only what holds something is emptied: a test that touched few tables waits for few.
_empty_all = """
do $$
declare
    name text;
    has_rows boolean;
    filled text[] := '{}';
begin
    for name in
        select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname !~ '^pg_' and schemaname not in ('information_schema', 'public', 'base')
        and (schemaname, tablename) not in (('journal', 'lanes'), ('timers', 'clock'))
    loop
        execute format('select exists (select from %s)', name) into has_rows;
        if has_rows then
            filled := filled || name;
        end if;
    end loop;
    if cardinality(filled) > 0 then
        execute format('truncate %s cascade', array_to_string(filled, ', '));
    end if;
    update journal.lanes set last_number = 0;
end
$$
"""

_is_at_rest = """
select not exists (
    select from journal.cursors c
    inner join journal.lanes l on l.lane = c.lane
    where c.last_number < l.last_number
) and not exists (
    select from timers.timers where due_at <= $1
)
"""


async def empty_all(db: Connection) -> None:
    """Leave the tables of all rooms as their migrations made them."""
    await db.execute(_empty_all)


async def is_at_rest(pool: Pool, now: datetime) -> bool:
    """Whether no follower is behind and no timer is due."""
    async with pool.acquire() as db:
        return bool(await db.fetchval(_is_at_rest, now))
