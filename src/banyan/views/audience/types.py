"""What is asked of an account's audience, and what is answered."""

from datetime import date
from enum import StrEnum

import msgspec

from banyan.base.ids import Id

ROWS_MAX = 10_000
"""Most rows of one answer."""
DAYS_MAX = 400
"""Most days of one question."""


class Deed(StrEnum):
    """What people do. Stored: never renamed."""

    SAID = "said"
    """They said something; `subject` is its kind."""
    TAPPED = "tapped"
    """They tapped a menu button; `subject` is its key or where it leads, `source` its kind."""
    READ = "read"
    """They opened an article, `subject`; `source` is where they came from."""
    SHARED = "shared"
    """They showed an article, `subject`, to others; `source` is to whom."""
    PASSED_ON = "passed_on"
    """The same once more; `source` is where they came from."""
    FAVOURED = "favoured"
    """They kept an article, `subject`; `source` is where they came from."""
    VISITED = "visited"
    """They came to a mini program; `subject` is what shows it, "page" or "sign_in"."""
    PAGED = "paged"
    """They opened a page of a mini program, `subject`; `source` is by which way."""
    PAGE_SHARED = "page_shared"
    """They showed a page of a mini program, `subject`, to others."""


class Source(StrEnum):
    """What brings people to follow. Stored: never renamed."""

    SEARCH = "search"
    CARD = "card"
    ARTICLE = "article"
    PAID = "paid"
    CODE = "code"
    OTHER = "other"


class Step(StrEnum):
    """By what days are put together."""

    DAY = "day"
    WEEK = "week"
    """From Monday on."""
    MONTH = "month"
    WHOLE = "whole"
    """All at once, from the first day that is asked for."""


class Period(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which account's figures of which days; both are included, and days are China's."""

    merchant_id: Id
    channel_id: Id
    from_on: date
    until_on: date


class GrowthRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many came and went on a day by one source."""

    on: date
    source: Source
    gained: int
    lost: int


class Growth(msgspec.Struct, frozen=True, kw_only=True):
    """How an account's followers became more or fewer."""

    before: int
    """How many followed when the first day began."""
    rows: list[GrowthRow]


class DeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many people did something, and how often; what is not told apart is empty or 0."""

    on: date
    """The first day of the step."""
    hour: int
    subject: str
    source: str
    people: int
    times: int


class Deeds(msgspec.Struct, frozen=True, kw_only=True):
    """What people did."""

    rows: list[DeedRow]


class SpreadRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many people said so much in a step."""

    on: date
    interval: int
    """1 for one to five messages, 2 for six to ten, 3 for more."""
    people: int


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How much people say."""

    rows: list[SpreadRow]


class ServedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How an account's own server did on a day, or in an hour of it."""

    on: date
    hour: int
    pushes: int
    failures: int
    took_ms: int
    longest_ms: int


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """How an account's own server did."""

    rows: list[ServedRow]


class ArticleName(msgspec.Struct, frozen=True, kw_only=True):
    """An article as the figures name it."""

    subject: str
    """`<publication>_<place>`."""
    title: str
    published_on: date
    sent_to: int
    """To how many people it was sent."""


class ArticleNames(msgspec.Struct, frozen=True, kw_only=True):
    """What articles are called."""

    rows: list[ArticleName]


class ArticleRow(msgspec.Struct, frozen=True, kw_only=True):
    """How an article has done up to a day, since it was published."""

    subject: str
    deed: Deed
    source: str
    """Empty for all together."""
    on: date
    people: int
    times: int


class ArticleRows(msgspec.Struct, frozen=True, kw_only=True):
    """How articles have done since they were published."""

    articles: list[ArticleName]
    rows: list[ArticleRow]


class VisitRow(msgspec.Struct, frozen=True, kw_only=True):
    """How often a mini program was opened in a step."""

    on: date
    visits: int
    """By the pages that each opened; of who opened none, by how often they signed in."""
    pages: int
    """How many pages were opened."""
    people: int
    new_people: int
    """Who had never opened it before."""
    people_by_now: int
    """Who had ever opened it by the end of the step."""


class Visits(msgspec.Struct, frozen=True, kw_only=True):
    """How often a mini program was opened."""

    rows: list[VisitRow]


class ReturnRow(msgspec.Struct, frozen=True, kw_only=True):
    """How many of those who opened a mini program in a step came again so many steps later."""

    later: int
    """0 for the step itself."""
    people: int
    new_people: int
    """Of those who had never opened it before that step."""


class Returns(msgspec.Struct, frozen=True, kw_only=True):
    """How many come again."""

    rows: list[ReturnRow]
