"""Ids, structs and events of merchants' own coupons, which are used beside the payment."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event

RequestNo = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
"""What a program calls one of its wishes, so that asking again changes nothing."""
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=LINE)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class CouponStockId(Id):
    """Coupons of one kind, of which there are so many."""


class HeldCouponId(Id):
    """One coupon in one person's hands."""


class SubsidyId(Id):
    """What a stock's maker paid for one coupon."""


class CouponKind(StrEnum):
    """What a coupon is worth. Stored: never renamed."""

    NORMAL = "normal"
    """So much off."""
    DISCOUNT = "discount"
    """So many percent are paid."""
    EXCHANGE = "exchange"
    """One thing for so much."""


class CodeMode(StrEnum):
    """Where coupons' codes come from. Stored: never renamed."""

    OURS = "ours"
    GIVEN = "given"
    """The merchant's program names one with each coupon."""
    UPLOADED = "uploaded"


class CouponState(StrEnum):
    """Where a coupon is in its life. Stored, but for `expired`: never renamed."""

    HELD = "held"
    USED = "used"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    SUBSIDISED = 721
    """Maker to the merchant where the coupon was used."""
    SUBSIDY_BACK = 722


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time in which a coupon may be used."""

    begins_at: Instant
    ends_at: Instant


class CouponRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a coupon may be used, within the time of its stock; empty lists bar nothing."""

    days_after_sent: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    """How many days it lasts, that of its sending too; 0 for as long as the stock."""
    wait_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    """How many days pass before it may be used."""
    week_days: Annotated[
        list[Annotated[int, msgspec.Meta(ge=0, le=6)]], msgspec.Meta(max_length=7)
    ] = []
    """0 is Sunday."""
    hours: Annotated[
        list[tuple[Annotated[int, msgspec.Meta(ge=0, le=86_400)], ...]],
        msgspec.Meta(max_length=10),
    ] = []
    """Pairs of seconds of the day; by Beijing time."""
    spans: Annotated[list[Span], msgspec.Meta(max_length=50)] = []


class CouponStock(msgspec.Struct, frozen=True, kw_only=True):
    """A stock of coupons, and how many were sent."""

    merchant_id: Id
    """Who made it."""
    stock_id: CouponStockId
    belong_merchant_id: Id
    """Whose it is in name."""
    name: str
    comment: str
    goods_name: str
    kind: CouponKind
    amount_fen: int
    """What is off, or what the thing costs."""
    percent: int
    """What is paid of a price."""
    minimum_fen: int
    code_mode: CodeMode
    max_count: int
    max_by_day: int
    """0 for no such limit."""
    max_by_person: int
    rule: CouponRule
    words: str
    """What decides nothing here, as its merchant's program wrote it (JSON)."""
    is_subsidised: bool
    """Whether its maker may pay those where its coupons are used."""
    begins_at: datetime
    ends_at: datetime
    created_at: datetime
    sent_count: int = 0
    today_count: int = 0
    code_count: int = 0
    """Codes that were uploaded."""
    free_code_count: int = 0


class HeldCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon in somebody's hands, with its stock."""

    coupon_id: HeldCouponId
    stock: CouponStock
    code: str
    person_id: int
    channel_id: int
    sender_merchant_id: Id
    request_no: str
    state: CouponState
    sent_at: datetime
    usable_from: datetime
    usable_until: datetime
    used_at: datetime | None = None
    use_request_no: str = ""
    deactivated_at: datetime | None = None
    out_no: str = ""
    """The merchant's own number of what it was used for."""


class Subsidy(msgspec.Struct, frozen=True, kw_only=True):
    """What a stock's maker paid a merchant for a coupon that was used there."""

    merchant_id: Id
    """Who paid."""
    subsidy_id: SubsidyId
    payee_id: Id
    stock_id: CouponStockId
    code: str
    transaction_no: str
    amount_fen: int
    returned_fen: int
    description: str
    out_no: str
    paid_at: datetime


class SubsidyReturn(msgspec.Struct, frozen=True, kw_only=True):
    """What came back of a subsidy because the payment was refunded."""

    return_id: SubsidyId
    subsidy: Subsidy
    refund_no: str
    amount_fen: int
    description: str
    out_no: str
    returned_at: datetime


class CouponStockCreated(Event, frozen=True, kw_only=True, tag="busifavors.stock_created"):
    """A merchant wrote a stock of coupons of its own; `subject_id` is the stock."""

    name: str
    max_count: int


class CouponSent(Event, frozen=True, kw_only=True, tag="busifavors.sent"):
    """Somebody was given a merchant's coupon; `subject_id` is the coupon."""

    stock_id: int
    name: str
    usable_until: datetime


class CouponUsed(Event, frozen=True, kw_only=True, tag="busifavors.used"):
    """A merchant's program used somebody's coupon up; `subject_id` is the coupon."""

    stock_id: int


class CouponReturned(Event, frozen=True, kw_only=True, tag="busifavors.returned"):
    """A coupon that was used can be used again; `subject_id` is the coupon."""

    stock_id: int


class CouponDeactivated(Event, frozen=True, kw_only=True, tag="busifavors.deactivated"):
    """A coupon can't be used any more; `subject_id` is the coupon."""

    stock_id: int
    reason: str


class SubsidyPaid(Event, frozen=True, kw_only=True, tag="busifavors.subsidised"):
    """A stock's maker paid a merchant for a coupon; `subject_id` is the subsidy."""

    payee_id: int
    amount_fen: int


class SubsidyGivenBack(Event, frozen=True, kw_only=True, tag="busifavors.subsidy_returned"):
    """A merchant gave a part of a subsidy back; `subject_id` is the subsidy."""

    payee_id: int
    amount_fen: int
