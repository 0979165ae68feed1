"""Which units a refund brings back, and what they are worth: pure."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.text import Text
from banyan.commerce.orders.records import LineRecord, OrderRecord
from banyan.commerce.orders.types import LINES_MAX, OrderId, Quantity
from banyan.commerce.pricing import RefundQuote, SoldLine, all_that_is_left, compute_refund
from banyan.parties.merchants import MerchantId

LineNo = Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many units of one line come back."""

    line_no: LineNo
    quantity: Quantity
    is_restocked: bool = True
    """They can be sold again; else they are gone."""


class RefundOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Command: give back these units of an order, or all that is left of it."""

    merchant_id: MerchantId
    order_id: OrderId
    lines: Annotated[list[ReturnedLine], msgspec.Meta(max_length=LINES_MAX)] = []
    """Empty: all that is left."""
    is_restocked: bool = True
    """When `lines` is empty: whether what comes back can be sold again."""
    reason: Text = ""


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What comes back of a locked order, and what it is worth."""

    order: OrderRecord
    lines: Mapping[int, LineRecord]
    quote: RefundQuote
    restocked: frozenset[int]
    """Numbers of the lines whose units can be sold again."""


def decide_returned(
    command: RefundOrder, order: OrderRecord, lines: Sequence[LineRecord]
) -> Returned:
    """Work out what the command brings back of a locked order.

    Raises Invalid `orders.line_twice` and what `pricing.compute_refund` raises.
    """
    sold = [
        SoldLine(
            line_no=one.line_no,
            quantity=one.quantity,
            total_fen=one.total_fen,
            refunded_quantity=one.refunded_quantity,
            refunded_fen=one.refunded_fen,
        )
        for one in lines
    ]
    if command.lines:
        wanted = {one.line_no: one.quantity for one in command.lines}
        if len(wanted) < len(command.lines):
            raise Invalid("orders.line_twice")
        restocked = frozenset(one.line_no for one in command.lines if one.is_restocked)
    else:
        wanted = all_that_is_left(sold)
        restocked = frozenset(wanted) if command.is_restocked else frozenset()
    quote = compute_refund(
        sold,
        wanted,
        points_earned=order.points_earned,
        has_coupon=order.coupon_id != 0,
    )
    return Returned(
        order=order,
        lines={one.line_no: one for one in lines},
        quote=quote,
        restocked=restocked,
    )
