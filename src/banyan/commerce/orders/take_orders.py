"""Orders that the merchant's staff put in at the till, for a member or for anybody."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Failure, Invalid, Refusal
from banyan.base.ids import NONE
from banyan.base.text import Note, Phone
from banyan.books.work import Call, Permission, Work, plural
from banyan.commerce.coupons import CouponId
from banyan.commerce.members import MemberId
from banyan.commerce.orders.drafts import Draft
from banyan.commerce.orders.place_order import place
from banyan.commerce.orders.types import LINES_MAX, Order, OrderKind, TillLine
from banyan.commerce.places import CodeId, PlaceId
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

TILL = 1
"""Stands for Banyan itself where an order has no clerk: an import, a machine."""


class TakeOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: put in an order at the till, for a member by id or phone, or for anybody."""

    merchant_id: MerchantId
    store_id: StoreId
    lines: Annotated[list[TillLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    member_id: MemberId = MemberId(NONE)
    phone: Phone | None = None
    kind: OrderKind = OrderKind.TAKE_AWAY
    place_id: PlaceId = PlaceId(NONE)
    coupon_id: CouponId = CouponId(NONE)
    code_id: CodeId = CodeId(NONE)
    """The code that brought the buyer, if somebody knows."""
    note: Note = ""


@plural(permission=Permission.ORDERS_TAKE, batch_max=200)
async def take_orders(work: Work, calls: Sequence[Call[TakeOrder]]) -> Sequence[Order | Failure]:
    """Place each order for the one it names, also outside opening hours and at prices of its own.

    The buyer can pay it from their phone, or anybody at the till (`take_payments`).

    Fails like `place_orders`, and with Invalid `orders.two_buyers`, `people.phone_malformed`;
    NotFound `members.not_found`, `places.code_not_found`; Refusal `orders.price_not_yours` for a
    clerk who may not refund.
    """
    drafts = [draft_at_till(call) for call in calls]
    sound = [one for one in drafts if isinstance(one, Draft)]
    placed = iter(await place(work, sound) if sound else [])
    return [next(placed) if isinstance(one, Draft) else one for one in drafts]


def draft_at_till(call: Call[TakeOrder]) -> Draft | Failure:
    """Return what a clerk wants to put in, or why that makes no sense."""
    command = call.command
    if command.member_id and command.phone:
        return Invalid("orders.two_buyers")
    if not _may_set_prices(call):
        return Refusal("orders.price_not_yours")
    return Draft(
        index=call.index,
        at=call.at,
        merchant_id=command.merchant_id,
        store_id=command.store_id,
        member_id=command.member_id,
        phone=command.phone or "",
        kind=command.kind,
        place_id=command.place_id,
        coupon_id=command.coupon_id,
        code_id=command.code_id,
        note=command.note,
        lines=command.lines,
        placed_by=call.actor.actor_id or TILL,
    )


def _may_set_prices(call: Call[TakeOrder]) -> bool:
    """Tell whether the prices are the shelf's, or set by somebody who may also give money back."""
    if call.actor.kind == "system":
        return True
    grant = call.actor.grants[call.command.merchant_id]
    return Permission.ORDERS_REFUND in grant.permissions or all(
        line.unit_price_fen is None for line in call.command.lines
    )
