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
from banyan.reach.broadcasts import store
from banyan.reach.broadcasts.types import DeliveryResult, Message, MessageId
from banyan.reach.channels import ChannelId, access_own

_newest = 2**63 - 1
_always = frozenset(
    {
        DeliveryResult.DELIVERED,
        DeliveryResult.UNFOLLOWED,
        DeliveryResult.QUOTA,
        DeliveryResult.UNKNOWN,
        DeliveryResult.BLOCKED,
    }
)
"""What a report counts also where nobody has it; reasons of a refusal only where there is one."""


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


class ReadNumbered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read the message to which the account gave a number."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: int


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
    result: DeliveryResult


@reading(permission=Permission.CHANNELS_READ)
async def list_messages(work: Work, query: ListMessages) -> Page[MessageReport]:
    """Return a page of messages.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    messages = await store.list_messages(
        work.db, channel.merchant_id, channel.channel_id, before, query.limit + 1
    )
    ids = [int(one.message_id) for one in messages]
    tallies = await store.list_tallies(work.db, ids)
    reports = [
        MessageReport(message=one, results=_results(tallies.get(one.message_id, {})))
        for one in messages
    ]
    return page_of(reports, query.limit, ids)


@reading(permission=Permission.CHANNELS_READ)
async def read_message(work: Work, query: ReadMessage) -> MessageReport:
    """Return one message. Raises NotFound `broadcasts.message_not_found`."""
    message = await store.find_message(work.db, query.merchant_id, query.message_id)
    if message is None:
        raise NotFound("broadcasts.message_not_found")
    return MessageReport(message=message, results=await read_results(work.db, message.message_id))


@reading(permission=Permission.CHANNELS_READ)
async def read_numbered(work: Work, query: ReadNumbered) -> Message:
    """Return one message by its number.

    Raises NotFound `channels.not_found`, `broadcasts.message_not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    key = (int(channel.merchant_id), int(channel.channel_id), query.number)
    message_id = await store.find_numbered(work.db, *key)
    if message_id is None:
        raise NotFound("broadcasts.message_not_found")
    message = await store.find_message(work.db, query.merchant_id, message_id)
    assert message is not None
    return message


@reading(permission=Permission.CHANNELS_READ)
async def list_deliveries(work: Work, query: ListDeliveries) -> Page[Delivery]:
    """Return a page of recipients; those whom it has not come to yet are not among them.

    Raises NotFound `broadcasts.message_not_found`, Invalid `paging.bad_cursor`.
    """
    if await store.find_message(work.db, query.merchant_id, query.message_id) is None:
        raise NotFound("broadcasts.message_not_found")
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
) -> list[tuple[str, DeliveryResult]]:
    """Return recipients by openid with what became of the message."""
    return await store.list_deliveries(db, message_id, after=after, result=result, limit=limit)


async def read_results(db: Connection, message_id: MessageId) -> dict[str, int]:
    """Return how many recipients a message has had so far by result."""
    tallies = await store.list_tallies(db, [message_id])
    return _results(tallies.get(message_id, {}))


def _results(tally: dict[DeliveryResult, int]) -> dict[str, int]:
    told = [one for one in DeliveryResult if one in tally or one in _always]
    return {result.value: tally.get(result, 0) for result in told}
