"""Devices of mine: bound by scanning their code, watched, and unbound."""

from __future__ import annotations

import base64
import binascii

from banyan.base.errors import Failure, NotFound, Refusal, Trouble
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId
from banyan.reach.devices import (
    BindMine,
    DeviceMessage,
    ListMyDevices,
    ReadMyDevice,
    ScanDevice,
    UnbindMine,
    Watch,
    bind_mine,
    list_my_devices,
    read_my_device,
    scan_device,
    unbind_mine,
    watch_device,
)

_mine = "/my-devices/{channel_id}/{device_id}"


async def show_mine(ask: Ask) -> Answer:
    """All devices of mine."""
    found = await ask.run(list_my_devices, ListMyDevices())
    return show(ask, "things/list.html", await frame_of(ask), devices=found.items)


async def show_one(ask: Ask) -> Answer:
    """One of them: whether it is connected, and what it said and was told."""
    query = fill(ReadMyDevice, **_named(ask))
    device = await ask.run(read_my_device, query)
    return show(
        ask,
        "things/page.html",
        await frame_of(ask),
        device=device,
        href=_href(device.channel_id, device.device_id),
        messages=[(one, read_words(one)) for one in device.messages],
    )


async def watch(ask: Ask) -> Answer:
    """Want to know whether it is connected, or no longer."""
    named = _named(ask)
    is_watching = ask.form.flag("is_watching")
    await ask.run(watch_device, fill(Watch, **named, is_watching=is_watching))
    return ask.go(_href(*named.values()))


async def unbind(ask: Ask) -> Answer:
    """Have it no more."""
    await ask.run(unbind_mine, fill(UnbindMine, **_named(ask)), key=ask.form.key)
    return ask.go("/my-devices", mark("The device is yours no more."))


async def open_code(ask: Ask) -> Answer:
    """The device whose code was scanned, with a button to make it mine."""
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    try:
        query = fill(ScanDevice, ticket=ask.values["ticket"])
        device = await ask.run(scan_device, query)
    except Trouble:
        raise
    except Failure:
        return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")
    if device.binding is not None:
        return ask.go(_href(device.channel_id, device.device_id))
    return show(
        ask,
        "things/scanned.html",
        await frame_of(ask, has_unread=False),
        device=device,
        href=f"/d/{ask.values['ticket']}/bind",
    )


async def bind(ask: Ask) -> Answer:
    """Make it mine."""
    command = fill(BindMine, ticket=ask.values["ticket"])
    try:
        bound = await ask.run(bind_mine, command, key=ask.form.key)
    except NotFound:
        return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")
    except Refusal as refusal:
        if refusal.code == "sessions.required":
            raise
        return ask.go(f"/d/{ask.values['ticket']}", ask.explain(refusal), kind="warning")
    return ask.go(_href(bound.channel_id, bound.device_id), mark("The device is yours."))


def read_words(message: DeviceMessage) -> str:
    """What was said, where it is words; empty for anything else."""
    try:
        words = base64.b64decode(message.content, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return words if words.isprintable() else ""


def _named(ask: Ask) -> dict[str, object]:
    channel_id = ask.id("channel_id", ChannelId)
    return {"channel_id": channel_id, "device_id": ask.values["device_id"]}


def _href(channel_id: object, device_id: object) -> str:
    return f"/my-devices/{channel_id:d}/{device_id}"


ROUTES = (
    PageRoute("GET", "/my-devices", show_mine),
    PageRoute("GET", _mine, show_one),
    PageRoute("POST", f"{_mine}/watch", watch),
    PageRoute("POST", f"{_mine}/unbind", unbind),
    PageRoute("GET", "/d/{ticket}", open_code),
    PageRoute("POST", "/d/{ticket}/bind", bind),
)
