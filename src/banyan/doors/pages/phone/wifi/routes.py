"""The Wi-Fi of a store: its code scanned, its password shown, its homepage opened."""

from __future__ import annotations

import asyncio

from banyan.base.errors import NotFound
from banyan.commerce.hotspots import (
    ConnectWifi,
    OpenHomepage,
    ScanWifi,
    WifiOffer,
    connect_wifi,
    open_homepage,
    scan_wifi,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import Wrong, fill
from banyan.doors.pages.phone.frame import frame_of, show
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.wire.qr import Layout, Poster, draw_poster, render_png, render_poster_png

_wifi = "/w/{token}"
_picture_scale = 12


async def show_wifi(ask: Ask) -> Answer:
    """Which network it is, and a button to connect."""
    offer = await _scan(ask)
    return await _show(ask, offer) if offer else _nowhere(ask)


async def connect(ask: Ask) -> Answer:
    """The network with its password."""
    try:
        command = fill(ConnectWifi, token=ask.values["token"], follows=ask.form.flag("follows"))
        offer = await ask.run(connect_wifi, command, key=ask.form.key)
    except (NotFound, Wrong):
        return _nowhere(ask)
    return await _show(ask, offer)


async def go_home(ask: Ask) -> Answer:
    """What the store shows to those who are connected."""
    if ask.method == "HEAD":
        return ask.go("/scan")  # whoever only asks whether there is a page has visited nothing
    try:
        offer = await ask.run(open_homepage, fill(OpenHomepage, token=ask.values["token"]))
    except (NotFound, Wrong):
        return _nowhere(ask)
    return ask.go(offer.homepage_url or f"/shops/{offer.merchant_id:d}/{offer.store_id:d}")


async def show_code(ask: Ask) -> Answer:
    """The picture of the code, for anybody who prints it."""
    offer = await _scan(ask)
    if offer is None:
        raise NotFound("request.not_found")
    picture = await asyncio.to_thread(render_png, _link(ask), _picture_scale)
    return ask.file(picture, "image/png")


async def show_card(ask: Ask) -> Answer:
    """The code on a card for a table."""
    offer = await _scan(ask)
    if offer is None:
        raise NotFound("request.not_found")
    poster = Poster(
        url=_link(ask),
        shop=offer.store_name,
        place=f"Wi-Fi {offer.ssid}",
        call_zh="扫一扫，连 Wi-Fi",
        call_en="Scan to join the Wi-Fi",
    )
    picture = await asyncio.to_thread(
        lambda: render_poster_png(draw_poster(poster, Layout.TABLE_CARD))
    )
    return ask.file(picture, "image/png")


async def _scan(ask: Ask) -> WifiOffer | None:
    try:
        return await ask.run(scan_wifi, fill(ScanWifi, token=ask.values["token"]))
    except (NotFound, Wrong):
        return None


async def _show(ask: Ask, offer: WifiOffer) -> Answer:
    frame = await frame_of(ask, has_unread=False)
    return show(ask, "wifi/page.html", frame, offer=offer, href=f"/w/{ask.values['token']}")


def _link(ask: Ask) -> str:
    return f"{ask.house.facts.public_url}/w/{ask.values['token']}"


def _nowhere(ask: Ask) -> Answer:
    return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")


ROUTES = (
    PageRoute("GET", _wifi, show_wifi),
    PageRoute("POST", f"{_wifi}/connect", connect),
    PageRoute("GET", f"{_wifi}/home", go_home),
    PageRoute("GET", f"{_wifi}/code.png", show_code),
    PageRoute("GET", f"{_wifi}/card.png", show_card),
)
