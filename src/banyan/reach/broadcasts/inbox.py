"""What people see of messages to many: their inboxes read it, nothing is written for each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.ids import Id
from banyan.base.limits import PAGE_MAX
from banyan.books.work import Permission, Work, reading
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.records import Received
from banyan.reach.broadcasts.types import ArticleHead, ContentKind, Message, MessageId, Spoken
from banyan.reach.channels import find_known_by
from banyan.reach.notices import NEWS_FOR, InboxQuery, Notice, NoticeId

NOTICE = "channels.message"
"""The kind of the notices that tell of messages to many."""


class FindMyBroadcasts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What do these messages to many, of which my notices tell, say in full?"""

    message_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=PAGE_MAX)]


class MyBroadcast(msgspec.Struct, frozen=True, kw_only=True):
    """A message to many as one of its recipients sees it."""

    message_id: MessageId
    content: Spoken
    delivered_at: datetime
    """When it came, together with what it may have brought."""


class MyBroadcasts(msgspec.Struct, frozen=True, kw_only=True):
    """Messages that reached the one who asks."""

    items: list[MyBroadcast]


@reading(permission=Permission.PERSON)
async def find_my_broadcasts(work: Work, query: FindMyBroadcasts) -> MyBroadcasts:
    """Return those of the messages that reached the one who asks."""
    known = await find_known_by(work.db, work.actor.person_id)
    found = await store.find_received(work.db, known, query.message_ids)
    return MyBroadcasts(
        items=[
            MyBroadcast(
                message_id=one.message.message_id,
                content=_left(one.message),
                delivered_at=one.delivered_at,
            )
            for one in found
        ]
    )


class BroadcastSource:
    """Messages to many as a part of inboxes."""

    async def list_notices(self, db: Connection, query: InboxQuery) -> list[Notice]:
        """Those that reached a person, the latest first."""
        return [_notice(one, query.now) for one in await self._list(db, query)]

    async def find_place(
        self, db: Connection, person_id: int, notice_id: int
    ) -> tuple[datetime, int] | None:
        """Where one stands among the others; None if it is none of them."""
        known = await find_known_by(db, person_id)
        for one in await store.find_received(db, known, [notice_id]):
            return one.begun_at, int(one.message.message_id)
        return None

    async def mark_read(self, db: Connection, query: InboxQuery, ids: Sequence[int] | None) -> None:
        """Note that a person has read some, or all that `query` finds."""
        known = await find_known_by(db, query.person_id)
        if ids is None:
            found = await self._list(db, query)
        else:
            found = await store.find_received(db, known, ids)
        read = [(int(one.message.message_id), known[int(one.message.channel_id)]) for one in found]
        if read:
            await store.set_read(db, read, query.now)

    async def _list(self, db: Connection, query: InboxQuery) -> list[Received]:
        known: Mapping[int, str] = await find_known_by(db, query.person_id)
        if query.channel_id is not None:
            known = {one: openid for one, openid in known.items() if one == query.channel_id}
        if not known:
            return []
        return await store.list_received(
            db,
            known,
            before=query.before,
            unread_since=query.now - NEWS_FOR if query.is_unread else None,
            merchant_id=query.merchant_id,
            limit=query.limit,
        )


def _notice(one: Received, now: datetime) -> Notice:
    message = one.message
    content = _left(message)
    title, body = content.title, content.body
    if content.kind is ContentKind.NEWS:
        title, body = content.articles[0].title, content.articles[0].digest
    elif content.kind is ContentKind.TEXT:
        title, body = "", content.body
    fields = {"message_id": str(int(message.message_id)), "content_kind": content.kind.value}
    return Notice(
        notice_id=NoticeId(message.message_id),
        kind=NOTICE,
        merchant_id=message.merchant_id,
        channel_id=Id(message.channel_id),
        title=title,
        body=body,
        link=content.articles[0].link if content.articles else content.link,
        fields=dict(fields),
        arrived_at=one.begun_at,
        is_read=one.is_read or one.begun_at <= now - NEWS_FOR,
    )


def _left(message: Message) -> Spoken:
    """What a message says without the articles that were taken back."""
    kept: list[ArticleHead] = [
        one for place, one in enumerate(message.content.articles, 1) if place not in message.deleted
    ]
    return msgspec.structs.replace(message.content, articles=kept)
