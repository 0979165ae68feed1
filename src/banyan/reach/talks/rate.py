"""Asks people how an agent served them, and counts what they say, once a session."""

import re
from datetime import timedelta

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.talks import store
from banyan.reach.talks.converse import add_answer
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.served import store as served
from banyan.reach.talks.types import (
    Choice,
    Content,
    ContentKind,
    Origin,
    Rating,
    RatingCount,
    RatingId,
    TalkRated,
)

COUNTED = timedelta(days=30)
_asked = "请评价本次服务"
_words = {Rating.SATISFIED: "满意", Rating.SO_SO: "一般", Rating.UNSATISFIED: "不满意"}
_choice = re.compile(r"rate-([0-9]{1,18})-(satisfied|so_so|unsatisfied)")


class ReadRatings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How content were people with each agent, on each of the last thirty days?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class Ratings(msgspec.Struct, frozen=True, kw_only=True):
    """What people said of each agent on each day, the latest day first."""

    items: list[RatingCount]


@reading(permission=Permission.CHANNELS_READ)
async def read_ratings(work: Work, query: ReadRatings) -> Ratings:
    """Return what people said, by the day on which they were asked.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    since = work.now - COUNTED
    return Ratings(
        items=await served.count_ratings(work.db, channel.channel_id, since, "Asia/Shanghai")
    )


async def ask_rating(work: Work, channel: Channel, talk: TalkRow, agent_id: int) -> TalkRow:
    """Ask the person of a locked conversation how the agent who has just closed served them."""
    rating_id = RatingId(work.ids.next())
    content = Content(
        kind=ContentKind.MSGMENU,
        text=_asked,
        choices=[
            Choice(choice_id=f"rate-{rating_id:d}-{rating.value}", text=text)
            for rating, text in _words.items()
        ],
    )
    after, message = await add_answer(
        work, channel, talk, content, Origin.SERVICE, agent_id=agent_id
    )
    await served.insert_rating(
        work.db,
        channel_id=int(channel.channel_id),
        rating_id=rating_id,
        person_id=talk.person_id,
        agent_id=agent_id,
        message_id=int(message.message_id),
        now=work.now,
    )
    return after


async def take_rating(work: Work, channel: Channel, talk: TalkRow, choice_id: str) -> None:
    """Count what the person of a locked conversation tapped, if they were asked and said nothing.

    What else they tap is no rating.
    """
    found = _choice.fullmatch(choice_id)
    if found is None:
        return
    rating = Rating(found[2])
    agent_id = await served.rate(
        work.db,
        channel_id=int(channel.channel_id),
        rating_id=int(found[1]),
        person_id=talk.person_id,
        rating=rating,
        now=work.now,
    )
    if agent_id is None:
        return
    agents = await store.list_agents(work.db, channel.channel_id)
    handle = next((agent.handle for _, agent in agents if agent.agent_id == agent_id), "")
    work.record(
        TalkRated(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            subject_id=agent_id,
            openid=talk.openid,
            handle=handle,
            rating=rating,
        )
    )
