"""Cash desks for those who pay there, and what they took for those who work there."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, decode_cursor, encode_cursor
from banyan.books.work import Permission, Work, reading
from banyan.commerce.desks import store
from banyan.commerce.desks.ask_at_desk import access_desk
from banyan.commerce.desks.types import Desk, DeskSum, Taking
from banyan.commerce.places import (
    CodedPlace,
    CodeToken,
    ListPlaces,
    PlaceId,
    PlaceKind,
    find_coded_place,
    list_places,
)
from banyan.commerce.stores import StoreId
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId

_lately = timedelta(minutes=5)
_epoch = datetime(1970, 1, 1, tzinfo=UTC)
_last = (datetime.max.replace(tzinfo=UTC), 0)
_digits_max = 19

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class ReadDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: where does this code lead?"""

    code: CodeToken


class ReadMyLast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what did I pay at desks of this merchant within the last five minutes?"""

    merchant_id: MerchantId


class LastTaking(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody paid last, if it was lately."""

    taking: Taking | None


class ListDesks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: the cash desks of a merchant, with what each took in a span of time."""

    merchant_id: MerchantId
    store_id: StoreId = StoreId(NONE)
    """Zero: in every store that one may see."""
    since: Instant
    until: Instant
    limit: Limit = 20
    cursor: Cursor | None = None


class SumDesk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what did this cash desk take in a span of time?"""

    merchant_id: MerchantId
    place_id: PlaceId
    since: Instant
    until: Instant


class ListTakings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what a cash desk took in a span of time, the latest first."""

    merchant_id: MerchantId
    place_id: PlaceId
    since: Instant
    until: Instant
    limit: Limit = 20
    cursor: Cursor | None = None


class ListTakenOutside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: which of these charges of desks came through providers?"""

    merchant_id: MerchantId
    charge_ids: Annotated[list[ChargeId], msgspec.Meta(max_length=100)]


class TakenOutside(msgspec.Struct, frozen=True, kw_only=True):
    """What came through providers; such a charge is closed, as nothing came from a wallet."""

    items: list[Taking]


@reading(permission=Permission.PUBLIC)
async def read_desk(work: Work, query: ReadDesk) -> Desk:
    """Return the cash desk that a code hangs at.

    Raises NotFound `places.code_not_found`; Refusal `places.code_inactive`, `desks.no_desk`.
    """
    return await access_desk(work.db, query.code)


@reading(permission=Permission.PERSON)
async def read_my_last(work: Work, query: ReadMyLast) -> LastTaking:
    """Return what the one who asks paid lately at desks of a merchant, so as not to pay twice."""
    since = work.now - _lately
    mine = work.actor.person_id
    return LastTaking(taking=await store.find_last(work.db, query.merchant_id, mine, since))


@reading(permission=Permission.ORDERS_READ)
async def list_desks(work: Work, query: ListDesks) -> Page[DeskSum]:
    """Return a page of cash desks, the oldest first. Raises Invalid `paging.bad_cursor`."""
    places = await list_places(
        work,
        ListPlaces(
            merchant_id=query.merchant_id,
            store_id=query.store_id,
            kind=PlaceKind.TILL,
            limit=query.limit,
            cursor=query.cursor,
        ),
    )
    ids = [int(one.place_id) for one in places.items]
    sums = await store.sum_takings(work.db, query.merchant_id, ids, query.since, query.until)
    return Page(
        items=[_sum(one, sums.get(int(one.place_id), _nothing)) for one in places.items],
        next_cursor=places.next_cursor,
    )


@reading(permission=Permission.ORDERS_READ)
async def sum_desk(work: Work, query: SumDesk) -> DeskSum:
    """Return a cash desk with what it took. Raises NotFound `places.not_found`."""
    place = await _access(work, query.merchant_id, query.place_id)
    ids = [int(place.place_id)]
    sums = await store.sum_takings(work.db, query.merchant_id, ids, query.since, query.until)
    return _sum(place, sums.get(ids[0], _nothing))


@reading(permission=Permission.ORDERS_READ)
async def list_takings(work: Work, query: ListTakings) -> Page[Taking]:
    """Return a page of what a desk took.

    Raises NotFound `places.not_found`, Invalid `paging.bad_cursor`.
    """
    place = await _access(work, query.merchant_id, query.place_id)
    found = await store.list_takings(
        work.db,
        int(place.merchant_id),
        int(place.place_id),
        since=query.since,
        until=query.until,
        before=_read_cursor(query.cursor),
        limit=query.limit + 1,
    )
    if len(found) <= query.limit:
        return Page(items=found)
    last = found[query.limit - 1]
    micros = (last.paid_at - _epoch) // timedelta(microseconds=1)
    return Page(items=found[:-1], next_cursor=encode_cursor(micros, int(last.charge_id)))


@reading(permission=Permission.FINANCE_READ)
async def list_taken_outside(work: Work, query: ListTakenOutside) -> TakenOutside:
    """Return which of these charges came through providers."""
    ids = [int(one) for one in query.charge_ids]
    return TakenOutside(items=await store.list_outside(work.db, query.merchant_id, ids))


async def _access(work: Work, merchant_id: MerchantId, place_id: PlaceId) -> CodedPlace:
    place = await find_coded_place(work.db, merchant_id, place_id)
    if place is None or place.kind is not PlaceKind.TILL:
        raise NotFound("places.not_found")
    work.check_store(merchant_id, place.store_id)
    return place


_nothing: Mapping[str, int] = {"count": 0, "total_fen": 0, "refunded_fen": 0}


def _sum(place: CodedPlace, row: Mapping[str, int]) -> DeskSum:
    shown = next((one for one in place.codes if one.is_active), place.codes[0])
    return DeskSum(
        merchant_id=place.merchant_id,
        store_id=place.store_id,
        place_id=place.place_id,
        code_id=shown.code_id,
        token=shown.token,
        is_active=shown.is_active,
        name=place.name,
        count=row["count"],
        total_fen=row["total_fen"],
        refunded_fen=row["refunded_fen"],
    )


def _read_cursor(cursor: str | None) -> tuple[datetime, int]:
    parts = decode_cursor(cursor, 2)
    if parts is None:
        return _last
    if not all(one.isdigit() and len(one) <= _digits_max for one in parts):
        raise Invalid("paging.bad_cursor")
    try:
        at = _epoch + timedelta(microseconds=int(parts[0]))
    except OverflowError:
        raise Invalid("paging.bad_cursor") from None
    return at, min(int(parts[1]), 2**63 - 1)
