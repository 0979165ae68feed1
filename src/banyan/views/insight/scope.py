"""Whose facts a report is about: the merchant, the stores one may see, their clocks and days."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.books.work import Work
from banyan.commerce.stores import ListStores, Store, list_stores
from banyan.parties.merchants import access_merchant
from banyan.views.insight.rules import (
    check_day,
    compute_months,
    compute_offsets,
    day_number,
)
from banyan.views.insight.types import Period

Steps = tuple[tuple[int, int], ...]
"""From which number on which value holds; the first value also holds for all before."""

_page = 100
_first_on = date(1970, 1, 2)
_one_day = timedelta(days=1)


class EngineKind(StrEnum):
    """Engines by the name that Ibis has for how they speak."""

    DUCKDB = "duckdb"
    SPARK = "pyspark"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted: the same for every engine, and everything that a report depends on."""

    merchant_id: int
    currency: str
    store_ids: tuple[int, ...] | None = None
    """Only these stores; None for all."""
    clock: Steps
    """How many microseconds the merchant's clock is ahead of UTC, from which instant on."""
    other_clocks: tuple[tuple[Steps, tuple[int, ...]], ...] = ()
    """Other clocks, and the stores that go by them."""
    months: Steps
    """The index of each month in which there are facts, from which day on."""
    from_day: int | None = None
    until_day: int | None = None
    """The last day; without one everything counts, also what is tomorrow already somewhere."""
    today: int
    engine: EngineKind = EngineKind.DUCKDB
    """Who will compute: how things are said best depends on it, what is counted does not."""


async def read_scope(
    work: Work, query: Period, span: tuple[datetime, datetime] | None, *, days: int | None = None
) -> Scope:
    """What this asker may know of what they ask; `span` is when the first and last facts were.

    Without `from_on` it begins `days` before the end, or with the first fact.
    Raises NotFound `merchants.not_found` or `stores.not_found`, Invalid `insight.days_reversed`
    or `insight.day_out_of_range`.
    """
    for day in filter(None, (query.from_on, query.until_on)):
        check_day(day)
    merchant = await access_merchant(work.db, query.merchant_id)
    stores = await _list_stores(work, query)
    if query.store_id and query.store_id not in {one.store_id for one in stores}:
        raise NotFound("stores.not_found")
    today = work.now.astimezone(ZoneInfo(merchant.time_zone)).date()
    until = query.until_on or today
    begin = query.from_on or (until - timedelta(days=days - 1) if days else None)
    if begin is not None and begin > until:
        raise Invalid("insight.days_reversed", from_on=str(begin), until_on=str(until))
    since, last = _days_of(span, work.now)
    zones: dict[str, list[int]] = {}
    for store in stores:
        if store.time_zone != merchant.time_zone:
            zones.setdefault(store.time_zone, []).append(store.store_id)
    return Scope(
        merchant_id=int(query.merchant_id),
        currency=merchant.currency,
        store_ids=_choose(work, query),
        clock=compute_offsets(merchant.time_zone, since, last),
        other_clocks=tuple(
            (compute_offsets(zone, since, last), tuple(sorted(map(int, store_ids))))
            for zone, store_ids in sorted(zones.items())
        ),
        months=compute_months(since - _one_day, last + _one_day),
        from_day=None if begin is None else day_number(begin),
        until_day=None if query.until_on is None else day_number(until),
        today=day_number(today),
    )


async def _list_stores(work: Work, query: Period) -> Sequence[Store]:
    found: list[Store] = []
    cursor = None
    while True:
        page = await list_stores(
            work, ListStores(merchant_id=query.merchant_id, limit=_page, cursor=cursor)
        )
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def _choose(work: Work, query: Period) -> tuple[int, ...] | None:
    """The stores to count; the Office has seen that the asker's grant holds in the one named."""
    if query.store_id:
        return (int(query.store_id),)
    grant = work.actor.grants.get(query.merchant_id)
    if grant is None or grant.store_ids is None:
        return None
    return tuple(sorted(map(int, grant.store_ids)))


def _days_of(span: tuple[datetime, datetime] | None, now: datetime) -> tuple[date, date]:
    since, until = span or (now, now)
    return max(since.astimezone(UTC).date(), _first_on), until.astimezone(UTC).date()
