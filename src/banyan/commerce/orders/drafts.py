"""An order that somebody wants to place, whoever they are, and what may come of it."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from banyan.commerce.coupons import CouponForOrder
from banyan.commerce.members import MemberForOrder
from banyan.commerce.orders.rules import Offer
from banyan.commerce.orders.types import OrderKind, TillLine, WantedLine
from banyan.commerce.pricing import Quote
from banyan.commerce.stores import Store


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is asked for; the buyer is named by at most one of person, member and phone."""

    index: int
    at: datetime
    merchant_id: int
    store_id: int
    person_id: int = 0
    member_id: int = 0
    phone: str = ""
    kind: OrderKind
    place_id: int
    coupon_id: int
    code_id: int = 0
    note: str
    lines: Sequence[WantedLine | TillLine]
    placed_by: int = 0
    """The actor at the till; 0 when the buyer orders alone."""
    is_history: bool = False
    """It was sold elsewhere, before: its prices are what was paid, whatever the buyer's tier takes
    off today, and goods that are no longer on sale count too."""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that can be placed, and all that was found out for it."""

    draft: Draft
    store: Store
    currency: str
    person_id: int
    member: MemberForOrder | None
    coupon: CouponForOrder | None
    code_id: int
    day: date
    offers: Sequence[Offer]
    quote: Quote
