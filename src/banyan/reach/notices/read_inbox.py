"""A person's own inbox: list, count, mark as read."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.ids import Id
from banyan.base.paging import Cursor, Limit, Page
from banyan.base.time_cursor import FAR, ID_MAX, decode_time_cursor, encode_time_cursor
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.notices import store
from banyan.reach.notices.sources import SOURCES, InboxQuery
from banyan.reach.notices.types import Notice, NoticeId

UNREAD_MAX = 100
"""Counting stops here: a badge shows 99+."""
_mark_at_once = 1_000
_latest = (FAR, ID_MAX)


class ListNotices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List one's notices, the latest first: all, of one shop, of one account, or unread ones."""

    merchant_id: Id | None = None
    channel_id: Id | None = None
    is_unread: bool = False
    limit: Limit = 20
    cursor: Cursor | None = None


class CountUnread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Count one's unread notices."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices are unread; `UNREAD_MAX` stands for that many or more."""

    count: int


class MarkRead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mark notices as read: the named ones, or one with all that happened before it."""

    notice_ids: Annotated[list[NoticeId], msgspec.Meta(min_length=1, max_length=100)] | None = None
    until: NoticeId | None = None


@reading(permission=Permission.PERSON)
async def list_notices(work: Work, query: ListNotices) -> Page[Notice]:
    """Return a page of the inbox of the person who asks. Raises Invalid `paging.bad_cursor`."""
    asked = InboxQuery(
        person_id=work.actor.person_id,
        now=work.now,
        before=decode_time_cursor(query.cursor),
        merchant_id=query.merchant_id,
        channel_id=query.channel_id,
        is_unread=query.is_unread,
        limit=query.limit + 1,
    )
    notices = await store.list_notices(work.db, asked)
    notices += await SOURCES.list_notices(work.db, asked)
    notices = sorted(notices, key=_place, reverse=True)[: asked.limit]
    items = notices[: query.limit]
    if len(notices) == len(items):
        return Page(items=items)
    last = items[-1]
    return Page(items=items, next_cursor=encode_time_cursor(last.arrived_at, last.notice_id))


@reading(permission=Permission.PERSON)
async def count_unread(work: Work, query: CountUnread) -> Unread:  # noqa: ARG001 - asks for nothing
    """Return how many notices the person who asks has not read."""
    return Unread(count=await _count_unread(work))


@single(permission=Permission.PERSON)
async def mark_read(work: Work, command: MarkRead) -> Unread:
    """Mark notices of the person who asks as read; return how many are left unread.

    A thousand at once at most; those of other people, and those read before, stay as they are.
    Raises Invalid `notices.none_named`.
    """
    if command.notice_ids is None and command.until is None:
        raise Invalid("notices.none_named")
    until = None
    if command.until is not None:
        person_id = work.actor.person_id
        until = await store.find_place(work.db, person_id, command.until)
        until = until or await SOURCES.find_place(work.db, person_id, command.until)
        if until is None:
            return Unread(count=await _count_unread(work))
    await store.set_read(
        work.db,
        work.actor.person_id,
        work.now,
        notice_ids=command.notice_ids,
        until=until,
        limit=_mark_at_once,
    )
    asked = _ask_unread(work, _after(until) if until else _latest, _mark_at_once)
    ids = None if command.notice_ids is None else [int(one) for one in command.notice_ids]
    await SOURCES.mark_read(work.db, asked, ids)
    return Unread(count=await _count_unread(work))


async def _count_unread(work: Work) -> int:
    count = await store.count_unread(work.db, work.actor.person_id, UNREAD_MAX)
    if count < UNREAD_MAX:
        asked = _ask_unread(work, _latest, UNREAD_MAX)
        count += len(await SOURCES.list_notices(work.db, asked))
    return min(count, UNREAD_MAX)


def _ask_unread(work: Work, before: tuple[datetime, int], limit: int) -> InboxQuery:
    return InboxQuery(
        person_id=work.actor.person_id,
        now=work.now,
        before=before,
        is_unread=True,
        limit=limit,
    )


def _after(place: tuple[datetime, int]) -> tuple[datetime, int]:
    return place[0], place[1] + 1


def _place(notice: Notice) -> tuple[datetime, int]:
    return notice.arrived_at, int(notice.notice_id)
