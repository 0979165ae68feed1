"""What merchants are called where they sell, and who is called so."""

from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.pay.alipayapps import store


class FindSellers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who are these merchants, by their ids or by their numbers?"""

    merchant_ids: Annotated[list[MerchantId], msgspec.Meta(max_length=10_000)] = []
    numbers: Annotated[list[str], msgspec.Meta(max_length=100)] = []


class Sellers(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of those that were found, by merchant."""

    items: dict[int, str]


@reading(permission=Permission.SYSTEM)
async def find_sellers(work: Work, query: FindSellers) -> Sellers:
    """Return the merchants that have a number."""
    found = await store.find_sellers(work.db, query.merchant_ids) if query.merchant_ids else {}
    if query.numbers:
        found |= await store.find_by_numbers(work.db, query.numbers)
    return Sellers(items=found)
