"""Places, codes and how often they were scanned, for the merchant's own people and other rooms."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import NONE
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Connection, Permission, Work, reading
from banyan.commerce.places import store
from banyan.commerce.places.types import (
    CODES_MAX,
    Code,
    CodedPlace,
    CodeId,
    Place,
    PlaceId,
    PlaceKind,
)
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

SPAN = timedelta(days=30)
SPAN_MAX = timedelta(days=400)
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class ListPlaces(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The places of a merchant, the oldest first."""

    merchant_id: MerchantId
    store_id: StoreId = StoreId(NONE)
    """Zero: in every store that one may see."""
    kind: PlaceKind | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of a merchant."""

    merchant_id: MerchantId
    code_id: CodeId


class PlacedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code with the place it leads to."""

    place: Place
    code: Code


class ListStatistics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often each code was scanned in a span of time, by default the last thirty days."""

    merchant_id: MerchantId
    store_id: StoreId = StoreId(NONE)
    """Zero: in every store that one may see."""
    since: Instant | None = None
    until: Instant | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class CodeStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A code, and who came through it."""

    code_id: CodeId
    token: str
    place_id: PlaceId
    store_id: StoreId
    kind: PlaceKind
    place_name: str
    scene: str
    source: str
    is_active: bool
    touch_count: int
    visitor_count: int
    """Different devices and people."""
    person_count: int
    """Of those, people who are known by now."""
    last_at: datetime | None


@reading(permission=Permission.PLACES_READ)
async def list_places(work: Work, query: ListPlaces) -> Page[CodedPlace]:
    """A page of places with all their codes. Raises Invalid `paging.bad_cursor`."""
    found = await store.list_places(
        work.db,
        query.merchant_id,
        decode_id_cursor(query.cursor),
        query.limit + 1,
        store_ids=_visible_stores(work, query.merchant_id, query.store_id),
        kind=query.kind,
    )
    ids = [one.place_id for one in found]
    codes = await store.list_codes(work.db, query.merchant_id, ids, len(ids) * CODES_MAX)
    coded = [CodedPlace(**msgspec.structs.asdict(one), codes=codes[one.place_id]) for one in found]
    return page_of(coded, query.limit, [*ids])


@reading(permission=Permission.PLACES_READ)
async def read_code(work: Work, query: ReadCode) -> PlacedCode:
    """The code and its place. Raises NotFound `places.code_not_found`."""
    found = await store.find_code(work.db, query.merchant_id, query.code_id)
    if found is None:
        raise NotFound("places.code_not_found")
    place_id, code = found
    place = (await store.find_places(work.db, [(query.merchant_id, place_id)]))[place_id]
    work.check_store(query.merchant_id, place.store_id)
    return PlacedCode(place=place, code=code)


@reading(permission=Permission.PLACES_READ)
async def list_statistics(work: Work, query: ListStatistics) -> Page[CodeStatistics]:
    """A page of codes with their figures, the oldest code first.

    Raises Invalid `places.bad_span` (ends before it begins, or longer than 400 days),
    `paging.bad_cursor`.
    """
    since, until = _span(query, work.now)
    rows = await store.list_statistics(
        work.db,
        query.merchant_id,
        decode_id_cursor(query.cursor),
        query.limit + 1,
        store_ids=_visible_stores(work, query.merchant_id, query.store_id),
        since=since,
        until=until,
    )
    found = [msgspec.convert(dict(row), CodeStatistics, dec_hook=_as_id) for row in rows]
    return page_of(found, query.limit, [one.code_id for one in found])


async def find_coded_place(db: Connection, merchant_id: int, place_id: int) -> CodedPlace | None:
    """A place of a merchant with its codes."""
    wanted = PlaceId(place_id)
    place = (await store.find_places(db, [(merchant_id, place_id)])).get(wanted)
    if place is None:
        return None
    codes = await store.list_codes(db, merchant_id, [place_id], CODES_MAX)
    return CodedPlace(**msgspec.structs.asdict(place), codes=codes[wanted])


async def find_last_touch(
    db: Connection, merchant_id: int, person_id: int, since: datetime
) -> CodeId | None:
    """The code of the merchant that the person scanned last since then."""
    found = await store.find_last_touches(db, [(merchant_id, person_id)], since)
    return found.get((merchant_id, person_id))


def _span(query: ListStatistics, now: datetime) -> tuple[datetime, datetime]:
    """From when until when to count. Raises Invalid `places.bad_span`."""
    try:
        until = (query.until or now).astimezone(UTC)
        since = query.since.astimezone(UTC) if query.since else until - SPAN
    except OverflowError:
        # An instant that only exists by the clock of some other place.
        raise Invalid("places.bad_span") from None
    if not since < until or until - since > SPAN_MAX:
        raise Invalid("places.bad_span")
    return since, until


def _visible_stores(work: Work, merchant_id: int, store_id: int) -> Sequence[int] | None:
    """The stores to look into; None: all. That one may see `store_id` was checked before."""
    if store_id:
        return [store_id]
    grant = work.actor.grants.get(merchant_id)
    return None if grant is None or grant.store_ids is None else sorted(grant.store_ids)


def _as_id(kind: type, value: object) -> object:
    return kind(value)
