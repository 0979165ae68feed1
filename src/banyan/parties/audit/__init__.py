"""Who changed what at a merchant, with before and after: written by all rooms, never rewritten."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.audit.list_audit import ListAudit, list_audit
from banyan.parties.audit.note_change import note_change
from banyan.parties.audit.types import AuditEntry, AuditId

ROOM = Room(
    name="audit",
    migrations=Path(__file__).parent / "migrations",
    operations=(list_audit,),
)

__all__ = ("ROOM", "AuditEntry", "AuditId", "ListAudit", "list_audit", "note_change")
