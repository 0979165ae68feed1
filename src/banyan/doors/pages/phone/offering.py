"""What a shop offers to one of its members now."""

from __future__ import annotations

from collections import Counter

from banyan.base.limits import PAGE_MAX
from banyan.commerce.coupons import (
    ListMyCoupons,
    ListOffers,
    Offer,
    list_my_coupons,
    list_offers,
)
from banyan.doors.pages.ask import Ask
from banyan.parties.merchants import MerchantId

_offers_max = 10


async def open_offers(ask: Ask, merchant_id: MerchantId) -> list[Offer]:
    """The coupons that the one who asks may still take: there are some left, and they may."""
    query = ListOffers(merchant_id=merchant_id, limit=_offers_max)
    offers = [one for one in (await ask.run(list_offers, query)).items if one.left]
    if not offers:
        return []
    mine = await ask.run(list_my_coupons, ListMyCoupons(merchant_id=merchant_id, limit=PAGE_MAX))
    taken = Counter(one.campaign_id for one in mine.items)
    return [one for one in offers if taken[one.campaign_id] < one.per_person_limit]
