"""Lets people decide what no rule could, and what merchants appeal against."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import LINES, TRIMMED
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_channel, access_own, find_channels
from banyan.reach.moderation import store
from banyan.reach.moderation.ask_check import tell
from banyan.reach.moderation.types import Check, CheckId, CheckState, Reason

APPEAL_MAX = timedelta(days=30)
"""How long after a refusal a merchant may appeal."""
_newest = 2**63 - 1


class ListWaiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What waits for people to decide, the oldest first?"""

    limit: Limit = 20
    cursor: Cursor | None = None


class ReadWaiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me a check, with all that was found."""

    channel_id: ChannelId
    check_id: CheckId


class DecideCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let it through, or refuse it."""

    channel_id: ChannelId
    check_id: CheckId
    passes: bool
    reason: Reason | None = None
    """Why not; by default what was found."""
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=LINES)] = ""


class AppealCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look at it once more, please."""

    merchant_id: MerchantId
    channel_id: ChannelId
    check_id: CheckId
    appeal: Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=TRIMMED)]


class ListChecks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of ours waits or was refused, the newest first?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


@reading(permission=Permission.OPERATOR)
async def list_waiting(work: Work, query: ListWaiting) -> Page[Check]:
    """Return checks that wait for people. Raises Invalid `paging.bad_cursor`."""
    after = decode_id_cursor(query.cursor)
    found = await store.list_waiting(work.db, after, query.limit + 1)
    channels = await find_channels(work.db, sorted({int(one.channel_id) for one in found}))
    found = [
        msgspec.structs.replace(one, channel_name=channels[one.channel_id].name) for one in found
    ]
    return page_of(found, query.limit, [int(one.check_id) for one in found])


@reading(permission=Permission.OPERATOR)
async def read_waiting(work: Work, query: ReadWaiting) -> Check:
    """Return a check. Raises NotFound `moderation.no_such_check`."""
    found = await store.find_check(work.db, query.channel_id, query.check_id)
    if found is None:
        raise NotFound("moderation.no_such_check")
    return found


@single(permission=Permission.OPERATOR)
async def decide_check(work: Work, command: DecideCheck) -> Check:
    """Decide a check, once; the room of the subject is told in the same transaction.

    Raises NotFound `moderation.no_such_check`; Refusal `moderation.already_decided`,
    `moderation.same_person` (who refused something does not judge the appeal); Invalid
    `moderation.reason_missing`.
    """
    before = await store.lock_check(work.db, command.channel_id, command.check_id)
    if before is None:
        raise NotFound("moderation.no_such_check")
    if before.state not in {CheckState.WAITING, CheckState.APPEALED}:
        raise Refusal("moderation.already_decided")
    is_appeal = before.state is CheckState.APPEALED
    if is_appeal and work.actor.person_id and before.decided_by == work.actor.person_id:
        raise Refusal("moderation.same_person")
    reason = None if command.passes else command.reason or before.reason
    if not command.passes and reason is None:
        raise Invalid("moderation.reason_missing")
    check = msgspec.structs.replace(
        before,
        state=CheckState.PASSED if command.passes else CheckState.REFUSED,
        reason=reason,
        note=command.note,
        decided_at=work.now,
        decided_by=work.actor.person_id,
    )
    await store.set_decided(work.db, check)
    channel = await access_channel(work.db, command.channel_id)
    await tell(work, channel, check, is_by_people=True, is_known=is_appeal and not command.passes)
    return check


@single(permission=Permission.CHANNELS_WRITE)
async def appeal_check(work: Work, command: AppealCheck) -> Check:
    """Ask people to look at a refusal once more, once.

    Raises NotFound `channels.not_found`, `moderation.no_such_check`; Refusal
    `moderation.not_refused`, `moderation.appealed_before`, `moderation.appeal_too_late`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await store.lock_check(work.db, int(channel.channel_id), command.check_id)
    if before is None:
        raise NotFound("moderation.no_such_check")
    if before.appeal:
        raise Refusal("moderation.appealed_before")
    if before.state is not CheckState.REFUSED:
        raise Refusal("moderation.not_refused")
    assert before.decided_at is not None
    if work.now - before.decided_at > APPEAL_MAX:
        raise Refusal("moderation.appeal_too_late", days_max=APPEAL_MAX.days)
    check = msgspec.structs.replace(before, state=CheckState.APPEALED, appeal=command.appeal)
    await store.set_appealed(work.db, check, work.now)
    return check


@reading(permission=Permission.CHANNELS_READ)
async def list_checks(work: Work, query: ListChecks) -> Page[Check]:
    """Return what of an account waits, was refused or appealed.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    found = await store.list_checks(work.db, int(channel.channel_id), before, query.limit + 1)
    return page_of(found, query.limit, [int(one.check_id) for one in found])
