"""What is judged, by which rules, and what comes of it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.money import CNY, CurrencyCode, Fen
from banyan.base.text import END, Name, Note
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId, PersonId

RULES_MAX = 100


class DecisionId(Id):
    """One judgement of one payment."""


class ViolationId(Id):
    """One time that a merchant was limited, or its limit was taken away."""


class Kind(StrEnum):
    """What is paid, and how. Stored: never renamed."""

    ORDER = "order"
    """An order of a shop, on the phone of the one who placed it."""
    CHARGE = "charge"
    """What a merchant asks for over the wire, on the payer's phone."""
    CODE = "code"
    """By the payment code that a till scanned."""
    GIFT = "gift"
    """Money for other people, such as a red packet."""
    PAYOUT = "payout"
    """From the wallet to a bank account."""
    REMITTANCE = "remittance"
    """What a merchant sends a person, or many together."""


class Measure(StrEnum):
    """What a rule looks at. Stored: never renamed."""

    AMOUNT = "amount"
    """This payment."""
    HOUR_COUNT = "hour_count"
    """How many payments the payer made in this hour of the clock, this one included."""
    HOUR_FEN = "hour_fen"
    DAY_COUNT = "day_count"
    """The same of this day, as it is in the platform's time zone."""
    DAY_FEN = "day_fen"
    UNPROVED_COUNT = "unproved_count"
    """How many payments by code no pay password confirmed on this day."""
    DEVICE_MINUTES = "device_minutes"
    """How long ago the payer's device signed in; this one is noticed when it is below."""
    SWITCH_COUNT = "switch_count"
    """How often on this day the payer paid from another device than the time before."""


class Action(StrEnum):
    """What a rule wants, and what was decided: the strictest of all. Stored: never renamed."""

    ALLOW = "allow"
    WATCH = "watch"
    """Let it pass and write it down."""
    STEP_UP = "step_up"
    """Ask for the pay password."""
    REFUSE = "refuse"


class Absent(StrEnum):
    """What stands in for the pay password where nobody can be asked. Stored: never renamed."""

    WATCH = "watch"
    """Let it pass and write it down."""
    REFUSE = "refuse"
    """What is taken by agreement is owed then, until the payer pays it themself."""


RuleCode = Annotated[str, msgspec.Meta(pattern=rf"^[a-z][a-z0-9_]{{0,39}}{END}")]
Threshold = Fen


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule: what it notices, and what it then wants."""

    code: RuleCode
    """What it is known by in decisions."""
    title: Name
    """What it is for, in the words of those who look after it."""
    kinds: Annotated[Sequence[Kind], msgspec.Meta(max_length=len(Kind))] = ()
    """Which payments it looks at; none for all that people make, but not what merchants send."""
    measure: Measure
    threshold: Threshold
    """It notices what is more than this; of a device's age, what is less."""
    from_fen: Fen = 0
    """It looks at payments of so much or more only."""
    currency: CurrencyCode = CNY.code
    """Money in it is in this currency; payments in others it does not look at then."""
    action: Action
    absent: Absent = Absent.WATCH
    """What a rule that asks for the pay password wants where nobody can be asked: of money that is
    taken by agreement, after a service or for parking, and that programs send."""
    is_on: bool = True


Rules = Annotated[Sequence[Rule], msgspec.Meta(max_length=RULES_MAX)]


class RuleSet(msgspec.Struct, frozen=True, kw_only=True):
    """All rules as they were from one moment on."""

    version: int
    """0 for the rules that Banyan comes with."""
    rules: list[Rule]
    note: str
    changed_by: PersonId = PersonId(0)
    changed_at: datetime | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one rule noticed: the explanation of a decision."""

    code: str
    title: str
    measure: str
    """A `Measure`, or `blocked`, `merchant_blocked`, `merchant_payment`, `merchant_day`,
    `till` for what a till asked the payer to confirm."""
    value: int
    threshold: int
    action: Action
    is_absent: bool = False
    """It would have asked for the pay password, and nobody could be asked."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Somebody is about to pay."""

    person_id: int
    """Who pays; of a remittance the merchant, whose number no person has."""
    session_id: int
    """The device they pay from; 0 where that is not known."""
    merchant_id: int
    kind: Kind
    currency: str
    amount_fen: int
    subject: str
    """What is paid: a pay password must have been given for this."""
    proof: str = ""
    """That it was given."""
    must_prove: bool = False
    """Whether it must have been given whatever the rules say."""
    is_present: bool = True
    """Whether the payer's device can ask for it; not where a test server plays the payer."""
    is_agreed: bool = False
    """Whether it is taken by agreement, or sent by a program: nobody is there to be asked."""
    shares: Sequence[tuple[int, int]] = ()
    """Merchants and what each is paid, where there are several."""
    at: datetime

    @property
    def parts(self) -> Sequence[tuple[int, int]]:
        """Merchants and what each is paid."""
        return self.shares or ((self.merchant_id, self.amount_fen),)


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided of one payment, and why."""

    decision_id: DecisionId
    person_id: PersonId
    merchant_id: MerchantId
    kind: Kind
    subject: str
    currency: str
    amount_fen: int
    action: Action
    is_proved: bool
    """Whether the pay password had been given."""
    session_id: int
    version: int
    """Of the rules it was decided by."""
    hits: list[Hit]
    decided_at: datetime


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A person who may not pay."""

    person_id: PersonId
    reason: str
    blocked_by: PersonId
    blocked_at: datetime
    until: datetime | None


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """How much a merchant may be paid."""

    merchant_id: MerchantId
    currency: str
    is_blocked: bool
    payment_max_fen: int | None
    day_max_fen: int | None
    reason: str
    changed_by: PersonId
    changed_at: datetime


Reason = Note
NoticeUrl = Annotated[
    str, msgspec.Meta(min_length=8, max_length=256, pattern=rf"^https?://[^\s?#\x00-\x1f]+{END}")
]


class NoticeAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is told of limits."""

    url: str


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """What servers are told: which limit a merchant was set, or that it is over."""

    violation_id: ViolationId
    merchant_name: str
    limit: Limit
    is_over: bool
    at: datetime


class RulesChanged(Event, frozen=True, kw_only=True, tag="risk.rules_changed"):
    """The rules about payments are others."""

    version: int


class PersonBlocked(Event, frozen=True, kw_only=True, tag="risk.person_blocked"):
    """A person may not pay any more."""

    reason: str
    until: datetime | None


class PersonUnblocked(Event, frozen=True, kw_only=True, tag="risk.person_unblocked"):
    """A person may pay again."""


class LimitChanged(Event, frozen=True, kw_only=True, tag="risk.limit_changed"):
    """How much a merchant may be paid is another."""

    is_blocked: bool
    payment_max_fen: int | None
    day_max_fen: int | None


class NoticeAddressSet(Event, frozen=True, kw_only=True, tag="risk.address_set"):
    """A server is told of limits elsewhere, or no more; the subject is its merchant."""

    url: str
    """Empty if none is told any more."""
