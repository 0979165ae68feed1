"""Delivers messages to many, a bounded part at a time; a kill loses and doubles nothing.

Each part is one transaction: quotas counted, inboxes filled, results written, the place to go on
from remembered. Until it commits nothing has happened, and then the timer is set for the next.
"""

from collections.abc import Mapping, Sequence

from banyan.base.errors import NotFound
from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.reach.blocks import find_blocked
from banyan.reach.channels import store
from banyan.reach.channels.access import access_channel
from banyan.reach.channels.follow import ensure_openids
from banyan.reach.channels.types import (
    Audience,
    ChannelKind,
    DeliveryResult,
    Follower,
    FollowerState,
    Message,
    MessageId,
    MessageSent,
    MessageState,
)
from banyan.reach.notices import NewNotice, send_notices

DELIVER = "channels.deliver"
PART_MAX = 1_000
"""Most recipients in one transaction."""


def note_next_part(work: Work, message: Message) -> None:
    """Have the next part of a message delivered as soon as can be."""
    data = str(int(message.merchant_id)).encode()
    work.later(DELIVER, int(message.message_id), work.now, data)


async def deliver_next(work: Work, timer: Timer) -> None:
    """Deliver the next part of a message; the last part concludes it."""
    found = await store.lock_message(work.db, int(timer.data), timer.subject)
    if found is None or found[0].state is MessageState.SENT:
        return
    message, cursor = found
    if message.audience is Audience.ALL:
        openids = await store.list_openids(work.db, message.channel_id, cursor, PART_MAX)
    else:
        openids = await store.list_pending(work.db, message.message_id, cursor, PART_MAX)
    await deliver(work, message, openids)
    if len(openids) < PART_MAX:
        await conclude(work, message)
    else:
        await store.set_cursor(work.db, message, openids[-1])
        note_next_part(work, message)


async def deliver_to_people(
    work: Work, merchant_id: int, message_id: MessageId, person_ids: Sequence[int]
) -> dict[int, DeliveryResult]:
    """Deliver a message to people; whom the channel never met is not a follower.

    Return what became of it for those to whom it had not gone before. Raises NotFound
    `channels.message_not_found`.
    """
    found = await store.lock_message(work.db, merchant_id, message_id)
    if found is None:
        raise NotFound("channels.message_not_found")
    message, _ = found
    openids = await ensure_openids(work, message.channel_id, person_ids)
    results = await deliver(work, message, list(openids.values()))
    people = {openid: person_id for person_id, openid in openids.items()}
    return {people[openid]: result for openid, result in results.items()}


async def conclude_message(work: Work, merchant_id: int, message_id: MessageId) -> None:
    """Conclude a message whose parts somebody else brought."""
    found = await store.lock_message(work.db, merchant_id, message_id)
    if found is not None and found[0].state is MessageState.SENDING:
        await conclude(work, found[0])


async def deliver(
    work: Work, message: Message, openids: Sequence[str]
) -> dict[str, DeliveryResult]:
    """Deliver a locked message to those of the recipients to whom it has not gone yet."""
    done = await store.find_done(work.db, message.message_id, openids)
    fresh = [openid for openid in openids if openid not in done]
    if not fresh:
        return {}
    known = await store.find_recipients(work.db, message.channel_id, fresh)
    blocked = await find_blocked(work.db, message.channel_id, fresh)
    following = [
        openid
        for openid in fresh
        if openid in known
        and openid not in blocked
        and known[openid][1].state is FollowerState.FOLLOWING
    ]
    allowed = await _take_quota(work, message, following)
    results = {openid: _result(openid, known, allowed) for openid in fresh}
    results |= dict.fromkeys(blocked, DeliveryResult.BLOCKED)
    await store.set_results(work.db, message.message_id, results, work.now)
    await send_notices(
        work,
        [_notice(work, message, known[openid][0]) for openid in fresh if openid in allowed],
    )
    return results


async def conclude(work: Work, message: Message) -> None:
    """Note that a locked message has reached all it could."""
    await store.set_sent(work.db, message, work.now)
    tallies = await store.list_tallies(work.db, [message.message_id])
    results = tallies.get(message.message_id, {})
    work.record(
        MessageSent(
            merchant_id=int(message.merchant_id),
            channel_id=int(message.channel_id),
            subject_id=int(message.message_id),
            audience=message.audience,
            results={result.value: count for result, count in results.items()},
        )
    )


async def _take_quota(work: Work, message: Message, openids: Sequence[str]) -> set[str]:
    channel = await access_channel(work.db, message.channel_id)
    if channel.kind is ChannelKind.SUBSCRIPTION or not openids:
        return set(openids)
    return await store.take_quota(work.db, message.channel_id, message.quota_month, openids)


def _result(
    openid: str, known: Mapping[str, tuple[int, Follower]], allowed: set[str]
) -> DeliveryResult:
    if openid not in known:
        return DeliveryResult.UNKNOWN
    if known[openid][1].state is not FollowerState.FOLLOWING:
        return DeliveryResult.UNFOLLOWED
    return DeliveryResult.DELIVERED if openid in allowed else DeliveryResult.QUOTA


def _notice(work: Work, message: Message, person_id: int) -> NewNotice:
    return NewNotice(
        person_id=person_id,
        kind="channels.message",
        at=work.now,
        merchant_id=int(message.merchant_id),
        channel_id=int(message.channel_id),
        title=message.title,
        body=message.body,
        link=message.link,
        fields={"message_id": str(int(message.message_id))},
    )


TIMERS = {DELIVER: deliver_next}
