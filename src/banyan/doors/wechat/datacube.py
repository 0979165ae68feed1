"""Statistics of accounts: followers, messages and callbacks, by day, hour, week and month."""

from __future__ import annotations

from datetime import date

from banyan.doors.wechat.days import SpanBody, read_days
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.views.audience import (
    Deed,
    Growth,
    ReadDeeds,
    ReadGrowth,
    ReadServed,
    ReadSpread,
    Served,
    Source,
    Step,
    read_deeds,
    read_growth,
    read_served,
    read_spread,
)

_sources = {
    Source.OTHER: 0,
    Source.SEARCH: 1,
    Source.CARD: 17,
    Source.CODE: 30,
    Source.PAID: 51,
    Source.ARTICLE: 57,
}
_kinds = {"text": 1, "image": 2, "voice": 3, "video": 4, "location": 5, "link": 6}
_other_kind = 0
"""Such as pages of mini programs: WeChat has no number for them."""


@endpoint("POST", "/datacube/getusersummary", is_said_ok=False)
async def getusersummary(wire: Wire, body: SpanBody) -> dict[str, object]:
    """Who came and who went, by day and by what had brought them."""
    growth = await _read_growth(wire, body)
    return {
        "list": [
            {
                "ref_date": one.on,
                "user_source": _sources[one.source],
                "new_user": one.gained,
                "cancel_user": one.lost,
            }
            for one in growth.rows
        ]
    }


@endpoint("POST", "/datacube/getusercumulate", is_said_ok=False)
async def getusercumulate(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many follow at the end of each day."""
    growth = await _read_growth(wire, body)
    change: dict[date, int] = {}
    for one in growth.rows:
        change[one.on] = change.get(one.on, 0) + one.gained - one.lost
    count, told = growth.before, []
    for day in body.list_days():
        count += change.get(day, 0)
        told.append({"ref_date": day, "user_source": 0, "cumulate_user": count})
    return {"list": told}


@endpoint("POST", "/datacube/getupstreammsg", is_said_ok=False)
async def getupstreammsg(wire: Wire, body: SpanBody) -> dict[str, object]:
    """What people said, by day and kind."""
    return await _tell_said(wire, body, 7)


@endpoint("POST", "/datacube/getupstreammsghour", is_said_ok=False)
async def getupstreammsghour(wire: Wire, body: SpanBody) -> dict[str, object]:
    """What people said in each hour of a day, by kind."""
    return await _tell_said(wire, body, 1, by_hour=True)


@endpoint("POST", "/datacube/getupstreammsgweek", is_said_ok=False)
async def getupstreammsgweek(wire: Wire, body: SpanBody) -> dict[str, object]:
    """What people said, by week and kind."""
    return await _tell_said(wire, body, 30, Step.WEEK)


@endpoint("POST", "/datacube/getupstreammsgmonth", is_said_ok=False)
async def getupstreammsgmonth(wire: Wire, body: SpanBody) -> dict[str, object]:
    """What people said, by month and kind."""
    return await _tell_said(wire, body, 30, Step.MONTH)


@endpoint("POST", "/datacube/getupstreammsgdist", is_said_ok=False)
async def getupstreammsgdist(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many people said how much in a day."""
    return await _tell_spread(wire, body, 15, Step.DAY)


@endpoint("POST", "/datacube/getupstreammsgdistweek", is_said_ok=False)
async def getupstreammsgdistweek(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many people said how much in a week."""
    return await _tell_spread(wire, body, 30, Step.WEEK)


@endpoint("POST", "/datacube/getupstreammsgdistmonth", is_said_ok=False)
async def getupstreammsgdistmonth(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many people said how much in a month."""
    return await _tell_spread(wire, body, 30, Step.MONTH)


@endpoint("POST", "/datacube/getinterfacesummary", is_said_ok=False)
async def getinterfacesummary(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How the account's own server did, by day."""
    days = read_days(body, 30, wire.today)
    return _render_served(await wire.run(read_served, wire.command(ReadServed, **days)))


@endpoint("POST", "/datacube/getinterfacesummaryhour", is_said_ok=False)
async def getinterfacesummaryhour(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How the account's own server did in each hour of a day."""
    days = read_days(body, 1, wire.today)
    command = wire.command(ReadServed, **days, by_hour=True)
    return _render_served(await wire.run(read_served, command), by_hour=True)


async def _read_growth(wire: Wire, body: SpanBody) -> Growth:
    days = read_days(body, 7, wire.today)
    return await wire.run(read_growth, wire.command(ReadGrowth, **days))


async def _tell_said(
    wire: Wire, body: SpanBody, days_max: int, step: Step = Step.DAY, *, by_hour: bool = False
) -> dict[str, object]:
    days = read_days(body, days_max, wire.today)
    command = wire.command(
        ReadDeeds, **days, deed=Deed.SAID, step=step, by_hour=by_hour, by_subject=True
    )
    rows = (await wire.run(read_deeds, command)).rows
    return {
        "list": [
            {
                "ref_date": one.on,
                **render_hour(one.hour, by_hour=by_hour),
                "msg_type": _kinds.get(one.subject, _other_kind),
                "msg_user": one.people,
                "msg_count": one.times,
            }
            for one in rows
        ]
    }


async def _tell_spread(wire: Wire, body: SpanBody, days_max: int, step: Step) -> dict[str, object]:
    days = read_days(body, days_max, wire.today)
    rows = (await wire.run(read_spread, wire.command(ReadSpread, **days, step=step))).rows
    return {
        "list": [
            {"ref_date": one.on, "count_interval": one.interval, "msg_user": one.people}
            for one in rows
        ]
    }


def _render_served(served: Served, *, by_hour: bool = False) -> dict[str, object]:
    return {
        "list": [
            {
                "ref_date": one.on,
                **render_hour(one.hour, by_hour=by_hour),
                "callback_count": one.pushes,
                "fail_count": one.failures,
                "total_time_cost": one.took_ms,
                "max_time_cost": one.longest_ms,
            }
            for one in served.rows
        ]
    }


def render_hour(hour: int, *, by_hour: bool) -> dict[str, int]:
    """Write an hour as WeChat does: 100 for one o'clock, 2300 for eleven at night."""
    return {"ref_hour": hour * 100} if by_hour else {}
