"""The account's devices: kinds and quotas, codes to print, whose they are and what they say."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.doors.http import Answer
from banyan.doors.pages.console.desk import Desk, at_desk
from banyan.doors.pages.phone.things.routes import read_words
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId, read_channel
from banyan.reach.devices import (
    allot_device,
    authorise_devices,
    list_devices,
    list_products,
    read_device,
    set_product,
    tell_device,
    unbind_device,
)
from banyan.wire.qr import render_png

_wide = "/console/channel/{channel_id}/devices"
_one = f"{_wide}/{{device_id}}"
_picture_scale = 12
_defaults = {"close_strategy": 1, "conn_strategy": 1}


@at_desk(Permission.CHANNELS_READ)
async def show_devices(desk: Desk) -> Answer:
    """All devices, the kinds they are of, and forms for one more of each."""
    return await _show(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def save_product(desk: Desk) -> Answer:
    """Write a kind of device."""
    channel_id, form = desk.ask.id("channel_id", ChannelId), desk.ask.form
    try:
        await desk.run(
            set_product,
            channel_id=channel_id,
            number=form.text("number"),
            name=form.text("name"),
            quota_max=form.text("quota_max"),
            people_max=form.text("people_max"),
        )
    except Failure as failure:
        told = desk.mistakes(failure, {"devices.quota_below_used": "quota_max"})
        return await _show(desk, told, status=422)
    return desk.ask.go(_home(channel_id), mark("Saved."))


@at_desk(Permission.CHANNELS_WRITE)
async def allot(desk: Desk) -> Answer:
    """Have one more device, and show its licence once."""
    channel_id = desk.ask.id("channel_id", ChannelId)
    try:
        made = await desk.run(
            allot_device, channel_id=channel_id, number=desk.ask.form.text("of_product")
        )
    except Failure as failure:
        return await _show(desk, desk.mistakes(failure), status=422)
    found = await desk.run(read_channel, channel_id=channel_id)
    return await desk.page(
        "channel/licence.html", channel=found.channel, device=made.device, licence=made.licence
    )


@at_desk(Permission.CHANNELS_READ)
async def show_device(desk: Desk) -> Answer:
    """One device: its code, whose it is, and what it said and was told."""
    return await _show_one(desk, {})


@at_desk(Permission.CHANNELS_WRITE)
async def save_attributes(desk: Desk) -> Answer:
    """Say how phones reach it."""
    form = desk.ask.form
    device_id = desk.ask.values["device_id"]
    attributes = {
        "mac": form.text("mac").upper().replace(":", ""),
        "connect_protocol": "|".join(form.texts("connect_protocol")),
    }
    device = {"device_id": device_id, "attributes": attributes | _defaults}
    try:
        done = await desk.run(
            authorise_devices,
            channel_id=desk.ask.id("channel_id", ChannelId),
            is_update=True,
            devices=[device],
        )
    except Failure as failure:
        told = desk.mistakes(failure)
        return await _show_one(desk, {"mac": next(iter(told.values()))}, status=422)
    said = mark("Saved.") if not done.items[0].code else mark("The device is not authorised yet.")
    return desk.ask.go(_home(desk.ask.id("channel_id", ChannelId), device_id), said)


@at_desk(Permission.CHANNELS_WRITE)
async def tell(desk: Desk) -> Answer:
    """Leave a message for it."""
    words = desk.ask.form.text("words")
    return await _act(
        desk,
        tell_device,
        mark("The device finds it when it next asks."),
        openid=desk.ask.form.text("openid"),
        content=base64.b64encode(words.encode()).decode(),
    )


@at_desk(Permission.CHANNELS_WRITE)
async def unbind(desk: Desk) -> Answer:
    """Take it from somebody."""
    return await _act(desk, unbind_device, mark("Unbound."), openid=desk.ask.form.text("openid"))


@at_desk(Permission.CHANNELS_READ)
async def download(desk: Desk) -> Answer:
    """The picture of its code."""
    found = await desk.run(
        read_device,
        channel_id=desk.ask.id("channel_id", ChannelId),
        device_id=desk.ask.values["device_id"],
    )
    picture = await asyncio.to_thread(render_png, _link(desk, found.device.ticket), _picture_scale)
    name = "" if desk.ask.query.flag("show") else f"device-{found.device.device_id}.png"
    return desk.ask.file(picture, "image/png", name=name)


async def _act(desk: Desk, operation: Operation[Any, Any], said: str, **values: object) -> Answer:
    channel_id, device_id = desk.ask.id("channel_id", ChannelId), desk.ask.values["device_id"]
    back = _home(channel_id, device_id)
    return await desk.act(
        operation, back, said, channel_id=channel_id, device_id=device_id, **values
    )


async def _show(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    products = (await desk.run(list_products, channel_id=channel_id)).items
    page = await desk.run(
        list_devices, channel_id=channel_id, cursor=desk.ask.query.text("cursor") or None
    )
    return await desk.page(
        "channel/devices.html",
        status=status,
        errors=errors,
        channel=found.channel,
        products=products,
        names={one.product_id: one.name or f"#{one.product_id}" for one in products},
        rows=page.items,
        pager=desk.pager((), page.next_cursor),
    )


async def _show_one(desk: Desk, errors: Mapping[str, str], status: int = 200) -> Answer:
    channel_id = desk.ask.id("channel_id", ChannelId)
    found = await desk.run(read_channel, channel_id=channel_id)
    shown = await desk.run(
        read_device, channel_id=channel_id, device_id=desk.ask.values["device_id"]
    )
    return await desk.page(
        "channel/device.html",
        status=status,
        errors=errors,
        channel=found.channel,
        shown=shown,
        device=shown.device,
        link=_link(desk, shown.device.ticket),
        messages=[(one, read_words(one)) for one in shown.messages],
    )


def _link(desk: Desk, ticket: str) -> str:
    return f"{desk.ask.house.facts.public_url}/d/{ticket}"


def _home(channel_id: int, device_id: str = "") -> str:
    home = f"/console/channel/{channel_id:d}/devices"
    return f"{home}/{device_id}" if device_id else home


ROUTES = (
    PageRoute("GET", _wide, show_devices),
    PageRoute("POST", _wide, allot),
    PageRoute("POST", f"{_wide}/products", save_product),
    PageRoute("GET", _one, show_device),
    PageRoute("POST", _one, save_attributes),
    PageRoute("POST", f"{_one}/message", tell),
    PageRoute("POST", f"{_one}/unbind", unbind),
    PageRoute("GET", f"{_one}/picture.png", download),
)
