"""The first tab of the phone app."""

from __future__ import annotations

from typing import Any

from banyan.commerce.coupons import CouponFilter, ListMyCoupons, list_my_coupons
from banyan.commerce.members import ListMyCards, list_my_cards
from banyan.commerce.orders import ListPurchases, OrderState, Purchase, list_purchases
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import HOME, find_here, frame_of, names_of, show
from banyan.doors.pages.router import PageRoute

_cards_shown = 5
_coupons_shown = 3
_counted_max = 100


async def show_home(ask: Ask) -> Answer:
    """Where I am, what waits for me, my cards; for strangers what to do first."""
    here = find_here(ask)
    shops = await names_of(ask, [here.merchant_id] if here else [])
    frame = await frame_of(ask)
    if here and here.merchant_id not in shops:
        here = None
    place: dict[str, Any] = {
        "here": here,
        "here_name": shops[here.merchant_id].name if here else "",
    }
    if not ask.is_signed_in:
        return show(ask, "home/stranger.html", frame, **place)
    cards = await ask.run(list_my_cards, ListMyCards(limit=_cards_shown))
    usable = ListMyCoupons(show=CouponFilter.USABLE, limit=_counted_max)
    coupons = (await ask.run(list_my_coupons, usable)).items
    first = coupons[:_coupons_shown]
    return show(
        ask,
        "home/page.html",
        frame,
        cards=cards.items,
        has_more_cards=cards.next_cursor is not None,
        coupons=first,
        now=ask.house.now(),
        coupons_count=len(coupons),
        shops=await names_of(ask, [one.merchant_id for one in first]),
        unpaid=await _find_unpaid(ask),
        **place,
    )


async def _find_unpaid(ask: Ask) -> Purchase | None:
    query = ListPurchases(states=[OrderState.UNPAID], limit=1)
    found = (await ask.run(list_purchases, query)).items
    return next((one for one in found if one.order.expires_at > ask.house.now()), None)


ROUTES = (PageRoute("GET", HOME, show_home),)
