"""Ids, structs, events and ledger codes of cards."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE, LINES, TRIMMED
from banyan.books.journal import Event
from banyan.commerce.coupons import CampaignId, CouponId, CouponTerms
from banyan.commerce.members import MemberId
from banyan.reach.channels import ChannelId


class CardId(Id):
    """A kind of card that a merchant gives out."""


CardRef = Annotated[str, msgspec.Meta(pattern=r"^p[A-Za-z0-9_-]{27}$(?!\n)")]
"""What programs call a card by: 28 characters."""
CodeText = Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=r"^[!-~]+$(?!\n)")]
"""The code of one card in somebody's hands."""
OptionalCode = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[!-~]*$(?!\n)")]
OuterText = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
"""What whoever hands a card out wants to be told again."""
Address = Annotated[str, msgspec.Meta(max_length=1024, pattern=LINE)]
Word = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
Line = Annotated[str, msgspec.Meta(max_length=300, pattern=LINE)]


class CardKind(StrEnum):
    """What sort of card it is. Stored: never renamed."""

    GROUPON = "groupon"
    """What was agreed on (团购券)."""
    CASH = "cash"
    """A fixed sum off (代金券)."""
    DISCOUNT = "discount"
    """A share off (折扣券)."""
    GIFT = "gift"
    """A thing (兑换券)."""
    GENERAL_COUPON = "general_coupon"
    """What its words say (优惠券)."""
    MEMBER_CARD = "member_card"
    """The membership itself, with its points (会员卡)."""
    MEETING_TICKET = "meeting_ticket"
    SCENIC_TICKET = "scenic_ticket"
    MOVIE_TICKET = "movie_ticket"
    BOARDING_PASS = "boarding_pass"  # noqa: S105 - no password

    @property
    def is_member(self) -> bool:
        """Whether it is the membership and no coupon."""
        return self is CardKind.MEMBER_CARD


class CardStatus(StrEnum):
    """How far a card is. Stored: never renamed."""

    CHECKING = "checking"
    """Being looked through; only testers may take it."""
    REFUSED = "refused"
    VERIFIED = "verified"
    DELETED = "deleted"
    """Given out no more; those in hands stay good."""


class CodeMode(StrEnum):
    """Where a card's codes come from. Stored: never renamed."""

    OURS = "ours"
    """Twelve digits that we draw."""
    NAMED = "named"
    """Whoever hands one out names its code."""
    DEPOSITED = "deposited"
    """Those that the merchant has deposited, one after another."""


class CodeState(StrEnum):
    """Where one card is, as far as its coupon does not know. Stored: never renamed."""

    HELD = "held"
    GIFTING = "gifting"
    """On its way to a friend."""
    GIVEN = "given"
    """A friend has taken it."""
    DISCARDED = "discarded"
    """Thrown away by its holder."""
    UNAVAILABLE = "unavailable"
    """Made invalid by the merchant."""


class HolderStatus(StrEnum):
    """How one card stands in its holder's hands."""

    NORMAL = "normal"
    CONSUMED = "consumed"
    EXPIRED = "expired"
    GIFTING = "gifting"
    GIVEN = "given"
    DISCARDED = "discarded"
    UNAVAILABLE = "unavailable"


class Source(StrEnum):
    """Where a card was checked off. Stored: never renamed."""

    API = "FROM_API"
    """By the merchant's program."""
    CONSOLE = "FROM_MP"
    """In the console."""
    HELPER = "FROM_MOBILE_HELPER"
    """At the till, or by its holder in front of the staff."""


class AccountCode(IntEnum):
    """Ledger accounts of member cards; book is the card, owner the merchant. Never renumbered."""

    POOL = 651
    """Not taken yet. Other cards are coupons, and their pool is the coupons'."""
    HELD = 652
    ENDED = 653
    """Thrown away or made invalid."""
    BUDGET = 654


class TransferCode(IntEnum):
    """Why member cards moved. Stored: never renumbered."""

    FUNDED = 651
    TAKEN = 652
    ENDED = 653
    UNFUNDED = 654


class LinkCell(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line on a card that leads to the merchant's own pages."""

    name: Word = ""
    sub_title: Word = ""
    url: Address = ""


class CardFace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a card shows."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=27, pattern=TRIMMED)]
    brand_name: Annotated[str, msgspec.Meta(min_length=1, max_length=36, pattern=TRIMMED)]
    color: Annotated[str, msgspec.Meta(pattern=r"^Color[0-9]{3}$(?!\n)")] = "Color010"
    logo_url: Address = ""
    notice: Annotated[str, msgspec.Meta(max_length=48, pattern=LINE)] = ""
    """How it is used, in a line for the staff."""
    description: Annotated[str, msgspec.Meta(max_length=3072, pattern=LINES)] = ""
    detail: Annotated[str, msgspec.Meta(max_length=3072, pattern=LINES)] = ""
    """What one gets for it."""
    code_type: Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[A-Z_]+$(?!\n)")] = (
        "CODE_TYPE_QRCODE"
    )
    service_phone: Annotated[str, msgspec.Meta(max_length=24, pattern=LINE)] = ""
    center: LinkCell = LinkCell()
    custom: LinkCell = LinkCell()
    promotion: LinkCell = LinkCell()


class CardTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a card is handed out and used, as far as its coupon does not know."""

    code_mode: CodeMode = CodeMode.OURS
    is_bound: bool = False
    """Only whom its distribution names may take it."""
    use_limit: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    """How many a person may have checked off by code; 0 for as many as they have."""
    may_share: bool = True
    """Its holder may show others where to take one."""
    may_give: bool = True
    """Its holder may give theirs to a friend."""
    has_bonus: bool = False
    """A member card shows the points."""
    is_auto_active: bool = False
    """A member card needs no activation."""
    is_form_active: bool = False
    """A member card is activated by its holder's answers to a form."""
    is_active_after_submit: bool = False
    """The merchant's program activates it after the form was sent."""
    tells_views: bool = False
    """The account's server is told whenever a holder looks at theirs."""
    activate_url: Address = ""
    """Where the merchant's own page activates it."""
    after_submit_url: Address = ""
    """Where its holder is led after the form was sent."""


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question of the merchant's own."""

    name: Word
    choices: Annotated[list[Word], msgspec.Meta(max_length=20)] = []
    is_many: bool = False
    """Several choices may be ticked."""
    style: Word = ""
    """How programs call the sort of question."""


class FormPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Questions that must, or may, be answered."""

    may_modify: bool = False
    common: Annotated[list[Word], msgspec.Meta(max_length=20)] = []
    """Of the usual ones: `USER_FORM_INFO_FLAG_MOBILE` and so on."""
    own: Annotated[list[FormField], msgspec.Meta(max_length=20)] = []


class ActivationForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody is asked before their member card is activated."""

    statement: LinkCell = LinkCell()
    old_card: LinkCell = LinkCell()
    required: FormPart = FormPart()
    optional: FormPart = FormPart()


class SelfUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether holders may check their cards off themselves, and what they must type."""

    is_open: bool = False
    needs_code: bool = False
    needs_amount: bool = False


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of card, as its merchant made it."""

    merchant_id: Id
    card_id: CardId
    channel_id: ChannelId
    kind: CardKind
    campaign_id: CampaignId
    """The coupons that it is the face of; 0 for a member card."""
    status: CardStatus
    reason: str = ""
    """Why it was refused."""
    face: CardFace
    terms: CardTerms
    extra: dict[str, Any] = {}
    """What else the merchant's programs keep with it."""
    form: ActivationForm | None = None
    self_use: SelfUse = SelfUse()
    has_pay_cell: bool = False
    is_from_program: bool = False
    valid_until: datetime | None = None
    """Of a member card: until when it may be used; null for ever."""
    valid_days: int = 0
    """Of a member card: how many days it lasts; 0 for as long as any."""
    budget: int = 0
    """Of a member card: how many there are; of others the campaign knows."""
    get_limit: int = 1
    """Of a member card: how many a person may take."""
    created_at: datetime
    changed_at: datetime
    reminded_at: datetime | None = None


class CardStock(msgspec.Struct, frozen=True, kw_only=True):
    """How many of a card there are and were."""

    left: int
    total: int
    get_limit: int
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    valid_days: int = 0
    wait_days: int = 0
    terms: CouponTerms | None = None


class CardReport(msgspec.Struct, frozen=True, kw_only=True):
    """A card with its stock."""

    card: Card
    ref: str
    stock: CardStock


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody answered to one question."""

    name: Word
    value: Line


class HolderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is written on one card in its holder's hands."""

    background_url: str = ""
    custom_values: tuple[str, str, str] = ("", "", "")
    ticket: dict[str, Any] = {}
    """Seat, hall, gate and so on, as the merchant's program wrote them."""
    common_answers: list[Answer] = []
    own_answers: list[Answer] = []


class HeldCard(msgspec.Struct, frozen=True, kw_only=True):
    """One card in somebody's hands, as stored."""

    merchant_id: int
    card_id: CardId
    code: str
    is_custom: bool
    coupon_id: CouponId
    member_id: MemberId
    person_id: int
    openid: str
    state: CodeState
    outer_id: int = 0
    outer_str: str = ""
    taken_at: datetime
    expires_at: datetime | None = None
    """Of a member card; of others the coupon knows."""
    from_code: str = ""
    """The friend's code that it stands in place of."""
    number: str = ""
    """Of a member card: the merchant's own number."""
    activated_at: datetime | None = None
    active_from: datetime | None = None
    active_until: datetime | None = None
    submitted_at: datetime | None = None
    facts: HolderFacts = HolderFacts()


class CardCreated(Event, frozen=True, kw_only=True, tag="cards.created"):
    """A merchant made a card; `subject_id` is the card."""

    card_kind: CardKind


class CardJudged(Event, frozen=True, kw_only=True, tag="cards.judged"):
    """A card was looked through; `subject_id` is the card."""

    ref: str
    is_passed: bool
    reason: str


class CardChanged(Event, frozen=True, kw_only=True, tag="cards.changed"):
    """A merchant changed a card; `subject_id` is the card."""


class CardDeleted(Event, frozen=True, kw_only=True, tag="cards.deleted"):
    """A card is given out no more; `subject_id` is the card."""


class _OfCode(Event, frozen=True, kw_only=True):
    """Something about one card; `subject_id` is the kind of card."""

    ref: str
    code: str
    openid: str


class CardTaken(_OfCode, frozen=True, kw_only=True, tag="cards.taken"):
    """A card came into somebody's hands."""

    outer_id: int = 0
    outer_str: str = ""
    from_code: str = ""
    """The code that a friend had it under; empty if no friend gave it."""
    from_openid: str = ""


class CardGifted(_OfCode, frozen=True, kw_only=True, tag="cards.gifted"):
    """A holder sent a card to a friend, or took it back."""

    is_back: bool
    friend_openid: str = ""


class CardEnded(_OfCode, frozen=True, kw_only=True, tag="cards.ended"):
    """A holder threw a card away, or the merchant made it invalid."""

    is_discarded: bool


class CardConsumed(_OfCode, frozen=True, kw_only=True, tag="cards.consumed"):
    """A card was checked off by its code."""

    source: Source
    outer_str: str = ""
    verify_code: str = ""
    remark_amount: str = ""


class CardViewed(_OfCode, frozen=True, kw_only=True, tag="cards.viewed"):
    """A holder looked at a card, or somebody at one on offer, when `code` is empty."""

    outer_str: str = ""


class SessionEntered(_OfCode, frozen=True, kw_only=True, tag="cards.session_entered"):
    """A holder went from a card to the conversation with the account."""


class MemberCardUpdated(_OfCode, frozen=True, kw_only=True, tag="cards.member_updated"):
    """The points on a member card changed."""

    bonus_added: int


class FormSubmitted(_OfCode, frozen=True, kw_only=True, tag="cards.form_submitted"):
    """Somebody answered the form of a member card."""


class CardActivated(_OfCode, frozen=True, kw_only=True, tag="cards.activated"):
    """A member card can be used from now on."""


class StockLow(Event, frozen=True, kw_only=True, tag="cards.stock_low"):
    """Of a card that was plenty few are left; `subject_id` is the card."""

    ref: str
    left: int
    total: int
