"""A person reads their conversation with an account: both sides, and what it sent to many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.limits import PAGE_MAX
from banyan.base.paging import Cursor, Limit, decode_cursor, decode_id_cursor, encode_cursor
from banyan.base.time_cursor import encode_time_cursor
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
    talk = await store.find_talk(work.db, channel.channel_id, work.actor.person_id)
    messages_before, notices_cursor = _decode_cursor(query.cursor)
    messages = []
    if talk is not None:
        found = await store.list_messages(
            work.db, talk, before=messages_before, is_own=True, limit=query.limit
        )
        messages = [_of_message(one) for one in found]
    # Each message may have a notice that only tells of it, newer than itself.
    most = min(2 * query.limit + 1, PAGE_MAX)
    asked = ListNotices(channel_id=Id(query.channel_id), limit=most, cursor=notices_cursor or None)
    notices = [_of_notice(one) for one in (await list_notices(work, asked)).items]
    merged = sorted(messages + notices, key=_place, reverse=True)
    # Below the last one read of a kind there may be more of it, so nothing older is shown yet.
    kinds = ((messages, query.limit), (notices, most))
    full = [kind[-1] for kind, limit in kinds if len(kind) == limit]
    floor = max(map(_place, full), default=None)
    known = [one for one in merged if floor is None or _place(one) >= floor]
    # A notice that only tells of a message is passed over: the message is here itself.
    kept = [one for one in known if one.notice is None or one.notice.kind != NOTICE][: query.limit]
    is_full = len(kept) == query.limit
    passed = [one for one in known if not is_full or _place(one) >= _place(kept[-1])]
    has_more = len(passed) < len(merged) or floor is not None
    agents = await store.list_agents(work.db, channel.channel_id) if talk else []
    return MyTalk(
        items=kept,
        next_cursor=_next_cursor(passed, query.cursor) if has_more else None,
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


def _decode_cursor(cursor: str | None) -> tuple[int, str]:
    """Before which message to go on, and from which place among the notices."""
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return _newest, ""
    return decode_id_cursor(encode_cursor(parts[0])), parts[1]


def _next_cursor(passed: Sequence[TalkEntry], cursor: str | None) -> str:
    """From where to go on: each kind after its last one here, or where it was without one."""
    before, notices_cursor = _decode_cursor(cursor)
    for one in passed:
        if one.message is not None:
            before = int(one.entry_id)
        else:
            notices_cursor = encode_time_cursor(one.at, one.entry_id)
    return encode_cursor(before, notices_cursor)


def _place(entry: TalkEntry) -> tuple[datetime, int]:
    return entry.at, int(entry.entry_id)


def _of_notice(notice: Notice) -> TalkEntry:
    return TalkEntry(
        entry_id=Id(notice.notice_id), at=notice.arrived_at, is_mine=False, notice=notice
    )


def _of_message(message: TalkMessage) -> TalkEntry:
    return TalkEntry(
        entry_id=Id(message.message_id),
        at=message.sent_at,
        is_mine=message.origin in {Origin.SAID, Origin.UNHEARD},
        message=message,
    )
