"""The account's beacons: registered, applied for, put up, what they show, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.reach.beacons import (
    ASKED_MAX,
    ShakeDay,
    add_page,
    apply_beacons,
    change_beacon,
    count_shakes,
    delete_pages,
    list_applications,
    list_beacons,
    list_pages,
    read_registration,
    register_beacons,
    show_pages,
)
from banyan.reach.channels import ChannelId, read_channel

_wide = "/console/channel/{channel_id}/beacons"
_one = f"{_wide}/{{device_id}}"
_part = 20
_days = 30


@at_desk(Permission.CHANNELS_READ)
async def show_beacons(desk: Desk) -> Answer:
    """All beacons and pages, and forms for more."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def register(desk: Desk) -> Answer:
    """Say who answers for the beacons."""
    form = desk.ask.form
    fields = {name: form.text(name) for name in ("name", "phone_number", "email", "reason")}
    try:
        await desk.run(register_beacons, channel_id=_channel_id(desk), registration=fields)
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show(desk, {"name": next(iter(told.values()))}, status=422)
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def apply(desk: Desk) -> Answer:
    """Have more beacons."""
    form = desk.ask.form
    try:
        await desk.run(
            apply_beacons,
            channel_id=_channel_id(desk),
            quantity=form.text("quantity"),
            reason=form.text("apply_reason"),
            comment=form.text("comment"),
            poi_id=form.text("poi_id") or "0",
        )
    except Failure as failure:
        told = desk.mistakes(failure, {"beacons.comment_length": "comment"})
        return await _show(desk, told, status=422)
    return desk.ask.go(_home(desk), mark("Applied for."))


@at_desk(Permission.CHANNELS_WRITE)
async def add(desk: Desk) -> Answer:
    """Have one more page."""
    names = ("title", "description", "icon_url", "page_url")
    fields = {name: desk.ask.form.text(name) for name in names}
    try:
        await desk.run(add_page, channel_id=_channel_id(desk), **fields)
    except Failure as failure:
        told = desk.mistakes(failure, {"beacons.page_malformed": "title"})
        return await _show(desk, told, status=422)
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Have a page no more."""
    return await desk.act(
        delete_pages,
        _home(desk),
        mark("The page is gone."),
        channel_id=_channel_id(desk),
        page_ids=[desk.ask.values["page_id"]],
    )


@at_desk(Permission.CHANNELS_READ)
async def show_beacon(desk: Desk) -> Answer:
    """One beacon: where it is, what it shows, and how often."""
    return await _show_one(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def change(desk: Desk) -> Answer:
    """Say what it is for, where it is, and what it shows."""
    form, about = desk.ask.form, _about(desk)
    try:
        await desk.run(
            change_beacon,
            **about,
            comment=form.text("comment"),
            poi_id=form.text("poi_id") or "0",
        )
        await desk.run(show_pages, **about, page_ids=form.texts("page_ids"), keeps_others=False)
    except Failure as failure:
        told = desk.mistakes(failure, {"beacons.comment_length": "comment"})
        return await _show_one(desk, told, status=422)
    return desk.ask.go(f"{_home(desk)}/{about['device_id']}", mark("Saved."))


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = _channel_id(desk)
    found = await desk.run(read_channel, channel_id=channel_id)
    try:
        registered = await desk.run(read_registration, channel_id=channel_id)
    except NotFound as failure:
        if failure.code != "beacons.not_registered":
            raise
        registered = None
    skip = desk.ask.query.number("cursor")
    part = await desk.run(list_beacons, channel_id=channel_id, skip=skip, limit=_part)
    following = str(skip + _part) if skip + _part < part.total else None
    return await desk.page(
        "channel/beacons.html",
        status=status,
        errors=errors,
        channel=found.channel,
        registered=registered,
        applications=(await desk.run(list_applications, channel_id=channel_id)).items,
        pages=(await desk.run(list_pages, channel_id=channel_id, limit=ASKED_MAX)).items,
        total=part.total,
        rows=part.items,
        places=_places(desk),
        pager=desk.pager((), following),
    )


async def _show_one(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    about = _about(desk)
    channel_id = about["channel_id"]
    found = await desk.run(read_channel, channel_id=channel_id)
    part = await desk.run(list_beacons, channel_id=channel_id, device_ids=[about["device_id"]])
    today = desk.today
    days = await desk.run(
        count_shakes, **about, begins_on=today - timedelta(days=_days - 1), ends_on=today
    )
    beacon = part.items[0]
    return await desk.page(
        "channel/beacon.html",
        status=status,
        errors=errors,
        channel=found.channel,
        beacon=beacon,
        pages=(await desk.run(list_pages, channel_id=channel_id, limit=ASKED_MAX)).items,
        places=_places(desk),
        link=f"{desk.ask.house.facts.public_url}/shake/{int(found.channel.channel_id)}/{beacon.device_id}",
        chart=_chart(desk, days.items),
        days=_days,
    )


def _chart(desk: Desk, days: list[ShakeDay]) -> Chart:
    """The last days, also those on which nothing happened."""
    by_day = {one.day_on: one for one in days}
    shown = [desk.today - timedelta(days=back) for back in range(_days - 1, -1, -1)]
    known = [by_day.get(day) for day in shown]
    locale = desk.ask.language.locale
    return Chart(
        kind="line",
        labels=tuple(format_day(locale, day, "day") for day in shown),
        series=(
            Series(
                name=desk.ask.words("Shakes"),
                values=tuple(one.shakes_count if one else 0 for one in known),
            ),
            Series(
                name=desk.ask.words("Opened"),
                values=tuple(one.clicks_count if one else 0 for one in known),
            ),
        ),
    )


def _places(desk: Desk) -> dict[str, str]:
    return {str(int(one.store_id)): one.name for one in desk.stores}


def _channel_id(desk: Desk) -> ChannelId:
    return desk.ask.id("channel_id", ChannelId)


def _about(desk: Desk) -> dict[str, object]:
    return {"channel_id": _channel_id(desk), "device_id": desk.ask.values["device_id"]}


def _home(desk: Desk) -> str:
    return f"/console/channel/{_channel_id(desk):d}/beacons"


ROUTES = (
    PageRoute("GET", _wide, show_beacons),
    PageRoute("POST", f"{_wide}/registration", register),
    PageRoute("POST", f"{_wide}/applications", apply),
    PageRoute("POST", f"{_wide}/pages", add),
    PageRoute("POST", f"{_wide}/pages/{{page_id}}/delete", delete),
    PageRoute("GET", _one, show_beacon),
    PageRoute("POST", _one, change),
)
