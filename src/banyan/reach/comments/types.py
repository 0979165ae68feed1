"""Comments, what accounts make of them, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

CONTENT_MAX = 600
"""Most characters of a comment, and of a reply to it."""
ELECTED_MAX = 100
"""Most comments of an article that everybody sees."""
OF_PERSON_MAX = 20
"""Most comments that a person writes below one article."""
PART_MAX = 50
"""Most comments of one part of a list."""

PublishNumber = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
ArticlePlace = Annotated[int, msgspec.Meta(ge=1, le=8)]
CommentNumber = Annotated[int, msgspec.Meta(ge=1, lt=2**31)]
"""Counts the comments of one article."""
Said = Annotated[str, msgspec.Meta(max_length=2_000, pattern=LINES)]


class CommentState(StrEnum):
    """What has become of a comment. Stored: never renamed."""

    CHECKING = "checking"
    """Nobody but its writer sees it yet."""
    KEPT = "kept"
    REFUSED = "refused"
    """It may not be seen."""
    WITHDRAWN = "withdrawn"
    """Its writer took it back."""
    DELETED = "deleted"
    """The account wants it no more."""


class CommentSort(StrEnum):
    """Which comments of an article."""

    ALL = "all"
    NORMAL = "normal"
    ELECTED = "elected"


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """What is to know of an article's comments."""

    channel_id: ChannelId
    publish_number: int
    place: int
    article_id: str
    is_open: bool
    only_followers: bool
    elected_count: int = 0


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as the account sees it."""

    channel_id: ChannelId
    publish_number: int
    place: int
    comment_number: int
    openid: str
    content: str
    state: CommentState
    is_elected: bool
    likes_count: int
    reply: str
    replied_at: datetime | None
    written_at: datetime
    nickname: str = ""
    title: str = ""
    """Of the article."""


class Comments(msgspec.Struct, frozen=True, kw_only=True):
    """Some comments, the latest first, and how many there are."""

    items: list[Comment]
    total: int


class ShownComment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment as readers see it."""

    comment_number: int
    nickname: str
    avatar: str
    content: str
    state: CommentState
    is_elected: bool
    is_mine: bool
    is_liked: bool
    likes_count: int
    reply: str
    replied_at: datetime | None
    written_at: datetime


class Standing(StrEnum):
    """Whether whoever asks may write a comment."""

    OPEN = "open"
    CLOSED = "closed"
    """The account wants no comments here."""
    STRANGER = "stranger"
    """They would have to sign in."""
    NOT_FOLLOWING = "not_following"
    """Only followers may."""
    BLOCKED = "blocked"


class ThreadPage(msgspec.Struct, frozen=True, kw_only=True):
    """What stands below an article: what everybody sees, the best liked first; and one's own."""

    standing: Standing
    elected_count: int
    items: list[ShownComment]
    mine: list[ShownComment]
    """Those of whoever asks that are not among the others, the latest first."""


class CommentEvent(Event, frozen=True, kw_only=True):
    """What all facts about a comment say; `person_id` wrote it, `subject_id` is the comment."""

    article_id: str
    place: int
    openid: str


class ThreadOpened(Event, frozen=True, kw_only=True, tag="comments.opened"):
    """An account lets readers comment on an article; `subject_id` numbers its publication."""

    article_id: str
    place: int


class ThreadClosed(Event, frozen=True, kw_only=True, tag="comments.closed"):
    """An account lets readers comment on an article no more."""

    article_id: str
    place: int


class CommentWritten(CommentEvent, frozen=True, kw_only=True, tag="comments.written"):
    """A person wrote a comment."""

    content: str


class CommentWithdrawn(CommentEvent, frozen=True, kw_only=True, tag="comments.withdrawn"):
    """A person took their comment back."""


class CommentElected(CommentEvent, frozen=True, kw_only=True, tag="comments.elected"):
    """An account lets everybody see a comment."""


class CommentUnelected(CommentEvent, frozen=True, kw_only=True, tag="comments.unelected"):
    """An account lets everybody see a comment no more."""


class CommentDeleted(CommentEvent, frozen=True, kw_only=True, tag="comments.deleted"):
    """An account deleted a comment."""


class CommentReplied(CommentEvent, frozen=True, kw_only=True, tag="comments.replied"):
    """An account replied to a comment."""


class ReplyDeleted(CommentEvent, frozen=True, kw_only=True, tag="comments.reply_deleted"):
    """An account took its reply to a comment back."""


class CommentLiked(Event, frozen=True, kw_only=True, tag="comments.liked"):
    """A person likes a comment; `subject_id` is the comment."""


class CommentUnliked(Event, frozen=True, kw_only=True, tag="comments.unliked"):
    """A person likes a comment no more."""


class Key(msgspec.Struct, frozen=True, order=True):
    """One article that is out."""

    channel_id: int
    publish_number: int
    place: int


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A comment with what only this room knows of it."""

    comment: Comment
    comment_id: int
    person_id: int
    article_id: str = ""


class CommentId(Id):
    """A comment among all comments."""
