"""My coupons at all shops, and taking one that a shop offers."""

from __future__ import annotations

from banyan.base.errors import Failure
from banyan.commerce.coupons import (
    CampaignId,
    ClaimCoupon,
    CouponFilter,
    ListMyCoupons,
    Offer,
    claim_coupons,
    list_my_coupons,
)
from banyan.commerce.members import ListMyCards, list_my_cards
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask, own_path
from banyan.doors.pages.phone.frame import cursor_of, frame_of, names_of, show
from banyan.doors.pages.phone.offering import open_offers
from banyan.doors.pages.router import PageRoute
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId

_filters = {
    "usable": (mark("To use"), CouponFilter.USABLE),
    "used": (mark("Used"), CouponFilter.REDEEMED),
    "expired": (mark("Expired"), CouponFilter.EXPIRED),
}
_shops_asked = 10


async def show_coupons(ask: Ask) -> Answer:
    """My coupons of one kind, and above those to use what my shops offer."""
    chosen = ask.query.text("show")
    chosen = chosen if chosen in _filters else "usable"
    query = ListMyCoupons(show=_filters[chosen][1], cursor=cursor_of(ask))
    page = await ask.run(list_my_coupons, query)
    is_first = chosen == "usable" and not query.cursor
    offers = await _list_offers(ask) if is_first else []
    ids = [*(one.merchant_id for one in page.items), *(one.merchant_id for one in offers)]
    return show(
        ask,
        "coupons/page.html",
        await frame_of(ask),
        coupons=page.items,
        offers=offers,
        shops=await names_of(ask, ids),
        chosen=chosen,
        now=ask.house.now(),
        filters={name: label for name, (label, _) in _filters.items()},
        next_cursor=page.next_cursor,
    )


async def claim(ask: Ask) -> Answer:
    """Take a coupon."""
    back = own_path(ask.form.text("back"), "/coupons")
    command = ClaimCoupon(
        merchant_id=ask.id("merchant_id", MerchantId),
        campaign_id=ask.id("campaign_id", CampaignId),
    )
    try:
        await ask.run(claim_coupons, command, key=ask.form.key)
    except Failure as failure:
        if failure.code == "sessions.required":
            raise
        return ask.go(back, ask.explain(failure), kind="warning")
    return ask.go(back, mark("The coupon is yours."))


async def _list_offers(ask: Ask) -> list[Offer]:
    """What the shops offer that the one who asks joined last."""
    cards = (await ask.run(list_my_cards, ListMyCards(limit=_shops_asked))).items
    offers = [await open_offers(ask, MerchantId(card.merchant_id)) for card in cards]
    return [one for of_shop in offers for one in of_shop]


ROUTES = (
    PageRoute("GET", "/coupons", show_coupons),
    PageRoute("POST", "/coupons/{merchant_id}/{campaign_id}", claim),
)
