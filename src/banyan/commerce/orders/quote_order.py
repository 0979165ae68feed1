"""Prices an order without placing it, as the basket and the till show it."""

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.books.work import Call, Permission, Work, reading
from banyan.commerce.catalogue import SkuId
from banyan.commerce.orders.drafts import Draft, Placement
from banyan.commerce.orders.known import read_known
from banyan.commerce.orders.place_order import decide
from banyan.commerce.orders.place_orders import PlaceOrder, draft_of
from banyan.commerce.orders.take_orders import TakeOrder, draft_at_till


class QuoteOrder(PlaceOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what would this order of mine cost?"""


class QuoteAtTill(TakeOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: what would this order at the till cost?"""


class QuotedOrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line, with its own share of every discount."""

    sku_id: SkuId
    name: str
    variant: str
    unit_price_fen: int
    quantity: int
    tier_discount_fen: int
    coupon_discount_fen: int
    total_fen: int


class OrderQuote(msgspec.Struct, frozen=True, kw_only=True):
    """What an order would cost now."""

    merchant_id: Id
    store_id: Id
    member_id: Id
    """The member it was priced for; 0 for anybody."""
    tier_name: str
    currency: str
    lines: list[QuotedOrderLine]
    subtotal_fen: int
    tier_discount_fen: int
    coupon_discount_fen: int
    total_fen: int
    points_earned: int
    coupon_short_fen: int
    """How much more the subtotal needs for the coupon to count; above 0 it can't be placed so."""


@reading(permission=Permission.PERSON)
async def quote_order(work: Work, query: QuoteOrder) -> OrderQuote:
    """Price the basket of the one who asks, with their tier and the coupon they name.

    Nothing is set aside, and stock is not looked at. Raises what `place_orders` fails with.
    """
    return await _quote(work, draft_of(Call(query, work.actor, work.now)))


@reading(permission=Permission.ORDERS_TAKE)
async def quote_at_till(work: Work, query: QuoteAtTill) -> OrderQuote:
    """Price a basket at the till, for the member it names.

    Nothing is set aside, and stock is not looked at. Raises what `take_orders` fails with.
    """
    draft = draft_at_till(Call(query, work.actor, work.now))
    if isinstance(draft, Failure):
        raise draft
    return await _quote(work, draft)


async def _quote(work: Work, draft: Draft) -> OrderQuote:
    return answer_quote(decide(draft, await read_known(work, [draft], is_for_keeps=False)))


def answer_quote(placement: Placement) -> OrderQuote:
    """What a draft that could be placed would cost."""
    quote, member = placement.quote, placement.member
    return OrderQuote(
        merchant_id=Id(placement.draft.merchant_id),
        store_id=Id(placement.draft.store_id),
        member_id=Id(member.member_id if member else 0),
        tier_name=member.tier.name if member else "",
        currency=placement.currency,
        lines=[
            QuotedOrderLine(
                sku_id=offer.sku.sku_id,
                name=offer.sku.name,
                variant=offer.sku.variant,
                unit_price_fen=offer.unit_price_fen,
                quantity=offer.quantity,
                tier_discount_fen=line.tier_discount_fen,
                coupon_discount_fen=line.coupon_discount_fen,
                total_fen=line.total_fen,
            )
            for offer, line in zip(placement.offers, quote.lines, strict=True)
        ],
        subtotal_fen=quote.subtotal_fen,
        tier_discount_fen=quote.tier_discount_fen,
        coupon_discount_fen=quote.coupon_discount_fen,
        total_fen=quote.total_fen,
        points_earned=quote.points_earned,
        coupon_short_fen=quote.coupon_short_fen,
    )
