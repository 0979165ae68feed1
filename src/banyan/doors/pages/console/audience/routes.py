"""The figures of an account or a mini program: charts, tables, and the tables as files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from banyan.base.errors import NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.audience import charts
from banyan.doors.pages.console.audience.figures import (
    Reader,
    Table,
    table_articles,
    table_deeds,
    table_growth,
    table_served,
    table_sources,
    table_visits,
)
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.console.insight.asking import read_span
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import Channel, ChannelId, ChannelKind, read_channel
from banyan.views.audience import Deed
from banyan.wire.sheets import render_table

_csv = "text/csv; charset=utf-8"
_shown_max = 20
_buttons = (mark("Button"), mark("People"), mark("Taps"))
_kinds = (mark("Kind"), mark("People"), mark("Messages received"))
_pages = (mark("Page"), mark("People"), mark("Times opened"))


@at_desk(Permission.CHANNELS_READ)
async def show_figures(desk: Desk) -> Answer:
    """The figures of the days that are asked for, the last thirty if none are."""
    reader = _read(desk)
    channel = await _find(desk, reader)
    is_app = channel.kind is ChannelKind.MINIAPP
    values = await (_read_app(desk, reader) if is_app else _read_account(desk, reader))
    return await desk.page(
        "audience/figures.html",
        channel=channel,
        span=reader.span,
        is_app=is_app,
        shown_max=_shown_max,
        **values,
    )


@at_desk(Permission.CHANNELS_READ)
async def save_figures(desk: Desk) -> Answer:
    """One of the tables, as a file."""
    reader = _read(desk)
    channel = await _find(desk, reader)
    make = _TABLES.get(desk.ask.query.text("table"))
    if make is None:
        raise NotFound("request.not_found")
    table = await make(desk, reader)
    rows = [[str(cell) for cell in row] for row in table.rows]
    content = render_table([desk.ask.words(one) for one in table.heads], rows)
    name = f"{channel.name}-{table.name}-{reader.span.first}-{reader.span.last}.csv"
    return desk.ask.file(content, _csv, name=name)


def _read(desk: Desk) -> Reader:
    return Reader(desk, desk.ask.id("channel_id", ChannelId), read_span(desk))


async def _find(desk: Desk, reader: Reader) -> Channel:
    return (await desk.run(read_channel, channel_id=reader.channel_id)).channel


async def _read_account(desk: Desk, reader: Reader) -> dict[str, Any]:
    growth, served = await reader.growth(), await reader.served()
    said, reads = await reader.deeds(Deed.SAID), await reader.deeds(Deed.READ)
    gained, lost = sum(one.gained for one in growth.rows), sum(one.lost for one in growth.rows)
    span = reader.span
    return {
        "gained": gained,
        "lost": lost,
        "followers": growth.before + gained - lost,
        "messages": sum(one.times for one in said),
        "reads": sum(one.times for one in reads),
        "pushes": sum(one.pushes for one in served),
        "failures": sum(one.failures for one in served),
        "growth_chart": charts.draw_growth(desk, span, growth),
        "followers_chart": charts.draw_followers(desk, span, growth),
        "messages_chart": charts.draw_messages(desk, span, said),
        "reads_chart": charts.draw_reads(desk, span, reads, await reader.deeds(Deed.SHARED)),
        "served_chart": charts.draw_served(desk, span, served),
        "sources": table_sources(desk, growth),
        "articles": await table_articles(desk, reader),
        "kinds": await _table_kinds(desk, reader),
        "buttons": await _table_buttons(desk, reader),
    }


async def _read_app(desk: Desk, reader: Reader) -> dict[str, Any]:
    visits = await reader.visits()
    return {
        "visits": sum(one.visits for one in visits),
        "new_people": sum(one.new_people for one in visits),
        "people_by_now": visits[-1].people_by_now if visits else 0,
        "visits_chart": charts.draw_visits(desk, reader.span, visits),
        "pages": await _table_pages(desk, reader),
    }


async def _table_growth(desk: Desk, reader: Reader) -> Table:
    return table_growth(desk, await reader.growth())


async def _table_kinds(desk: Desk, reader: Reader) -> Table:
    del desk
    return await table_deeds(reader, "messages", Deed.SAID, _kinds)


async def _table_buttons(desk: Desk, reader: Reader) -> Table:
    del desk
    return await table_deeds(reader, "menu", Deed.TAPPED, _buttons)


async def _table_pages(desk: Desk, reader: Reader) -> Table:
    del desk
    return await table_deeds(reader, "pages", Deed.PAGED, _pages)


async def _table_served(desk: Desk, reader: Reader) -> Table:
    del desk
    return table_served(await reader.served())


async def _table_visits(desk: Desk, reader: Reader) -> Table:
    del desk
    return table_visits(await reader.visits())


_TABLES: dict[str, Callable[[Desk, Reader], Awaitable[Table]]] = {
    "growth": _table_growth,
    "articles": table_articles,
    "messages": _table_kinds,
    "menu": _table_buttons,
    "server": _table_served,
    "visits": _table_visits,
    "pages": _table_pages,
}

_at = "/console/channel/{channel_id}/figures"
ROUTES = (
    PageRoute("GET", _at, show_figures),
    PageRoute("GET", f"{_at}/file", save_figures),
)
