"""One entry of the audit log."""

from datetime import datetime
from typing import Any

import msgspec

from banyan.base.ids import Id


class AuditId(Id):
    """One change that somebody made."""


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed what, and what it was before and after; null where it did not exist."""

    audit_id: AuditId
    at: datetime
    actor_kind: str
    """`person`, `staff`, `key` or `system`."""
    actor_id: Id
    """The API key that acted, or zero: a person shows under their name, never under their id."""
    actor_name: str
    """The nickname of the person who acted, or nothing."""
    actor_phone: str
    """Their phone with its middle hidden, as staff are listed: it tells two of one name apart."""
    subject: str
    """What kind of thing was changed, such as `catalogue.product`."""
    subject_id: Id
    before: dict[str, Any] | None
    after: dict[str, Any] | None
