"""Shows the audit log with what changed, field by field."""

from __future__ import annotations

from typing import Any

import msgspec

from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console import words
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.parties.audit import AuditEntry, list_audit

_filters = ("subject", "id")
_text_max = 160
_changes_max = 12


@at_desk(Permission.AUDIT_READ)
async def show_audit(desk: Desk) -> Answer:
    """Who changed what, the latest first."""
    query = desk.ask.query
    subject, subject_id = query.text("subject"), query.text("id")
    page = await desk.run(
        list_audit,
        subject=subject if subject in words.SUBJECTS else None,
        subject_id=subject_id if subject_id.isascii() and subject_id.isdigit() else "0",
        cursor=query.text("cursor") or None,
    )
    return await desk.page(
        "audit/page.html",
        entries=[(one, list_changes(one)) for one in page.items],
        pager=desk.pager(_filters, page.next_cursor),
    )


def list_changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Field, before and after, for the fields that differ."""
    before, after = entry.before or {}, entry.after or {}
    changed = [
        (name, _write(before.get(name)), _write(after.get(name)))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    return changed[:_changes_max]


def _write(value: Any) -> str:  # noqa: ANN401 - any JSON
    if value is None or value == "":
        return "–"
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _text_max else f"{text[:_text_max]}…"


ROUTES = (PageRoute("GET", "/console/audit", show_audit),)
