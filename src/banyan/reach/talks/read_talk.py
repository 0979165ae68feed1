"""The account's side reads its conversations: who wrote, who waits, what was said."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import NONE, Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid, access_own
from banyan.reach.talks import store
from banyan.reach.talks.agents import access_agent
from banyan.reach.talks.converse import find_person
from banyan.reach.talks.served import store as served
from banyan.reach.talks.types import AgentId, Handle, Rated, Talk, TalkMessage

RECORDS_MAX = 10_000
RECORDS_SPAN = timedelta(hours=24)
WAITING_MAX = 100
"""Most waiting people that are listed at once."""
_attended_max = 1_000
_rated_max = 100
_newest = 2**63 - 1


class ListTalks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's conversations, the latest first: all, an agent's, or those who wait."""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle | None = None
    is_waiting: bool = False
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read how the conversation with a person stands, and what was said last."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    limit: Limit = 20
    cursor: Cursor | None = None


class MarkTalkRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing of this conversation is unread any more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid


class ListAttended(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom does this agent attend?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle


class ListWaiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who waits for an agent?"""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListRecords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what agents and the people they attended to said, within at most a day."""

    merchant_id: MerchantId
    channel_id: ChannelId
    since: datetime
    until: datetime
    after_id: Id = NONE
    openid: Openid | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=RECORDS_MAX)] = 1_000


class TalkInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation and a page of its messages, the newest first."""

    talk: Talk
    items: list[TalkMessage]
    ratings: list[Rated] = []
    """What the person lately said of how they were served."""
    next_cursor: str | None = None


class Talks(msgspec.Struct, frozen=True, kw_only=True):
    """Conversations, the oldest first, and how many there are in all."""

    count: int
    items: list[Talk]


class TalkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A message while an agent attended."""

    openid: str
    handle: str
    """The agent who spoke or was spoken to; empty for one who is gone."""
    message: TalkMessage


class TalkRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Messages, the oldest first."""

    items: list[TalkRecord]


@reading(permission=Permission.CHANNELS_READ)
async def list_talks(work: Work, query: ListTalks) -> Page[Talk]:
    """Return a page of conversations.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    agent_id = None
    if query.handle is not None:
        agent_id = int((await access_agent(work.db, channel, query.handle)).agent_id)
    rows = await store.list_talks(
        work.db,
        channel.channel_id,
        before=decode_id_cursor(query.cursor, start=_newest),
        agent_id=agent_id,
        is_waiting=query.is_waiting,
        limit=query.limit + 1,
    )
    kept = rows[: query.limit]
    cursor = encode_cursor(kept[-1].last_id) if len(rows) > len(kept) else None
    return Page(items=[one.talk for one in kept], next_cursor=cursor)


@reading(permission=Permission.CHANNELS_READ)
async def read_talk(work: Work, query: ReadTalk) -> TalkInFull:
    """Return a conversation; one that has not begun is empty.

    Raises NotFound `channels.not_found`; Refusal `talks.unknown_openid`; Invalid
    `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    person_id, follower = await find_person(work.db, channel, query.openid)
    before = decode_id_cursor(query.cursor, start=_newest)
    found = await store.find_talk(work.db, channel.channel_id, person_id)
    if found is None:
        return TalkInFull(talk=_empty(follower.openid), items=[])
    messages = await store.list_messages(
        work.db, found, before=before, is_own=False, limit=query.limit + 1
    )
    kept = messages[: query.limit]
    cursor = encode_cursor(int(kept[-1].message_id)) if len(messages) > len(kept) else None
    return TalkInFull(
        talk=found.talk,
        items=kept,
        ratings=await served.list_rated(work.db, channel.channel_id, person_id, _rated_max),
        next_cursor=cursor,
    )


@single(permission=Permission.CHANNELS_WRITE)
async def mark_talk_read(work: Work, command: MarkTalkRead) -> None:
    """Count nothing of a conversation as unread.

    Raises NotFound `channels.not_found`; Refusal `talks.unknown_openid`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    person_id, follower = await find_person(work.db, channel, command.openid)
    talk = await store.lock_talk(work.db, channel.channel_id, person_id, follower.openid)
    if talk.unread_count:
        await store.set_talk(work.db, msgspec.structs.replace(talk, unread_count=0))


@reading(permission=Permission.CHANNELS_READ)
async def list_attended(work: Work, query: ListAttended) -> Talks:
    """Return to whom an agent attends.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    agent = await access_agent(work.db, channel, query.handle)
    rows = await store.list_attended(work.db, channel.channel_id, agent.agent_id, _attended_max)
    return Talks(count=len(rows), items=[one.talk for one in rows])


@reading(permission=Permission.CHANNELS_READ)
async def list_waiting(work: Work, query: ListWaiting) -> Talks:
    """Return who waits for an agent, the longest first. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    count, rows = await store.list_waiting(work.db, channel.channel_id, WAITING_MAX)
    return Talks(count=count, items=[one.talk for one in rows])


@reading(permission=Permission.CHANNELS_READ)
async def list_records(work: Work, query: ListRecords) -> TalkRecords:
    """Return what was said while agents attended.

    Raises NotFound `channels.not_found`; Invalid `talks.records_span`.
    """
    if not timedelta(0) <= query.until - query.since <= RECORDS_SPAN:
        raise Invalid("talks.records_span", hours_max=24)
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    agents = await store.list_agents(work.db, channel.channel_id)
    handles = {int(agent.agent_id): agent.handle for _, agent in agents}
    rows = await store.list_records(
        work.db,
        channel.channel_id,
        after=query.after_id,
        since=query.since,
        until=query.until,
        openid=query.openid,
        limit=query.limit,
    )
    return TalkRecords(
        items=[
            TalkRecord(openid=openid, handle=handles.get(int(one.agent_id), ""), message=one)
            for openid, one in rows
        ]
    )


def _empty(openid: str) -> Talk:
    return Talk(
        openid=openid,
        agent_id=AgentId(0),
        attended_at=None,
        waits_since=None,
        last_at=None,
        last_text="",
        is_last_said=False,
        unread_count=0,
    )
