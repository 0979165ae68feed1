"""The lines of bills: what a merchant was asked for and paid, and how its money moved."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeState, Facts, Protocol, Way


class Part(StrEnum):
    """Which lines of a day's trade are wanted."""

    ALL = "all"
    PAID = "paid"
    """What was paid."""
    REFUNDED = "refunded"
    """What went back."""


class FlowKind(StrEnum):
    """Why a merchant's money grew or shrank."""

    PAYMENT = "payment"
    VOUCHER = "voucher"
    """What somebody funded of a payment, and what of it went back."""
    FEE = "fee"
    REFUND = "refund"
    FEE_BACK = "fee_back"
    SHARING = "sharing"
    """A part of what one merchant was paid, which another has got."""
    SHARING_BACK = "sharing_back"
    SUBSIDY = "subsidy"
    """What a provider adds to a charge, or whoever made a coupon to where it was used."""
    SUBSIDY_BACK = "subsidy_back"
    REMITTANCE = "remittance"
    PAYOUT = "payout"
    PACKET = "packet"
    """Put into a red packet."""
    PACKET_BACK = "packet_back"
    """What nobody took of it."""
    OTHER = "other"


class TradeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One payment, or one refund of one."""

    at: datetime
    """When it was paid, or went back."""
    is_refund: bool
    merchant_id: MerchantId
    provider_id: MerchantId
    mchid: str
    provider_mchid: str
    appid: str
    sub_appid: str
    openid: str
    protocol: Protocol
    way: Way
    state: ChargeState
    transaction_no: str
    out_no: str
    refund_no: str
    out_refund_no: str
    currency: str
    total_fen: int
    payer_fen: int
    voucher_fen: int
    discount_fen: int
    fee_fen: int
    """Of a refund what of it came back."""
    rate_bp: int
    refund_fen: int
    reason: str
    facts: Facts
    created_at: datetime

    @property
    def settled_fen(self) -> int:
        """What it brings to the merchant before the fee, or takes from it."""
        return self.payer_fen + self.voucher_fen


class TradeBill(msgspec.Struct, frozen=True, kw_only=True):
    """A day's trade, in the order in which it happened."""

    on: date
    lines: list[TradeLine]


class ShareKind(StrEnum):
    """What a line of a bill of shares tells."""

    GIVEN = "given"
    """A receiver got its part."""
    RETURNED = "returned"
    """A receiver gave something back."""
    KEPT = "kept"
    """What was left is the merchant's own."""


class ShareLine(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a charge: what a receiver got, or gave back."""

    at: datetime
    kind: ShareKind
    is_done: bool
    """Whether the receiver could have it."""
    merchant_id: MerchantId
    mchid: str
    ordered_by: str
    """Who ordered it: the merchant's number on the wire, or its provider's."""
    transaction_no: str
    number: str
    """The platform's number of the sharing or the return."""
    part_no: str
    out_no: str
    charged_fen: int
    account: str
    """The receiver."""
    amount_fen: int
    description: str
    remark: str


class ShareBill(msgspec.Struct, frozen=True, kw_only=True):
    """What was shared on a day, in the order in which it happened."""

    on: date
    lines: list[ShareLine]


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """One time that a merchant's money grew or shrank."""

    flow_id: Id
    kind: FlowKind
    code: int
    """Why, as the ledger says it."""
    cause: Id
    number: str
    """The platform's number of what caused it."""
    out_no: str
    """The merchant's own; empty where it has none."""
    amount_fen: int
    """Above zero what came, below what went."""
    balance_fen: int
    """What the merchant held afterwards."""
    at: datetime


class FundBill(msgspec.Struct, frozen=True, kw_only=True):
    """How a merchant's money moved over some days: all of it, settled or not, shared or not."""

    currency: str
    since: date
    until: date
    """The last day."""
    opening_fen: int
    closing_fen: int
    flows: list[Flow]
