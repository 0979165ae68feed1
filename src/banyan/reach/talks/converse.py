"""Adds messages to conversations, and puts what an account says into the person's inbox."""

from datetime import datetime
from typing import Any

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Refusal
from banyan.base.ids import NONE, Id
from banyan.books.work import Work
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import Channel, ChannelKind, Follower, FollowerState, find_followers
from banyan.reach.media import find_items
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.pushes import PushKind
from banyan.reach.talks import store
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import render_last, render_notice
from banyan.reach.talks.types import (
    AgentId,
    Content,
    ContentKind,
    Origin,
    TalkAnswered,
    TalkMessage,
    TalkMessageId,
    TalkSaid,
)

NOTICE = "talks.message"
"""The kind of notice in which an account's message lies in the inbox."""
_news_max = 999
_media = frozenset({ContentKind.IMAGE, ContentKind.VOICE, ContentKind.VIDEO})


async def find_person(db: Connection, channel: Channel, openid: str) -> tuple[int, Follower]:
    """Return the person behind an openid who has met the account, and how they stand to it.

    Raises Refusal `talks.unknown_openid`.
    """
    found = (await find_followers(db, channel.channel_id, [openid])).get(openid)
    if found is None:
        raise Refusal("talks.unknown_openid")
    return found


async def with_file(db: Connection, channel: Channel, content: Content, now: datetime) -> Content:
    """Return a message with the file that its medium is.

    Raises Refusal `talks.media_unknown` if the account has no such medium of this kind.
    """
    if content.kind not in _media:
        return content
    found = await find_items(db, channel.channel_id, [content.media_id], now)
    item = found.get(content.media_id)
    if item is None or item.kind.value != content.kind.value:
        raise Refusal("talks.media_unknown", media_id=content.media_id)
    return msgspec.structs.replace(content, file=item.file)


async def lock_reachable(work: Work, channel: Channel, openid: str) -> TalkRow:
    """Lock the conversation with somebody who follows, or has met a mini program.

    Raises Refusal `talks.unknown_openid`, `talks.not_followed`, `talks.left`, `talks.blocked`.
    """
    person_id, follower = await find_person(work.db, channel, openid)
    is_followed = channel.kind is not ChannelKind.MINIAPP
    if is_followed and follower.state is FollowerState.KNOWN:
        raise Refusal("talks.not_followed")
    if follower.state is FollowerState.LEFT:
        raise Refusal("talks.left")
    if await is_blocked(work.db, channel.channel_id, person_id):
        raise Refusal("talks.blocked")
    return await store.lock_talk(work.db, channel.channel_id, person_id, openid)


async def add_said(
    work: Work, channel: Channel, talk: TalkRow, content: Content
) -> tuple[TalkRow, TalkMessage]:
    """Add what the person says to a locked conversation; the account may write anew."""
    message = _message(work, content, Origin.SAID, agent_id=talk.agent_id, answers_id=NONE)
    after = msgspec.structs.replace(
        _with_last(talk, message),
        said_at=work.now,
        said_used=0,
        is_last_said=True,
        unread_count=min(talk.unread_count + 1, _news_max),
    )
    await store.insert_message(work.db, talk, message)
    await store.set_talk(work.db, after)
    work.record(
        TalkSaid(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(message.message_id),
            openid=talk.openid,
            content_kind=content.kind,
        )
    )
    return after, message


async def add_unheard(work: Work, talk: TalkRow, content: Content) -> TalkMessage:
    """Keep for the person alone what they say to an account that has blocked them."""
    message = _message(work, content, Origin.UNHEARD, agent_id=NONE, answers_id=NONE)
    await store.insert_message(work.db, talk, message)
    return message


async def add_answer(  # noqa: PLR0913 - what one message needs
    work: Work,
    channel: Channel,
    talk: TalkRow,
    content: Content,
    origin: Origin,
    *,
    agent_id: int = NONE,
    answers_id: int = NONE,
) -> tuple[TalkRow, TalkMessage]:
    """Add what the account says to a locked conversation and put it into the person's inbox."""
    message = _message(work, content, origin, agent_id=agent_id, answers_id=answers_id)
    after = msgspec.structs.replace(
        _with_last(talk, message), is_last_said=False, typing_until=None
    )
    await store.insert_message(work.db, talk, message)
    await store.set_talk(work.db, after)
    title, body, link = render_notice(content)
    notice = NewNotice(
        person_id=talk.person_id,
        kind=NOTICE,
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        title=title,
        body=body,
        link=link,
        fields={
            "message_id": str(int(message.message_id)),
            "content_kind": content.kind.value,
            "origin": origin.value,
        },
    )
    await send_notices(work, [notice])
    work.record(
        TalkAnswered(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(message.message_id),
            openid=talk.openid,
            content_kind=content.kind,
            origin=origin,
        )
    )
    return after, message


def push_of(content: Content, message_id: TalkMessageId) -> tuple[PushKind, dict[str, Any]]:
    """Return what the account's server is told of something that a person says."""
    fields: dict[str, Any]
    match content.kind:
        case ContentKind.IMAGE:
            kind = PushKind.IMAGE
            fields = {"pic_url": content.picture_url, "media_id": content.media_id}
        case ContentKind.VOICE:
            kind = PushKind.VOICE
            fields = {
                "media_id": content.media_id,
                "format": content.format or "amr",
                "recognition": content.text,
            }
        case ContentKind.VIDEO | ContentKind.SHORTVIDEO:
            kind = PushKind(content.kind.value)
            fields = {"media_id": content.media_id, "thumb_media_id": content.thumb_media_id}
        case ContentKind.LOCATION:
            kind = PushKind.LOCATION
            fields = {
                "location_x": f"{content.latitude:.6f}",
                "location_y": f"{content.longitude:.6f}",
                "scale": content.scale,
                "label": content.label,
            }
        case ContentKind.LINK:
            kind = PushKind.LINK
            fields = {
                "title": content.title,
                "description": content.description,
                "url": content.url,
            }
        case ContentKind.MINIPROGRAMPAGE:
            kind = PushKind.MINIPROGRAM_PAGE
            fields = {
                "app_id": content.appid,
                "title": content.title,
                "page_path": content.pagepath,
                "thumb_url": content.picture_url,
                "thumb_media_id": content.thumb_media_id,
            }
        case _:
            kind = PushKind.TEXT
            fields = {"content": content.text}
            if content.choice_id:
                fields["bizmsgmenuid"] = content.choice_id
    return kind, {"msg_id": int(message_id), **fields}


def _message(
    work: Work, content: Content, origin: Origin, *, agent_id: int, answers_id: int
) -> TalkMessage:
    return TalkMessage(
        message_id=TalkMessageId(work.ids.next()),
        origin=origin,
        content=content,
        agent_id=AgentId(agent_id),
        answers_id=Id(answers_id),
        sent_at=work.now,
    )


def _with_last(talk: TalkRow, message: TalkMessage) -> TalkRow:
    return msgspec.structs.replace(
        talk,
        last_id=int(message.message_id),
        last_at=message.sent_at,
        last_text=render_last(message.content),
    )
