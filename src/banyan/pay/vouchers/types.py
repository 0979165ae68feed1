"""Ids, structs, ledger codes and events of vouchers: money off inside a payment."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event

RequestNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[0-9A-Za-z_|*:-]+$(?!\n)")
]
"""What a program calls one of its wishes, so that asking again changes nothing."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
GoodsWord = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]


class StockId(Id):
    """Vouchers of one kind, of which there are so many."""


class VoucherId(Id):
    """One voucher in one person's hands."""


class UseId(Id):
    """One use of a voucher within one charge; after a full refund it may be used again."""


class StockState(StrEnum):
    """Where a stock is in its life. Stored: never renamed."""

    UNACTIVATED = "unactivated"
    """Written, not started: nothing is funded yet."""
    RUNNING = "running"
    PAUSED = "paused"
    """Gives out none; those in people's hands stay good."""
    STOPPED = "stopped"
    """Gives out no more, for good."""


class VoucherState(StrEnum):
    """Where a voucher is in its life. Stored: never renamed."""

    HELD = "held"
    """In somebody's hands."""
    USED = "used"
    EXPIRED = "expired"


class AccountCode(IntEnum):
    """Ledger accounts of a stock: counts with the stock as book, and its fund. Never renumbered."""

    POOL = 701
    """Not sent yet."""
    HELD = 702
    """In people's hands."""
    USED = 703
    EXPIRED = 704
    SOURCE = 705
    """Where the pool is filled from, and what is taken out of it goes back to."""
    FUND = 711
    """Money, owned by the stock: what was put aside to pay for its vouchers."""


class TransferCode(IntEnum):
    """Why vouchers and their money moved. Stored: never renumbered."""

    FILLED = 701
    SENT = 702
    USED = 703
    EXPIRED = 704
    GIVEN_BACK = 705
    """Its payment was refunded whole."""
    EMPTIED = 706
    """Left over when the stock ended."""
    FUNDED = 711
    """Funder to fund."""
    PAID = 712
    """Fund to the merchant who was paid with a voucher."""
    REFUNDED = 713
    """From the merchant back to the fund, or to the funder once the stock has ended."""
    RETURNED = 714
    """What the fund did not spend, back to the funder."""


class DayTime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of some days of the week in which a voucher may be used; by Beijing time."""

    week_days: Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=6)]], msgspec.Meta(max_length=7)]
    """0 is Sunday; none means every day."""
    from_second: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    until_second: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 86_400


class VoucherRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which payments a voucher takes money off; an empty list means that all fit."""

    merchant_ids: Annotated[list[Id], msgspec.Meta(max_length=50)]
    """Who must be paid."""
    goods_tags: Annotated[list[GoodsWord], msgspec.Meta(max_length=50)] = []
    ways: Annotated[list[GoodsWord], msgspec.Meta(max_length=10)] = []
    """The ways to pay, as charges name them."""
    items: Annotated[list[GoodsWord], msgspec.Meta(max_length=500)] = []
    """Goods by the merchant's own number: only they count, and money goes off them alone."""
    barred_items: Annotated[list[GoodsWord], msgspec.Meta(max_length=500)] = []
    """Goods that don't count."""
    day_time: DayTime | None = None
    is_from_next_day: bool = False
    """May be used from the day after it was sent."""
    minutes_after_sent: Annotated[int, msgspec.Meta(ge=0, le=525_600)] = 0
    """How long after it was sent it lasts; 0 for as long as the stock."""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """A stock of vouchers as its merchant wrote it; what one is worth never changes."""

    merchant_id: Id
    """Who made it and pays for it; 0 for the platform itself."""
    stock_id: StockId
    belong_merchant_id: Id
    name: str
    comment: str
    description: str
    is_cash: bool
    """Funded: the merchant who is paid gets the full price. Otherwise that merchant gives it up."""
    amount_fen: int
    """What one voucher takes off."""
    minimum_fen: int
    """What the payment must come to."""
    max_count: int
    max_by_day: int
    """Most that are sent in one day; 0 for no such limit."""
    max_by_person: int
    rule: VoucherRule
    style: str
    """How it looks, as its merchant's program wrote it (JSON)."""
    begins_at: datetime
    ends_at: datetime
    state: StockState
    created_at: datetime
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    """When the last voucher had expired and the rest of the money had gone back."""
    funded_fen: int = 0
    returned_fen: int = 0

    @property
    def max_amount_fen(self) -> int:
        """What all its vouchers are worth."""
        return self.amount_fen * self.max_count


class StockCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a stock's vouchers and of its money, by the ledger."""

    left: int
    sent: int
    """Ever sent."""
    held: int
    used: int
    expired: int
    fund_fen: int


class StockReport(msgspec.Struct, frozen=True, kw_only=True):
    """A stock with what became of it."""

    stock: Stock
    counts: StockCounts


class Voucher(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A voucher as its holder and the merchants see it."""

    person_id: int
    voucher_id: VoucherId
    stock_id: StockId
    merchant_id: Id
    """Who made the stock."""
    sender_merchant_id: Id
    channel_id: int
    name: str
    description: str
    is_cash: bool
    amount_fen: int
    minimum_fen: int
    state: VoucherState
    sent_at: datetime
    usable_from: datetime
    usable_until: datetime
    rule: VoucherRule
    used_at: datetime | None = None
    used_merchant_id: int = 0
    transaction_no: str = ""
    used_fen: int = 0


class Promotion(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one voucher took off one charge, and who bears it; kept with the charge."""

    use_id: UseId
    voucher_id: VoucherId
    stock_id: StockId
    merchant_id: Id
    """Who made the stock; 0 for the platform."""
    name: str
    is_single: bool = False
    """For certain goods, not for the whole."""
    is_cash: bool = True
    """Somebody funds it: the merchant is paid it all the same. Else the merchant gives it up."""
    amount_fen: int
    platform_fen: int = 0
    merchant_fen: int = 0
    """Borne by the merchant who is paid, or by whoever made a stock without money."""
    other_fen: int = 0
    goods: Sequence[tuple[str, int, int, int]] = ()
    """Goods id, quantity, unit price and money off, where it is for certain goods."""


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """Where a merchant's program is told of its vouchers."""

    merchant_id: int
    url: str
    is_on: bool
    set_at: datetime


class FlowRow(msgspec.Struct, frozen=True, kw_only=True):
    """One use of a voucher of a stock, or what went back of one."""

    flow_id: int
    voucher_id: int
    paid_merchant_id: int
    transaction_no: str
    total_fen: int
    amount_fen: int
    at: datetime


class StockCreated(Event, frozen=True, kw_only=True, tag="vouchers.stock_created"):
    """Somebody wrote a stock of vouchers; `subject_id` is the stock."""

    name: str
    amount_fen: int
    max_count: int
    is_cash: bool


class StockStarted(Event, frozen=True, kw_only=True, tag="vouchers.stock_started"):
    """A stock gives out vouchers from now on, and is funded; `subject_id` is the stock."""

    funded_fen: int


class StockPaused(Event, frozen=True, kw_only=True, tag="vouchers.stock_paused"):
    """A stock gives out no vouchers for now; `subject_id` is the stock."""


class StockRestarted(Event, frozen=True, kw_only=True, tag="vouchers.stock_restarted"):
    """A paused stock gives out vouchers again; `subject_id` is the stock."""


class StockStopped(Event, frozen=True, kw_only=True, tag="vouchers.stock_stopped"):
    """A stock gives out no more vouchers; `subject_id` is the stock."""

    returned_fen: int
    """What nobody can use any more and so went back to whoever funded it."""


class VoucherSent(Event, frozen=True, kw_only=True, tag="vouchers.sent"):
    """Somebody was given a voucher; `subject_id` is the voucher."""

    stock_id: StockId
    name: str
    amount_fen: int
    usable_until: datetime


class VoucherUsed(Event, frozen=True, kw_only=True, tag="vouchers.used"):
    """A voucher took money off a payment; `subject_id` is the voucher, `merchant_id` the paid."""

    stock_id: StockId
    charge_id: int
    amount_fen: int
    is_cash: bool


class VoucherGivenBack(Event, frozen=True, kw_only=True, tag="vouchers.given_back"):
    """Money of a voucher went back with a refund; `subject_id` is the voucher."""

    stock_id: StockId
    charge_id: int
    amount_fen: int
    is_usable: bool
    """The payment was refunded whole, and the voucher can be used again."""
