"""What a partnership is, and its events."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event


class Business(StrEnum):
    """What a partner may give out. Stored: never renamed."""

    VOUCHERS = "vouchers"
    BUSIFAVORS = "busifavors"


class Partnership(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant lets another merchant, or a channel, give out what a stock of its own holds."""

    merchant_id: Id
    business: Business
    stock_id: Id
    partner_merchant_id: Id
    partner_channel_id: Id
    built_at: datetime
    terminated_at: datetime | None
    updated_at: datetime


class PartnershipBuilt(Event, frozen=True, kw_only=True, tag="partnerships.built"):
    """A merchant lets a partner give out a stock of its own; `subject_id` is the stock."""

    business: Business
    partner_merchant_id: int
    partner_channel_id: int


class PartnershipTerminated(Event, frozen=True, kw_only=True, tag="partnerships.terminated"):
    """A partner may no longer give out a stock; `subject_id` is the stock."""

    business: Business
    partner_merchant_id: int
    partner_channel_id: int
