"""Reads messages to many, and what became of them, recipient by recipient."""

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound
from banyan.base.paging import (
    Cursor,
    Limit,
    Page,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
    page_of,
)
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import store
from banyan.reach.channels.access import access_own
from banyan.reach.channels.types import ChannelId, DeliveryResult, Message, MessageId

_newest = 2**63 - 1


class ListMessages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the messages that an official account sent to many, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read a message and what became of it."""

    merchant_id: MerchantId
    message_id: MessageId


class ListDeliveries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List a message's recipients by openid: all, or those with one result."""

    merchant_id: MerchantId
    message_id: MessageId
    result: DeliveryResult | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class MessageReport(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and how many recipients it has had so far by result."""

    message: Message
    results: dict[str, int]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One recipient of a message."""

    openid: str
    result: DeliveryResult | None
    """Null while it is under way."""


@reading(permission=Permission.CHANNELS_READ)
async def list_messages(work: Work, query: ListMessages) -> Page[MessageReport]:
    """Return a page of messages.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    messages = await store.list_messages(work.db, channel, before, query.limit + 1)
    ids = [int(one.message_id) for one in messages]
    tallies = await store.list_tallies(work.db, ids)
    reports = [
        MessageReport(message=one, results=_results(tallies.get(one.message_id, {})))
        for one in messages
    ]
    return page_of(reports, query.limit, ids)


@reading(permission=Permission.CHANNELS_READ)
async def read_message(work: Work, query: ReadMessage) -> MessageReport:
    """Return one message. Raises NotFound `channels.message_not_found`."""
    message = await store.find_message(work.db, query.merchant_id, query.message_id)
    if message is None:
        raise NotFound("channels.message_not_found")
    return MessageReport(message=message, results=await read_results(work.db, message.message_id))


@reading(permission=Permission.CHANNELS_READ)
async def list_deliveries(work: Work, query: ListDeliveries) -> Page[Delivery]:
    """Return a page of recipients.

    Raises NotFound `channels.message_not_found`, Invalid `paging.bad_cursor`.
    """
    if await store.find_message(work.db, query.merchant_id, query.message_id) is None:
        raise NotFound("channels.message_not_found")
    (after,) = decode_cursor(query.cursor, 1) or [""]
    rows = await store.list_deliveries(
        work.db, query.message_id, after=after, result=query.result, limit=query.limit + 1
    )
    items = [Delivery(openid=openid, result=result) for openid, result in rows]
    if len(items) <= query.limit:
        return Page(items=items)
    kept = items[: query.limit]
    return Page(items=kept, next_cursor=encode_cursor(kept[-1].openid))


async def list_results(
    db: Connection, message_id: int, *, after: str, result: DeliveryResult | None, limit: int
) -> list[tuple[str, DeliveryResult | None]]:
    """Return recipients by openid with what became of the message; None while it is under way."""
    return await store.list_deliveries(db, message_id, after=after, result=result, limit=limit)


async def read_results(db: Connection, message_id: MessageId) -> dict[str, int]:
    """Return how many recipients a message has had so far by result."""
    tallies = await store.list_tallies(db, [message_id])
    return _results(tallies.get(message_id, {}))


def _results(tally: dict[DeliveryResult, int]) -> dict[str, int]:
    return {result.value: tally.get(result, 0) for result in DeliveryResult}
