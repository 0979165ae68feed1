"""Every SQL statement on schema `passwords`."""

from collections.abc import Sequence
from datetime import datetime

from banyan.books.work import Connection
from banyan.pay.passwords.rules import Standing

_find = """
select hash, tries, locks, locked_until from passwords.passwords where person_id = $1
"""

_lock = """
select hash, tries, locks, locked_until from passwords.passwords where person_id = $1 for update
"""

_set_standing = """
update passwords.passwords set tries = $2, locks = $3, locked_until = $4 where person_id = $1
"""

_put = """
insert into passwords.passwords as p (person_id, hash, set_at)
values ($1, $2, $3)
on conflict (person_id) do update
set hash = excluded.hash, set_at = excluded.set_at, tries = 0, locks = 0, locked_until = null
returning (xmax = 0)
"""

_insert_proof = """
insert into passwords.proofs (person_id, proof_digest, subject, expires_at)
values ($1, $2, $3, $4)
"""

_delete_proofs = "delete from passwords.proofs where person_id = $1 and expires_at <= $2"

_delete_all_proofs = "delete from passwords.proofs where person_id = $1"

_take_proofs = """
delete from passwords.proofs as p
using unnest($1::bigint[], $2::bytea[], $3::text[], $4::timestamptz[]) as w (
    person_id, proof_digest, subject, at
)
where p.person_id = w.person_id and p.proof_digest = w.proof_digest
    and p.subject = w.subject and p.expires_at > w.at
returning p.person_id, p.proof_digest
"""


async def find_password(db: Connection, person_id: int) -> tuple[str, Standing] | None:
    """Return a person's hash, and how often it was tried in vain."""
    row = await db.fetchrow(_find, person_id)
    return (row[0], Standing(row[1], row[2], row[3])) if row else None


async def lock_password(db: Connection, person_id: int) -> tuple[str, Standing] | None:
    """Lock a person's password; return its hash, and how often it was tried in vain."""
    row = await db.fetchrow(_lock, person_id)
    return (row[0], Standing(row[1], row[2], row[3])) if row else None


async def set_standing(db: Connection, person_id: int, standing: Standing) -> None:
    """Write how often it was tried in vain."""
    await db.execute(
        _set_standing, person_id, standing.tries, standing.locks, standing.locked_until
    )


async def put_password(db: Connection, person_id: int, stored: str, now: datetime) -> bool:
    """Write a new hash; nothing that was proved by the one before counts. True for the first."""
    await db.execute(_delete_all_proofs, person_id)
    return bool(await db.fetchval(_put, person_id, stored, now))


async def insert_proof(
    db: Connection, person_id: int, proof_digest: bytes, subject: str, expires_at: datetime
) -> None:
    """Add a proof."""
    await db.execute(_insert_proof, person_id, proof_digest, subject, expires_at)


async def delete_proofs(db: Connection, person_id: int, before: datetime) -> None:
    """Forget a person's proofs that are over."""
    await db.execute(_delete_proofs, person_id, before)


async def take_proofs(
    db: Connection, wanted: Sequence[tuple[int, bytes, str, datetime]]
) -> set[tuple[int, bytes]]:
    """Use up the proofs of person, digest, subject and instant; return those that were good."""
    rows = await db.fetch(_take_proofs, *zip(*wanted, strict=True))
    return {(row[0], row[1]) for row in rows}
