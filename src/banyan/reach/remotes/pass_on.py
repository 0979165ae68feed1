"""Notes errands for messages to many: WeChat sends them to those who are known there."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from banyan.books.journal import Fact
from banyan.books.work import Work
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import (
    Audience,
    ContentKind,
    DeliveryResult,
    Message,
    MessageId,
    ReadMessage,
    Spoken,
    list_results,
    read_message,
)
from banyan.reach.remotes import store
from banyan.reach.remotes.note_errands import note_errands
from banyan.reach.remotes.types import ErrandKind, NewErrand, RemoteState

_line = "many"
_part_max = 10_000
"""Most recipients whom WeChat lets one message name."""


async def on_broadcasts(work: Work, facts: Sequence[Fact]) -> None:
    """Have WeChat send what has reached all it could here; previews are for here alone."""
    accounts = await store.find_accounts(work.db, {one.channel_id for one in facts})
    for fact in facts:
        account = accounts.get(fact.channel_id)
        if account is None or account.remote.state is not RemoteState.ACTING:
            continue
        query = ReadMessage(
            merchant_id=MerchantId(fact.merchant_id), message_id=MessageId(fact.subject_id)
        )
        message = (await read_message(work, query)).message
        if message.audience is not Audience.PREVIEW:
            await note_errands(work, [one async for one in _list_errands(work, message)])


async def _list_errands(work: Work, message: Message) -> AsyncIterator[NewErrand]:
    fields: dict[str, Any] = {"content": _content(message.content), "tag_id": 0, "openids": []}
    if message.audience is Audience.ALL:
        yield _errand(message, fields)
        return
    if message.audience is Audience.TAG:
        yield _errand(message, fields | {"tag_id": int(message.tag_id)})
        return
    after, is_more = "", True
    while is_more:
        rows = await list_results(
            work.db,
            int(message.message_id),
            after=after,
            result=DeliveryResult.DELIVERED,
            limit=_part_max,
        )
        is_more = len(rows) == _part_max
        openids = [openid for openid, _ in rows]
        known = await store.find_people(work.db, message.channel_id, openids)
        if known:
            yield _errand(message, fields | {"openids": sorted(known)})
        after = openids[-1] if openids else after


def _content(content: Spoken) -> dict[str, Any]:
    """What the message says, in the words of a message to one person."""
    kind = content.kind
    text = content.body
    if kind is ContentKind.NOTE:
        text = "\n".join(one for one in (content.title, content.body, content.link) if one)
        kind = ContentKind.TEXT
    return {
        "kind": kind.value,
        "text": text,
        "title": content.title,
        "description": content.body,
        "media_id": content.media_ids[0] if content.media_ids else "",
        "file": content.files[0] if content.files else "",
    }


def _errand(message: Message, fields: dict[str, Any]) -> NewErrand:
    return NewErrand(
        channel_id=int(message.channel_id),
        kind=ErrandKind.SEND_MANY,
        fields=fields,
        line=_line,
    )
