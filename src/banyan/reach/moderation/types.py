"""What is checked before others see it, why it may be refused, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.text import TRIMMED
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

TEXTS_MAX = 500
"""Most texts of one check."""
PICTURES_MAX = 100
"""Most pictures of one check that are read; because of those beyond, people look."""
UNREAD = "unread_picture"
"""The rule of a picture that nobody could read."""
WORDS_MAX = 1_000
"""Most words of its own that a merchant has."""


class CheckId(Id):
    """A check of something that an account wants others to see."""


class Reason(StrEnum):
    """Why something is refused. Stored: never renamed."""

    ADVERTISING = "advertising"
    POLITICS = "politics"
    PORNOGRAPHY = "pornography"
    SOCIAL = "social"
    """Insults and threats: what sets people against each other."""
    VULGAR = "vulgar"
    CRIME = "crime"
    FRAUD = "fraud"
    COPYRIGHT = "copyright"
    MUTUAL_PROMOTION = "mutual_promotion"
    """Accounts that push each other."""
    INDUCEMENT = "inducement"
    """Whoever wants something must share or follow first."""
    OTHER = "other"


class Opinion(StrEnum):
    """What a judgement comes to. Stored: never renamed."""

    PASS = "pass"  # noqa: S105 - no password
    REVIEW = "review"
    """Somebody should look at it; what cannot wait for that passes."""
    REFUSE = "refuse"


class CheckState(StrEnum):
    """How far a check is. Stored: never renamed."""

    CHECKING = "checking"
    """Pictures and long texts are being read."""
    WAITING = "waiting"
    """People have to decide."""
    PASSED = "passed"
    REFUSED = "refused"
    APPEALED = "appealed"
    """Refused, and others have to decide once more."""

    @property
    def is_decided(self) -> bool:
        """Whether the subject has been told."""
        return self in {CheckState.PASSED, CheckState.REFUSED}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What was found by which rule, and where."""

    rule: str
    reason: Reason
    opinion: Opinion
    words: list[str]
    """As they stand in the text."""
    place: int = 0
    """Which text, counted from 0."""
    starts: list[int] = []
    """Where in the text each of the words begins."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a judgement comes to, and why."""

    opinion: Opinion
    reason: Reason | None = None
    evidence: list[Evidence] = []

    @property
    def words(self) -> list[str]:
        """All that was found, each once."""
        return list(dict.fromkeys(word for one in self.evidence for word in one.words))


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What is checked: which room's thing, as `HOOKS` knows it, and which."""

    kind: str
    subject_id: int


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What people would see of it: plain texts and pictures."""

    texts: list[str] = []
    files: list[str] = []
    """Pictures of ours, as `media` names them."""
    urls: list[str] = []
    """Pictures elsewhere."""

    is_writing: bool = False
    """Whether its texts are to be compared with what others published."""

    @property
    def pictures_count(self) -> int:
        """How many pictures there are."""
        return len(self.files) + len(self.urls)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check, and how far it is."""

    merchant_id: Id
    channel_id: ChannelId
    check_id: CheckId
    subject: Subject
    content: Content
    state: CheckState
    reason: Reason | None
    evidence: list[Evidence]
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: int = NONE
    """The person who decided; none if no person did."""
    note: str = ""
    """What whoever decided has to say about it."""
    appeal: str = ""
    """Why the merchant thinks that it should pass."""
    channel_name: str = ""
    """Told to those who look at accounts of many merchants."""
    waits: bool = True
    """Whether what is unclear waits for people; else it passes."""

    @property
    def opinion(self) -> Opinion:
        """What it came to: what passed may have been unclear."""
        order = [Opinion.PASS, Opinion.REVIEW, Opinion.REFUSE]
        return max((one.opinion for one in self.evidence), key=order.index, default=Opinion.PASS)


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word that a merchant or the operator adds to ours."""

    word: Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=TRIMMED)]
    reason: Reason
    opinion: Opinion


class CheckDecided(Event, frozen=True, kw_only=True, tag="moderation.decided"):
    """Something was let through or refused; `subject_id` is the check."""

    subject_kind: str
    state: CheckState
    reason: Reason | None
    is_by_people: bool
