"""Ids, structs, events and ledger codes of membership."""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.money import BasisPoints, Fen
from banyan.base.text import Name
from banyan.books.journal import Event

POINTS_RATE_MAX = 100_000
TIERS_MAX = 10


class MemberId(Id):
    """A person's membership of one merchant; what that merchant knows them by."""


class AccountCode(IntEnum):
    """Ledger accounts of points; their book is the merchant's id. Stored: never renumbered."""

    MEMBER_POINTS = 501
    """What a member holds; owner is the member."""
    ISSUED = 502
    """Where points come from and go back to; owner is the merchant."""


class TransferCode(IntEnum):
    """Why points moved. Stored: never renumbered."""

    EARNED = 501
    """For an order."""
    TAKEN_BACK = 502
    """For a refund of one."""
    GRANTED = 503
    """By the merchant, or its program, without an order."""
    WITHDRAWN = 504
    """By the merchant, or its program, without a refund."""


class TierTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of one tier is given on every order."""

    name: str = ""
    discount_bp: int = 0
    """Off every order, in basis points."""
    points_rate_bp: int = 0
    """Points per 10,000 fen paid: 100 is one point a yuan."""


class NewTier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tier as the merchant writes it; its number is its place in the list."""

    name: Name
    threshold_fen: Fen
    """What a member must have spent, refunds taken off."""
    discount_bp: BasisPoints = 0
    points_rate_bp: Annotated[int, msgspec.Meta(ge=0, le=POINTS_RATE_MAX)] = 100


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a merchant's membership; number 1 is where everybody begins."""

    tier_no: int
    name: str
    threshold_fen: int
    discount_bp: int
    points_rate_bp: int

    @property
    def terms(self) -> TierTerms:
        """What the tier gives."""
        return TierTerms(
            name=self.name, discount_bp=self.discount_bp, points_rate_bp=self.points_rate_bp
        )


class NewMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who joins, and the code that brought them; `index` is the command it belongs to."""

    merchant_id: int
    person_id: int
    code_id: int = 0
    store_id: int = 0
    joined_at: datetime
    index: int = 0


class MemberForOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A member as an order needs them: who, and what their tier gives."""

    merchant_id: int
    member_id: MemberId
    person_id: int
    tier_no: int
    tier: TierTerms
    orders_count: int
    """Orders paid before, also those refunded later, as far as the reactions have come."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A member as their merchant sees them: never the person's own id or whole phone.

    `spent_fen` has refunds taken off; `orders_count` counts orders paid, also those refunded later.
    """

    merchant_id: Id
    member_id: MemberId
    openid: str | None
    """What the merchant's official account knows them by; null if it never met them."""
    nickname: str
    masked_phone: str
    tier_no: int
    tier_name: str
    points: int
    spent_fen: int
    """Paid for orders, refunds taken off."""
    orders_count: int
    """Orders paid, also those refunded later."""
    joined_at: datetime
    joined_code_id: Id
    last_order_at: datetime | None


class MemberCard(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own card at one shop.

    `spent_fen` has refunds taken off; `orders_count` counts orders paid, also those refunded later.
    """

    merchant_id: Id
    member_id: MemberId
    merchant_name: str
    tier_no: int
    tier_name: str
    discount_bp: int
    points: int
    spent_fen: int
    orders_count: int
    """Orders paid, also those refunded later."""
    joined_at: datetime
    next_tier_name: str | None
    """Null for those at the top."""
    next_tier_short_fen: int
    """What is missing to the next tier."""


class MemberFilter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which members: those for whom everything that is given here holds."""

    tier_nos: (
        Annotated[
            list[Annotated[int, msgspec.Meta(ge=1, le=TIERS_MAX)]],
            msgspec.Meta(min_length=1, max_length=TIERS_MAX),
        ]
        | None
    ) = None
    spent_min_fen: Fen | None = None
    spent_max_fen: Fen | None = None
    orders_min: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    """Of orders paid, also those refunded later."""
    orders_max: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    ordered_before: datetime | None = None
    """Have ordered, the last time before this instant."""
    ordered_since: datetime | None = None
    """Have ordered at or after this instant."""
    joined_before: datetime | None = None
    joined_since: datetime | None = None
    joined_code_ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=100)] | None = None


class MemberJoined(Event, frozen=True, kw_only=True, tag="members.joined"):
    """A person became a member; `subject_id` is the member, `code_id` what brought them."""

    member_id: MemberId


class TierChanged(Event, frozen=True, kw_only=True, tag="members.tier_changed"):
    """Spending, or a refund, brought a member to another tier; `subject_id` is the member."""

    member_id: MemberId
    from_tier_no: int
    to_tier_no: int
    to_tier_name: str


class TiersSet(Event, frozen=True, kw_only=True, tag="members.tiers_set"):
    """A merchant rewrote its tiers; members are of the tier that their spending implies at once."""

    tiers_count: int


class PaidOrder(Event, frozen=True, kw_only=True, tag="orders.paid"):
    """What this room reads of a paid order."""

    total_fen: int


class RefundedOrder(Event, frozen=True, kw_only=True, tag="orders.refunded"):
    """What this room reads of a refund."""

    amount_fen: int
