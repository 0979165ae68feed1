"""Lists what was changed at a merchant, the latest first."""

from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.audit.store import Entry, list_entries
from banyan.parties.audit.types import AuditEntry
from banyan.parties.ids import MerchantId, PersonId
from banyan.parties.people import Person, find_people

_id_max = 2**63 - 1

Subject = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[a-z_]+\.[a-z_]+$(?!\n)")]


class ListAudit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a merchant's changes: all, those of one kind of thing, or those of one thing."""

    merchant_id: MerchantId
    subject: Subject | None = None
    subject_id: Id = NONE
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.AUDIT_READ)
async def list_audit(work: Work, query: ListAudit) -> Page[AuditEntry]:
    """Return a page of changes, the latest first. Raises Invalid `paging.bad_cursor`."""
    entries = await list_entries(
        work.db,
        query.merchant_id,
        before_id=decode_id_cursor(query.cursor, start=_id_max),
        subject=query.subject,
        subject_id=query.subject_id,
        limit=query.limit + 1,
    )
    people = await find_people(work.db, sorted({one.person_id for one in entries}))
    shown = [_show(one, people.get(PersonId(one.person_id))) for one in entries]
    return page_of(shown, query.limit, [one.audit_id for one in entries])


def _show(entry: Entry, person: Person | None) -> AuditEntry:
    return AuditEntry(
        audit_id=entry.audit_id,
        at=entry.at,
        actor_kind=entry.actor_kind,
        actor_id=Id(entry.actor_id) if entry.actor_kind == "key" else NONE,
        actor_name=person.nickname if person else "",
        actor_phone=person.masked_phone if person else "",
        subject=entry.subject,
        subject_id=Id(entry.subject_id),
        before=entry.before,
        after=entry.after,
    )
