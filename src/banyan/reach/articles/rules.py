"""Which articles make sense."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from banyan.base.errors import Invalid
from banyan.base.secret import digest
from banyan.reach.articles.types import (
    ARTICLES_MAX,
    CONTENT_BYTES_MAX,
    CONTENT_CHARACTERS_MAX,
    Article,
)

LIFE = timedelta(days=3)
"""How long an upload is there."""
READ_AGAIN_AFTER = timedelta(minutes=10)
"""When the same reader's next opening of an article counts."""
AHEAD_MAX = timedelta(days=30)
"""How far ahead something is published at most."""
SHOWN_FOR = timedelta(hours=12)
"""How long a link shows a draft."""
TITLE_MAX = 64
AUTHOR_MAX = 16
DIGEST_MAX = 128
SOURCE_BYTES_MAX = 1_024


def check_articles(articles: Sequence[Article]) -> None:
    """Accept one to eight articles.

    Raises Invalid `articles.none`, `articles.too_many_articles`, and as `check_article` does.
    """
    if not articles:
        raise Invalid("articles.none")
    if len(articles) > ARTICLES_MAX:
        raise Invalid("articles.too_many_articles", articles_max=ARTICLES_MAX)
    for article in articles:
        check_article(article)


def check_article(article: Article) -> None:
    """Accept an article that can be read.

    Raises Invalid `articles.title_length`, `articles.content_missing`, and as `check_sizes` does.
    """
    if not article.title.strip():
        raise Invalid("articles.title_length", characters_max=TITLE_MAX)
    check_sizes(article)
    if not article.content.strip():
        raise Invalid("articles.content_missing")


def check_sizes(article: Article) -> None:
    """Accept an article that may still lack something.

    Raises Invalid `articles.title_length`, `articles.author_length`, `articles.digest_length`,
    `articles.content_length`, `articles.source_malformed`.
    """
    if len(article.title) > TITLE_MAX:
        raise Invalid("articles.title_length", characters_max=TITLE_MAX)
    if len(article.author) > AUTHOR_MAX:
        raise Invalid("articles.author_length", characters_max=AUTHOR_MAX)
    if len(article.digest) > DIGEST_MAX:
        raise Invalid("articles.digest_length", characters_max=DIGEST_MAX)
    is_long = len(article.content) >= CONTENT_CHARACTERS_MAX
    if is_long or len(article.content.encode()) >= CONTENT_BYTES_MAX:
        raise Invalid("articles.content_length", characters_max=CONTENT_CHARACTERS_MAX)
    url = article.source_url
    if url and (
        not url.startswith(("https://", "http://")) or len(url.encode()) > SOURCE_BYTES_MAX
    ):
        raise Invalid("articles.source_malformed")


def check_publish_at(at: datetime, now: datetime) -> None:
    """Accept an instant of the next month. Raises Invalid `articles.time_out_of_range`."""
    if not now <= at <= now + AHEAD_MAX:
        raise Invalid("articles.time_out_of_range", days_max=AHEAD_MAX.days)


def compute_reader(person_id: int, visitor: str) -> str:
    """What a reader is told from others by; empty if nobody can tell."""
    if person_id:
        return str(person_id)
    return f"v{digest(f'visitor/{visitor}').hex()[:16]}" if visitor else ""
