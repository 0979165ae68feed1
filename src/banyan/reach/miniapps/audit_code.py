"""Puts code to the audit, hurries it, calls it back, and takes the decision."""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.reach.channels import Channel, ChannelId, access_channel
from banyan.reach.miniapps import store
from banyan.reach.miniapps.access import access_own_app, compute_periods, find_maker
from banyan.reach.miniapps.categories import read_chosen
from banyan.reach.miniapps.rules import NOTE_MAX, check_items, is_open, list_texts
from banyan.reach.miniapps.types import (
    AUDITS_MAX,
    SPEEDUPS_MAX,
    UNDOS_A_DAY,
    UNDOS_A_MONTH,
    App,
    Audit,
    AuditDecided,
    AuditId,
    AuditItem,
    AuditState,
    AuditSubmitted,
    Decision,
    OwnCommand,
    Quota,
    Reason,
)
from banyan.reach.moderation import Opinion, judge_for
from banyan.reach.pushes import PushKind, note_push

_words_told_max = 10
_ended = {
    Decision.APPROVE: AuditState.APPROVED,
    Decision.REFUSE: AuditState.REFUSED,
    Decision.DELAY: AuditState.DELAYED,
}


class SubmitAudit(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put the code that testers have to the audit."""

    items: Annotated[list[AuditItem], msgspec.Meta(max_length=20)] = msgspec.field(
        default_factory=list
    )
    note: Annotated[str, msgspec.Meta(max_length=5_000)] = ""


class UndoAudit(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call the code back from the audit."""


class HurryAudit(OwnCommand, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this audit end sooner."""

    audit_id: AuditId


class DecideAudit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The audit has come to this."""

    channel_id: ChannelId
    audit_id: AuditId
    decision: Decision
    reason: Reason = ""


@single(permission=Permission.CHANNELS_WRITE)
async def submit_audit(work: Work, command: SubmitAudit) -> Audit:
    """Begin an audit, the only one of the mini program.

    What its words alone forbid is refused before anybody looks at it.

    Raises NotFound `channels.not_found`; Refusal `miniapps.nothing_committed`,
    `miniapps.audit_under_way`, `miniapps.audits_used_up`; Invalid `miniapps.note_length` and what
    `check_items` raises.
    """
    if len(command.note) > NOTE_MAX:
        raise Invalid("miniapps.note_length", characters_max=NOTE_MAX)
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    version = await store.find_version(work.db, channel.channel_id, app.trial_id)
    if version is None:
        raise Refusal("miniapps.nothing_committed")
    if is_open(await _find_latest(work, app)):
        raise Refusal("miniapps.audit_under_way")
    check_items(command.items, version.config, read_chosen(app))
    await _count(work, channel, audits=1)
    audit = Audit(
        audit_id=AuditId(app.last_audit_id + 1),
        version=version,
        state=AuditState.PENDING,
        reason="",
        items=command.items,
        note=command.note,
        is_urgent=False,
        submitted_at=work.now,
        decided_at=None,
    )
    await store.insert_audit(work.db, channel.channel_id, audit)
    await store.set_app(work.db, msgspec.structs.replace(app, last_audit_id=int(audit.audit_id)))
    work.record(
        AuditSubmitted(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            audit_id=int(audit.audit_id),
            version_name=version.version_name,
        )
    )
    verdict = await judge_for(work, channel, list_texts(channel.name, audit))
    if verdict.opinion is Opinion.REFUSE:
        assert verdict.reason is not None
        reason = f"{verdict.reason.value}: {' '.join(verdict.words[:_words_told_max])}"
        return await _decide(work, channel, audit, AuditState.REFUSED, reason)
    return audit


@single(permission=Permission.CHANNELS_WRITE)
async def undo_audit(work: Work, command: UndoAudit) -> Audit:
    """End an audit before it comes to anything, five times a day and ten a month.

    Raises NotFound `channels.not_found`; Refusal `miniapps.no_audit`, `miniapps.undone_too_often`.
    """
    channel = await access_own_app(work, command)
    app = await store.lock_app(work.db, channel.channel_id)
    audit = await _find_latest(work, app)
    if audit is None or not is_open(audit):
        raise Refusal("miniapps.no_audit")
    day, month = await compute_periods(work, channel.merchant_id)
    today, this_month = await store.count_withdrawn(work.db, channel.channel_id, day, month)
    if today >= UNDOS_A_DAY or this_month >= UNDOS_A_MONTH:
        raise Refusal("miniapps.undone_too_often", day_max=UNDOS_A_DAY, month_max=UNDOS_A_MONTH)
    return await _end(work, channel, audit, AuditState.WITHDRAWN)


@single(permission=Permission.CHANNELS_WRITE)
async def hurry_audit(work: Work, command: HurryAudit) -> Audit:
    """Let an audit be the next one that is looked at, ten times a month.

    Raises NotFound `channels.not_found`, `miniapps.no_such_audit`; Refusal `miniapps.not_waiting`,
    `miniapps.hurried_already`, `miniapps.hurries_used_up`.
    """
    channel = await access_own_app(work, command)
    await store.lock_app(work.db, channel.channel_id)
    audit = await store.find_audit(work.db, channel.channel_id, command.audit_id)
    if audit is None:
        raise NotFound("miniapps.no_such_audit")
    if not is_open(audit):
        raise Refusal("miniapps.not_waiting")
    if audit.is_urgent:
        raise Refusal("miniapps.hurried_already")
    await _count(work, channel, speedups=1)
    hurried = msgspec.structs.replace(audit, is_urgent=True)
    await store.set_audit(work.db, channel.channel_id, hurried)
    return hurried


@single(permission=Permission.OPERATOR)
async def decide_audit(work: Work, command: DecideAudit) -> Audit:
    """End an audit, or say that it takes longer; the account's server is told.

    Of two decisions the first counts.

    Raises NotFound `channels.not_found`, `miniapps.no_such_audit`; Refusal `miniapps.not_waiting`;
    Invalid `miniapps.reason_missing`.
    """
    channel = await access_channel(work.db, command.channel_id)
    await store.lock_app(work.db, channel.channel_id)
    audit = await store.find_audit(work.db, channel.channel_id, command.audit_id)
    if audit is None:
        raise NotFound("miniapps.no_such_audit")
    if not is_open(audit):
        raise Refusal("miniapps.not_waiting")
    if command.decision is not Decision.APPROVE and not command.reason.strip():
        raise Invalid("miniapps.reason_missing")
    return await _decide(work, channel, audit, _ended[command.decision], command.reason)


async def _find_latest(work: Work, app: App) -> Audit | None:
    if not app.last_audit_id:
        return None
    return await store.find_audit(work.db, app.channel_id, app.last_audit_id)


async def _count(work: Work, channel: Channel, *, audits: int = 0, speedups: int = 0) -> None:
    maker_id = await find_maker(work, channel.merchant_id)
    _, month = await compute_periods(work, maker_id)
    quota = Quota(month_on=month.date(), audits_count=audits, speedups_count=speedups)
    most = Quota(month_on=month.date(), audits_count=AUDITS_MAX, speedups_count=SPEEDUPS_MAX)
    if not await store.add_quota(work.db, maker_id, quota, most):
        if audits:
            raise Refusal("miniapps.audits_used_up", audits_max=AUDITS_MAX)
        raise Refusal("miniapps.hurries_used_up", hurries_max=SPEEDUPS_MAX)


async def _decide(
    work: Work, channel: Channel, audit: Audit, state: AuditState, reason: str
) -> Audit:
    decided = await _end(work, channel, audit, state, reason)
    kind, fields = _push(decided, int(work.now.timestamp()))
    await note_push(work, channel, 0, "", kind, fields)
    return decided


async def _end(
    work: Work, channel: Channel, audit: Audit, state: AuditState, reason: str = ""
) -> Audit:
    ended = msgspec.structs.replace(
        audit,
        state=state,
        reason=reason,
        decided_at=None if state is AuditState.DELAYED else work.now,
    )
    await store.set_audit(work.db, channel.channel_id, ended)
    work.record(
        AuditDecided(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            audit_id=int(audit.audit_id),
            state=state,
            reason=reason,
        )
    )
    return ended


def _push(audit: Audit, at_s: int) -> tuple[PushKind, dict[str, object]]:
    match audit.state:
        case AuditState.APPROVED:
            return PushKind.WEAPP_AUDIT_PASSED, {"succ_time": at_s}
        case AuditState.REFUSED:
            told = {"reason": audit.reason, "fail_time": at_s, "screen_shot": ""}
            return PushKind.WEAPP_AUDIT_FAILED, told
        case _:
            return PushKind.WEAPP_AUDIT_DELAYED, {"reason": audit.reason, "delay_time": at_s}
