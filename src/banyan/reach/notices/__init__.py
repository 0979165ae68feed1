"""People's inboxes in the phone app: receipts, coupons that arrived, messages of the shops."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.notices.invariants import INVARIANTS
from banyan.reach.notices.reactions import FOLLOWERS
from banyan.reach.notices.read_inbox import (
    CountUnread,
    ListNotices,
    MarkRead,
    Unread,
    count_unread,
    list_notices,
    mark_read,
)
from banyan.reach.notices.send_notices import send_notices
from banyan.reach.notices.sources import NEWS_FOR, SOURCES, InboxQuery, Source
from banyan.reach.notices.types import NewNotice, Notice, NoticeId

ROOM = Room(
    name="notices",
    migrations=Path(__file__).parent / "migrations",
    operations=(list_notices, count_unread, mark_read),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "NEWS_FOR",
    "ROOM",
    "SOURCES",
    "CountUnread",
    "InboxQuery",
    "ListNotices",
    "MarkRead",
    "NewNotice",
    "Notice",
    "NoticeId",
    "Source",
    "Unread",
    "count_unread",
    "list_notices",
    "mark_read",
    "send_notices",
)
