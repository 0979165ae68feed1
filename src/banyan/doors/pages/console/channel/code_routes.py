"""The account's own codes: made, downloaded, and how often each was scanned and followed by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from banyan.base.errors import Failure, NotFound
from banyan.books.actor import Permission
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.forms import Mistake, Wrong
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import Chart, Series, mark
from banyan.doors.pages.shell.format import format_day
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.scenes import (
    SceneCode,
    SceneCodeId,
    SceneDay,
    create_scene_code,
    list_scene_codes,
    read_scene_code,
)
from banyan.wire.qr import render_jpeg, render_png, render_svg

_wide = "/console/channel/{channel_id}/codes"
_days = 30
_day_s = 86_400
_days_max = 30
_pictures: dict[str, tuple[Callable[[str], bytes], str]] = {
    "png": (lambda text: render_png(text, 16), "image/png"),
    "svg": (render_svg, "image/svg+xml"),
    "jpg": (render_jpeg, "image/jpeg"),
}
_number_digits_max = 10


@at_desk(Permission.CHANNELS_READ)
async def show_codes(desk: Desk) -> Answer:
    """All codes with their counts, and a form for one more."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def create(desk: Desk) -> Answer:
    """Make a code; one that lasts with the same parameter is found again."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    form = desk.ask.form
    try:
        code = await desk.run(
            create_scene_code,
            channel_id=channel_id,
            name=form.text("name"),
            life_s=_life(form.text("days")),
            **_parameter(form.text("scene")),
        )
    except Failure as failure:
        told = desk.mistakes(failure)
        named = {"": "scene", "number": "scene", "text": "scene", "life_s": "days"}
        errors = {named.get(name, name): text for name, text in told.items()}
        return await _show(desk, errors, status=422)
    said = mark("The code is ready: download its picture.")
    return desk.ask.go(f"/console/channel/{channel_id:d}/codes/{code.code_id:d}", said)


def _parameter(scene: str) -> dict[str, object]:
    """A number as a number, all else as a text. Raises Wrong."""
    if not scene:
        raise Wrong({"scene": Mistake(mark("Please fill this in"))})
    is_number = scene.isascii() and scene.isdigit() and len(scene) <= _number_digits_max
    return {"number": int(scene)} if is_number and int(scene) else {"text": scene}


def _life(days: str) -> int | None:
    """Seconds of so many days; none for a code that lasts. Raises Wrong."""
    if not days:
        return None
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:3]) <= _days_max):
        raise Wrong({"days": Mistake(mark("Not more than {bound}"), {"bound": _days_max})})
    return int(days) * _day_s


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    page = await desk.run(
        list_scene_codes, channel_id=channel_id, cursor=desk.ask.query.text("cursor") or None
    )
    return await desk.page(
        "channel/codes.html",
        status=status,
        errors=errors,
        channel=found.channel,
        rows=page.items,
        now=desk.ask.house.now(),
        pager=desk.pager((), page.next_cursor),
    )


@at_desk(Permission.CHANNELS_READ)
async def show_code(desk: Desk) -> Answer:
    """One code: its picture, and its scans and new followers day by day."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    code = await desk.run(
        read_scene_code,
        channel_id=channel_id,
        code_id=desk.ask.id("code_id", SceneCodeId),
        days=_days,
    )
    return await desk.page(
        "channel/code.html",
        channel=found.channel,
        code=code.code,
        counts=code.counts,
        chart=_chart(desk, code.days),
        days=_days,
        link=_link(desk, code.code),
        now=desk.ask.house.now(),
    )


@at_desk(Permission.CHANNELS_READ)
async def download(desk: Desk) -> Answer:
    """The picture as a file; in the page with `?show=1`."""
    kind = desk.ask.values["kind"]
    if kind not in _pictures:
        raise NotFound("request.not_found")
    render, media_type = _pictures[kind]
    found = await desk.run(
        read_scene_code,
        channel_id=desk.ask.id("channel_id", ChannelId),
        code_id=desk.ask.id("code_id", SceneCodeId),
    )
    picture = await asyncio.to_thread(render, _link(desk, found.code))
    is_shown = desk.ask.query.flag("show")
    name = "" if is_shown else f"code-{int(found.code.code_id)}.{kind}"
    return desk.ask.file(picture, media_type, name=name)


def _link(desk: Desk, code: SceneCode) -> str:
    return f"{desk.ask.house.facts.public_url}/q/{code.token}"


def _chart(desk: Desk, days: list[SceneDay]) -> Chart:
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
                name=desk.ask.words("Scans"),
                values=tuple(one.scans_count if one else 0 for one in known),
            ),
            Series(
                name=desk.ask.words("New followers"),
                values=tuple(one.followers_count if one else 0 for one in known),
            ),
        ),
    )


ROUTES = (
    PageRoute("GET", _wide, show_codes),
    PageRoute("POST", _wide, create),
    PageRoute("GET", f"{_wide}/{{code_id}}", show_code),
    PageRoute("GET", f"{_wide}/{{code_id}}/picture/{{kind}}", download),
)
