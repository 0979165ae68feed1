"""Begins a check, and ends those that can be ended at once."""

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation import store
from banyan.reach.moderation.hooks import HOOKS
from banyan.reach.moderation.judge_text import judge_for
from banyan.reach.moderation.rules import decide_state, is_quick
from banyan.reach.moderation.types import (
    Check,
    CheckDecided,
    CheckId,
    CheckState,
    Content,
    Subject,
)


async def ask_check(
    work: Work, channel: Channel, subject: Subject, content: Content, *, waits: bool = True
) -> Check:
    """Check something before others see it; the room of the subject is told through `HOOKS`.

    Short texts are judged at once, and the room is told before this returns: its rows must be
    written. Pictures and long texts are read in the back, after the commit, and the room is told in
    the transaction of the decision. What people have to decide may take days; unless it `waits`,
    what is unclear passes.
    """
    state, verdict = CheckState.CHECKING, None
    if is_quick(content):
        verdict = await judge_for(work, channel, content.texts)
        state = decide_state(verdict, waits=waits)
    check = Check(
        merchant_id=channel.merchant_id,
        channel_id=channel.channel_id,
        check_id=CheckId(work.ids.next()),
        subject=subject,
        content=content,
        state=state,
        reason=verdict.reason if verdict else None,
        evidence=verdict.evidence if verdict else [],
        created_at=work.now,
        decided_at=work.now if state.is_decided else None,
        waits=waits,
    )
    await store.insert_check(work.db, check)
    if state.is_decided:
        await tell(work, channel, check, is_by_people=False)
    return check


async def tell(
    work: Work, channel: Channel, check: Check, *, is_by_people: bool, is_known: bool = False
) -> None:
    """Record a decision, and let the subject's room take its part unless it knows already."""
    work.record(
        CheckDecided(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(check.check_id),
            subject_kind=check.subject.kind,
            state=check.state,
            reason=check.reason,
            is_by_people=is_by_people,
        )
    )
    if not is_known:
        await HOOKS.tell(work, channel, check)
