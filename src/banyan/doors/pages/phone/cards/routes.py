"""My member cards, and what one of them gives."""

from __future__ import annotations

from banyan.commerce.cards import HolderStatus, ListMyHeld, list_my_held
from banyan.commerce.coupons import (
    CouponFilter,
    ListMyCoupons,
    list_my_coupons,
)
from banyan.commerce.members import ListMyCards, list_my_cards
from banyan.commerce.stores import ListStores, list_stores
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.arrive.routes import find_card
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, shop_of, show
from banyan.doors.pages.phone.offering import open_offers
from banyan.doors.pages.router import PageRoute
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelPage, ListMyChannels, list_my_channels

_channels_max = 50


async def show_cards(ask: Ask) -> Answer:
    """All cards, the newest first."""
    page = await ask.run(list_my_cards, ListMyCards(cursor=cursor_of(ask)))
    held = (await ask.run(list_my_held, ListMyHeld())).items if not cursor_of(ask) else []
    usable = [one for one in held if one.status in {HolderStatus.NORMAL, HolderStatus.GIFTING}]
    return show(
        ask,
        "cards/page.html",
        await frame_of(ask),
        cards=page.items,
        held=usable,
        shops=await names_of(ask, [one.held.merchant_id for one in usable]),
        next_cursor=page.next_cursor,
    )


async def show_card(ask: Ask) -> Answer:
    """One shop's card: tier, points, coupons, stores; for strangers what joining brings."""
    merchant_id = ask.id("merchant_id", MerchantId)
    shop = await shop_of(ask, merchant_id)
    stores = (await ask.run(list_stores, ListStores(merchant_id=merchant_id))).items
    query = ListMyCoupons(merchant_id=merchant_id, show=CouponFilter.USABLE, limit=50)
    coupons = (await ask.run(list_my_coupons, query)).items
    card = await find_card(ask, merchant_id)
    return show(
        ask,
        "cards/card.html",
        await frame_of(ask, has_unread=False),
        shop=shop,
        stores=stores,
        card=card,
        coupons=coupons,
        now=ask.house.now(),
        offers=await open_offers(ask, merchant_id) if card else [],
        channel=await find_channel(ask, merchant_id),
    )


async def find_channel(ask: Ask, merchant_id: int) -> ChannelPage | None:
    """The account of the shop that the one who asks follows."""
    page = await ask.run(list_my_channels, ListMyChannels(limit=_channels_max))
    return next((one for one in page.items if one.merchant_id == merchant_id), None)


ROUTES = (
    PageRoute("GET", "/cards", show_cards),
    PageRoute("GET", "/cards/{merchant_id}", show_card),
)
