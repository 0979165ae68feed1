"""What a store says of itself to whoever looks for it."""

from __future__ import annotations

import asyncio

from banyan.commerce.listings import FindShownListing, find_shown_listing
from banyan.commerce.stores import ReadStore, StoreId, compute_is_serving, read_store
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import frame_of, shop_of, show
from banyan.doors.pages.router import PageRoute
from banyan.parties.merchants import MerchantId


async def show_about(ask: Ask) -> Answer:
    """Address, hours and telephone of a store, and what was checked of the rest."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    listed = FindShownListing(merchant_id=merchant_id, store_id=store_id)
    store, shown, shop = await asyncio.gather(
        ask.run(read_store, ReadStore(merchant_id=merchant_id, store_id=store_id)),
        ask.run(find_shown_listing, listed),
        shop_of(ask, merchant_id),
    )
    is_serving = compute_is_serving(store.hours, store.time_zone, ask.house.now())
    return show(
        ask,
        "about/page.html",
        await frame_of(ask, zone=store.time_zone, has_unread=False),
        shop=shop,
        store=store,
        listing=shown.listing,
        is_open=store.is_open and is_serving,
        base=f"/shops/{store.merchant_id:d}/{store.store_id:d}",
    )


ROUTES = (PageRoute("GET", "/shops/{merchant_id}/{store_id}/about", show_about),)
