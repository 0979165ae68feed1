"""Statistics of articles: how often they were read, shared and kept, by day, hour and source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from banyan.doors.wechat.datacube import render_hour
from banyan.doors.wechat.days import SpanBody, read_days
from banyan.doors.wechat.endpoint import Wire, endpoint, lacking
from banyan.views.audience import (
    SINCE_MAX,
    ArticleRow,
    Deed,
    DeedRow,
    NameArticles,
    ReadDeeds,
    ReadPublished,
    name_articles,
    read_deeds,
    read_published,
)

Counts = dict[str, int]

_names = {
    Deed.READ: ("int_page_read_user", "int_page_read_count"),
    Deed.SHARED: ("share_user", "share_count"),
    Deed.PASSED_ON: ("share_user", "share_count"),
    Deed.FAVOURED: ("add_to_fav_user", "add_to_fav_count"),
}
_none = {
    "int_page_read_user": 0,
    "int_page_read_count": 0,
    "share_user": 0,
    "share_count": 0,
    "add_to_fav_user": 0,
    "add_to_fav_count": 0,
}
_all_scenes = 99_999_999
_scenes = {"conversation": 0, "friend": 1, "moments": 2, "history": 4, "search": 7}
_other_scene = 5
_from = {"conversation": "session", "friend": "friends", "moments": "feed", "history": "hist_msg"}
_targets = {"friend": 1, "moments": 2}
_other_target = 255
_ORIGINAL = "who followed the link to the original"


@lacking(_ORIGINAL)
@endpoint("POST", "/datacube/getarticlesummary", is_said_ok=False)
async def getarticlesummary(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How each article did on a day."""
    days = read_days(body, 1, wire.today)
    told: dict[str, Counts] = defaultdict(lambda: dict(_none))
    for deed in (Deed.READ, Deed.SHARED, Deed.FAVOURED):
        command = wire.command(ReadDeeds, **days, deed=deed, by_subject=True)
        for row in (await wire.run(read_deeds, command)).rows:
            told[row.subject] |= _count(deed, row)
    names = await _name(wire, told)
    day = body.begin_date
    return {
        "list": [
            {"ref_date": day, "msgid": one, "title": names.get(one, ""), **told[one]}
            for one in sorted(told)
        ]
    }


@lacking(f"{_ORIGINAL}; shares in Moments by where they came from")
@endpoint("POST", "/datacube/getarticletotal", is_said_ok=False)
async def getarticletotal(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How the articles of a day have done since, day by day."""
    days = read_days(body, 1, wire.today)
    counted_on = wire.today - timedelta(days=1)
    command = wire.command(ReadPublished, **days, counted_on=counted_on)
    found = await wire.run(read_published, command)
    first = days["from_on"]
    last = min(first + timedelta(days=SINCE_MAX - 1), counted_on)
    rows: dict[tuple[str, date], list[ArticleRow]] = defaultdict(list)
    for row in found.rows:
        rows[row.subject, row.on].append(row)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "list": [
            {
                "ref_date": one.published_on,
                "msgid": one.subject,
                "title": one.title,
                "details": [
                    {"stat_date": day, "target_user": one.sent_to, **_sum(rows[one.subject, day])}
                    for day in dates
                ],
            }
            for one in found.articles
        ]
    }


@lacking(_ORIGINAL)
@endpoint("POST", "/datacube/getuserread", is_said_ok=False)
async def getuserread(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often articles were read, by day and by where readers came from."""
    return await _tell_reads(wire, body, 3)


@lacking(_ORIGINAL)
@endpoint("POST", "/datacube/getuserreadhour", is_said_ok=False)
async def getuserreadhour(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often articles were read in each hour of a day, by where readers came from."""
    return await _tell_reads(wire, body, 1, by_hour=True)


@endpoint("POST", "/datacube/getusershare", is_said_ok=False)
async def getusershare(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often articles were shared, by day and by with whom."""
    return await _tell_shares(wire, body, 7)


@endpoint("POST", "/datacube/getusersharehour", is_said_ok=False)
async def getusersharehour(wire: Wire, body: SpanBody) -> dict[str, object]:
    """How often articles were shared in each hour of a day, by with whom."""
    return await _tell_shares(wire, body, 1, by_hour=True)


async def _tell_reads(
    wire: Wire, body: SpanBody, days_max: int, *, by_hour: bool = False
) -> dict[str, object]:
    """Tell of each source, and of all together: who came from two is one reader of all."""
    days = read_days(body, days_max, wire.today)
    told: dict[tuple[date, int, int], Counts] = defaultdict(lambda: dict(_none))
    for deed in (Deed.READ, Deed.PASSED_ON, Deed.FAVOURED):
        for by_source in (True, False):
            command = wire.command(
                ReadDeeds, **days, deed=deed, by_hour=by_hour, by_source=by_source
            )
            for row in (await wire.run(read_deeds, command)).rows:
                scene = _scenes.get(row.source, _other_scene) if by_source else _all_scenes
                told[row.on, row.hour, scene] |= _count(deed, row)
    return {
        "list": [
            {
                "ref_date": day,
                **render_hour(hour, by_hour=by_hour),
                "user_source": scene,
                **told[day, hour, scene],
            }
            for day, hour, scene in sorted(told)
        ]
    }


async def _tell_shares(
    wire: Wire, body: SpanBody, days_max: int, *, by_hour: bool = False
) -> dict[str, object]:
    days = read_days(body, days_max, wire.today)
    command = wire.command(ReadDeeds, **days, deed=Deed.SHARED, by_hour=by_hour, by_source=True)
    return {
        "list": [
            {
                "ref_date": one.on,
                **render_hour(one.hour, by_hour=by_hour),
                "share_scene": _targets.get(one.source, _other_target),
                "share_user": one.people,
                "share_count": one.times,
            }
            for one in (await wire.run(read_deeds, command)).rows
        ]
    }


async def _name(wire: Wire, subjects: Iterable[str]) -> dict[str, str]:
    numbers = sorted({int(one.partition("_")[0]) for one in subjects})
    found = await wire.run(name_articles, wire.command(NameArticles, numbers=numbers))
    return {one.subject: one.title for one in found.rows}


def _count(deed: Deed, row: DeedRow | ArticleRow) -> Counts:
    people, times = _names[deed]
    return {people: row.people, times: row.times}


def _sum(rows: Iterable[ArticleRow]) -> Counts:
    """Write what an article's rows of a day say, of all together and by source."""
    told = dict(_none)
    for name in (*_from.values(), "other"):
        told |= {f"int_page_from_{name}_read_user": 0, f"int_page_from_{name}_read_count": 0}
    for row in rows:
        if not row.source:
            told |= _count(row.deed, row)
        elif row.deed is Deed.READ:
            name = _from.get(row.source, "other")
            told[f"int_page_from_{name}_read_user"] += row.people
            told[f"int_page_from_{name}_read_count"] += row.times
    return told
