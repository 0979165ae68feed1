"""Every SQL statement of the database package: which migrations the database has had."""

from dataclasses import dataclass

from banyan.base.db.pool import Connection

MIGRATIONS_LOCK = 0x62616E79616E
"""The key of the advisory lock under which one process at a time migrates: "banyan" in ASCII."""

create_database = "create database banyan"

_create_schema = "create schema if not exists base"

_create_migrations = """
create table if not exists base.migrations (
    room text not null,
    number integer not null,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now(),
    primary key (room, number)
)
"""

_list_migrations = """
select room, number, name, sha256
from base.migrations
order by room, number
limit $1
"""

_insert_migration = """
insert into base.migrations (room, number, name, sha256)
values ($1, $2, $3, $4)
"""

_try_lock = "select pg_try_advisory_lock($1)"

_unlock = "select pg_advisory_unlock($1)"

_migrations_max = 10_000


@dataclass(frozen=True)
class Migration:
    """One file of a room: its number, its name and what it says, as a hash."""

    room: str
    number: int
    name: str
    sha256: str

    @property
    def label(self) -> str:
        """The name that a person finds the file by."""
        return f"{self.room}/{self.name}"


async def create_migrations(db: Connection) -> None:
    """Make the table of applied migrations if it is not there."""
    await db.execute(_create_schema)
    await db.execute(_create_migrations)


async def list_migrations(db: Connection) -> list[Migration]:
    """Return what the database has had, by room and number."""
    return [Migration(**row) for row in await db.fetch(_list_migrations, _migrations_max)]


async def insert_migration(db: Connection, migration: Migration) -> None:
    """Note that the database has had this one; to be called in the same transaction."""
    await db.execute(
        _insert_migration, migration.room, migration.number, migration.name, migration.sha256
    )


async def try_migrations_lock(db: Connection) -> bool:
    """Take the lock of this session if nobody has it; a killed session leaves none behind."""
    return bool(await db.fetchval(_try_lock, MIGRATIONS_LOCK))


async def release_migrations_lock(db: Connection) -> None:
    """Give the lock back."""
    await db.execute(_unlock, MIGRATIONS_LOCK)
