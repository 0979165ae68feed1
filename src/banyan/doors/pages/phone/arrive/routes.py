"""A code was scanned: the touch is recorded, and its place opens."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.commerce.members import MemberCard, ReadMyCard, read_my_card
from banyan.commerce.places import PlaceKind, RecordTouch, record_touches
from banyan.commerce.stores import ReadStore, StoreId, compute_is_serving, read_store
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.forms import fill
from banyan.doors.pages.phone.arriving import arrive_at, welcome_offers
from banyan.doors.pages.phone.frame import (
    Here,
    ensure_visitor,
    find_here,
    frame_of,
    set_here,
    shop_of,
    show,
)
from banyan.doors.pages.phone.sign_in.routes import Step
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId

_STORE = "/shops/{merchant_id}/{store_id}"
_device_characters_max = 200


async def open_place(ask: Ask) -> Answer:
    """Record the scan, and lead to the shop; members go straight to what they came for."""
    if ask.method == "HEAD":
        return ask.go("/scan")  # whoever only asks whether there is a page has scanned nothing
    code = ask.values["token"].upper()
    device = "".join(one for one in ask.visit.header(b"user-agent") if one.isprintable())
    try:
        command = fill(
            RecordTouch,
            token=code,
            visitor=ensure_visitor(ask),
            device=device[:_device_characters_max],
        )
        touch = await ask.run(record_touches, command)
    except Failure:
        # Malformed, unknown or switched off: to a person it is all the same.
        return ask.go("/scan", mark("This code leads nowhere. Try another."), kind="warning")
    here = Here(
        merchant_id=int(touch.merchant_id),
        store_id=int(touch.store_id),
        place_id=int(touch.place_id),
        kind=touch.kind,
        name=touch.place_name,
        code=code,
        subject_id=int(touch.subject_id),
    )
    set_here(ask, here)
    if touch.kind is PlaceKind.TILL:
        return ask.go(f"/desk/{code}")
    if await find_card(ask, touch.merchant_id) is None:
        return ask.go(f"{here.href}/arrive")
    return ask.go(f"{here.href}/items/{touch.subject_id}" if touch.subject_id else here.href)


async def show_arrival(ask: Ask) -> Answer:
    """The place, what joining brings, and the way in."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    store = await ask.run(read_store, ReadStore(merchant_id=merchant_id, store_id=store_id))
    shop = await shop_of(ask, merchant_id)
    here = find_here(ask)
    is_serving = compute_is_serving(store.hours, store.time_zone, ask.house.now())
    facts = ask.house.facts
    return show(
        ask,
        "arrive/page.html",
        await frame_of(ask, zone=store.time_zone, has_unread=False),
        shop=shop,
        store=store,
        here=here if here and here.is_at(merchant_id, store_id) else None,
        is_open=store.is_open and is_serving,
        offers=await welcome_offers(ask, merchant_id),
        card=await find_card(ask, merchant_id),
        step=Step(next=ask.path, shop=f"{merchant_id:d}/{store_id:d}"),
        has_shown_codes=facts.find_code is not None,
        is_production=facts.is_production,
    )


async def join(ask: Ask) -> Answer:
    """Join with one tap, for somebody who is signed in."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    return await arrive_at(ask, merchant_id, store_id)


async def find_card(ask: Ask, merchant_id: int) -> MemberCard | None:
    """The member card of the one who asks; None for those who are no members."""
    if not ask.is_signed_in:
        return None
    try:
        return await ask.run(read_my_card, ReadMyCard(merchant_id=MerchantId(merchant_id or NONE)))
    except Failure as failure:
        if failure.code != "members.not_found":
            raise
        return None


ROUTES = (
    PageRoute("GET", "/c/{token}", open_place),
    PageRoute("GET", f"{_STORE}/arrive", show_arrival),
    PageRoute("POST", f"{_STORE}/arrive", join),
)
