"""Tells accounts' servers what became of their messages to many."""

from collections.abc import Sequence

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.reach.channels import DeliveryResult, MessageSent, access_channel
from banyan.reach.pushes.kinds import PushKind
from banyan.reach.pushes.note_push import note_push

_not_sent = frozenset({DeliveryResult.UNFOLLOWED, DeliveryResult.UNKNOWN})
"""Who was never to be reached counts as an error; others were left out on purpose."""


async def on_messages_sent(work: Work, facts: Sequence[Fact]) -> None:
    """Note a push for each message that has reached all it could."""
    for fact in facts:
        channel = await access_channel(work.db, fact.channel_id)
        results = fact.decode(MessageSent).results
        sent = results.get(DeliveryResult.DELIVERED.value, 0)
        failed = sum(results.get(one.value, 0) for one in _not_sent)
        counts = {
            "msg_id": fact.subject_id,
            "status": "send success",
            "total_count": sum(results.values()),
            "filter_count": sent + failed,
            "sent_count": sent,
            "error_count": failed,
        }
        await note_push(work, channel, 0, "", PushKind.MASS_SENT, counts)


FOLLOWERS = (
    Follower(
        name="pushes.messages_sent", kinds=("channels.message_sent",), handle=on_messages_sent
    ),
)
