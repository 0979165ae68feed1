"""Delivers messages to many, a bounded part at a time; a kill loses and doubles nothing.

Each part is one transaction: quotas looked up, results written, the place to go on from remembered.
Until it commits nothing has happened, and then the timer is set for the next. A result is all that
is written of a recipient: inboxes read the messages of the accounts that they know.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from banyan.base.errors import NotFound
from banyan.books.journal import Event
from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.reach.blocks import find_blocked, find_blocked_between
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.rules import compute_due
from banyan.reach.broadcasts.tell import tell_concluded
from banyan.reach.broadcasts.types import (
    Audience,
    DeliveryResult,
    Message,
    MessageId,
    MessageRefused,
    MessageSent,
    MessageState,
    Outbox,
)
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    FollowerState,
    access_channel,
    ensure_openids,
    find_followers,
    list_openids_after,
)
from banyan.reach.labels import list_tagged

DELIVER = "broadcasts.deliver"
_deliver_before = "channels.deliver"
"""What the timer was called when messages belonged to channels; some may be under way."""
PART_MAX = 10_000
"""Most recipients in one transaction."""
_under_way = frozenset({MessageState.SENDING, MessageState.DELETED})
"""What was taken back in the middle still gives everybody a result: that they did not get it."""


def note_next_part(work: Work, message: Message, due_at: datetime) -> None:
    """Have the next part of a message delivered."""
    data = str(int(message.merchant_id)).encode()
    work.later(DELIVER, int(message.message_id), due_at, data)


async def deliver_next(work: Work, timer: Timer) -> None:
    """Deliver the next part of a message; the last part concludes it."""
    found = await lock(work, int(timer.data), timer.subject)
    if found is None:
        return
    message, cursor, outbox = found
    if message.state not in _under_way or message.finished_at is not None:
        return
    channel = await access_channel(work.db, message.channel_id)
    openids, after = await _list_part(work, message, cursor)
    await deliver(work, channel, message, openids)
    if len(openids) < PART_MAX:
        await conclude(work, channel, message)
        return
    await store.set_cursor(work.db, message, after)
    tallies = await store.list_tallies(work.db, [message.message_id])
    sent_count = tallies[message.message_id].get(DeliveryResult.DELIVERED, 0)
    due_at = compute_due(message.begun_at or work.now, outbox.speed, sent_count)
    note_next_part(work, message, max(due_at, work.now))


async def deliver_to_people(
    work: Work, merchant_id: int, message_id: MessageId, person_ids: Sequence[int]
) -> dict[int, DeliveryResult]:
    """Deliver a message to people; whom the channel never met is not a follower.

    Return what became of it for those to whom it had not gone before. Raises NotFound
    `broadcasts.message_not_found`.
    """
    found = await lock(work, merchant_id, message_id)
    if found is None:
        raise NotFound("broadcasts.message_not_found")
    message, _, _ = found
    channel = await access_channel(work.db, message.channel_id)
    openids = await ensure_openids(work, message.channel_id, person_ids)
    people = {openid: person_id for person_id, openid in openids.items()}
    done = await store.find_done(work.db, message.message_id, list(people))
    fresh = [openid for openid in people if openid not in done]
    await deliver(work, channel, message, fresh)
    results = await store.find_results(work.db, message.message_id, fresh)
    return {people[openid]: result for openid, result in results.items()}


async def conclude_message(work: Work, merchant_id: int, message_id: MessageId) -> None:
    """Conclude a message whose parts somebody else brought."""
    found = await lock(work, merchant_id, message_id)
    if found is not None and found[0].finished_at is None:
        channel = await access_channel(work.db, found[0].channel_id)
        await conclude(work, channel, found[0])


async def lock(work: Work, merchant_id: int, message_id: int) -> tuple[Message, str, Outbox] | None:
    """Lock the outbox of a message's account, then the message; None if there is none.

    Always in this order: who sends locks the outbox before there is a message.
    """
    seen = await store.find_message(work.db, merchant_id, message_id)
    if seen is None:
        return None
    outbox = await store.lock_outbox(work.db, seen.channel_id)
    found = await store.lock_message(work.db, merchant_id, message_id)
    assert found is not None, "messages are never deleted"
    return *found, outbox


async def deliver(work: Work, channel: Channel, message: Message, openids: Sequence[str]) -> None:
    """Give those recipients of a locked message a result who have none."""
    if not openids:
        return
    given: dict[str, DeliveryResult] = {}
    rest = message.reason or DeliveryResult.DELIVERED
    if message.reason is None and message.state is MessageState.DELETED:
        rest = DeliveryResult.CONSENT_REFUSED
    elif message.reason is None:
        given = await _find_given(work, channel, message, openids)
    by_result: dict[DeliveryResult, list[str]] = {}
    for openid in openids:
        by_result.setdefault(given.get(openid, rest), []).append(openid)
    await store.insert_deliveries(work.db, int(message.message_id), by_result, work.now)


async def conclude(work: Work, channel: Channel, message: Message) -> None:
    """Note that a locked message has reached all it could, and tell the account's server."""
    state = message.state
    if state is MessageState.SENDING:
        state = MessageState.REFUSED if message.reason else MessageState.SENT
    after = msgspec.structs.replace(message, state=state, finished_at=work.now)
    await store.set_message(work.db, after)
    await store.delete_list(work.db, int(message.message_id))
    if message.audience is Audience.PREVIEW:
        return
    tallies = await store.list_tallies(work.db, [message.message_id])
    results = tallies.get(message.message_id, {})
    work.record(_event(after, results))
    await tell_concluded(work, channel, after, results)


def _event(message: Message, results: Mapping[DeliveryResult, int]) -> Event:
    if message.reason is not None:
        return MessageRefused(
            merchant_id=int(message.merchant_id),
            channel_id=int(message.channel_id),
            subject_id=int(message.message_id),
            audience=message.audience,
            reason=message.reason,
        )
    return MessageSent(
        merchant_id=int(message.merchant_id),
        channel_id=int(message.channel_id),
        subject_id=int(message.message_id),
        audience=message.audience,
        content_kind=message.content.kind,
        results={result.value: count for result, count in results.items()},
        publish_number=message.publish_number,
    )


async def _list_part(work: Work, message: Message, cursor: str) -> tuple[list[str], str]:
    """The next recipients, and the place after them: an openid, or how many of a list are done."""
    match message.audience:
        case Audience.ALL:
            openids = await list_openids_after(work.db, message.channel_id, cursor, PART_MAX)
        case Audience.TAG:
            key = (int(message.channel_id), int(message.tag_id))
            openids = await list_tagged(work.db, *key, cursor, PART_MAX)
        case _:
            done = int(cursor or 0)
            named = await store.find_list(work.db, int(message.message_id))
            openids = named[done : done + PART_MAX]
            return openids, str(done + len(openids))
    return openids, openids[-1] if openids else cursor


async def _find_given(
    work: Work, channel: Channel, message: Message, openids: Sequence[str]
) -> dict[str, DeliveryResult]:
    """Return whom the message does not reach, and why not."""
    if message.audience in {Audience.ALL, Audience.TAG}:
        # They come in order, so one look at the index tells of all of them.
        ends = (openids[0], openids[-1])
        blocked = await find_blocked_between(work.db, message.channel_id, *ends)
        given = dict.fromkeys(blocked, DeliveryResult.BLOCKED)
    else:
        blocked = await find_blocked(work.db, message.channel_id, openids)
        given = dict.fromkeys(blocked, DeliveryResult.BLOCKED)
        known = await find_followers(work.db, message.channel_id, openids)
        for openid in openids:
            if openid not in known:
                given.setdefault(openid, DeliveryResult.UNKNOWN)
            elif known[openid][1].state is not FollowerState.FOLLOWING:
                given.setdefault(openid, DeliveryResult.UNFOLLOWED)
    if channel.kind is ChannelKind.SERVICE and message.audience is not Audience.PREVIEW:
        of_month = await store.list_of_month(
            work.db, channel.channel_id, message.quota_month, int(message.message_id)
        )
        for openid in await store.find_sated(work.db, of_month, openids):
            given.setdefault(openid, DeliveryResult.QUOTA)
    return given


TIMERS = {DELIVER: deliver_next, _deliver_before: deliver_next}
