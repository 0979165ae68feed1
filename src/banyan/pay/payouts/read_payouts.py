"""Reads payouts: the caller's own, and a merchant's."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.payouts import store
from banyan.pay.payouts.types import OutNo, Payout, PayoutId, PayoutState

_newest = 2**63 - 1


class ListMyPayouts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what I had sent to my bank account, the newest first."""

    limit: Limit = 20
    cursor: Cursor | None = None


class ListPayouts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a merchant had sent to its bank account, the newest first."""

    merchant_id: MerchantId
    state: PayoutState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadPayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: one payout of a merchant, by its id or by the number that the merchant gave it."""

    merchant_id: MerchantId
    payout_id: PayoutId = PayoutId(0)
    out_no: OutNo = ""


class ReadMyPayout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: one payout of mine."""

    payout_id: PayoutId


@reading(permission=Permission.PERSON)
async def list_my_payouts(work: Work, query: ListMyPayouts) -> Page[Payout]:
    """Return a page of the caller's payouts. Raises Invalid `paging.bad_cursor`."""
    return await _list(work, work.actor.person_id, None, query.limit, query.cursor)


@reading(permission=Permission.FINANCE_READ)
async def list_payouts(work: Work, query: ListPayouts) -> Page[Payout]:
    """Return a page of a merchant's payouts. Raises Invalid `paging.bad_cursor`."""
    return await _list(work, query.merchant_id, query.state, query.limit, query.cursor)


@reading(permission=Permission.FINANCE_READ)
async def read_payout(work: Work, query: ReadPayout) -> Payout:
    """Return a payout of a merchant. Raises NotFound `payouts.not_found`."""
    if query.out_no:
        found = await store.find_out_no(work.db, query.merchant_id, query.out_no)
    else:
        found = await store.find_payout(work.db, query.merchant_id, query.payout_id)
    if found is None:
        raise NotFound("payouts.not_found")
    return found


@reading(permission=Permission.PERSON)
async def read_my_payout(work: Work, query: ReadMyPayout) -> Payout:
    """Return a payout of the caller. Raises NotFound `payouts.not_found`."""
    found = await store.find_payout(work.db, work.actor.person_id, query.payout_id)
    if found is None:
        raise NotFound("payouts.not_found")
    return found


async def _list(
    work: Work, holder_id: int, state: PayoutState | None, limit: int, cursor: str | None
) -> Page[Payout]:
    before = decode_id_cursor(cursor, _newest)
    rows = await store.list_payouts(work.db, holder_id, before, state, limit + 1)
    return page_of(rows, limit, [int(one.payout_id) for one in rows])
