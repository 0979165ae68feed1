"""Arriving at a shop: the one tap that makes somebody known there."""

from __future__ import annotations

from banyan.commerce.coupons import ListWelcomeOffers, Offer, list_welcome_offers
from banyan.commerce.members import Arrive, arrive
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.phone.frame import find_here, find_visitor, shop_of
from banyan.doors.pages.shell import mark
from banyan.parties.merchants import MerchantId

_digits_max = 18
_parts = 2


def parse_shop(text: str) -> tuple[MerchantId, int] | None:
    """Merchant and store of `1/2`; None for anything else."""
    parts = text.split("/")
    if len(parts) != _parts or not all(
        one.isascii() and one.isdigit() and len(one) <= _digits_max for one in parts
    ):
        return None
    return MerchantId(int(parts[0])), int(parts[1])


async def arrive_at(ask: Ask, merchant_id: MerchantId, store_id: int) -> Answer:
    """Join the shop as the one who asks, and go on to what they came for.

    Raises what `arrive` raises.
    """
    here = find_here(ask)
    is_here = here is not None and here.merchant_id == merchant_id
    code = here.code if here is not None and is_here else None
    command = Arrive(merchant_id=merchant_id, code=code, visitor=find_visitor(ask))
    arrival = await ask.run(arrive, command)
    href = f"/shops/{int(merchant_id)}/{int(store_id)}"
    if here is not None and is_here and here.subject_id and here.store_id == store_id:
        href = f"{href}/items/{here.subject_id}"
    if not arrival.is_new_member:
        return ask.go(href)
    shop = await shop_of(ask, merchant_id)
    text = mark("Welcome! You are a member of {shop} now.")
    return ask.go(f"{href}?new=1", text, shop=shop.name)


async def welcome_offers(ask: Ask, merchant_id: MerchantId) -> list[Offer]:
    """What the shop gives to whoever joins."""
    return (await ask.run(list_welcome_offers, ListWelcomeOffers(merchant_id=merchant_id))).items
