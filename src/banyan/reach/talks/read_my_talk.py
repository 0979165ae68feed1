"""A person reads their conversation with an account: both sides, and what it sent to many."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.limits import PAGE_MAX
from banyan.base.paging import Cursor, Limit, decode_id_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.reach.channels import ChannelId, access_channel
from banyan.reach.notices import ListNotices, Notice, list_notices
from banyan.reach.talks import store
from banyan.reach.talks.converse import NOTICE
from banyan.reach.talks.types import Origin, TalkMessage

_newest = 2**63 - 1


class ReadMyTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read what an account and I said to each other, the newest first."""

    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ListMyAnswers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did the account answer to this message or act of mine?"""

    channel_id: ChannelId
    answers_id: Id


class FindMyMessages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What do these messages, of which my notices tell, say in full?"""

    message_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=PAGE_MAX)]


class TalkEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing in a conversation: a message, or a notice of what the account sent otherwise."""

    entry_id: Id
    at: datetime
    is_mine: bool
    message: TalkMessage | None = None
    notice: Notice | None = None


class MyTalk(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a conversation as its person sees it."""

    items: list[TalkEntry]
    next_cursor: str | None
    is_typing: bool
    """The account is typing right now."""
    attended_by: str
    """The nickname of the agent who attends to me; empty for none."""
    is_waiting: bool
    """I wait for an agent."""


class MyMessages(msgspec.Struct, frozen=True, kw_only=True):
    """Messages of the one who asks."""

    items: list[TalkMessage]


@reading(permission=Permission.PERSON)
async def read_my_talk(work: Work, query: ReadMyTalk) -> MyTalk:
    """Return a page of the conversation of the person who asks.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_channel(work.db, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    person_id = work.actor.person_id
    talk = await store.find_talk(work.db, channel.channel_id, person_id)
    messages = []
    if talk is not None:
        messages = await store.list_messages(
            work.db, talk, before=before, is_own=True, limit=query.limit
        )
    notices, notices_end = await _list_notices(work, query, before)
    entries = [_of_message(one) for one in messages] + notices
    # Below the last one read of either kind there may be more of that kind.
    ends = [notices_end]
    if len(messages) == query.limit:
        ends.append(int(messages[-1].message_id))
    floor = max(ends)
    seen = sorted(
        (one for one in entries if one.entry_id >= floor),
        key=lambda one: one.entry_id,
        reverse=True,
    )
    kept = seen[: query.limit]
    has_more = floor > 0 or len(seen) > len(kept)
    if kept and len(seen) > len(kept):
        floor = int(kept[-1].entry_id)
    agents = await store.list_agents(work.db, channel.channel_id) if talk else []
    return MyTalk(
        items=kept,
        next_cursor=encode_cursor(floor) if has_more else None,
        is_typing=bool(talk and talk.typing_until and work.now < talk.typing_until),
        attended_by=next(
            (one.nickname for _, one in agents if talk and one.agent_id == talk.agent_id), ""
        ),
        is_waiting=bool(talk and talk.waits_since),
    )


@reading(permission=Permission.PERSON)
async def list_my_answers(work: Work, query: ListMyAnswers) -> MyMessages:
    """Return what the account answered, the oldest first; nothing as long as it did not."""
    person_id = work.actor.person_id
    if query.answers_id == NONE:
        return MyMessages(items=[])
    return MyMessages(
        items=await store.list_answers(work.db, query.channel_id, person_id, query.answers_id)
    )


@reading(permission=Permission.PERSON)
async def find_my_messages(work: Work, query: FindMyMessages) -> MyMessages:
    """Return those of the messages that are of the one who asks."""
    found = await store.find_messages(work.db, work.actor.person_id, query.message_ids)
    return MyMessages(items=list(found.values()))


async def _list_notices(work: Work, query: ReadMyTalk, before: int) -> tuple[list[TalkEntry], int]:
    """Return notices that are no message of ours, and above which id all are among them."""
    cursor = encode_cursor(before)
    asked = ListNotices(channel_id=Id(query.channel_id), limit=query.limit, cursor=cursor)
    page = await list_notices(work, asked)
    entries = [
        TalkEntry(entry_id=Id(one.notice_id), at=one.arrived_at, is_mine=False, notice=one)
        for one in page.items
        if one.kind != NOTICE
    ]
    end = int(page.items[-1].notice_id) if page.next_cursor is not None else 0
    return entries, end


def _of_message(message: TalkMessage) -> TalkEntry:
    return TalkEntry(
        entry_id=Id(message.message_id),
        at=message.sent_at,
        is_mine=message.origin in {Origin.SAID, Origin.UNHEARD},
        message=message,
    )
