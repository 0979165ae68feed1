"""Gives everybody approved code, at once or part by part, and takes it back."""

from typing import Annotated

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app
from banyan.reach.miniapps.rules import check_audited, check_percentage
from banyan.reach.miniapps.types import (
    HISTORY_MAX,
    App,
    AppReleased,
    Audit,
    AuditState,
    GrayPlan,
    GrayState,
    OwnCommand,
    Release,
    Version,
)

_all = 100


class ReleaseCode(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let everybody have the code that was approved last."""


class ReleaseInPart(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let so many per cent of the people have the code that was approved last."""

    percentage: Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]
    has_testers_first: bool = False


class StopGray(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let nobody have the code that only a part had."""


class RevertRelease(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let everybody have what they had before."""

    release_id: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    """One of the five releases before; 0 for the last of them."""


@single(permission=Permission.CHANNELS_WRITE)
async def release_code(work: Work, command: ReleaseCode) -> Release:
    """Release approved code, once; a release to a part of the people ends with it.

    Raises NotFound `channels.not_found`; Refusal `miniapps.no_audit`, `miniapps.not_approved`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    return await _release(work, channel, app, check_audited(await _latest(work, app)))


@single(permission=Permission.CHANNELS_WRITE)
async def release_in_part(work: Work, command: ReleaseInPart) -> GrayPlan:
    """Release approved code to a part of the people; all of them are everybody.

    Raises NotFound `channels.not_found`; Refusal `miniapps.not_released`, `miniapps.no_audit`,
    `miniapps.not_approved`, `miniapps.percentage_lower`; Invalid `miniapps.percentage_malformed`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    check_percentage(app.gray, command.percentage, has_testers=command.has_testers_first)
    if not app.release_id:
        raise Refusal("miniapps.not_released")
    audit = check_audited(await _latest(work, app))
    is_running = app.gray.state is GrayState.RUNNING
    gray = GrayPlan(
        state=GrayState.RUNNING,
        percentage=command.percentage,
        has_testers_first=command.has_testers_first,
        started_at=app.gray.started_at if is_running else work.now,
        audit_id=int(audit.audit_id),
    )
    app = msgspec.structs.replace(app, gray=gray)
    if command.percentage < _all:
        await store.set_app(work.db, app)
        return gray
    await _release(work, channel, app, audit)
    return msgspec.structs.replace(gray, state=GrayState.DONE)


@single(permission=Permission.CHANNELS_WRITE)
async def stop_gray(work: Work, command: StopGray) -> GrayPlan:
    """End a release to a part of the people: they have what everybody has.

    Raises NotFound `channels.not_found`; Refusal `miniapps.no_gray`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    if app.gray.state is not GrayState.RUNNING:
        raise Refusal("miniapps.no_gray")
    gray = msgspec.structs.replace(app.gray, state=GrayState.STOPPED)
    await store.set_app(work.db, msgspec.structs.replace(app, gray=gray))
    return gray


@single(permission=Permission.CHANNELS_WRITE)
async def revert_release(work: Work, command: RevertRelease) -> Release:
    """Go back to an earlier release, once until there is another.

    Raises NotFound `channels.not_found`; Refusal `miniapps.gray_under_way`,
    `miniapps.cannot_revert`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    if app.gray.state is GrayState.RUNNING:
        raise Refusal("miniapps.gray_under_way")
    earlier = await store.list_releases(
        work.db, channel.channel_id, app.release_id - 1, HISTORY_MAX
    )
    chosen = [one for one in earlier if command.release_id in {0, one.release_id}]
    if app.is_reverted or not chosen:
        raise Refusal("miniapps.cannot_revert")
    release = chosen[0]
    after = msgspec.structs.replace(app, release_id=release.release_id, is_reverted=True)
    await store.set_app(work.db, after)
    _record(work, channel, release.release_id, release.version, is_return=True)
    return release


async def _latest(work: Work, app: App) -> Audit | None:
    if not app.last_audit_id:
        return None
    return await store.find_audit(work.db, app.channel_id, app.last_audit_id)


async def _release(work: Work, channel: Channel, app: App, audit: Audit) -> Release:
    release_id = app.last_release_id + 1
    version = audit.version
    await store.insert_release(
        work.db, channel.channel_id, release_id, version.version_id, work.now
    )
    released = msgspec.structs.replace(audit, state=AuditState.RELEASED)
    await store.set_audit(work.db, channel.channel_id, released)
    gray = app.gray
    if gray.state is GrayState.RUNNING:
        gray = msgspec.structs.replace(gray, state=GrayState.DONE)
    after = msgspec.structs.replace(
        app, release_id=release_id, last_release_id=release_id, is_reverted=False, gray=gray
    )
    await store.set_app(work.db, after)
    _record(work, channel, release_id, version, is_return=False)
    return Release(release_id=release_id, version=version, released_at=work.now)


def _record(
    work: Work, channel: Channel, release_id: int, version: Version, *, is_return: bool
) -> None:
    work.record(
        AppReleased(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(version.version_id),
            release_id=release_id,
            version_name=version.version_name,
            is_return=is_return,
        )
    )
