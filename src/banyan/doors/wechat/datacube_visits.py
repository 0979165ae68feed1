"""Analysis of mini programs: how many open them, and how many come again."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

from banyan.doors.wechat.days import SpanBody, read_days
from banyan.doors.wechat.endpoint import Wire, endpoint, lacking
from banyan.doors.wechat.errors import WireError
from banyan.reach.channels import ChannelKind
from banyan.views.audience import (
    Deed,
    DeedRow,
    ReadDeeds,
    ReadReturns,
    ReadVisits,
    Step,
    VisitRow,
    read_deeds,
    read_returns,
    read_visits,
)

_form = "%Y%m%d"
_apps = frozenset({ChannelKind.MINIAPP})
_later = {
    Step.DAY: (timedelta(days=30), frozenset({*range(8), 14, 30})),
    Step.WEEK: (timedelta(weeks=4), frozenset(range(5))),
    Step.MONTH: (timedelta(days=31), frozenset({0, 1})),
}
"""For how long after a step it is told who came again, and of how many steps later."""
_days_max, _week = 31, 7
_pages_max = 200
_STAY = "depth and time of stay"
_ways = {1001: 1, 1006: 2, 1007: 3, 1008: 3, 1011: 4, 1047: 4, 1035: 13, 1065: 20}
"""What WeChat counts as one way, by the number of the entry."""
_other_way = 10


@endpoint("POST", "/datacube/getweanalysisappiddailysummarytrend", kinds=_apps, is_said_ok=False)
async def dailysummarytrend(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many have ever opened it at the end of a day, and how many shared it on it."""
    first, last = _read_step(wire, body, Step.DAY)
    (row,) = await _read_visits(wire, first, last, Step.DAY)
    shares = await _read_deeds(wire, body, Deed.PAGE_SHARED)
    told = {
        "ref_date": body.begin_date,
        "visit_total": row.people_by_now,
        "share_pv": sum(one.times for one in shares),
        "share_uv": sum(one.people for one in shares),
    }
    return {"list": [told]}


@lacking(_STAY)
@endpoint("POST", "/datacube/getweanalysisappiddailyvisittrend", kinds=_apps, is_said_ok=False)
async def dailyvisittrend(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often it was opened on a day, and by how many."""
    return await _tell_visits(wire, body, Step.DAY)


@lacking(_STAY)
@endpoint("POST", "/datacube/getweanalysisappidweeklyvisittrend", kinds=_apps, is_said_ok=False)
async def weeklyvisittrend(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often it was opened in a week, and by how many."""
    return await _tell_visits(wire, body, Step.WEEK)


@lacking(_STAY)
@endpoint("POST", "/datacube/getweanalysisappidmonthlyvisittrend", kinds=_apps, is_said_ok=False)
async def monthlyvisittrend(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often it was opened in a month, and by how many."""
    return await _tell_visits(wire, body, Step.MONTH)


@endpoint("POST", "/datacube/getweanalysisappiddailyretaininfo", kinds=_apps, is_said_ok=False)
async def dailyretaininfo(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many of a day's visitors came again so many days later."""
    return await _tell_returns(wire, body, Step.DAY)


@endpoint("POST", "/datacube/getweanalysisappidweeklyretaininfo", kinds=_apps, is_said_ok=False)
async def weeklyretaininfo(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many of a week's visitors came again so many weeks later."""
    return await _tell_returns(wire, body, Step.WEEK)


@endpoint("POST", "/datacube/getweanalysisappidmonthlyretaininfo", kinds=_apps, is_said_ok=False)
async def monthlyretaininfo(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How many of a month's visitors came again a month later."""
    return await _tell_returns(wire, body, Step.MONTH)


@lacking("where visits begin and end, and time of stay")
@endpoint("POST", "/datacube/getweanalysisappidvisitpage", kinds=_apps, is_said_ok=False)
async def visitpage(wire: Wire, body: SpanBody) -> dict[str, object]:
    """Which pages were opened and shared on a day."""
    opened = await _read_deeds(wire, body, Deed.PAGED, by_subject=True)
    shared = await _read_deeds(wire, body, Deed.PAGE_SHARED, by_subject=True)
    shares = {one.subject: one for one in shared}
    told = []
    for one in sorted(opened, key=lambda one: -one.times)[:_pages_max]:
        share = shares.get(one.subject)
        told.append(
            {
                "page_path": one.subject,
                "page_visit_pv": one.times,
                "page_visit_uv": one.people,
                "page_share_pv": share.times if share else 0,
                "page_share_uv": share.people if share else 0,
            }
        )
    return {"ref_date": body.begin_date, "list": told}


@lacking("depth and time of stay")
@endpoint("POST", "/datacube/getweanalysisappidvisitdistribution", kinds=_apps, is_said_ok=False)
async def visitdistribution(wire: Wire, body: SpanBody) -> dict[str, object]:
    """By which way pages were opened on a day."""
    ways: Counter[int] = Counter()
    for one in await _read_deeds(wire, body, Deed.PAGED, by_source=True):
        ways[_ways.get(int(one.source), _other_way)] += one.times
    items = [{"key": key, "value": ways[key]} for key in sorted(ways)]
    told = {"index": "access_source_session_cnt", "item_list": items}
    return {"ref_date": body.begin_date, "list": [told]}


async def _read_deeds(
    wire: Wire, body: SpanBody, deed: Deed, *, by_subject: bool = False, by_source: bool = False
) -> list[DeedRow]:
    first, last = _read_step(wire, body, Step.DAY)
    command = wire.command(
        ReadDeeds,
        from_on=first,
        until_on=last,
        deed=deed,
        by_subject=by_subject,
        by_source=by_source,
    )
    return (await wire.run(read_deeds, command)).rows


def _read_step(wire: Wire, body: SpanBody, step: Step) -> tuple[date, date]:
    """Return the days of one step.

    Raises WireError 61500, 61501 for what is no whole week or month, 61503.
    """
    days = read_days(body, _days_max, wire.today, _form)
    first, last = days["from_on"], days["until_on"]
    is_whole = {
        Step.DAY: first == last,
        Step.WEEK: first.weekday() == 0 and (last - first).days == _week - 1,
        Step.MONTH: first.day == 1
        and last == first.replace(day=monthrange(first.year, first.month)[1]),
    }
    if not is_whole[step]:
        raise WireError(61501, "date range error")
    return first, last


async def _read_visits(wire: Wire, first: date, last: date, step: Step) -> list[VisitRow]:
    command = wire.command(ReadVisits, from_on=first, until_on=last, step=step)
    return (await wire.run(read_visits, command)).rows


async def _tell_visits(wire: Wire, body: SpanBody, step: Step) -> dict[str, object]:
    first, last = _read_step(wire, body, step)
    return {
        "list": [
            {
                "ref_date": _name(first, last, step),
                "session_cnt": one.visits,
                "visit_pv": one.pages,
                "visit_uv": one.people,
                "visit_uv_new": one.new_people,
            }
            for one in await _read_visits(wire, first, last, step)
        ]
    }


async def _tell_returns(wire: Wire, body: SpanBody, step: Step) -> dict[str, object]:
    first, last = _read_step(wire, body, step)
    span, wanted = _later[step]
    until = min(last + span, wire.today - timedelta(days=1))
    command = wire.command(ReadReturns, from_on=first, until_on=until, step=step)
    rows = [one for one in (await wire.run(read_returns, command)).rows if one.later in wanted]
    return {
        "ref_date": _name(first, last, step),
        "visit_uv_new": [{"key": one.later, "value": one.new_people} for one in rows],
        "visit_uv": [{"key": one.later, "value": one.people} for one in rows],
    }


def _name(first: date, last: date, step: Step) -> str:
    if step is Step.MONTH:
        return f"{first:%Y%m}"
    return f"{first:%Y%m%d}-{last:%Y%m%d}" if step is Step.WEEK else f"{first:%Y%m%d}"
