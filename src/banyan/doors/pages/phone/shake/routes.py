"""Shaking near a beacon, and opening what it shows.

A browser hears no beacons. What opens this page is the address that a beacon says to phones, or a
code or tag at the same place.
"""

from __future__ import annotations

from banyan.base.errors import NotFound
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.frame import frame_of, names_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.reach.beacons import (
    OpenShake,
    ShakePhone,
    add_ticket,
    compute_numbers,
    open_shake,
    render_uuid,
    shake_phone,
)
from banyan.reach.channels import ChannelId, ReadChannelPage, read_channel_page

_near = "/shake/{channel_id}/{device_id}"
_device_digits_max = 10


async def show_near(ask: Ask) -> Answer:
    """Somebody is near a beacon: whose it is, and a button to shake."""
    channel_id = ask.id("channel_id", ChannelId)
    _number(ask.values["device_id"])
    channel = await ask.run(read_channel_page, ReadChannelPage(channel_id=channel_id))
    shops = await names_of(ask, [channel.merchant_id])
    return show(
        ask,
        "shake/page.html",
        await frame_of(ask),
        channel=channel,
        shop=shops[int(channel.merchant_id)],
        href=ask.path,
        shake=None,
    )


async def shake(ask: Ask) -> Answer:
    """Shake: the beacon's page, or that there is none."""
    channel_id, device_id = ask.id("channel_id", ChannelId), _number(ask.values["device_id"])
    major, minor = compute_numbers(device_id)
    heard = {"uuid": render_uuid(channel_id), "major": major, "minor": minor, "distance": 0.5}
    try:
        shaken = await ask.run(shake_phone, fill(ShakePhone, beacons=[heard]))
    except NotFound:
        said = mark("Nothing here answers a shake yet.")
        return ask.go(ask.path, said, kind="warning")
    channel = await ask.run(read_channel_page, ReadChannelPage(channel_id=channel_id))
    shops = await names_of(ask, [channel.merchant_id])
    return show(
        ask,
        "shake/page.html",
        await frame_of(ask),
        channel=channel,
        shop=shops[int(channel.merchant_id)],
        href=ask.path,
        shake=shaken,
    )


async def open_page(ask: Ask) -> Answer:
    """Go where the page leads, with the ticket by which its maker learns who comes."""
    if ask.method == "HEAD":
        return ask.go("/scan")  # whoever only asks whether there is a page has opened nothing
    try:
        found = await ask.run(open_shake, fill(OpenShake, ticket=ask.values["ticket"]))
    except NotFound:
        return ask.go("/scan", mark("This leads nowhere any more. Shake again."), kind="warning")
    return ask.go(add_ticket(found.page.page_url, found.ticket))


def _number(text: str) -> int:
    """The number of a beacon. Raises NotFound `request.not_found`."""
    if not (text.isascii() and text.isdigit() and len(text) <= _device_digits_max):
        raise NotFound("request.not_found")
    return int(text)


ROUTES = (
    PageRoute("GET", _near, show_near),
    PageRoute("POST", _near, shake),
    PageRoute("GET", "/shaken/{ticket}", open_page),
)
