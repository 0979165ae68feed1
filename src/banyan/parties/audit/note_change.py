"""Notes a change: called by every operation of a merchant's people that changes how things are."""

from typing import Any

import msgspec

from banyan.base import json
from banyan.books.work import Work
from banyan.parties.audit.store import Entry, insert_entry
from banyan.parties.audit.types import AuditId


async def note_change(
    work: Work,
    *,
    merchant_id: int,
    subject: str,
    subject_id: int,
    before: msgspec.Struct | None,
    after: msgspec.Struct | None,
) -> None:
    """Note that the actor changed `subject` from `before` to `after`; None where it did not exist.

    Nothing is noted if they are equal. What the structs hold is kept for ever: no secrets, no
    phones, nothing personal.
    """
    was, is_now = _plain(before), _plain(after)
    if was == is_now:
        return
    await insert_entry(
        work.db,
        Entry(
            merchant_id=merchant_id,
            audit_id=AuditId(work.ids.next()),
            at=work.now,
            actor_kind=work.actor.kind,
            actor_id=work.actor.actor_id,
            person_id=work.actor.person_id,
            subject=subject,
            subject_id=subject_id,
            before=was,
            after=is_now,
        ),
    )


def _plain(struct: msgspec.Struct | None) -> dict[str, Any] | None:
    # Through JSON, so that ids are strings here as everywhere.
    if struct is None:
        return None
    fields: dict[str, Any] = json.decode(json.encode(struct), dict[str, Any])
    return fields
