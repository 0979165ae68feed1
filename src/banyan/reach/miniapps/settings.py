"""Whether a mini program can be opened and found, and how it stands."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.channels import Channel
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import (
    access_own_app,
    compute_periods,
    find_maker,
    find_pages,
)
from banyan.reach.miniapps.types import (
    AUDITS_MAX,
    HISTORY_MAX,
    SPEEDUPS_MAX,
    App,
    Audit,
    AuditId,
    Env,
    OwnCommand,
    Release,
    Version,
)

_audits_shown = 20


class ChangeVisits(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let people open the mini program, or nobody."""

    is_open: bool


class ChangeSearch(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let people find the mini program, or nobody."""

    is_searchable: bool


class ReadApp(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How does a mini program stand?"""


class ReadAudit(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How far is an audit?"""

    audit_id: AuditId = AuditId(0)
    """0 for the latest."""


class ReadQuota(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often may mini programs still go to the audit this month?"""


class HasPage(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Is there such a page in the code that everybody has?"""

    page: Annotated[str, msgspec.Meta(max_length=1_024)]


class AppInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A mini program: what testers and what everybody has, its audits and earlier releases."""

    channel: Channel
    app: App
    trial: Version | None
    release: Release | None
    earlier: list[Release]
    audits: list[Audit]
    """The latest first."""


class QuotaLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of a month's quotas."""

    audits_left: int
    audits_max: int
    hurries_left: int
    hurries_max: int


@single(permission=Permission.CHANNELS_WRITE)
async def change_visits(work: Work, command: ChangeVisits) -> App:
    """Open or close a mini program.

    Raises NotFound `channels.not_found`; Refusal `miniapps.visits_unchanged`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    if app.is_open == command.is_open:
        raise Refusal("miniapps.visits_unchanged")
    after = msgspec.structs.replace(app, is_open=command.is_open)
    await store.set_app(work.db, after)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def change_search(work: Work, command: ChangeSearch) -> App:
    """Let a mini program be found or not. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    after = msgspec.structs.replace(app, is_searchable=command.is_searchable)
    await store.set_app(work.db, after)
    return after


@reading(permission=Permission.CHANNELS_READ)
async def read_app(work: Work, query: ReadApp) -> AppInFull:
    """Return how a mini program stands. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    app = await store.find_app(work.db, channel.channel_id)
    releases = await store.list_releases(
        work.db, channel.channel_id, app.release_id, HISTORY_MAX + 1
    )
    return AppInFull(
        channel=channel,
        app=app,
        trial=await store.find_version(work.db, channel.channel_id, app.trial_id),
        release=releases[0] if releases else None,
        earlier=releases[1:],
        audits=await store.list_audits(work.db, channel.channel_id, _audits_shown),
    )


@reading(permission=Permission.CHANNELS_READ)
async def read_audit(work: Work, query: ReadAudit) -> Audit:
    """Return an audit. Raises NotFound `channels.not_found`, `miniapps.no_such_audit`."""
    channel = await access_own_app(work, query)
    audit_id = int(query.audit_id)
    if not audit_id:
        audit_id = (await store.find_app(work.db, channel.channel_id)).last_audit_id
    audit = await store.find_audit(work.db, channel.channel_id, audit_id)
    if audit is None:
        raise NotFound("miniapps.no_such_audit")
    return audit


@reading(permission=Permission.CHANNELS_READ)
async def read_quota(work: Work, query: ReadQuota) -> QuotaLeft:
    """Return what is left this month. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    maker_id = await find_maker(work, channel.merchant_id)
    _, month = await compute_periods(work, maker_id)
    used = await store.find_quota(work.db, maker_id, month.date())
    return QuotaLeft(
        audits_left=AUDITS_MAX - used.audits_count,
        audits_max=AUDITS_MAX,
        hurries_left=SPEEDUPS_MAX - used.speedups_count,
        hurries_max=SPEEDUPS_MAX,
    )


@reading(permission=Permission.CHANNELS_READ)
async def has_page(work: Work, query: HasPage) -> bool:
    """Return whether everybody's code has a page. Raises NotFound `channels.not_found`."""
    channel = await access_own_app(work, query)
    return query.page in await find_pages(work, channel, Env.RELEASE)
