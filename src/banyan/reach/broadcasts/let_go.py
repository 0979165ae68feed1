"""Lets a message go when nothing holds it back: a check, somebody's consent, its time."""

from datetime import datetime

import msgspec

from banyan.base.errors import Refusal
from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.parties.merchants import access_merchant
from banyan.reach.articles import release_pack, show_pack
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.deliver import lock, note_next_part
from banyan.reach.broadcasts.hooks import HOOKS
from banyan.reach.broadcasts.rules import CONSENT_LIFE, compute_day, may_begin
from banyan.reach.broadcasts.types import (
    Audience,
    DeliveryResult,
    Message,
    MessageState,
    MessageTakenBack,
    Outbox,
)
from banyan.reach.channels import Channel
from banyan.reach.moderation import Check, CheckState
from banyan.reach.penalties import PenaltyKind, check_penalty

BEGIN = "broadcasts.begin"
ASKED = "broadcasts.asked"
_program = "channel"
"""Of which kind the actor is when an account's own program acts."""


def note_time(work: Work, message: Message) -> None:
    """Have a message remembered when its time comes, or when an answer is overdue."""
    key = str(int(message.merchant_id)).encode()
    if message.send_at is not None:
        work.later(BEGIN, int(message.message_id), message.send_at, key)
    if message.asked_at is not None:
        work.later(ASKED, int(message.message_id), message.asked_at + CONSENT_LIFE, key)


def ask_consent(work: Work, outbox: Outbox, audience: Audience) -> datetime | None:
    """Return since when the account's owner is asked; None if nobody need be."""
    is_asked = outbox.asks_before_all and audience is Audience.ALL
    return work.now if is_asked and work.actor.kind == _program else None


async def let_go(work: Work, message: Message) -> Message:
    """Write a locked message, and let it go if it may; one that waits goes on waiting.

    An account that may not send by now has it held back.
    """
    if not may_begin(message, work.now):
        await store.set_message(work.db, message)
        return message
    if message.audience is not Audience.PREVIEW:
        try:
            await check_penalty(work, int(message.channel_id), PenaltyKind.SENDING_STOPPED)
        except Refusal:
            # It was taken in before the account was forbidden to send.
            return await hold_back(work, message, DeliveryResult.OTHER)
    merchant = await access_merchant(work.db, message.merchant_id)
    begun = msgspec.structs.replace(
        message,
        state=MessageState.SENDING,
        begun_at=work.now,
        quota_month=compute_day(work.now, merchant.time_zone).replace(day=1),
    )
    await store.set_message(work.db, begun)
    if begun.publish_number and begun.audience is Audience.PREVIEW:
        await show_pack(work, begun.channel_id, begun.publish_number)
    elif begun.publish_number:
        key = (begun.merchant_id, begun.channel_id, begun.publish_number)
        await release_pack(work, *key, begun.content.media_ids[0])
    await _start(work, begun)
    return begun


async def hold_back(work: Work, message: Message, reason: DeliveryResult) -> Message:
    """Refuse a locked message that has not begun: everybody's result is the reason."""
    held = msgspec.structs.replace(
        message, state=MessageState.SENDING, reason=reason, asked_at=None, is_checked=True
    )
    await store.set_message(work.db, held)
    await store.free_day(work.db, held)
    await _start(work, held)
    return held


async def take_decision(work: Work, channel: Channel, check: Check) -> None:
    """Let a checked message go or hold it back; one that people saw before is taken from them.

    What was refused to everybody stays so: each of them has a result, and only one.
    """
    found = await store.lock_message(work.db, channel.merchant_id, check.subject.subject_id)
    assert found is not None, "messages are never deleted"
    message, _ = found
    reason = DeliveryResult(check.reason.value) if check.reason else DeliveryResult.OTHER
    is_refused = check.state is CheckState.REFUSED
    if message.state is MessageState.WAITING:
        if is_refused:
            await hold_back(work, message, reason)
        else:
            await let_go(work, msgspec.structs.replace(message, is_checked=True))
    elif is_refused and message.state is MessageState.SENT:
        gone = msgspec.structs.replace(message, state=MessageState.DELETED, reason=reason)
        await store.set_message(work.db, gone)
        work.record(
            MessageTakenBack(
                merchant_id=int(message.merchant_id),
                channel_id=int(message.channel_id),
                subject_id=int(message.message_id),
                place=0,
            )
        )


async def _begin(work: Work, timer: Timer) -> None:
    found = await lock(work, int(timer.data), timer.subject)
    if found is not None and found[0].state is MessageState.WAITING:
        await let_go(work, found[0])


async def _miss_consent(work: Work, timer: Timer) -> None:
    found = await lock(work, int(timer.data), timer.subject)
    if found is None or found[0].asked_at is None:
        return
    if found[0].state is MessageState.WAITING:
        await hold_back(work, found[0], DeliveryResult.CONSENT_MISSING)


async def _start(work: Work, message: Message) -> None:
    if message.audience is Audience.SEGMENT:
        await HOOKS.tell(work, message)
    else:
        note_next_part(work, message, work.now)


TIMERS = {BEGIN: _begin, ASKED: _miss_consent}
