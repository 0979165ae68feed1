"""Decisions about orders: what may be placed, paid, closed and given back. No I/O."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.limits import AMOUNT_MAX
from banyan.commerce.catalogue import SkuForSale, SkuId
from banyan.commerce.coupons import CouponTerms
from banyan.commerce.members import TierTerms
from banyan.commerce.orders.records import OrderRecord
from banyan.commerce.orders.types import OrderKind, OrderState, TillLine, WantedLine
from banyan.commerce.pricing import PricedLine, Quote, compute_quote

UNPAID_FOR = timedelta(minutes=15)
"""How long stock and coupon of an unpaid order are set aside."""
LOOK_AGAIN = timedelta(seconds=5)
"""When the clock comes back to an order that somebody was just paying."""


class Offer(msgspec.Struct, frozen=True, gc=False):
    """One wanted line with what the shelf says of it, at the price it is sold for."""

    sku: SkuForSale
    quantity: int
    unit_price_fen: int


def decide_offers(
    lines: Sequence[WantedLine | TillLine],
    shelf: Mapping[SkuId, SkuForSale],
    *,
    is_history: bool = False,
) -> list[Offer]:
    """Return what each wanted line is sold for.

    A price given at the till goes before the shelf's. Raises Refusal `orders.not_on_sale` with
    the `sku_id` that this store does not sell, or for history that the merchant never sold.
    """
    offers = []
    for line in lines:
        sku = shelf.get(line.sku_id)
        if sku is None or not (sku.is_on_sale or is_history):
            raise Refusal("orders.not_on_sale", sku_id=str(int(line.sku_id)))
        price = line.unit_price_fen if isinstance(line, TillLine) else None
        offers.append(Offer(sku, line.quantity, sku.unit_price_fen if price is None else price))
    return offers


def decide_quote(
    offers: Sequence[Offer], coupon: CouponTerms | None, tier: TierTerms | None
) -> Quote:
    """Price the offers; a coupon may fall short. Raises Refusal `orders.too_large`."""
    if sum(one.unit_price_fen * one.quantity for one in offers) > AMOUNT_MAX:
        raise Refusal("orders.too_large", amount_max_fen=AMOUNT_MAX)
    return compute_quote(
        [PricedLine(unit_price_fen=one.unit_price_fen, quantity=one.quantity) for one in offers],
        coupon,
        tier,
    )


def check_place(kind: OrderKind, place_id: int) -> None:
    """Accept where an order goes.

    Raises Invalid `orders.table_missing`, `orders.table_unwanted`.
    """
    if kind is OrderKind.DINE_IN and not place_id:
        raise Invalid("orders.table_missing")
    if kind is OrderKind.TAKE_AWAY and place_id:
        raise Invalid("orders.table_unwanted")


def compute_day(at: datetime, time_zone: str) -> date:
    """Return the calendar day of a store at an instant: pickup numbers start anew with it."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def compute_release(placed_at: datetime, now: datetime) -> datetime:
    """Return when what an unpaid order sets aside is to be released.

    An order brought in later than it happened (an import) is given its time from now on, or the
    clock would close it before its payment is brought in.
    """
    return max(placed_at, now) + UNPAID_FOR


class Payer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who wants to pay an order, when, and what they believe it costs."""

    person_id: int
    """0 at the till, where anybody may pay."""
    at: datetime
    expected_total_fen: int | None
    store_ids: frozenset[int] | None = None
    """Where the clerk who takes the money works; None is everywhere."""

    def may_see(self, order: OrderRecord) -> bool:
        """Tell whether the order is the payer's own, or in a store of the clerk."""
        if self.person_id:
            return order.person_id == self.person_id
        return self.store_ids is None or order.store_id in self.store_ids


def decide_unpayable(
    order: OrderRecord | None, payer: Payer, *, was_unpaid: bool
) -> Failure | None:
    """Return why this payer can't pay this order now; None if they can.

    `was_unpaid` says that nobody paid it before them, which the order itself may no longer tell.
    NotFound `orders.not_found` also for somebody else's order; Refusal `orders.already_paid`,
    `orders.expired` (also when the clock has not closed it yet), `orders.cancelled`,
    `orders.total_differs` with the true `total_fen`.
    """
    if order is None or not payer.may_see(order):
        return NotFound("orders.not_found")
    order_id = str(order.order_id)
    if not was_unpaid:
        return Refusal(_closed.get(order.state, "orders.already_paid"), order_id=order_id)
    if payer.at >= order.expires_at:
        return Refusal("orders.expired", order_id=order_id)
    if payer.expected_total_fen not in {None, order.total_fen}:
        return Refusal("orders.total_differs", order_id=order_id, total_fen=order.total_fen)
    return None


def may_be_asked(order: OrderRecord, person_id: int) -> bool:
    """Tell whether a till may ask this person for it.

    That is its buyer, or anybody if the till put it in for nobody in particular.
    """
    is_anybodys = bool(order.placed_by) and not order.member_id
    return is_anybodys or order.person_id == person_id


_closed: Mapping[str, str] = {
    OrderState.EXPIRED: "orders.expired",
    OrderState.CANCELLED: "orders.cancelled",
}


def check_cancellable(order: OrderRecord) -> None:
    """Accept that an unpaid order is taken back.

    Raises Refusal `orders.already_paid`, `orders.expired`, `orders.cancelled`.
    """
    if order.state != OrderState.UNPAID:
        code = _closed.get(order.state, "orders.already_paid")
        raise Refusal(code, order_id=str(order.order_id))


def is_overdue(order: OrderRecord, now: datetime) -> bool:
    """Tell whether the clock closes the order now."""
    return order.state == OrderState.UNPAID and now >= order.expires_at


def check_refundable(order: OrderRecord) -> None:
    """Accept that something of an order goes back.

    Raises Refusal `orders.not_paid`, `orders.already_refunded`.
    """
    if order.state == OrderState.REFUNDED:
        raise Refusal("orders.already_refunded", order_id=str(order.order_id))
    if order.state not in {OrderState.PAID, OrderState.PART_REFUNDED}:
        raise Refusal("orders.not_paid", order_id=str(order.order_id))
