"""Lets people like comments, each once, and take that back."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.channels import ChannelId, find_channels
from banyan.reach.comments import store
from banyan.reach.comments.store import Like, Numbered
from banyan.reach.comments.types import (
    ArticlePlace,
    CommentLiked,
    CommentNumber,
    CommentUnliked,
    Key,
    PublishNumber,
)


class LikeComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Have me like this comment, or no more."""

    channel_id: ChannelId
    publish_number: PublishNumber
    place: ArticlePlace
    comment_number: CommentNumber
    is_on: bool


class CommentLike(msgspec.Struct, frozen=True, kw_only=True):
    """How the person stands to the comment now."""

    is_on: bool


@plural(permission=Permission.PERSON, batch_max=256)
async def like_comments(
    work: Work, calls: Sequence[Call[LikeComment]]
) -> Sequence[CommentLike | Failure]:
    """Set who likes which comment: a person counts once, however often they say so.

    Of several words of one person in a batch the last holds. Refuses a caller with NotFound
    `comments.not_found`.
    """
    ids = await store.find_likeable(work.db, {_numbered(call.command) for call in calls})
    last = {_like(call): call for call in calls if _numbered(call.command) in ids}
    wanted = {like: call.at for like, call in last.items() if call.command.is_on}
    given = await store.insert_likes(work.db, wanted) if wanted else set()
    unwanted = last.keys() - wanted.keys()
    taken = await store.delete_likes(work.db, unwanted) if unwanted else set()
    sums: dict[Numbered, int] = defaultdict(int)
    for step, likes in ((1, given), (-1, taken)):
        for key, number, _ in likes:
            sums[key, number] += step
    if sums:
        await store.add_likes(work.db, sums)
    await _record(work, {like: last[like] for like in sorted(given | taken)}, ids)
    return [
        CommentLike(is_on=last[_like(call)].command.is_on)
        if _numbered(call.command) in ids
        else NotFound("comments.not_found")
        for call in calls
    ]


async def _record(
    work: Work, changed: dict[Like, Call[LikeComment]], ids: dict[Numbered, int]
) -> None:
    channels = await find_channels(work.db, sorted({like[0].channel_id for like in changed}))
    for (key, number, person_id), call in changed.items():
        event = CommentLiked if call.command.is_on else CommentUnliked
        channel = channels[call.command.channel_id]
        work.record(
            event(
                merchant_id=int(channel.merchant_id),
                channel_id=key.channel_id,
                person_id=person_id,
                subject_id=ids[key, number],
            ),
            call.index,
        )


def _numbered(command: LikeComment) -> Numbered:
    key = Key(int(command.channel_id), command.publish_number, command.place)
    return key, command.comment_number


def _like(call: Call[LikeComment]) -> Like:
    return (*_numbered(call.command), call.actor.person_id)
