"""Ids, structs, events and ledger codes of coupons."""

from datetime import datetime
from enum import IntEnum, StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.commerce.members.types import MemberId


class CampaignId(Id):
    """A campaign that issues coupons."""


class CouponId(Id):
    """One coupon in one member's hands."""


class CouponKind(StrEnum):
    """How a coupon lowers the price. Stored: never renamed."""

    AMOUNT_OFF = "amount_off"
    """A fixed sum off an order that reaches a threshold (满减券)."""
    PERCENT_OFF = "percent_off"
    """A share of the price, up to a cap (折扣券)."""
    VOUCHER = "voucher"
    """Stands for what its words say, and is checked off by hand (兑换券); no order uses it."""


class CouponState(StrEnum):
    """Where a coupon is in its life. Stored: never renamed."""

    CLAIMED = "claimed"
    """In the member's hands."""
    RESERVED = "reserved"
    """Set aside for an order that is not paid yet."""
    REDEEMED = "redeemed"
    """Used for a paid order."""
    EXPIRED = "expired"
    """Not used in time."""
    VOIDED = "voided"
    """Taken back by the merchant, or thrown away by its holder."""
    GIVEN = "given"
    """Passed on to somebody else, who holds another coupon in its place."""


class Origin(StrEnum):
    """How a coupon came to its member. Stored: never renamed."""

    CLAIM = "claim"
    """They took it."""
    WELCOME = "welcome"
    """It was given to them as they joined."""
    CAMPAIGN = "campaign"
    """It came with a message to a segment; `origin_id` is that send."""
    CARD = "card"
    """They took it as a card; whether anybody may take one of the campaign does not matter."""
    GIFT = "gift"
    """Another member passed it on; `origin_id` is the coupon that it stands in place of."""


class AccountCode(IntEnum):
    """Ledger accounts of coupons; book is the campaign, owner the merchant. Never renumbered."""

    POOL = 601
    """Not claimed yet."""
    HELD = 602
    """In members' hands, reserved ones included."""
    REDEEMED = 603
    EXPIRED = 604
    BUDGET = 605
    """Where the pool is filled from."""
    VOIDED = 606


class TransferCode(IntEnum):
    """Why coupons moved. Stored: never renumbered."""

    FUNDED = 601
    CLAIMED = 602
    REDEEMED = 603
    EXPIRED = 604
    GIVEN_BACK = 605
    """Their order was refunded."""
    VOIDED = 606
    UNFUNDED = 607
    """The budget was lowered."""


class CouponTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What one coupon takes off, and from which subtotal on."""

    kind: CouponKind
    threshold_fen: int = 0
    """The subtotal at shelf prices that the order must reach; 0 means any order."""
    amount_off_fen: int = 0
    """What an `AMOUNT_OFF` coupon takes off."""
    percent_bp: int = 0
    """The share that a `PERCENT_OFF` coupon takes off, in basis points (1500 is 15 %)."""
    cap_fen: int = 0
    """The most that a `PERCENT_OFF` coupon takes off; 0 means no cap."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign as its merchant wrote it. What a coupon is worth never changes afterwards."""

    merchant_id: Id
    campaign_id: CampaignId
    name: str
    terms: CouponTerms
    budget: int
    per_person_limit: int
    valid_from: datetime
    valid_until: datetime
    valid_days: int
    """How many days after the claim a coupon lasts, at most to `valid_until`; 0 means to there."""
    is_welcome: bool
    """Given to everybody who joins."""
    is_claimable: bool
    """Anybody may take one; otherwise it is only given."""
    created_at: datetime
    closed_at: datetime | None = None
    usable_from: datetime | None = None
    """Before this none of its coupons may be used; null for at once."""
    wait_days: int = 0
    """How many days after the claim a coupon may be used for the first time."""


class CampaignCounts(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a campaign's coupons, by the ledger."""

    left: int
    """Not claimed yet."""
    claimed: int
    """Ever claimed or given."""
    held: int
    """In members' hands now."""
    redeemed: int
    expired: int
    voided: int = 0
    """Taken back or thrown away."""


class CampaignReport(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign with what became of it."""

    campaign: Campaign
    counts: CampaignCounts
    redeemed_order_fen: int
    """What was paid for the orders that redeemed one."""


class Coupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon as its holder, or the merchant's till, sees it."""

    merchant_id: Id
    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    name: str
    terms: CouponTerms
    state: CouponState
    origin: Origin
    claimed_at: datetime
    expires_at: datetime
    order_id: Id
    """The order it is reserved for or was redeemed with; 0 without one."""
    usable_from: datetime | None = None
    """Null for at once."""


class CouponForOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A locked coupon as an order needs it."""

    merchant_id: int
    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    person_id: int
    state: CouponState
    order_id: int
    expires_at: datetime
    terms: CouponTerms
    usable_from: datetime | None = None


class Redemption(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A paid order that uses the coupon which was reserved for it."""

    merchant_id: int
    coupon_id: int
    order_id: int
    order_total_fen: int
    at: datetime
    index: int = 0


class CampaignCreated(Event, frozen=True, kw_only=True, tag="coupons.campaign_created"):
    """A merchant began a campaign; `subject_id` is the campaign."""

    campaign_id: CampaignId
    budget: int


class CampaignChanged(Event, frozen=True, kw_only=True, tag="coupons.campaign_changed"):
    """A merchant changed a campaign; `subject_id` is the campaign."""

    campaign_id: CampaignId
    budget: int


class CampaignClosed(Event, frozen=True, kw_only=True, tag="coupons.campaign_closed"):
    """A campaign gives out no more coupons; those in members' hands stay good."""

    campaign_id: CampaignId


class CouponClaimed(Event, frozen=True, kw_only=True, tag="coupons.claimed"):
    """A coupon came into a member's hands; `subject_id` is the coupon."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    campaign_name: str
    origin: Origin
    origin_id: int
    """The send that gave it, if one did."""
    expires_at: datetime


class CouponRedeemed(Event, frozen=True, kw_only=True, tag="coupons.redeemed"):
    """A coupon was used; `subject_id` is the coupon."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    order_id: int
    """The paid order; 0 when it was checked off by hand."""
    order_total_fen: int


class CouponGivenBack(Event, frozen=True, kw_only=True, tag="coupons.given_back"):
    """A coupon's order was refunded whole; `subject_id` is the coupon."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    order_id: int


class CouponExpired(Event, frozen=True, kw_only=True, tag="coupons.expired"):
    """A coupon was not used in time; `subject_id` is the coupon."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId


class CouponVoided(Event, frozen=True, kw_only=True, tag="coupons.voided"):
    """A coupon was taken back or thrown away; `subject_id` is the coupon."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId


class CouponGiven(Event, frozen=True, kw_only=True, tag="coupons.given"):
    """A member passed a coupon on; `subject_id` is theirs, `to_coupon_id` the one in its place."""

    coupon_id: CouponId
    campaign_id: CampaignId
    member_id: MemberId
    to_coupon_id: CouponId
    to_member_id: MemberId
