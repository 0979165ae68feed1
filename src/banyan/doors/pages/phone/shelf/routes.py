"""The shelf of a store: everybody may look, and fill a basket that the browser keeps."""

from __future__ import annotations

import asyncio

from banyan.base.ids import NONE
from banyan.base.limits import PAGE_MAX
from banyan.commerce.catalogue import CategoryId, ListCategories, ProductId, list_categories
from banyan.commerce.coupons import CouponFilter, ListMyCoupons, list_my_coupons
from banyan.commerce.orders import ListMyOrders, list_my_orders
from banyan.commerce.stock import ListShelf, ReadShelfItem, list_shelves, read_shelf_item
from banyan.commerce.stores import (
    ListStores,
    ReadStore,
    StoreId,
    compute_is_serving,
    list_stores,
    read_store,
)
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, parse_id
from banyan.doors.pages.phone.arrive.routes import find_card
from banyan.doors.pages.phone.frame import (
    cursor_of,
    find_here,
    frame_of,
    shop_of,
    show,
    show_block,
)
from banyan.doors.pages.router import PageRoute
from banyan.parties.merchants import MerchantId

_STORE = "/shops/{merchant_id}/{store_id}"
_coupons_shown = 100


async def show_shelf(ask: Ask) -> Answer:
    """A page of the shelf, of all categories or one."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    given = ask.query.text("category")
    category_id = parse_id(given, CategoryId) if given else CategoryId(NONE)
    shelf_query = ListShelf(
        merchant_id=merchant_id,
        store_id=store_id,
        category_id=category_id,
        cursor=cursor_of(ask),
    )
    store_query = ReadStore(merchant_id=merchant_id, store_id=store_id)
    shelf, store, shop, categories = await asyncio.gather(
        ask.run(list_shelves, shelf_query),
        ask.run(read_store, store_query),
        shop_of(ask, merchant_id),
        ask.run(list_categories, ListCategories(merchant_id=merchant_id)),
    )
    here = find_here(ask)
    is_serving = compute_is_serving(store.hours, store.time_zone, ask.house.now())
    return show(
        ask,
        "shelf/page.html",
        await frame_of(ask, zone=store.time_zone, has_unread=False),
        shop=shop,
        store=store,
        shelf=shelf,
        categories=categories.items,
        category_id=category_id,
        here=here if here and here.is_at(merchant_id, store_id) else None,
        is_open=store.is_open and is_serving,
        is_new=ask.query.flag("new"),
        base=f"/shops/{merchant_id:d}/{store_id:d}",
    )


async def lead_to_shelf(ask: Ask) -> Answer:
    """Go to the shelf of a shop's store: where one is, bought last, or could; or else choose."""
    merchant_id = ask.id("merchant_id", MerchantId)
    await shop_of(ask, merchant_id)
    query = ListMyOrders(limit=PAGE_MAX)
    orders = (await ask.run(list_my_orders, query)).items if ask.is_signed_in else []
    stores = (await ask.run(list_stores, ListStores(merchant_id=merchant_id))).items
    here = find_here(ask)
    last = [here.store_id] if here and here.merchant_id == merchant_id else []
    last += [one.store_id for one in orders if one.merchant_id == merchant_id]
    last += [one.store_id for one in stores[:1] if len(stores) == 1]
    known = {int(one.store_id) for one in stores}
    store_id = next((int(one) for one in last if int(one) in known), NONE)
    base = f"/shops/{merchant_id:d}/{store_id:d}"
    return ask.go(base if store_id else f"/cards/{merchant_id:d}#stores")


async def show_item(ask: Ask) -> Answer:
    """One product: on a page of its own, or in a sheet over the shelf."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    query = ReadShelfItem(
        merchant_id=merchant_id, store_id=store_id, product_id=ask.id("product_id", ProductId)
    )
    item = await ask.run(read_shelf_item, query)
    shop = await shop_of(ask, merchant_id)
    frame = await frame_of(ask, has_unread=False)
    base = f"/shops/{merchant_id:d}/{store_id:d}"
    if ask.is_htmx:
        return show_block(
            ask, "shelf/item.html", "item", frame, item=item, shop=shop, base=base, is_sheet=True
        )
    return show(ask, "shelf/item.html", frame, item=item, shop=shop, base=base, is_sheet=False)


async def show_member(ask: Ask) -> Answer:
    """The strip on the shelf that says what the one who asks is to this shop."""
    merchant_id, store_id = ask.id("merchant_id", MerchantId), ask.id("store_id", StoreId)
    card = await find_card(ask, merchant_id)
    coupons = 0
    if card is not None:
        query = ListMyCoupons(
            merchant_id=merchant_id, show=CouponFilter.USABLE, limit=_coupons_shown
        )
        coupons = len((await ask.run(list_my_coupons, query)).items)
    frame = await frame_of(ask, has_unread=False)
    base = f"/shops/{merchant_id:d}/{store_id:d}"
    return show_block(
        ask, "shelf/page.html", "member", frame, card=card, coupons=coupons, base=base
    )


ROUTES = (
    PageRoute("GET", "/shops/{merchant_id}", lead_to_shelf),
    PageRoute("GET", _STORE, show_shelf),
    PageRoute("GET", f"{_STORE}/items/{{product_id}}", show_item),
    PageRoute("GET", f"{_STORE}/member", show_member),
)
