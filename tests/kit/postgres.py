"""One embedded server for all tests of all workers, and databases copied from a template."""

import hashlib
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from banyan.base.db import Connection, EmbeddedServer, connect
from banyan.base.db.binaries import MAJOR

fast = {
    # A test's data need not outlive a power cut; everything else stays as in earnest.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "400",
    "autovacuum_naptime": "60s",
}

_numbers = itertools.count(1)
_template_age_max = "1 day"

_lock = "select pg_advisory_lock($1)"
_unlock = "select pg_advisory_unlock($1)"
_find_database = "select true from pg_database where datname = $1"
_list_old = """
select datname from pg_database
where (datname like 'template\\_%' or datname like 'draft\\_%')
and (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - $1::text::interval
"""
_list_fresh = "select datname from pg_database where datname like 'fresh\\_%'"


@contextmanager
def shared_server() -> Iterator[EmbeddedServer]:
    """Give the one server that every worker and every test run of this user shares.

    It is started by the first and stopped after the last; its files stay for the next run.
    """
    data = Path(tempfile.gettempdir()) / f"banyan-tests-{os.geteuid()}-{MAJOR}"
    data.mkdir(mode=0o700, exist_ok=True)
    assert data.stat().st_uid == os.geteuid(), f"{data} is somebody else's"
    with EmbeddedServer.start(data, fast) as server:
        yield server


async def template_database(
    server: EmbeddedServer, name: str, make: Callable[[str], Awaitable[None]]
) -> str:
    """Return the name of a database made once by `make(dsn)`, whoever asks first.

    The name must say what is in it (a hash of the migrations, say): it is made again only if no
    database has that name.
    """
    template = f"template_{name}"
    draft = f"draft_{name}"
    key = int.from_bytes(hashlib.sha256(template.encode()).digest()[:8], signed=True)
    control = await connect(server.dsn)
    try:
        await control.execute("set lock_timeout = 0; set statement_timeout = 0")
        await control.execute(_lock, key)
        if await control.fetchval(_find_database, template) is None:
            await _drop_old(control)
            await control.execute(f'drop database if exists "{draft}" with (force)')
            await control.execute(f'create database "{draft}" template template0')
            await make(server.dsn_of(draft))
            await control.execute(f'alter database "{draft}" rename to "{template}"')
        await control.execute(_unlock, key)
    finally:
        await control.close()
    return template


@asynccontextmanager
async def fresh_database(server: EmbeddedServer, template: str = "template0") -> AsyncIterator[str]:
    """Give the address of a new copy of the template, and drop it afterwards."""
    name = f"fresh_{os.getpid()}_{next(_numbers)}"
    control = await connect(server.dsn)
    try:
        await control.execute(f'drop database if exists "{name}" with (force)')
        await control.execute(f'create database "{name}" template "{template}" strategy file_copy')
        try:
            yield server.dsn_of(name)
        finally:
            await control.execute(f'drop database if exists "{name}" with (force)')
    finally:
        await control.close()


async def _drop_old(control: Connection) -> None:
    """Drop the templates of former days and what killed runs have left."""
    names = [row["datname"] for row in await control.fetch(_list_old, _template_age_max)]
    fresh = [row["datname"] for row in await control.fetch(_list_fresh)]
    names += [name for name in fresh if not _is_alive(int(name.split("_")[1]))]
    for name in names:
        await control.execute(f'drop database if exists "{name}" with (force)')


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
