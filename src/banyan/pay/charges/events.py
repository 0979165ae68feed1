"""Facts about charges."""

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.pay.charges.types import Protocol, Way


class ChargePaid(Event, frozen=True, kw_only=True, tag="charges.paid"):
    """Somebody paid what a merchant asked for over the wire; the subject is the charge."""

    protocol: Protocol
    way: Way
    out_no: str
    provider_id: Id
    combined_id: Id
    currency: str
    total_fen: int
    payer_fen: int
    """What their wallet gave."""
    voucher_fen: int
    discount_fen: int
    fee_fen: int
    is_shared: bool = False
    """What is left of it waits to be shared."""


class ChargeClosed(Event, frozen=True, kw_only=True, tag="charges.closed"):
    """A charge can't be paid any more; the subject is the charge."""

    out_no: str
    is_revoked: bool
    """Its till took it back."""


class ChargeRefunded(Event, frozen=True, kw_only=True, tag="charges.refunded"):
    """A part of a charge went back; the subject is the charge."""

    refund_id: Id
    out_refund_no: str
    out_no: str
    currency: str
    refund_fen: int
    payer_fen: int
    fee_fen: int
    reason: str
