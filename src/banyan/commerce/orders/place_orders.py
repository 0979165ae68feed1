"""Orders that people place from their phones."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.base.text import Note
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.coupons import CouponId
from banyan.commerce.orders.drafts import Draft
from banyan.commerce.orders.place_order import place
from banyan.commerce.orders.types import LINES_MAX, Order, OrderKind, WantedLine
from banyan.commerce.places import PlaceId
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: order this at this store, to be paid by me within a quarter of an hour."""

    merchant_id: MerchantId
    store_id: StoreId
    lines: Annotated[list[WantedLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    kind: OrderKind = OrderKind.TAKE_AWAY
    place_id: PlaceId = PlaceId(NONE)
    """The table, when it is eaten there."""
    coupon_id: CouponId = CouponId(NONE)
    note: Note = ""
    """What the buyer wants the shop to know: without sugar, ring the bell."""


@plural(permission=Permission.PERSON, batch_max=128)
async def place_orders(work: Work, calls: Sequence[Call[PlaceOrder]]) -> Sequence[Order | Failure]:
    """Price each order, set its stock and coupon aside, and give it a pickup number.

    Of rivals for the last units exactly as many win as there are. What is not paid in time is
    released. The scan that brought the buyer within the last week is remembered with the order.

    Fails with NotFound `stores.not_found`, `places.not_found`, `coupons.not_found`; Invalid
    `orders.table_missing`, `orders.table_unwanted`; Refusal `orders.store_closed`,
    `orders.not_on_sale`, `orders.too_large`, `coupons.reserved`, `coupons.redeemed`,
    `coupons.expired`, `pricing.below_threshold`, `stock.insufficient`.
    """
    return await place(work, [draft_of(call) for call in calls])


def draft_of(call: Call[PlaceOrder]) -> Draft:
    """Return what a person wants to order."""
    command = call.command
    return Draft(
        index=call.index,
        at=call.at,
        merchant_id=command.merchant_id,
        store_id=command.store_id,
        person_id=call.actor.person_id,
        kind=command.kind,
        place_id=command.place_id,
        coupon_id=command.coupon_id,
        note=command.note,
        lines=command.lines,
    )
