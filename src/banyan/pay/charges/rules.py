"""Decisions about charges: who may pay, what it costs the merchant, what goes back. No I/O."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.json import encode
from banyan.pay.charges.types import (
    REFUNDS_MAX,
    Ask,
    Charge,
    ChargeState,
    Protocol,
    RefundedGoods,
    Way,
)

PAYABLE_FOR = timedelta(hours=2)
"""How long what was handed out to pay by (a prepay id, a code) works; asking again renews it."""
H5_PAYABLE_FOR = timedelta(minutes=5)
DESK_PAYABLE_FOR = timedelta(minutes=15)
CODE_PAYABLE_FOR = timedelta(minutes=10)
"""How long a till waits for the password of whoever showed their code."""
ALIPAY_PAYABLE_FOR = timedelta(days=15)
_FOR = {Way.H5: H5_PAYABLE_FOR, Way.DESK: DESK_PAYABLE_FOR, Way.CODE: CODE_PAYABLE_FOR}
_EXPIRING = frozenset({Way.JSAPI, Way.H5, Way.APP})
"""How whoever pays is reached by what closes in time; a code can be shown afresh."""
LIVES_MIN = timedelta(minutes=1)
"""The last moment to pay must be so far ahead."""
SHOWN_FOR = timedelta(minutes=10)
"""How long a till may try to take money by a code that it scanned."""
REFUNDABLE_FOR = timedelta(days=365)
REVERSIBLE_FOR = timedelta(days=7)
_WHOLE = 10_000

_STATES = {
    ChargeState.FAILED: "charges.failed",
    ChargeState.CLOSED: "charges.closed",
    ChargeState.REVOKED: "charges.revoked",
}


class Split(msgspec.Struct, frozen=True, gc=False):
    """Where the money of a refund comes from and goes to."""

    payer_fen: int
    voucher_fen: int
    discount_fen: int
    fee_fen: int
    pool_fen: int


def compute_digest(ask: object) -> bytes:
    """Two requests under one number are the same if this is."""
    return hashlib.sha256(encode(ask)).digest()


def compute_fee(settled_fen: int, rate_bp: int) -> int:
    """The platform's fee, half a fen up, for each charge by itself."""
    return (settled_fen * rate_bp * 2 + _WHOLE) // (2 * _WHOLE)


def compute_payable_until(
    way: Way, now: datetime, expires_at: datetime | None, protocol: Protocol = Protocol.OWN
) -> datetime:
    """Until when what is handed out now works."""
    if protocol is Protocol.ALIPAY and way is not Way.NATIVE:
        return expires_at or now + ALIPAY_PAYABLE_FOR
    until = now + _FOR.get(way, PAYABLE_FOR)
    return min(until, expires_at) if expires_at else until


def closes_in_time(protocol: Protocol, way: Way) -> bool:
    """Tell whether what nobody pays closes by itself: by its protocol, or as nobody asks again."""
    return way is Way.DESK or (protocol is Protocol.ALIPAY and way in _EXPIRING)


def check_asks(asks: Sequence[Ask], now: datetime, *, is_combined: bool) -> None:
    """Accept what is asked for.

    Raises Invalid `charges.expires_too_soon`, `charges.one_number_twice`,
    `charges.several_currencies`, `charges.not_one`.
    """
    if not is_combined and len(asks) != 1:
        raise Invalid("charges.not_one")
    if len({one.currency for one in asks}) > 1:
        raise Invalid("charges.several_currencies")
    if len({(one.payee_id, one.out_no) for one in asks}) < len(asks):
        raise Invalid("charges.one_number_twice")
    for one in asks:
        if one.expires_at is not None and one.expires_at < now + LIVES_MIN:
            raise Invalid("charges.expires_too_soon", out_no=one.out_no)


def decide_asked_again(charge: Charge, *, is_same: bool) -> Failure | None:
    """What speaks against handing out a charge once more under the number it already has."""
    if charge.is_paid:
        return Refusal("charges.already_paid", out_no=charge.out_no)
    if charge.state in _STATES:
        return Refusal(_STATES[charge.state], out_no=charge.out_no)
    if not is_same:
        return Refusal("charges.out_no_used", out_no=charge.out_no)
    return None


def decide_unpayable(
    charges: Sequence[Charge],
    payer_id: int,
    at: datetime,
    *,
    was_payable: bool,
    expected_total_fen: int | None,
) -> Failure | None:
    """What speaks against this person's paying these charges, which are paid as one."""
    if not charges:
        return NotFound("charges.not_found")
    for one in charges:
        if one.state in _STATES or (not one.is_paid and at > one.payable_until):
            return Refusal(_STATES.get(one.state, "charges.expired"), out_no=one.out_no)
        is_begun = one.state is ChargeState.PAYING and one.payer_id != payer_id
        if is_begun or one.wanted_payer_id not in {0, payer_id}:
            return Refusal("charges.for_another")
    if not was_payable:
        return Refusal("charges.already_paid", out_no=charges[0].out_no)
    total_fen = sum(one.total_fen for one in charges)
    if expected_total_fen is not None and expected_total_fen != total_fen:
        return Refusal("charges.total_differs", total_fen=total_fen, currency=charges[0].currency)
    return None


def decide_unclosable(charge: Charge) -> Failure | None:
    """What speaks against closing a charge."""
    if charge.is_paid:
        return Refusal("charges.already_paid", out_no=charge.out_no)
    if charge.state is ChargeState.PAYING:
        return Refusal("charges.paying", out_no=charge.out_no)
    return None


def check_refund(
    charge: Charge,
    refund_fen: int,
    total_fen: int | None,
    goods: Sequence[RefundedGoods],
    now: datetime,
) -> None:
    """Accept that so much of a charge goes back.

    Raises Refusal `charges.not_paid`, `charges.total_differs`, `charges.refund_too_large` (with
    what is left), `charges.too_many_refunds`, `charges.refund_too_late`; Invalid
    `charges.goods_differ`.
    """
    if charge.paid_at is None:
        raise Refusal("charges.not_paid", out_no=charge.out_no)
    if total_fen is not None and total_fen != charge.total_fen:
        raise Refusal("charges.total_differs", total_fen=charge.total_fen, currency=charge.currency)
    left_fen = charge.total_fen - charge.refunded_fen
    if refund_fen > left_fen:
        raise Refusal("charges.refund_too_large", left_fen=left_fen, currency=charge.currency)
    if charge.refund_count >= REFUNDS_MAX:
        raise Refusal("charges.too_many_refunds", refunds_max=REFUNDS_MAX)
    if now > charge.paid_at + REFUNDABLE_FOR:
        raise Refusal("charges.refund_too_late", days_max=REFUNDABLE_FOR.days)
    if goods and sum(one.refund_fen for one in goods) != refund_fen:
        raise Invalid("charges.goods_differ", refund_fen=refund_fen, currency=charge.currency)


def compute_split(charge: Charge, refund_fen: int) -> Split:
    """Divide a refund as the payment was, so that all refunds together give back each part exactly.

    Each part of what went back up to now and with this refund is the same share of that part as the
    refunds are of the total, rounded down for the payer and half up for the fee: whatever
    was rounded away comes with the last refund.
    """
    so_far = charge.refunded_fen + refund_fen
    payer_fen = charge.payer_fen * so_far // charge.total_fen - charge.payer_refunded_fen
    rest = refund_fen - payer_fen
    off = charge.voucher_fen + charge.discount_fen
    off_so_far = so_far - charge.payer_refunded_fen - payer_fen
    voucher_fen = 0
    if off:
        share = charge.voucher_fen * off_so_far // off - charge.voucher_refunded_fen
        # Neither part may come to more than this refund, or than what is left of it.
        least = rest - (charge.discount_fen - charge.discount_refunded_fen)
        most = min(rest, charge.voucher_fen - charge.voucher_refunded_fen)
        voucher_fen = min(max(share, least, 0), most)
    fee_so_far = (charge.fee_fen * so_far * 2 + charge.total_fen) // (2 * charge.total_fen)
    fee_fen = fee_so_far - charge.fee_refunded_fen
    settled_fen = payer_fen + voucher_fen
    pool_fen = max(0, min(charge.unsplit_fen, settled_fen - fee_fen))
    return Split(payer_fen, voucher_fen, rest - voucher_fen, fee_fen, pool_fen)


def check_shown(shown_at: datetime, now: datetime) -> None:
    """Accept that a code was shown only just now. Raises Refusal `paycodes.expired`."""
    if now > shown_at + SHOWN_FOR:
        raise Refusal("paycodes.expired")


def check_reversible(charge: Charge, now: datetime) -> None:
    """Accept that a till takes a charge back. Raises Refusal `charges.reverse_too_late`."""
    if now > charge.created_at + REVERSIBLE_FOR:
        raise Refusal("charges.reverse_too_late", days_max=REVERSIBLE_FOR.days)
