"""Finds the coupon of theirs that serves a buyer best for the basket they have."""

import msgspec

from banyan.base.ids import NONE, Id
from banyan.books.work import Call, Permission, Work, reading
from banyan.commerce.coupons import Coupon, list_usable_coupons
from banyan.commerce.orders.drafts import Draft, Placement
from banyan.commerce.orders.known import Known, read_known
from banyan.commerce.orders.place_order import decide
from banyan.commerce.orders.place_orders import PlaceOrder, draft_of
from banyan.commerce.orders.quote_order import OrderQuote, answer_quote


class ChooseCoupon(PlaceOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query: which of my coupons would serve this order? One that is named stays the choice."""

    is_without: bool = False
    """Take none, however good."""


class CouponChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that the buyer has for this merchant, and what it would do for this order."""

    coupon: Coupon
    saves_fen: int
    """What the total is less with it; 0 for one that does not count."""
    short_fen: int
    """How much more the subtotal needs for it to count."""


class CouponChoices(msgspec.Struct, frozen=True, kw_only=True):
    """The buyer's coupons for an order, those that save most first, and the price with one."""

    choices: list[CouponChoice]
    coupon_id: Id
    """The one that the quote is with: the one that was named, else the best; 0 for none."""
    quote: OrderQuote


@reading(permission=Permission.PERSON)
async def choose_coupon(work: Work, query: ChooseCoupon) -> CouponChoices:
    """Price the basket with every usable coupon of the one who asks.

    Of coupons that save the same, the one that expires first is the better. Nothing is set aside.
    Raises what `quote_order` raises.
    """
    draft = draft_of(Call(query, work.actor, work.now))
    coupons = await list_usable_coupons(work.db, query.merchant_id, work.actor.person_id, work.now)
    named = query.coupon_id or (coupons[0].coupon_id if coupons else NONE)
    # The coupon that a draft names makes all of its buyer's coupons known.
    known = await read_known(
        work, [msgspec.structs.replace(draft, coupon_id=named)], is_for_keeps=False
    )
    plain = _with(draft, known, NONE)
    placements = {one.coupon_id: _with(draft, known, one.coupon_id) for one in coupons}
    choices = sorted((_choice(one, placements[one.coupon_id], plain) for one in coupons), key=_rank)
    chosen = query.coupon_id
    if not chosen and not query.is_without and choices and choices[0].saves_fen:
        chosen = choices[0].coupon.coupon_id
    placement = placements.get(chosen) or _with(draft, known, chosen)
    return CouponChoices(choices=choices, coupon_id=Id(chosen), quote=answer_quote(placement))


def _with(draft: Draft, known: Known, coupon_id: int) -> Placement:
    return decide(msgspec.structs.replace(draft, coupon_id=coupon_id), known)


def _choice(coupon: Coupon, placement: Placement, plain: Placement) -> CouponChoice:
    return CouponChoice(
        coupon=coupon,
        saves_fen=plain.quote.total_fen - placement.quote.total_fen,
        short_fen=placement.quote.coupon_short_fen,
    )


def _rank(choice: CouponChoice) -> tuple[int, int, float]:
    return (-choice.saves_fen, choice.short_fen, choice.coupon.expires_at.timestamp())
