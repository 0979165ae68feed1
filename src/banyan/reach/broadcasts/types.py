"""Ids, structs and events of messages to many."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.text import LINE, LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId, Link, Openid
from banyan.reach.labels import TagId

MONTHLY_MAX = 4
"""Most messages to many that a follower of a service account gets in a calendar month."""
OPENIDS_MAX = 10_000
"""Most recipients that one message names."""
TITLE_MAX = 100
PICTURES_MAX = 20
"""Most pictures of one message."""
SPEEDS = (800_000, 600_000, 450_000, 300_000, 100_000)
"""Recipients a minute by the account's speed; at the first it goes as fast as it can."""


class MessageId(Id):
    """A message that a channel sends to many."""


MediaId = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
"""What an account calls one of its files, or one of its packs of articles."""
Mark = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
"""What a program calls a message: asking twice by the same sends once."""
Openids = Annotated[list[Openid], msgspec.Meta(min_length=1, max_length=OPENIDS_MAX)]


class ContentKind(StrEnum):
    """What a message is. Stored: never renamed."""

    NOTE = "note"
    """A title, a text and where it leads: what Banyan's own pages send."""
    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    NEWS = "news"
    """A pack of articles."""
    CARD = "card"
    """A coupon to take."""


class Audience(StrEnum):
    """To whom a message goes. Stored: never renamed."""

    ALL = "all"
    """Every follower."""
    TAG = "tag"
    """Followers who have a tag."""
    LIST = "list"
    """Those who were named."""
    SEGMENT = "segment"
    """Those whom a campaign brings, part by part."""
    PREVIEW = "preview"
    """One person, to see what it looks like; no quota is spent."""


class DeliveryResult(StrEnum):
    """What became of a message for one recipient. Stored: never renamed."""

    DELIVERED = "delivered"
    """It lies in their inbox."""
    UNFOLLOWED = "unfollowed"
    """They do not follow the channel."""
    QUOTA = "quota"
    """They have had as many as they may get this month."""
    UNKNOWN = "unknown"
    """The channel knows nobody by that openid."""
    BLOCKED = "blocked"
    """The channel wants nothing to do with them."""

    # Why the whole message was held back: then everybody has the same result.
    ADVERTISING = "advertising"
    POLITICS = "politics"
    PORNOGRAPHY = "pornography"
    SOCIAL = "social"
    VULGAR = "vulgar"
    INDUCEMENT = "inducement"
    CRIME = "crime"
    FRAUD = "fraud"
    COPYRIGHT = "copyright"
    OTHER = "other"
    MUTUAL_PROMOTION = "mutual_promotion"
    UNCHECKED = "unchecked"
    """Whether its articles are original could not be found out."""
    NOT_SENDABLE = "not_sendable"
    """An article is somebody else's, who does not let it be reprinted."""
    REPRINT = "reprint"
    """An article is a reprint, and the sender wanted none."""
    CONSENT_REFUSED = "consent_refused"
    """The account's owner did not want it sent."""
    CONSENT_MISSING = "consent_missing"
    """The account's owner did not answer in time."""


WANTED = frozenset({DeliveryResult.UNFOLLOWED, DeliveryResult.UNKNOWN})
"""Who was to be reached and cannot be counts as an error; others are left out on purpose."""


class MessageState(StrEnum):
    """How far a message is. Stored: never renamed."""

    WAITING = "waiting"
    """It is being checked, or its time has not come."""
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    """It reached nobody, for the reason that the message names."""
    CANCELLED = "cancelled"
    """It was taken back before it began."""
    DELETED = "deleted"
    """It was taken back after it had begun: nobody sees it any more."""


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a message says; which fields count depends on its kind."""

    kind: ContentKind = ContentKind.NOTE
    title: Annotated[str, msgspec.Meta(max_length=TITLE_MAX, pattern=LINE)] = ""
    """Of a note or a film."""
    body: Annotated[str, msgspec.Meta(max_length=2_048, pattern=LINES)] = ""
    """Of a text, a note or a film; what is recommended with pictures."""
    link: Link = ""
    """Where a tap on a note leads: a web address or a path in the phone app."""
    media_ids: Annotated[list[MediaId], msgspec.Meta(max_length=PICTURES_MAX)] = []
    """The pictures, or the one voice, film or pack of articles."""
    card_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    """Of a coupon."""


class ArticleHead(msgspec.Struct, frozen=True, kw_only=True):
    """An article as a message shows it."""

    title: str
    digest: str
    cover: str
    """The file of its picture; empty for none."""
    link: str
    """Where it is read; empty when it was taken back."""


class Spoken(Content, frozen=True, kw_only=True):
    """What a message says, with what it names looked up."""

    files: list[str] = []
    """The files of its media, by which anybody may load them."""
    articles: list[ArticleHead] = []


class CopyrightItem(msgspec.Struct, frozen=True, kw_only=True):
    """What was found out about where one article comes from."""

    place: int
    is_declared: bool
    """Its writer says that it is original."""
    original_url: str = ""
    """The article that it repeats; empty for none."""
    may_reprint: bool = True


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message to many, and how far it is."""

    merchant_id: Id
    message_id: MessageId
    channel_id: ChannelId
    number: int
    """The account's own number of it."""
    audience: Audience
    tag_id: TagId = TagId(NONE)
    content: Spoken
    state: MessageState
    reason: DeliveryResult | None = None
    """Why it was held back from everybody."""
    is_checked: bool = True
    """Nothing in it has still to be looked at."""
    asked_at: datetime | None = None
    """Since when the account's owner is asked whether it may go; null when nobody need be."""
    send_at: datetime | None = None
    """When it is to go; null for as soon as it may."""
    quota_month: date
    created_at: datetime
    begun_at: datetime | None = None
    finished_at: datetime | None = None
    is_reprint_refused: bool = True
    publish_number: int = 0
    """Of a pack of articles: its number among what the account publishes."""
    article_id: str = ""
    deleted: list[int] = []
    """Places of articles that were taken back, counted from 1."""
    copyright: list[CopyrightItem] = []

    @property
    def key(self) -> tuple[int, int]:
        """What it is stored under."""
        return int(self.merchant_id), int(self.message_id)


class Outbox(msgspec.Struct, frozen=True, kw_only=True):
    """How an account sends to many."""

    channel_id: ChannelId
    speed: int = 0
    asks_before_all: bool = False
    """What a program sends to all waits for the consent of the account's owner."""


class MessageSent(Event, frozen=True, kw_only=True, tag="broadcasts.sent"):
    """A message has reached all it could; `subject_id` is the message."""

    audience: Audience
    content_kind: ContentKind
    results: dict[str, int]
    """How many recipients by result."""
    publish_number: int = 0


class MessageRefused(Event, frozen=True, kw_only=True, tag="broadcasts.refused"):
    """A message was held back from everybody; `subject_id` is the message."""

    audience: Audience
    reason: DeliveryResult


class MessageTakenBack(Event, frozen=True, kw_only=True, tag="broadcasts.taken_back"):
    """A message, or an article of it, was taken back; `subject_id` is the message."""

    place: int
    """Which article; 0 for all of it."""


class OutboxChanged(Event, frozen=True, kw_only=True, tag="broadcasts.outbox_changed"):
    """A merchant chose how an account sends to many."""

    speed: int
    asks_before_all: bool
