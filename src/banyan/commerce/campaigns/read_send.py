"""Reads what was sent to segments, and what came of it."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.commerce.campaigns import store
from banyan.commerce.campaigns.types import Send, SendId
from banyan.commerce.coupons import sum_origin
from banyan.parties.merchants import MerchantId
from banyan.reach.broadcasts import read_results

_newest = 2**63 - 1


class ListSends(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what was sent to segments, the newest first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadSend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read what came of one send."""

    merchant_id: MerchantId
    send_id: SendId


class SendReport(msgspec.Struct, frozen=True, kw_only=True):
    """A send, and what has come of it so far."""

    send: Send
    results: dict[str, int]
    """Members by what became of the message."""
    coupons_given: int
    coupons_redeemed: int
    redeemed_order_fen: int
    """What was paid for the orders that redeemed one of its coupons."""


@reading(permission=Permission.CAMPAIGNS_READ)
async def list_sends(work: Work, query: ListSends) -> Page[Send]:
    """Return a page of sends. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_sends(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(rows, query.limit, [one.send_id for one in rows])


@reading(permission=Permission.CAMPAIGNS_READ)
async def read_send(work: Work, query: ReadSend) -> SendReport:
    """Return one send. Raises NotFound `campaigns.send_not_found`."""
    send = await store.find_send(work.db, query.merchant_id, query.send_id)
    if send is None:
        raise NotFound("campaigns.send_not_found")
    coupons = await sum_origin(work.db, query.merchant_id, query.send_id)
    return SendReport(
        send=send,
        results=await read_results(work.db, send.message_id),
        coupons_given=coupons.given,
        coupons_redeemed=coupons.redeemed,
        redeemed_order_fen=coupons.order_fen,
    )
