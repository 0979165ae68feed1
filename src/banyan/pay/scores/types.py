"""Ids, structs and events of what is used first and paid later."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.money import Fen
from banyan.base.text import END, LINE
from banyan.books.journal import Event

FEES_MAX = 100
"""Most things of one order that are to be paid for."""
DISCOUNTS_MAX = 30
"""Most reductions of one order."""
SCHEMES_MAX = 100
"""Most schemes of one merchant."""

OutNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=32, pattern=rf"^[0-9A-Za-z_\-|*]+{END}")
]
"""What the merchant's program calls an order."""
MandateCode = Annotated[str, msgspec.Meta(max_length=32, pattern=rf"^[0-9A-Za-z_\-*]*{END}")]
"""What the merchant's program calls a mandate; empty where it has no name for it."""
NewCode = Annotated[MandateCode, msgspec.Meta(min_length=1)]
Token = Annotated[str, msgspec.Meta(max_length=100, pattern=rf"^[A-Za-z0-9_-]*{END}")]
Short = Annotated[str, msgspec.Meta(max_length=20, pattern=LINE)]
Line = Annotated[str, msgspec.Meta(max_length=50, pattern=LINE)]
Long = Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]
Why = Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=LINE)]
TimeText = Annotated[
    str, msgspec.Meta(max_length=14, pattern=rf"^(OnAccept|\d{{8}}|\d{{14}}|){END}")
]
"""An instant or a day in Beijing, `OnAccept` for when the person agrees, or nothing."""
Total = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class SchemeId(Id):
    """What a merchant lets people use first and pay later."""


class MandateId(Id):
    """A person lets a scheme begin orders without asking."""


class ScoreOrderId(Id):
    """Something that is used first and paid later."""


class ScoreState(StrEnum):
    """How far an order is. Stored: never renamed."""

    CREATED = "created"
    """The person has not agreed yet."""
    DOING = "doing"
    """It is used; or, once completed, it is owed."""
    DONE = "done"
    """It is paid, or nothing was to be paid."""
    REVOKED = "revoked"
    """The merchant took it back."""
    EXPIRED = "expired"
    """Nobody agreed in time, or it was never completed."""


class MandateState(StrEnum):
    """Whether a mandate holds. Stored: never renamed."""

    ASKED = "asked"
    GIVEN = "given"
    CLOSED = "closed"


class PaidBy(StrEnum):
    """Through whom an order was paid. Stored: never renamed."""

    NOBODY = ""
    BANYAN = "banyan"
    MERCHANT = "merchant"
    """Elsewhere: the merchant said so."""


class RiskKind(StrEnum):
    """What the amount is called that an order may cost at most. Stored: never renamed."""

    DEPOSIT = "DEPOSIT"
    ADVANCE = "ADVANCE"
    CASH_DEPOSIT = "CASH_DEPOSIT"
    ESTIMATE_ORDER_COST = "ESTIMATE_ORDER_COST"


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to be paid for, or a reduction."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=LINE)]
    amount_fen: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    """None while it is not known how much it will be."""
    note: Line = ""
    count: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None


class Times(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when to when something is used."""

    start: TimeText = ""
    start_note: Short = ""
    end: TimeText = ""
    end_note: Short = ""


class Location(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where something begins to be used, and where it ends."""

    start: Line = ""
    end: Line = ""


class Risk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that an order may cost, and what that is called."""

    kind: RiskKind
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=10**9)]
    note: Annotated[str, msgspec.Meta(max_length=30, pattern=LINE)] = ""


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was agreed on about one order."""

    introduction: Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern=LINE)]
    fees: Annotated[list[Item], msgspec.Meta(max_length=FEES_MAX)] = []
    discounts: Annotated[list[Item], msgspec.Meta(max_length=DISCOUNTS_MAX)] = []
    times: Times = Times()
    location: Location = Location()
    risk: Risk | None = None
    """None where an order is completed as it begins."""
    attach: Long = ""
    goods_tag: Line = ""
    notify_url: Long = ""


class Scheme(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant lets people use first and pay later."""

    merchant_id: Id
    scheme_id: SchemeId
    name: str
    risk_max_fen: int
    """The most that one order may cost."""
    is_open: bool
    opened_at: datetime


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """A person lets a scheme begin orders without asking."""

    merchant_id: Id
    mandate_id: MandateId
    scheme_id: SchemeId
    code: str
    channel_id: Id
    person_id: Id
    openid: str
    state: MandateState
    token: str
    notify_url: str
    why: str = ""
    asked_at: datetime
    given_at: datetime | None = None
    closed_at: datetime | None = None
    most_fen: int = 0
    """The most that an order may cost: what the scheme said when it was given."""


class ScoreOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is used first and paid later."""

    merchant_id: Id
    order_id: ScoreOrderId
    scheme_id: SchemeId
    out_no: str
    channel_id: Id
    person_id: Id
    openid: str
    terms: Terms
    state: ScoreState
    is_confirm_needed: bool
    total_fen: int = 0
    is_shared: bool = False
    paid_by: PaidBy = PaidBy.NOBODY
    charge_id: Id = Id(0)
    transaction_no: str = ""
    tries: int = 0
    """How often the wallet did not hold enough."""
    why: str = ""
    token: str
    """Opens it on the phone of the person who is to agree."""
    created_at: datetime
    confirmed_at: datetime | None = None
    completed_at: datetime | None = None
    paid_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_owed(self) -> bool:
        """Whether it was completed and not paid."""
        return self.state is ScoreState.DOING and self.completed_at is not None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a person may use first and pay later."""

    may_use: bool
    owed_count: int
    """Orders for which the wallet did not hold enough."""
    owed_fen: Fen


class ScoreFact(Event, frozen=True, kw_only=True):
    """What all facts about an order say; `subject_id` is the order."""

    out_no: str


class ScoreCreated(ScoreFact, frozen=True, kw_only=True, tag="scores.created"):
    """A merchant began an order."""


class ScoreConfirmed(ScoreFact, frozen=True, kw_only=True, tag="scores.confirmed"):
    """A person agreed to an order, now or by a mandate given before."""


class ScoreCompleted(ScoreFact, frozen=True, kw_only=True, tag="scores.completed"):
    """The merchant said what an order costs."""

    total_fen: int


class ScoreLowered(ScoreFact, frozen=True, kw_only=True, tag="scores.lowered"):
    """The merchant asks for less."""

    total_fen: int
    before_fen: int


class ScoreShort(ScoreFact, frozen=True, kw_only=True, tag="scores.short"):
    """A person's wallet did not hold what an order costs."""

    total_fen: int
    tries: int


class ScorePaid(ScoreFact, frozen=True, kw_only=True, tag="scores.paid"):
    """An order was paid, or there was nothing to pay."""

    total_fen: int
    paid_by: PaidBy


class ScoreRevoked(ScoreFact, frozen=True, kw_only=True, tag="scores.revoked"):
    """The merchant took an order back."""

    why: str


class ScoreExpired(ScoreFact, frozen=True, kw_only=True, tag="scores.expired"):
    """Nobody agreed to an order in time, or it was never completed."""


class MandateGiven(Event, frozen=True, kw_only=True, tag="scores.mandate_given"):
    """A person lets a scheme begin orders without asking; `subject_id` is the mandate."""

    scheme_id: SchemeId


class MandateClosed(Event, frozen=True, kw_only=True, tag="scores.mandate_closed"):
    """A mandate holds no more."""

    scheme_id: SchemeId
    why: str
