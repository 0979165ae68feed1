"""Operators admit car parks: whoever is one takes money from cars without asking their owners."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.audit import note_change
from banyan.parties.ids import MerchantId
from banyan.parties.merchants import find_merchants
from banyan.pay.parkings import store
from banyan.pay.parkings.types import AdmittedPark, Park


class AdmitPark(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say whether a merchant is a car park."""

    merchant_id: MerchantId
    is_admitted: bool


class ListParks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: which merchants are car parks?"""

    limit: Limit = 20
    cursor: Cursor | None = None


@single(permission=Permission.OPERATOR)
async def admit_park(work: Work, command: AdmitPark) -> Park:
    """Let a merchant take money for parking, or from now on no more.

    Raises NotFound `merchants.not_found`.
    """
    if command.merchant_id not in await find_merchants(work.db, [command.merchant_id]):
        raise NotFound("merchants.not_found")
    before = Park(is_admitted=await store.is_park(work.db, command.merchant_id))
    after = Park(is_admitted=command.is_admitted)
    await store.set_park(work.db, command.merchant_id, work.now, is_park=after.is_admitted)
    await note_change(
        work,
        merchant_id=command.merchant_id,
        subject="parkings.park",
        subject_id=command.merchant_id,
        before=before,
        after=after,
    )
    return after


@reading(permission=Permission.OPERATOR)
async def list_parks(work: Work, query: ListParks) -> Page[AdmittedPark]:
    """Return those who may take money for parking. Raises Invalid `paging.bad_cursor`."""
    rows = await store.list_parks(work.db, decode_id_cursor(query.cursor), query.limit + 1)
    merchants = await find_merchants(work.db, list(rows))
    found = [
        AdmittedPark(merchant_id=one, name=merchants[one].name, admitted_at=at)
        for one, at in rows.items()
    ]
    return page_of(found, query.limit, [int(one.merchant_id) for one in found])


async def check_park(work: Work, merchant_id: int) -> None:
    """Let a car park pass. Raises Refusal `parkings.not_admitted`."""
    if not await store.is_park(work.db, merchant_id):
        raise Refusal("parkings.not_admitted")
