"""Every SQL statement on schema audit."""

from datetime import datetime
from typing import Any

import msgspec

from banyan.books.work import Connection
from banyan.parties.audit.types import AuditId

_insert_entry = """
insert into audit.entries (
    merchant_id, audit_id, at, actor_kind, actor_id, person_id, subject, subject_id, before, after
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_list_entries = """
select
    merchant_id, audit_id, at, actor_kind, actor_id, person_id, subject, subject_id, before, after
from audit.entries
where merchant_id = $1
and audit_id < $2
and ($3::text is null or subject = $3)
and ($4::bigint = 0 or subject_id = $4)
order by audit_id desc
limit $5
"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is stored; `before` and `after` are what JSON can hold."""

    merchant_id: int
    audit_id: AuditId
    at: datetime
    actor_kind: str
    actor_id: int
    person_id: int
    subject: str
    subject_id: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


async def insert_entry(db: Connection, entry: Entry) -> None:
    """Add one entry."""
    await db.execute(_insert_entry, *msgspec.structs.astuple(entry))


async def list_entries(
    db: Connection,
    merchant_id: int,
    *,
    before_id: int,
    subject: str | None,
    subject_id: int,
    limit: int,
) -> list[Entry]:
    """Return a merchant's entries with smaller ids than `before_id`, the latest first."""
    rows = await db.fetch(_list_entries, merchant_id, before_id, subject, subject_id, limit)
    return [Entry(**{**row, "audit_id": AuditId(row["audit_id"])}) for row in rows]
