"""The sandbox plays cameras: somebody scans what a code says, or a picture of one."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.ids import Id
from banyan.books.actor import Actor
from banyan.commerce.barcodes import ScanGoods, Standard, scan_goods
from banyan.commerce.hotspots import ConnectWifi, connect_wifi
from banyan.commerce.places import RecordTouch, record_touches
from banyan.doors.papers.app_links import LINK_ENTRY, AppPlace, find_token, parse_app_place
from banyan.doors.sandbox.calls import call, meet
from banyan.doors.sandbox.card_calls import GotCard, take_all
from banyan.doors.sandbox.channel_calls import read_appids
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId
from banyan.reach.applinks import FollowLink, follow_link
from banyan.reach.devices import BindMine, bind_mine
from banyan.reach.miniapps import OpenApp, open_app
from banyan.reach.scenes import FollowByScene, ScanScene, follow_by_scene, scan_scene
from banyan.wire.qr import read_codes

_app_path = re.compile(r"/m/(wx[0-9a-f]{16})")


class ScanCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's camera meets a code: what it says, or a picture of it."""

    person: PersonId
    content: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)] | None = None
    image_base64: Annotated[str, msgspec.Meta(max_length=1_000_000)] | None = None


class Scanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a scan led to; which fields are there depends on the kind."""

    kind: str
    """`place`: a spot of a shop; `channel`: an official account, which the person follows from now
    on; `device`: a thing, which is theirs from now on; `wifi`: the network of a store, to which
    they are connected; `miniapp`: a page of a mini program, which they opened; `goods`: a thing of
    which an account says something; `card`: cards, which are theirs from now
    on; `url`: some other address; `text`: nothing known."""
    url: str | None = None
    text: str | None = None
    merchant: Id | None = None
    store: Id | None = None
    place: Id | None = None
    place_kind: str | None = None
    place_name: str | None = None
    subject: Id | None = None
    code: Id | None = None
    scene: str | None = None
    touch: Id | None = None
    appid: str | None = None
    openid: str | None = None
    ticket: str | None = None
    device_id: str | None = None
    is_new_device: bool | None = None
    ssid: str | None = None
    password: str | None = None
    is_new_follower: bool | None = None
    page: str | None = None
    query: str | None = None
    env_version: str | None = None
    cards: list[GotCard] | None = None


@call
async def scan(playground: Playground, command: ScanCode) -> Scanned:
    """Scan a code, as with the camera of the phone app; an account's own code makes a follower."""
    actor = await meet(playground, command.person)
    content = command.content
    if content is None:
        content = await asyncio.to_thread(_read, command.image_base64 or "")
    path = _path(content)
    for pattern, lead in _leads:
        found = pattern.fullmatch(path)
        if found is not None:
            return await lead(playground, actor, found[1])
    if _app_path.fullmatch(path) or find_token(content):
        return await open_link(playground, actor, content)
    is_url = content.startswith(("http://", "https://"))
    return Scanned(kind="url", url=content) if is_url else Scanned(kind="text", text=content)


def _read(image_base64: str) -> str:
    """What the first code in a picture says. Raises Invalid `qr.unreadable`."""
    try:
        picture = base64.b64decode(image_base64, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("qr.unreadable") from None
    return read_codes(picture)[0]


def _path(content: str) -> str:
    try:
        return urlsplit(content).path
    except ValueError:
        return ""


async def _see_goods(playground: Playground, actor: Actor, code: str) -> Scanned:
    """Scan what is printed on a thing; of one that nobody speaks of it is only a number."""
    command = ScanGoods(standard=Standard(f"ean{len(code)}"), code=code)
    try:
        seen = await playground.office.run(scan_goods, command, actor)
    except NotFound:
        return Scanned(kind="text", text=code)
    channel_id = Id(seen.goods.channel_id)
    appids = await read_appids(playground, {channel_id})
    await playground.deliver(int(channel_id), actor.person_id)
    return Scanned(
        kind="goods", text=seen.goods.facts.title, appid=appids[channel_id], ticket=seen.ticket
    )


async def _touch(playground: Playground, actor: Actor, token: str) -> Scanned:
    touch = RecordTouch(
        token=token, visitor=f"sandbox-phone-of-{actor.person_id}", device="sandbox"
    )
    led = await playground.office.run(record_touches, touch, actor)
    return Scanned(
        kind="place",
        url=f"{playground.public_url}/c/{token}",
        merchant=Id(led.merchant_id),
        store=Id(led.store_id),
        place=Id(led.place_id),
        place_kind=led.kind.value,
        place_name=led.place_name,
        subject=Id(led.subject_id),
        code=Id(led.code_id),
        scene=led.scene,
        touch=Id(led.touch_id),
    )


async def _bind(playground: Playground, actor: Actor, ticket: str) -> Scanned:
    """Scan a device, and make it one's own as most people then do."""
    bound = await playground.office.run(bind_mine, BindMine(ticket=ticket), actor)
    channel_id = Id(bound.channel_id)
    appids = await read_appids(playground, {channel_id})
    await playground.deliver(int(channel_id), actor.person_id)
    return Scanned(
        kind="device",
        url=f"{playground.public_url}/d/{ticket}",
        appid=appids[channel_id],
        device_id=bound.device_id,
        is_new_device=bound.is_new,
    )


async def open_link(playground: Playground, actor: Actor, content: str) -> Scanned:
    """Open a mini program by a code or a link of any sort."""
    office, token = playground.office, find_token(content)
    if token:
        followed = await office.run(follow_link, FollowLink(token=token), actor)
        appid = followed.appid
        link = followed.link
        place = AppPlace(page=link.page, query=link.query, env=link.env, entry=LINK_ENTRY)
    else:
        parts = urlsplit(content)
        appid = parts.path.removeprefix("/m/")
        place = parse_app_place(dict(parse_qsl(parts.query))) or AppPlace()
    opening = OpenApp(
        appid=appid,
        page=place.page,
        query=place.query,
        scene=place.scene,
        env=place.env,
        entry=place.entry,
    )
    opened = await office.run(open_app, opening, actor)
    return Scanned(
        kind="miniapp",
        url=content,
        appid=opened.appid,
        openid=opened.openid,
        scene=place.scene or None,
        page=opened.page,
        query=place.query or None,
        env_version=opened.env.value,
    )


async def _take(playground: Playground, actor: Actor, token: str) -> Scanned:
    """Scan cards on offer, and take them."""
    cards = await take_all(playground, actor, token)
    openid = cards[0].openid if cards else None
    url = f"{playground.public_url}/k/{token}"
    return Scanned(kind="card", url=url, cards=cards, openid=openid)


async def _connect(playground: Playground, actor: Actor, token: str) -> Scanned:
    """Scan the code of a store's Wi-Fi, and connect."""
    offer = await playground.office.run(connect_wifi, ConnectWifi(token=token), actor)
    channel_id = Id(offer.channel_id)
    appids = await read_appids(playground, {channel_id})
    await playground.deliver(int(channel_id), actor.person_id)
    return Scanned(
        kind="wifi",
        url=f"{playground.public_url}/w/{token}",
        merchant=offer.merchant_id,
        store=Id(offer.store_id),
        appid=appids[channel_id],
        ssid=offer.ssid,
        password=offer.password,
    )


async def _follow(playground: Playground, actor: Actor, token: str) -> Scanned:
    """Scan an account's own code, and follow the account as most people then do."""
    found = await playground.office.run(scan_scene, ScanScene(token=token), actor)
    if not found.is_following:
        found = await playground.office.run(follow_by_scene, FollowByScene(token=token), actor)
    channel_id = Id(found.channel_id)
    appids = await read_appids(playground, {channel_id})
    return Scanned(
        kind="channel",
        url=f"{playground.public_url}/q/{token}",
        appid=appids[channel_id],
        openid=found.openid,
        code=Id(found.code_id),
        scene=found.scene,
        ticket=found.ticket,
        is_new_follower=found.is_new_follower,
    )


_leads: tuple[tuple[re.Pattern[str], Callable[[Playground, Actor, str], Awaitable[Scanned]]], ...]
_leads = (
    (re.compile(r"/c/([2-9A-Z]{10,32})"), _touch),
    (re.compile(r"/d/([A-Za-z0-9_-]{32})"), _bind),
    (re.compile(r"/k/([A-Za-z0-9_-]{32})"), _take),
    (re.compile(r"/w/([A-Za-z0-9_-]{32})"), _connect),
    (re.compile(r"/q/([A-Za-z0-9_-]{32})"), _follow),
    (re.compile(r"([0-9]{8}|[0-9]{13})"), _see_goods),
)
"""Where codes lead by their paths; each function takes what the path ends with. What is printed on
things that are sold is a bare number."""
