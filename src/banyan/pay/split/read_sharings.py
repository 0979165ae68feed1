"""Reads what was shared of charges, for the merchant that was paid and its provider."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.pay.split import store
from banyan.pay.split.types import OutNo, ShareReturn, Sharing, SharingId

_Number = Annotated[str, msgspec.Meta(max_length=64)]


class SharingRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names a sharing for one of its merchants: by its own number, or by ours."""

    merchant_id: MerchantId
    payee_id: MerchantId = MerchantId(0)
    """Who was paid, if its provider asks."""
    out_no: _Number = ""
    sharing_id: SharingId = SharingId(0)


class ReadSharing(SharingRef, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: a sharing."""

    charge_id: Id = NONE
    """Of which charge it must be; 0 for any."""


class ListSharings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what was shared of a merchant's charges, or of one."""

    merchant_id: MerchantId
    charge_id: Id = NONE
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadShareReturn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a receiver gave back under a number."""

    merchant_id: MerchantId
    payee_id: MerchantId = MerchantId(0)
    out_return_no: OutNo


class ReturnOfSharing(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver gave back, and of which sharing."""

    share_return: ShareReturn
    sharing: Sharing


@reading(permission=Permission.FINANCE_READ)
async def read_sharing(work: Work, query: ReadSharing) -> Sharing:
    """Return a sharing. Raises NotFound `split.not_found`."""
    found = await find_for(work, query)
    if query.charge_id and int(query.charge_id) != int(found.charge_id):
        raise NotFound("split.not_found")
    return found


@reading(permission=Permission.FINANCE_READ)
async def list_sharings(work: Work, query: ListSharings) -> Page[Sharing]:
    """Return a page of sharings, the newest first."""
    before = decode_id_cursor(query.cursor)
    rows = await store.list_sharings(
        work.db, query.merchant_id, before, query.charge_id, query.limit + 1
    )
    return page_of(rows, query.limit, [one.sharing_id for one in rows])


@reading(permission=Permission.FINANCE_READ)
async def read_share_return(work: Work, query: ReadShareReturn) -> ReturnOfSharing:
    """Return what a receiver gave back. Raises NotFound `split.no_such_return`."""
    payee_id = query.payee_id or query.merchant_id
    provider_id = 0 if payee_id == query.merchant_id else query.merchant_id
    known = await store.find_return(work.db, payee_id, provider_id, query.out_return_no)
    if known is None:
        raise NotFound("split.no_such_return")
    one = known[1]
    sharing = await store.find_sharing(work.db, payee_id, one.sharing_id)
    assert sharing is not None, "sharings are never deleted"
    return ReturnOfSharing(share_return=one, sharing=sharing)


async def find_for(work: Work, ref: SharingRef) -> Sharing:
    """The sharing that a merchant or its provider names. Raises NotFound `split.not_found`."""
    payee_id = ref.payee_id or ref.merchant_id
    provider_id = 0 if payee_id == ref.merchant_id else int(ref.merchant_id)
    found = None
    if ref.sharing_id:
        found = await store.find_sharing(work.db, payee_id, ref.sharing_id)
        # A payee sees what its provider shared, a provider only what it shared itself.
        if found is not None and provider_id not in {0, int(found.provider_id)}:
            found = None
    elif ref.out_no:
        known = await store.find_by_no(work.db, payee_id, provider_id, ref.out_no)
        found = None if known is None else known[1]
    if found is None:
        raise NotFound("split.not_found")
    return found
