"""Reads comments: for the account, and as readers see them."""

from collections.abc import Sequence
from typing import Annotated

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId
from banyan.parties.people import find_people
from banyan.reach.articles import find_titles
from banyan.reach.channels import ChannelId, access_account, access_own
from banyan.reach.comments import store
from banyan.reach.comments.access import read_thread_of
from banyan.reach.comments.tend_comments import OfArticle
from banyan.reach.comments.types import (
    ELECTED_MAX,
    OF_PERSON_MAX,
    PART_MAX,
    ArticlePlace,
    Comments,
    CommentSort,
    Key,
    PublishNumber,
    ShownComment,
    Thread,
    ThreadPage,
    Written,
)
from banyan.reach.comments.write_comments import find_standing

Offset = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
Count = Annotated[int, msgspec.Meta(ge=1, le=PART_MAX)]


class ListComments(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did readers write below an article?"""

    sort: CommentSort = CommentSort.ALL
    offset: Offset = 0
    limit: Count = 20


class ReadThread(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """May readers comment on an article?"""


class ListLatestComments(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did readers write below any of my articles?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    sort: CommentSort = CommentSort.ALL
    offset: Offset = 0
    limit: Count = 20


class ReadThreadPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands below an article?"""

    channel_id: ChannelId
    publish_number: PublishNumber
    place: ArticlePlace


@reading(permission=Permission.CHANNELS_READ)
async def list_comments(work: Work, query: ListComments) -> Comments:
    """Return some comments of an article, the latest first.

    Raises NotFound `channels.not_found`, `comments.no_such_article`.
    """
    await access_own(work.db, query.merchant_id, query.channel_id)
    await read_thread_of(work, query.key)
    total, found = await store.list_comments(
        work.db, query.key, query.sort, query.offset, query.limit
    )
    return await _named(work, total, found)


@reading(permission=Permission.CHANNELS_READ)
async def read_thread(work: Work, query: ReadThread) -> Thread:
    """Return whether readers may comment on an article.

    Raises NotFound `channels.not_found`, `comments.no_such_article`.
    """
    await access_own(work.db, query.merchant_id, query.channel_id)
    return await read_thread_of(work, query.key)


@reading(permission=Permission.CHANNELS_READ)
async def list_latest_comments(work: Work, query: ListLatestComments) -> Comments:
    """Return some comments of all articles, the latest first.

    Raises NotFound `channels.not_found`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    total, found = await store.list_latest(
        work.db, channel.channel_id, query.sort, query.offset, query.limit
    )
    return await _named(work, total, found)


@reading(permission=Permission.PUBLIC)
async def read_thread_page(work: Work, query: ReadThreadPage) -> ThreadPage:
    """Return what stands below an article.

    Raises NotFound `channels.not_found`, `comments.no_such_article`.
    """
    await access_account(work.db, query.channel_id)
    key = Key(int(query.channel_id), query.publish_number, query.place)
    thread = await read_thread_of(work, key)
    person_id = work.actor.person_id
    elected = await store.list_elected(work.db, key, ELECTED_MAX)
    mine: list[Written] = []
    if person_id:
        mine = await store.list_of_person(work.db, key, person_id, OF_PERSON_MAX)
    shown = await _shown(work, key, [*elected, *mine])
    return ThreadPage(
        standing=await find_standing(work, thread),
        elected_count=thread.elected_count,
        items=shown[: len(elected)],
        mine=shown[len(elected) :],
    )


async def _named(work: Work, total: int, found: Sequence[Written]) -> Comments:
    people = await find_people(work.db, sorted({one.person_id for one in found}))
    names = {int(person_id): person.nickname for person_id, person in people.items()}
    keys = {(int(one.comment.channel_id), one.comment.publish_number) for one in found}
    titles = await find_titles(work.db, keys)
    return Comments(
        items=[
            msgspec.structs.replace(
                one.comment,
                nickname=names.get(one.person_id, ""),
                title=titles[one.comment.publish_number][one.comment.place - 1],
            )
            for one in found
        ],
        total=total,
    )


async def _shown(work: Work, key: Key, found: Sequence[Written]) -> list[ShownComment]:
    person_id = work.actor.person_id
    people = await find_people(work.db, sorted({one.person_id for one in found}))
    by_id = {int(one): person for one, person in people.items()}
    numbers = [one.comment.comment_number for one in found]
    liked = await store.find_liked(work.db, key, person_id, numbers) if person_id else set()
    shown = []
    for one in found:
        comment, person = one.comment, by_id.get(one.person_id)
        shown.append(
            ShownComment(
                comment_number=comment.comment_number,
                nickname=person.nickname if person else "",
                avatar=person.avatar.value if person else "",
                content=comment.content,
                state=comment.state,
                is_elected=comment.is_elected,
                is_mine=one.person_id == person_id,
                is_liked=comment.comment_number in liked,
                likes_count=comment.likes_count,
                reply=comment.reply,
                replied_at=comment.replied_at,
                written_at=comment.written_at,
            )
        )
    return shown
