"""How rows of this room become its structs."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.parties.ids import PersonId
from banyan.reach.channels import ChannelId
from banyan.reach.miniapps.types import (
    App,
    AppConfig,
    Audit,
    AuditId,
    AuditItem,
    AuditState,
    GrayPlan,
    Package,
    PackageId,
    Version,
    VersionId,
)


class DomainRow(msgspec.Struct, frozen=True):
    """A domain, what it is for, and by whom it was named."""

    origin: str
    purpose: str
    domain: str


class TesterRow(msgspec.Struct, frozen=True):
    """A row of `miniapps.testers`."""

    person_id: PersonId
    userstr: str
    bound_at: datetime


def package_of(row: asyncpg.Record) -> Package:
    """Return a draft or template of a row."""
    told = dict(row) | {
        "merchant_id": Id(row["merchant_id"]),
        "config": msgspec.convert(row["config"], AppConfig),
        "package_id": PackageId(row["package_id"]),
    }
    return Package(**told)


def app_of(row: asyncpg.Record) -> App:
    """Return how a mini program stands of a row."""
    told: dict[str, Any] = dict(row) | {
        "channel_id": ChannelId(row["channel_id"]),
        "trial_id": Id(row["trial_id"]),
        "gray": msgspec.convert(row["gray"], GrayPlan),
    }
    return App(**told)


def version_of(row: asyncpg.Record) -> Version:
    """Return code of a row."""
    return Version(
        version_id=VersionId(row["version_id"]),
        template_id=PackageId(row["template_id"]),
        config=msgspec.convert(row["config"], AppConfig),
        ext=row["ext"],
        version_name=row["version_name"],
        version_note=row["version_note"],
        committed_at=row["committed_at"],
    )


def audit_of(row: asyncpg.Record) -> Audit:
    """Return an audit of a row."""
    return Audit(
        audit_id=AuditId(row["audit_id"]),
        version=version_of(row),
        state=AuditState(row["state"]),
        reason=row["reason"],
        items=msgspec.convert(row["items"], list[AuditItem]),
        note=row["note"],
        is_urgent=row["is_urgent"],
        submitted_at=row["submitted_at"],
        decided_at=row["decided_at"],
    )
