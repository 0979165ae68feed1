"""Ids, structs and events of activities by which whoever pays is given coupons."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.pay.busifavors import CouponStockId

Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class ActivityId(Id):
    """Coupons for those who pay enough."""


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever pays enough to certain merchants is given coupons of certain stocks."""

    merchant_id: Id
    activity_id: ActivityId
    request_no: str
    name: str
    words: str
    """What decides nothing here, as its merchant's program wrote it (JSON)."""
    minimum_fen: int
    """What a payment must come to."""
    stock_ids: list[CouponStockId]
    begins_at: datetime
    ends_at: datetime
    created_at: datetime
    terminated_at: datetime | None = None


class ActivityPayee(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant, payments to which count."""

    payee_id: int
    added_at: datetime


class ActivityCreated(Event, frozen=True, kw_only=True, tag="paygifts.created"):
    """A merchant gives coupons to those who pay enough; `subject_id` is the activity."""

    name: str
    minimum_fen: int


class ActivityTerminated(Event, frozen=True, kw_only=True, tag="paygifts.terminated"):
    """A merchant gives no more coupons for payments; `subject_id` is the activity."""


class GiftGiven(Event, frozen=True, kw_only=True, tag="paygifts.given"):
    """Somebody who paid was given a coupon; `subject_id` is the coupon."""

    activity_id: int
    charge_id: int
    stock_id: int
