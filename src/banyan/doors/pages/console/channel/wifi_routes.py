"""The Wi-Fi of stores: networks and their codes, routers, homepages, and who connected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.hotspots import (
    PART_MAX,
    WifiDay,
    add_router,
    count_wifi,
    delete_router,
    list_routers,
    list_shops,
    set_homepage,
)
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.reach.channels import ChannelId, read_channel

_wide = "/console/channel/{channel_id}/wifi"
_days = 30


@at_desk(Permission.CHANNELS_READ)
async def show_wifi(desk: Desk) -> Answer:
    """All stores with their Wi-Fi, and a form for one more router."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def add(desk: Desk) -> Answer:
    """Have one more router."""
    form = desk.ask.form
    try:
        await desk.run(
            add_router,
            channel_id=_channel_id(desk),
            store_id=form.text("store_id"),
            ssid=form.text("ssid"),
            password=form.text("password"),
            bssid=form.text("bssid").lower(),
        )
    except Failure as failure:
        places = {"hotspots.ssid_prefix": "ssid", "hotspots.router_known": "bssid"}
        return await _show(desk, desk.mistakes(failure, places), status=422)
    return desk.ask.go(_home(desk), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def delete(desk: Desk) -> Answer:
    """Have a router no more."""
    return await desk.act(
        delete_router,
        _home(desk),
        mark("The router is gone."),
        channel_id=_channel_id(desk),
        bssid=desk.ask.values["bssid"],
    )


@at_desk(Permission.CHANNELS_WRITE)
async def choose_homepage(desk: Desk) -> Answer:
    """Choose what opens once somebody is connected."""
    url = desk.ask.form.text("url")
    return await desk.act(
        set_homepage,
        _home(desk),
        mark("Saved."),
        channel_id=_channel_id(desk),
        store_id=desk.ask.values["store_id"],
        template_id=1 if url else 0,
        url=url,
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = _channel_id(desk)
    found = await desk.run(read_channel, channel_id=channel_id)
    skip = desk.ask.query.number("cursor")
    shops = await desk.run(list_shops, channel_id=channel_id, skip=skip)
    routers = await desk.run(list_routers, channel_id=channel_id, skip=skip)
    more = max(shops.total, routers.total)
    days = await desk.run(
        count_wifi,
        channel_id=channel_id,
        begins_on=desk.today - timedelta(days=_days),
        ends_on=desk.today,
    )
    return await desk.page(
        "channel/wifi.html",
        status=status,
        errors=errors,
        channel=found.channel,
        shops=shops.items,
        routers=routers.items,
        places={str(int(one.store_id)): one.name for one in desk.stores},
        chart=_chart(desk, days.items),
        days=_days,
        pager=desk.pager((), str(skip + PART_MAX) if skip + PART_MAX < more else None),
    )


def _chart(desk: Desk, days: list[WifiDay]) -> Chart:
    """The last days, also those on which nobody connected."""
    by_day = {one.day_on: one for one in days}
    shown = [desk.today - timedelta(days=back) for back in range(_days - 1, -1, -1)]
    known = [by_day.get(day) for day in shown]
    locale = desk.ask.language.locale
    return Chart(
        kind="line",
        labels=tuple(format_day(locale, day, "day") for day in shown),
        series=(
            Series(
                name=desk.ask.words("People connected"),
                values=tuple(one.people_count if one else 0 for one in known),
            ),
            Series(
                name=desk.ask.words("New followers"),
                values=tuple(one.followers_count if one else 0 for one in known),
            ),
        ),
    )


def _channel_id(desk: Desk) -> ChannelId:
    return desk.ask.id("channel_id", ChannelId)


def _home(desk: Desk) -> str:
    return f"/console/channel/{_channel_id(desk):d}/wifi"


ROUTES = (
    PageRoute("GET", _wide, show_wifi),
    PageRoute("POST", _wide, add),
    PageRoute("POST", f"{_wide}/routers/{{bssid}}/delete", delete),
    PageRoute("POST", f"{_wide}/shops/{{store_id}}/homepage", choose_homepage),
)
