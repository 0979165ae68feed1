"""Ids, structs and events of the conversations between people and official accounts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES, Name
from banyan.books.journal import Event
from banyan.reach.channels import ButtonKind

TEXT_MAX = 2_048
"""Most characters of one message."""
ARTICLES_MAX = 8
CHOICES_MAX = 20
REPLIES_MAX = 5
"""Most messages with which a rule answers."""
KEYWORDS_MAX = 20
RULES_MAX = 200
"""Most rules of an account."""
CANNED_MAX = 100
"""Most answers that an account keeps ready."""
AGENTS_MAX = 10
"""Most customer service agents that an account's program may add; staff who answer come on top."""

Line = Annotated[str, msgspec.Meta(max_length=TEXT_MAX, pattern=LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=TEXT_MAX, pattern=LINES)]
CannedAnswer = Annotated[str, msgspec.Meta(min_length=1, max_length=600, pattern=LINES)]
Mark = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
"""What names something elsewhere: a medium, a card, an article, a program."""
Handle = Annotated[str, msgspec.Meta(max_length=80, pattern=rf"^[A-Za-z0-9_]+@[A-Za-z0-9_-]+{END}")]
"""What an agent is called by programs: `prefix@account`."""


class TalkMessageId(Id):
    """A message of a conversation; later ones are greater."""


class RuleId(Id):
    """A rule by which an account answers by itself."""


class AgentId(Id):
    """Who answers for an account."""


class CannedId(Id):
    """An answer that agents keep ready."""


class RatingId(Id):
    """Asking somebody how an agent served them."""


class Rating(StrEnum):
    """How an agent served somebody. Stored: never renamed."""

    SATISFIED = "satisfied"
    SO_SO = "so_so"
    UNSATISFIED = "unsatisfied"


class ContentKind(StrEnum):
    """What a message is. Stored: never renamed."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    MUSIC = "music"
    NEWS = "news"
    MPNEWS = "mpnews"
    MPNEWSARTICLE = "mpnewsarticle"
    MSGMENU = "msgmenu"
    WXCARD = "wxcard"
    MINIPROGRAMPAGE = "miniprogrampage"


class Origin(StrEnum):
    """How a message came about. Stored: never renamed."""

    SAID = "said"
    """The person said it."""
    UNHEARD = "unheard"
    """The person said it to an account that has blocked them."""
    RULE = "rule"
    """A rule of the account answered."""
    REPLY = "reply"
    """The account's server answered."""
    SERVICE = "service"
    """The account's program or an agent wrote it."""


class Article(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A picture with a title that leads somewhere."""

    title: Line = ""
    description: Lines = ""
    url: Line = ""
    picture_url: Line = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to tap in a menu of answers."""

    choice_id: Mark
    text: Line


class Content(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What a message says; which fields count depends on its kind."""

    kind: ContentKind
    text: Lines = ""
    """A text; the head of a menu of answers."""
    tail: Lines = ""
    """What stands below a menu of answers."""
    choice_id: Mark = ""
    """The answer that was tapped to say this text."""
    media_id: Mark = ""
    thumb_media_id: Mark = ""
    file: Mark = ""
    """The file that the medium is, by which anybody may load it; empty where it is unknown."""
    url: Line = ""
    hq_url: Line = ""
    picture_url: Line = ""
    title: Line = ""
    description: Lines = ""
    format: Mark = ""
    """How a voice is recorded."""
    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)] = 0.0
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)] = 0.0
    scale: Annotated[int, msgspec.Meta(ge=0, le=30)] = 0
    label: Line = ""
    appid: Mark = ""
    pagepath: Line = ""
    card_id: Mark = ""
    article_id: Mark = ""
    articles: Annotated[list[Article], msgspec.Meta(max_length=ARTICLES_MAX)] = []
    choices: Annotated[list[Choice], msgspec.Meta(max_length=CHOICES_MAX)] = []


class TalkMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a conversation."""

    message_id: TalkMessageId
    origin: Origin
    content: Content
    agent_id: AgentId
    """Who answered, or in whose session the person spoke; 0 for nobody."""
    answers_id: Id
    """The message or push that it answers; 0 for none."""
    sent_at: datetime


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as the account's side sees it."""

    openid: str
    agent_id: AgentId
    """Who attends to it; 0 for nobody."""
    attended_at: datetime | None
    waits_since: datetime | None
    """Since when the person waits for an agent."""
    last_at: datetime | None
    last_text: str
    is_last_said: bool
    """The person said the last thing."""
    unread_count: int


class Keyword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody must say for a rule to answer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=30, pattern=LINE)]
    is_exact: bool = False
    """They must say just this; otherwise it may be part of what they say."""


class RuleKind(StrEnum):
    """When a rule answers. Stored: never renamed."""

    KEYWORD = "keyword"
    DEFAULT = "default"
    """When no keyword is found; an account has one such rule at most."""


class ReplyMode(StrEnum):
    """How much of its replies a rule gives. Stored: never renamed."""

    ALL = "all"
    ONE = "one"
    """One of them, in turn."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How an account without a server answers by itself."""

    rule_id: RuleId
    kind: RuleKind
    name: Name
    keywords: list[Keyword]
    mode: ReplyMode
    replies: list[Content]
    created_at: datetime


class InviteState(StrEnum):
    """What became of asking somebody to be an agent. Stored: never renamed."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Nobody answered in time; stored as waiting."""


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an account asked to be an agent."""

    openid: str
    state: InviteState
    until: datetime
    """When it is too late to answer."""


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Who answers for an account."""

    agent_id: AgentId
    number: int
    """What programs call it by, beside its handle: 1001 and up."""
    handle: str
    nickname: str
    is_staff: bool
    """A person of the shop who answers in the console; otherwise a program added it."""
    is_on_duty: bool
    avatar: str = ""
    """The file of its picture; empty for none."""
    invitation: Invitation | None = None
    """Who was asked last to be this agent."""


class Canned(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that agents keep ready."""

    canned_id: CannedId
    title: Name
    answer: CannedAnswer


class RatingCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often people were asked about an agent on a day, and what they said."""

    agent_id: AgentId
    day: date
    asked: int
    satisfied: int
    so_so: int
    unsatisfied: int


class Rated(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said when they were asked how they were served."""

    message_id: TalkMessageId
    """The message that asked."""
    rating: Rating


class TalkSaid(Event, frozen=True, kw_only=True, tag="talks.said"):
    """A person said something to an account; `subject_id` is the message."""

    openid: str
    content_kind: ContentKind


class TalkAnswered(Event, frozen=True, kw_only=True, tag="talks.answered"):
    """An account said something to a person; `subject_id` is the message."""

    openid: str
    content_kind: ContentKind
    origin: Origin


class TalkWaits(Event, frozen=True, kw_only=True, tag="talks.waits"):
    """A person waits for an agent of the account."""

    openid: str


class TalkAttended(Event, frozen=True, kw_only=True, tag="talks.attended"):
    """An agent attends to a person from now on; `subject_id` is the agent."""

    openid: str
    handle: str
    from_handle: str = ""
    """Who attended before; empty for nobody."""


class TalkClosed(Event, frozen=True, kw_only=True, tag="talks.closed"):
    """An agent attends to a person no more; `subject_id` is the agent."""

    openid: str
    handle: str


class TalkRated(Event, frozen=True, kw_only=True, tag="talks.rated"):
    """A person said how an agent served them; `subject_id` is the agent."""

    openid: str
    handle: str
    rating: Rating


class TalkEntered(Event, frozen=True, kw_only=True, tag="talks.entered"):
    """A person came to a mini program's conversation."""

    openid: str
    session_from: str


class TalkLocated(Event, frozen=True, kw_only=True, tag="talks.located"):
    """A person let an account know where they are; where is not written here."""

    openid: str


class TalkButtonUsed(Event, frozen=True, kw_only=True, tag="talks.button_used"):
    """A person sent what a button of the menu asked for."""

    openid: str
    button_kind: ButtonKind
    key: str


class RulesChanged(Event, frozen=True, kw_only=True, tag="talks.rules_changed"):
    """A merchant wrote, changed or deleted a rule by which an account answers."""

    rules_count: int
