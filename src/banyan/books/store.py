"""The statements by which processes hear each other and share out node numbers."""

from banyan.base.db import Connection

NOTIFY = "select pg_notify($1, $2)"

TRY_LEASE = "select pg_try_advisory_lock($1, $2)"


async def notify(db: Connection, channel: str, word: str) -> None:
    """Pass a word to every process that listens on the channel."""
    await db.execute(NOTIFY, channel, word)


async def try_lease(db: Connection, kind: int, number: int) -> bool:
    """Take the number for as long as this connection lives; False if another has it."""
    taken: bool = await db.fetchval(TRY_LEASE, kind, number)
    return taken
