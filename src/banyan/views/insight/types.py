"""What insight is asked, what it answers, and what merchants tell it."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.books.journal import Event
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.views.insight.rules import SegmentName

ROWS_MAX = 10_000
"""Most rows of one report; a report that is cut says so."""


class FunnelBy(StrEnum):
    """What a funnel is told apart by."""

    CODE = "code"
    STORE = "store"
    DAY = "day"


class TradeBy(StrEnum):
    """What the figures of trade are told apart by."""

    STORE = "store"
    DAY = "day"


class BuyersBy(StrEnum):
    """What brought a buyer, or when."""

    CODE = "code"
    """The code of their first paid order."""
    CHANNEL = "channel"
    """The official account that they followed first, if before they bought."""
    MONTH = "month"
    """The month of their first paid order."""


class Period(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose figures of which days; both days are included, and days are the stores' own."""

    merchant_id: MerchantId
    store_id: StoreId = StoreId(NONE)
    """One store; 0 for all that the asker may see."""
    from_on: date | None = None
    until_on: date | None = None
    """The last day; today if not said."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What every report says of itself."""

    merchant_id: MerchantId
    store_id: StoreId
    currency: str
    from_on: date | None
    until_on: date
    as_of: datetime
    """What happened before is in the figures."""
    facts_behind: int
    """Facts that were recorded but are not in the figures yet; some may be other merchants'."""


class FunnelRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far those came who scanned; what it is not told apart by is null.

    From `visitors` to `came_back` each figure counts some of those in the one before, but for
    `followed`: one need not follow to join.
    """

    code_id: Id | None
    """0 for money that no code brought."""
    store_id: Id | None
    on: date | None
    touches: int
    """Scans, by anybody."""
    visitors: int
    """Who scanned: people, and one for each scan of which nobody is known."""
    people: int
    """Known people among them."""
    followed: int
    """Those of the people who have followed an official account by the last day."""
    joined: int
    """Those of the people who are members by the last day."""
    ordered: int
    """Those of the members who placed an order after their scan."""
    paid: int
    """Those who paid such an order."""
    came_back: int
    """Those who paid two."""
    orders: int
    """Paid orders of anybody, with a scan or without; what is paid at a cash desk is one."""
    revenue_fen: int
    refunded_fen: int
    earned_fen: int


class FunnelReport(Report, frozen=True, kw_only=True):
    """The loop, step by step."""

    rows: list[FunnelRow]
    is_cut: bool


class TradeRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was sold; what it is not told apart by is null."""

    store_id: Id | None
    on: date | None
    revenue_fen: int
    """Paid orders, before refunds."""
    refunded_fen: int
    """Money that went back then, also for earlier orders."""
    orders: int
    average_fen: int
    buyers: int
    """Known people who paid an order."""
    repeat_buyers: int
    """Those of them who had paid one before."""
    repeat_rate_bp: int
    new_members: int
    coupons_redeemed: int
    coupon_cost_fen: int
    """What was taken off orders that used a coupon, a tier's share included."""


class OverviewReport(Report, frozen=True, kw_only=True):
    """Trade by day and store."""

    rows: list[TradeRow]
    is_cut: bool


class RecognisedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the trade is with known people; what it is not told apart by is null."""

    store_id: Id | None
    on: date | None
    orders: int
    known_orders: int
    revenue_fen: int
    known_fen: int
    share_bp: int
    """Of the money."""
    orders_share_bp: int


class RecognisedReport(Report, frozen=True, kw_only=True):
    """The share of trade that is recognised."""

    rows: list[RecognisedRow]
    is_cut: bool


class RfmCell(msgspec.Struct, frozen=True, kw_only=True):
    """Buyers of the same three quintiles; 5 is the best."""

    recency: int
    frequency: int
    monetary: int
    people: int
    spent_fen: int


class RfmSegment(msgspec.Struct, frozen=True, kw_only=True):
    """Buyers who are best spoken to alike."""

    name: SegmentName
    people: int
    spent_fen: int


class RfmReport(Report, frozen=True, kw_only=True):
    """Buyers by how lately, how often and for how much they bought."""

    people: int
    segments: list[RfmSegment]
    cells: list[RfmCell]


class CohortMonth(msgspec.Struct, frozen=True, kw_only=True):
    """What a cohort did in one month."""

    months_since: int
    """0 is the month of the first order."""
    buyers: int
    retention_bp: int
    revenue_fen: int
    refunded_fen: int


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """People whose first paid order was in the same month."""

    month: date
    """Its first day."""
    buyers: int
    months: list[CohortMonth]
    """Only those in which something happened."""


class CohortReport(Report, frozen=True, kw_only=True):
    """Who stays."""

    cohorts: list[Cohort]


class LifetimeValue(msgspec.Struct, frozen=True, kw_only=True):
    """What buyers were worth in so many days from their first order."""

    days: int
    buyers: int
    """Those whose first order is at least so long ago: only they are counted."""
    revenue_fen: int
    """Paid less refunded."""
    value_fen: int
    """A buyer's, on average."""


class LifetimeRow(msgspec.Struct, frozen=True, kw_only=True):
    """Buyers that came the same way: what they cost and what they brought."""

    code_id: Id | None
    channel_id: Id | None
    month: date | None
    buyers: int
    coupon_cost_fen: int
    """Taken off their first orders by coupons."""
    spent_fen: int
    """Recorded spends."""
    cost_fen: int
    cost_per_buyer_fen: int
    payback_day: int | None
    """The day of their own time, from 0, on which they had brought what they cost."""
    values: list[LifetimeValue]


class LifetimeReport(Report, frozen=True, kw_only=True):
    """Lifetime value against acquisition cost."""

    rows: list[LifetimeRow]
    is_cut: bool


class SpendId(Id):
    """Money that a merchant spent to be found."""


SpentFen = Annotated[int, msgspec.Meta(ge=1, le=10**12)]


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant says that it spent."""

    merchant_id: Id
    spend_id: SpendId
    store_id: Id
    """The store of its code; 0 without one."""
    code_id: Id
    """The poster it was for; 0 for none in particular."""
    channel_id: Id
    """The official account it was for; 0 for none in particular."""
    spent_on: date
    amount_fen: int
    note: str
    recorded_at: datetime


class SpendRecorded(Event, frozen=True, kw_only=True, tag="insight.spent"):
    """A merchant spent money to be found; `subject_id` is the spend."""

    amount_fen: int
    currency: str
    spent_at: datetime
    """The noon of the day, by the merchant's clock."""


class SpendRemoved(Event, frozen=True, kw_only=True, tag="insight.unspent"):
    """A merchant took a spend back; `subject_id` is the spend."""

    amount_fen: int
    currency: str
    spent_at: datetime
    """That of the spend."""


Told = dict[str, int]
"""A row of an answer. Everything that reports compute is whole numbers; null is None."""


class FilesMissing(Exception):
    """A file that was listed is not there, or is not what was written any more."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and which facts it holds."""

    lane: int
    first_number: int
    last_number: int
    rows_count: int
    first_at: datetime
    last_at: datetime
    file_name: str

    def path_in(self, folder: Path) -> Path:
        """Where the file is in the folder of all parts."""
        return folder / f"{self.lane:02}" / self.file_name
