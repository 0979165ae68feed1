"""Every SQL statement on schema `wallets`."""

from collections.abc import Sequence
from datetime import datetime

from banyan.books.work import Connection

# Locks every wallet it names, new or old; callers pass them sorted and once each.
LOCK_WALLETS = """
insert into wallets.wallets as w (person_id, currency, opened_at)
select * from unnest($1::bigint[], $2::text[], $3::timestamptz[])
on conflict (person_id, currency) do update set opened_at = w.opened_at
"""

LIST_OPEN_BANKS = """
select bank_id from wallets.banks where is_enabled order by bank_id limit 100
"""

SET_BANK = """
insert into wallets.banks as b (bank_id, is_enabled)
values ($1, $2)
on conflict (bank_id) do update set is_enabled = excluded.is_enabled
where b.is_enabled <> excluded.is_enabled
"""

INSERT_TOP_UPS = """
insert into wallets.top_ups (person_id, top_up_id, bank_id, currency, amount_fen, topped_up_at)
select * from unnest(
    $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[]
)
"""


async def lock_wallets(db: Connection, wallets: Sequence[tuple[int, str, datetime]]) -> None:
    """Make and lock the wallets (person, currency, opened at), given sorted and once each."""
    people, currencies, opened = zip(*wallets, strict=True)
    await db.execute(LOCK_WALLETS, people, currencies, opened)


async def list_open_banks(db: Connection) -> list[str]:
    """Return the banks that a wallet can be topped up from."""
    return [row["bank_id"] for row in await db.fetch(LIST_OPEN_BANKS)]


async def set_bank(db: Connection, bank_id: str, *, is_enabled: bool) -> None:
    """Open or close a bank."""
    await db.execute(SET_BANK, bank_id, is_enabled)


async def insert_top_ups(db: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows of person, top-up, bank, currency, amount and time."""
    await db.execute(INSERT_TOP_UPS, *zip(*rows, strict=True))
