"""Articles, packs of them, what has become of them, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE, LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

ARTICLES_MAX = 8
"""Most articles of one pack."""
CONTENT_CHARACTERS_MAX = 20_000
CONTENT_BYTES_MAX = 1 << 20

PackId = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
"""What an account calls a pack; nobody can guess it."""
PreviewToken = Annotated[
    str, msgspec.Meta(min_length=16, max_length=128, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")
]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
PublishNumber = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
Place = Annotated[int, msgspec.Meta(ge=0, le=ARTICLES_MAX)]
ArticlePlace = Annotated[int, msgspec.Meta(ge=1, le=ARTICLES_MAX)]
"""Which article of what was published."""
Visitor = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^([A-Za-z0-9_.~-]{16,})?$(?!\n)")]
"""What the device of somebody who is not signed in is known by; kept here only as a digest."""
Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Count = Annotated[int, msgspec.Meta(ge=1, le=20)]


class PackState(StrEnum):
    """How long a pack is there, and what for. Stored: never renamed."""

    UPLOAD = "upload"
    """Three days, to be sent to many."""
    MATERIAL = "material"
    DRAFT = "draft"
    """Until it is published."""


class ReadScene(StrEnum):
    """Where a reader came from. Recorded: never renamed."""

    CONVERSATION = "conversation"
    """What the account sent them."""
    FRIEND = "friend"
    """Somebody sent it to them."""
    MOMENTS = "moments"
    HISTORY = "history"
    """The account's own page."""
    SEARCH = "search"
    OTHER = "other"


class Mark(StrEnum):
    """What a reader says of an article, and may take back. Stored: never renamed."""

    LIKE = "like"
    FAVOURITE = "favourite"
    """Kept, to be found again."""


class ShareTarget(StrEnum):
    """To whom a reader shows an article. Recorded: never renamed."""

    FRIEND = "friend"
    MOMENTS = "moments"
    OTHER = "other"


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article; its content is HTML of whoever wrote it, and is never shown as it is."""

    title: Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
    author: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    digest: Annotated[str, msgspec.Meta(max_length=512, pattern=LINES)] = ""
    content: Annotated[str, msgspec.Meta(max_length=CONTENT_BYTES_MAX)]
    source_url: Annotated[str, msgspec.Meta(max_length=2_000, pattern=LINE)] = ""
    thumb_media_id: Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)] = ""
    shows_cover: bool = False
    may_comment: bool = False
    only_followers_comment: bool = False


class Pack(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that go together."""

    channel_id: ChannelId
    media_id: str
    state: PackState
    articles: list[Article]
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    version: int = 1
    """Counts its changes."""
    publish_at: datetime | None = None
    """When it is to be published by itself."""


class Packs(msgspec.Struct, frozen=True, kw_only=True):
    """Some packs, the latest changed first, and how many there are."""

    items: list[Pack]
    total: int


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that anybody may read once it is published."""

    channel_id: ChannelId
    publish_number: int
    article_id: str
    articles: list[Article]
    deleted: list[int]
    """Places of articles that were taken back, counted from 1."""
    submitted_at: datetime
    published_at: datetime | None
    media_id: str = ""
    """The draft that it was."""
    refused_at: datetime | None = None
    refused_reason: str = ""
    """Why it may not be seen."""

    @property
    def is_gone(self) -> bool:
        """Whether all its articles were taken back."""
        return len(self.deleted) == len(self.articles)

    def shows(self, place: int) -> bool:
        """Whether there is an article at a place, and it was not taken back."""
        return 1 <= place <= len(self.articles) and place not in self.deleted


class Publications(msgspec.Struct, frozen=True, kw_only=True):
    """Some of what an account has published, the latest first, and how much there is."""

    items: list[Publication]
    total: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How often an article was read, and by how many; liked, kept and shared."""

    reads_count: int = 0
    readers_count: int = 0
    likes_count: int = 0
    favourites_count: int = 0
    shares_count: int = 0


class ArticlePage(msgspec.Struct, frozen=True, kw_only=True):
    """A published article as anybody reads it, and what whoever asks says of it."""

    channel_id: ChannelId
    merchant_id: Id
    channel_name: str
    article: Article
    cover: str
    """The file of its picture; empty when there is none."""
    published_at: datetime
    publish_number: int
    tally: Tally
    marks: list[Mark]
    """Of whoever asks."""


class PackPublished(Event, frozen=True, kw_only=True, tag="articles.published"):
    """An account published a pack."""

    article_id: str
    articles_count: int


class ArticlesTakenBack(Event, frozen=True, kw_only=True, tag="articles.taken_back"):
    """An account took articles back that it had published."""

    article_id: str
    count: int


class PackRefused(Event, frozen=True, kw_only=True, tag="articles.refused"):
    """What an account published, or was about to, may not be seen."""

    article_id: str
    reason: str
    was_out: bool


class PackRestored(Event, frozen=True, kw_only=True, tag="articles.restored"):
    """What had been published and refused may be seen again."""

    article_id: str


class ArticleEvent(Event, frozen=True, kw_only=True):
    """What all facts about one article say; `subject_id` is the number of its publication."""

    article_id: str
    place: int
    scene: ReadScene
    """Where the reader had come from."""


class ArticleRead(ArticleEvent, frozen=True, kw_only=True, tag="articles.read"):
    """Somebody opened an article; `person_id` is 0 if nobody was signed in."""

    visitor: str = ""
    """Tells readers who are not signed in from each other."""
    is_first: bool
    """This reader had never read it."""


class ArticleLiked(ArticleEvent, frozen=True, kw_only=True, tag="articles.liked"):
    """A person likes an article."""


class ArticleUnliked(ArticleEvent, frozen=True, kw_only=True, tag="articles.unliked"):
    """A person likes an article no more."""


class ArticleFavoured(ArticleEvent, frozen=True, kw_only=True, tag="articles.favoured"):
    """A person keeps an article, to find it again."""


class ArticleUnfavoured(ArticleEvent, frozen=True, kw_only=True, tag="articles.unfavoured"):
    """A person keeps an article no more."""


class ArticleShared(ArticleEvent, frozen=True, kw_only=True, tag="articles.shared"):
    """A person shows an article to others."""

    target: ShareTarget
