"""What comparing the books with each other and with outside statements brings to light."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from banyan.pay.gateways import AttemptId, GatewayId, GatewayKind
from banyan.pay.tallies import Disagreement, Remark, Statement


class Family(StrEnum):
    """What moved a merchant's money: the same thing stands in the ledger and in some room."""

    CHARGE = "charge"
    """Paid over the wire, less the fee."""
    CHARGE_REFUND = "charge_refund"
    ORDER = "order"
    """Paid from a wallet in a shop of Banyan's own."""
    ORDER_REFUND = "order_refund"
    PAYOUT = "payout"
    """Sent to a bank; the bank's statement tells the same."""
    REMITTANCE = "remittance"
    SHARE = "share"
    """A part of what a merchant was paid, which another got."""
    SHARE_RETURN = "share_return"
    SUBSIDY = "subsidy"
    """What a provider adds to a charge, or whoever made a coupon to where it was used; or back."""
    PACKET = "packet"
    """Put into a red packet."""
    PACKET_RETURN = "packet_return"
    """What nobody took of it."""
    OTHER = "other"
    """Moved by rooms that are held to the ledger as a whole, not one by one."""


class Mismatch(StrEnum):
    """What is wrong between two books."""

    NOT_MOVED = "not_moved"
    """A bill tells of it, but the ledger moved nothing."""
    NOT_BOOKED = "not_booked"
    """The ledger moved money of which no bill tells."""
    AMOUNT_DIFFERS = "amount_differs"
    """Ledger and bill tell different amounts."""
    NOT_OUTSIDE = "not_outside"
    """We say that the bank has it, the bank's statement does not."""
    ONLY_OUTSIDE = "only_outside"
    """The bank's statement has what we say it has not."""
    OUTSIDE_DIFFERS = "outside_differs"
    """The bank's statement has another amount."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of which the books tell different stories."""

    family: Family
    number: str
    problem: Mismatch
    at: datetime
    ledger_fen: int | None
    """How much the ledger moved; None if it moved nothing."""
    booked_fen: int | None
    """How much the bill tells of."""
    outside_fen: int | None = None
    """How much the bank tells of."""


class FamilySum(msgspec.Struct, frozen=True, kw_only=True):
    """All of one family on a day."""

    family: Family
    count: int
    ledger_fen: int
    booked_fen: int | None
    """None for what is not compared one by one."""
    outside_fen: int | None = None


class Reconciliation(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's day, compared."""

    on: date
    currency: str
    opening_fen: int
    closing_fen: int
    sums: list[FamilySum]
    differences: list[Difference]

    @property
    def is_even(self) -> bool:
        """Whether all books tell the same."""
        return not self.differences and self.opening_fen + self.moved_fen == self.closing_fen

    @property
    def moved_fen(self) -> int:
        """What the day added, or took if below zero."""
        return sum(one.ledger_fen for one in self.sums)


class DaySum(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's day at a glance."""

    on: date
    count: int
    came_fen: int
    went_fen: int
    difference_count: int


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Some days, the latest first; days on which nothing happened are left out."""

    items: list[DaySum]


class TrialRow(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts of one purpose in one currency."""

    currency: str
    code: int
    account_count: int
    debits_fen: int
    credits_fen: int
    debits_pending_fen: int
    credits_pending_fen: int

    @property
    def balance_fen(self) -> int:
        """What their owners hold; below zero what they gave out."""
        return self.credits_fen - self.debits_fen


class Stray(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the bank's statement that is none of ours."""

    number: str
    bank_no: str
    currency: str
    amount_fen: int
    at: datetime


class TrialBalance(msgspec.Struct, frozen=True, kw_only=True):
    """Every money account of the installation; in each currency debits and credits are equal."""

    rows: list[TrialRow]
    strays: list[Stray]

    @property
    def is_even(self) -> bool:
        """Whether money was neither made nor lost."""
        sums: dict[str, int] = {}
        for row in self.rows:
            sums[row.currency] = sums.get(row.currency, 0) + row.balance_fen
        return not any(sums.values())


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one side tells of a day, summed up."""

    count: int
    paid_fen: int
    back_fen: int


class TallyDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day of a merchant's account at a provider, as both sides tell it."""

    gateway_id: GatewayId
    kind: GatewayKind
    account: str
    day: date
    statement: Statement | None
    """None where nobody has asked for one yet."""
    is_asked: bool
    """Somebody is about to fetch it."""
    here: Told
    there: Told
    fee_fen: int
    """What the provider kept, by its statement."""
    open_count: int = 0
    """Differences that nobody has settled."""
    settled_count: int = 0


class OutsideDifference(msgspec.Struct, frozen=True, kw_only=True):
    """Something of which a provider's statement and our books tell different stories."""

    gateway_id: GatewayId
    day: date
    problem: Disagreement
    out_no: str
    out_refund_no: str
    currency: str
    """Of the amount there."""
    own_currency: str
    """Of the amount here."""
    at: datetime
    attempt_id: AttemptId
    """What it is about here; 0 if nothing is."""
    state: str
    """How far that is; empty if there is nothing."""
    here_fen: int | None
    there_fen: int | None
    remark: Remark | None
    """How it was settled, if it was."""


class TallyDays(msgspec.Struct, frozen=True, kw_only=True):
    """Some days of all accounts, the latest first; days on which nothing happened are left out."""

    items: list[TallyDay]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A day of one account, and each difference."""

    gateway_id: GatewayId
    kind: GatewayKind
    account: str
    day: TallyDay | None
    """None for a day on which neither side tells of anything."""
    differences: list[OutsideDifference]
    agreed_rate_bp: int | None
    """What the provider may keep, if the merchant has told."""
