"""Empties a database between tests: milliseconds, where a copy of the template takes a second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from banyan.base.db import Connection

_kept = "base"
"""The schema that remembers which migrations ran."""

_list_tables = """
select n.nspname, c.relname, pg_relation_size(c.oid) > 1_000_000 as is_big
from pg_class c
inner join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname <> $1
and n.nspname not in ('pg_catalog', 'information_schema')
order by n.nspname, c.relname
"""


@dataclass(frozen=True)
class Table:
    """A table of a room."""

    schema: str
    name: str

    @property
    def quoted(self) -> str:
        """The name as SQL has it."""
        return f'"{self.schema}"."{self.name}"'


Seeds = Mapping[Table, Sequence[asyncpg.Record]]
"""What the migrations themselves put into tables."""


async def list_tables(db: Connection) -> dict[Table, bool]:
    """Every table of every room, and whether it has grown big."""
    rows = await db.fetch(_list_tables, _kept)
    return {Table(row["nspname"], row["relname"]): row["is_big"] for row in rows}


async def count_rows(db: Connection) -> dict[str, int]:
    """How many rows each table has: to see that nothing was changed."""
    tables = list(await list_tables(db))
    # Each says whose it is: the server may count several at once, and answer in any order.
    counts = " union all ".join(
        f"select '{one.schema}.{one.name}' as name, count(*) as count from {one.quoted}"
        for one in tables
    )
    return {row["name"]: row["count"] for row in await db.fetch(counts)}


async def read_seeds(db: Connection) -> Seeds:
    """What is in a database that was only migrated."""
    found = {one: await db.fetch(f"select * from {one.quoted}") for one in await list_tables(db)}
    return {table: rows for table, rows in found.items() if rows}


async def make_broom(db: Connection) -> None:
    """Give this connection what `empty_database` sweeps with: statements whose plans it keeps."""
    steps = "".join(f"delete from {table.quoted}; " for table in await list_tables(db))
    await db.execute(
        f"create function pg_temp.sweep() returns void language plpgsql as $$ begin {steps}end $$"
    )


async def empty_database(db: Connection, seeds: Seeds) -> None:
    """Make the database as it was when it had only been migrated; `db` must have a broom."""
    grown = [
        f"truncate {table.quoted} cascade" for table, big in (await list_tables(db)).items() if big
    ]
    async with db.transaction():
        # References between tables hold before and after, so nobody needs to check on the way.
        await db.execute("; ".join(["set local session_replication_role = replica", *grown]))
        await db.execute("select pg_temp.sweep()")
        for table, rows in seeds.items():
            records = [tuple(row) for row in rows]
            await db.copy_records_to_table(table.name, schema_name=table.schema, records=records)
