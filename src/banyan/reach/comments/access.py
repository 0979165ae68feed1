"""Finds what was published, its comments, and one of them."""

from typing import Any

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.reach.articles import Article, find_publication
from banyan.reach.channels import Channel, ChannelId
from banyan.reach.comments import store
from banyan.reach.comments.types import CommentState, Key, Thread, Written


async def find_article(work: Work, key: Key) -> tuple[str, Article]:
    """Return the id and the content of an article that is out.

    Raises NotFound `comments.no_such_article`.
    """
    found = await find_publication(work.db, key.channel_id, key.publish_number)
    if found is None or found.published_at is None or not found.shows(key.place):
        raise NotFound("comments.no_such_article")
    return found.article_id, found.articles[key.place - 1]


async def read_thread_of(work: Work, key: Key) -> Thread:
    """Return an article's comments as they are, or as they begin.

    Raises NotFound `comments.no_such_article`.
    """
    beginning = await _begin(work, key)
    return await store.find_thread(work.db, key) or beginning


async def lock_thread(work: Work, key: Key) -> Thread:
    """Lock an article's comments. Raises NotFound `comments.no_such_article`."""
    return await store.lock_thread(work.db, await _begin(work, key))


async def lock_written(work: Work, key: Key, number: int) -> Written:
    """Lock a comment that the account can see, and one that its writer took back.

    Raises NotFound `comments.not_found`.
    """
    written = await store.lock_comment(work.db, key, number)
    visible = {CommentState.KEPT, CommentState.WITHDRAWN}
    if written is None or written.comment.state not in visible:
        raise NotFound("comments.not_found")
    return written


def facts(channel: Channel, thread: Thread, written: Written) -> dict[str, Any]:
    """What an event about a comment says of it."""
    return {
        "merchant_id": int(channel.merchant_id),
        "channel_id": int(channel.channel_id),
        "person_id": written.person_id,
        "subject_id": written.comment_id,
        "article_id": thread.article_id,
        "place": thread.place,
        "openid": written.comment.openid,
    }


async def _begin(work: Work, key: Key) -> Thread:
    article_id, article = await find_article(work, key)
    return Thread(
        channel_id=ChannelId(key.channel_id),
        publish_number=key.publish_number,
        place=key.place,
        article_id=article_id,
        is_open=article.may_comment,
        only_followers=article.only_followers_comment,
    )
