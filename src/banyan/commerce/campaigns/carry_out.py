"""Carries a send out, a bounded part of the segment at a time; a kill loses and doubles nothing.

A part is one transaction: members found, messages delivered, coupons given, and the place to go
on from. The rules count days from the moment the send began, so that all parts mean the same.
"""

import msgspec

from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.commerce.campaigns import store
from banyan.commerce.campaigns.audience import Part, list_audience
from banyan.commerce.campaigns.types import CampaignDelivered, Send, SendState
from banyan.commerce.coupons import Origin, grant_coupons
from banyan.reach.broadcasts import (
    DeliveryResult,
    Message,
    conclude_message,
    deliver_to_people,
    read_results,
)

SEND = "campaigns.send"
PART_MAX = 1_000
"""Most members looked at in one transaction."""


def note_next_part(work: Work, send: Send) -> None:
    """Have the next part carried out as soon as can be."""
    work.later(SEND, int(send.send_id), work.now, str(int(send.merchant_id)).encode())


async def bring_segment(work: Work, message: Message) -> None:
    """Begin with the segment of a message that may go now, or is refused to all of it."""
    send = await store.find_by_message(work.db, message.merchant_id, message.message_id)
    # While the send is being written, whoever writes it begins.
    if send is not None:
        note_next_part(work, send)


async def send_next(work: Work, timer: Timer) -> None:
    """Send to the next part of the segment; the last one concludes it."""
    found = await store.lock_send(work.db, int(timer.data), timer.subject)
    if found is None or found[0].state is SendState.DELIVERED:
        return
    send, cursor = found
    part = await list_audience(
        work.db, send.merchant_id, send.rules, send.created_at, after=cursor, limit=PART_MAX
    )
    granted = await _deliver(work, send, part)
    after = msgspec.structs.replace(
        send,
        audience_count=send.audience_count + len(part.members),
        granted_count=send.granted_count + granted,
        state=SendState.DELIVERED if part.is_last else SendState.SENDING,
        finished_at=work.now if part.is_last else None,
    )
    await store.set_send(work.db, after, part.cursor)
    if part.is_last:
        await _conclude(work, after)
    else:
        note_next_part(work, after)


async def _deliver(work: Work, send: Send, part: Part) -> int:
    """Deliver to one part; return how many coupons went with it."""
    if not part.members:
        return 0
    people = [person_id for _, person_id in part.members]
    results = await deliver_to_people(work, send.merchant_id, send.message_id, people)
    if not send.coupon_campaign_id:
        return 0
    reached = [one for one in part.members if results.get(one[1]) is DeliveryResult.DELIVERED]
    given = await grant_coupons(
        work,
        send.merchant_id,
        send.coupon_campaign_id,
        reached,
        origin=Origin.CAMPAIGN,
        origin_id=int(send.send_id),
    )
    return len(given)


async def _conclude(work: Work, send: Send) -> None:
    await conclude_message(work, send.merchant_id, send.message_id)
    results = await read_results(work.db, send.message_id)
    work.record(
        CampaignDelivered(
            merchant_id=int(send.merchant_id),
            channel_id=int(send.channel_id),
            subject_id=int(send.send_id),
            audience_count=send.audience_count,
            granted_count=send.granted_count,
            results=results,
        )
    )


TIMERS = {SEND: send_next}
