"""How often beacons were shaken at, and pages shown and opened: by the day, and in lists."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated

import msgspec

from banyan.doors.wechat.beacon_forms import (
    BAD_DATA,
    BAD_PAGE,
    Identifier,
    Number,
    identify,
    read_identifier,
    take,
    tell,
)
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError
from banyan.reach.beacons import (
    ASKED_MAX,
    CHINA,
    CountedPart,
    CountShakes,
    ListBeacons,
    ListCounted,
    ShakeCounts,
    count_shakes,
    list_beacons,
    list_counted,
)

_bad_days = WireError(9001031, "invalid time range")


class DaysBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which days of which beacon or page."""

    device_identifier: Identifier | None = None
    page_id: Number | None = None
    begin_date: Number = 0
    end_date: Number = 0


class DayBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which day, and which part of its list."""

    date: Number = 0
    page_index: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1


@endpoint("POST", "/shakearound/statistics/device", is_said_ok=False)
async def device_days(wire: Wire, body: DaysBody) -> dict[str, object]:
    """The counts of a beacon day by day."""
    device_id = read_identifier(wire, body.device_identifier or Identifier())
    return await _days(wire, body, device_id=device_id)


@endpoint("POST", "/shakearound/statistics/page", is_said_ok=False)
async def page_days(wire: Wire, body: DaysBody) -> dict[str, object]:
    """The counts of a page day by day."""
    if body.page_id is None or body.page_id < 0:
        raise BAD_PAGE
    return await _days(wire, body, page_id=body.page_id)


@endpoint("POST", "/shakearound/statistics/devicelist", is_said_ok=False)
async def device_list(wire: Wire, body: DayBody) -> dict[str, object]:
    """The counts of all beacons on a day."""
    counted = await _counted(wire, body, is_of_pages=False)
    items = counted.items
    query = ListBeacons(**wire.own, device_ids=[one.number for one in items])
    beacons = (await wire.run(list_beacons, query)).items if items else []
    names = {one.device_id: identify(one) for one in beacons}
    devices = [{**names[one.number], **_render(one)} for one in items]
    return tell({"devices": devices}) | _part(body, counted.total)


@endpoint("POST", "/shakearound/statistics/pagelist", is_said_ok=False)
async def page_list(wire: Wire, body: DayBody) -> dict[str, object]:
    """The counts of all pages on a day."""
    counted = await _counted(wire, body, is_of_pages=True)
    pages = [{"page_id": one.number, **_render(one)} for one in counted.items]
    return tell({"pages": pages}) | _part(body, counted.total)


async def _days(wire: Wire, body: DaysBody, **about: int) -> dict[str, object]:
    query = take(
        wire,
        CountShakes,
        _bad_days,
        begins_on=_day_of(body.begin_date).isoformat(),
        ends_on=_day_of(body.end_date).isoformat(),
        **about,
    )
    days = (await wire.run(count_shakes, query)).items
    return tell([{"ftime": _second_of(one.day_on), **_render(one)} for one in days])


async def _counted(wire: Wire, body: DayBody, *, is_of_pages: bool) -> CountedPart:
    query = take(
        wire,
        ListCounted,
        BAD_DATA,
        day_on=_day_of(body.date).isoformat(),
        is_of_pages=is_of_pages,
        skip=(body.page_index - 1) * ASKED_MAX,
    )
    return await wire.run(list_counted, query)


def _part(body: DayBody, total: int) -> dict[str, object]:
    return {"date": body.date, "total_count": total, "page_index": body.page_index}


def _day_of(second: int) -> date:
    """The day of a second in China. Raises WireError 9001031."""
    try:
        return datetime.fromtimestamp(second, CHINA).date()
    except (OverflowError, ValueError, OSError):
        raise _bad_days from None


def _second_of(day_on: date) -> int:
    return int(datetime.combine(day_on, time(), CHINA).timestamp())


def _render(one: ShakeCounts) -> dict[str, int]:
    return {
        "shake_pv": one.shakes_count,
        "shake_uv": one.shakers_count,
        "click_pv": one.clicks_count,
        "click_uv": one.clickers_count,
    }
