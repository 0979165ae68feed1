"""What accounts do with comments: open and close, elect, answer, delete."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.comments import store
from banyan.reach.comments.access import facts, find_article, lock_thread, lock_written
from banyan.reach.comments.rules import check_electable, check_reply
from banyan.reach.comments.types import (
    ELECTED_MAX,
    ArticlePlace,
    Comment,
    CommentDeleted,
    CommentElected,
    CommentNumber,
    CommentReplied,
    CommentState,
    CommentUnelected,
    Key,
    PublishNumber,
    ReplyDeleted,
    Said,
    Thread,
    ThreadClosed,
    ThreadOpened,
    Written,
)
from banyan.reach.comments.write_comments import hide
from banyan.reach.moderation import check_texts
from banyan.reach.notices import NewNotice, send_notices


class OfArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One article of mine that is out."""

    merchant_id: MerchantId
    channel_id: ChannelId
    publish_number: PublishNumber
    place: ArticlePlace

    @property
    def key(self) -> Key:
        """The article."""
        return Key(int(self.channel_id), self.publish_number, self.place)


class OpenThread(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let readers comment on an article, or no more."""

    is_open: bool


class ElectComment(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let everybody see a comment, or no more."""

    comment_number: CommentNumber
    is_elected: bool


class DeleteComment(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a comment no more."""

    comment_number: CommentNumber


class ReplyToComment(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answer a comment, once."""

    comment_number: CommentNumber
    content: Said


class DeleteReply(OfArticle, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take my answer to a comment back."""

    comment_number: CommentNumber


@single(permission=Permission.CHANNELS_WRITE)
async def open_thread(work: Work, command: OpenThread) -> Thread:
    """Let readers comment on an article, or no more; what was written stays.

    Raises NotFound `channels.not_found`, `comments.no_such_article`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    thread = await lock_thread(work, command.key)
    if thread.is_open != command.is_open:
        await store.set_open(work.db, command.key, is_open=command.is_open)
        event = ThreadOpened if command.is_open else ThreadClosed
        work.record(
            event(
                merchant_id=int(channel.merchant_id),
                channel_id=int(channel.channel_id),
                subject_id=thread.publish_number,
                article_id=thread.article_id,
                place=thread.place,
            )
        )
    return msgspec.structs.replace(thread, is_open=command.is_open)


@single(permission=Permission.CHANNELS_WRITE)
async def elect_comment(work: Work, command: ElectComment) -> Comment:
    """Let everybody see a comment, or no more; at most a hundred of an article.

    Raises NotFound `channels.not_found`, `comments.no_such_article`, `comments.not_found`; Refusal
    `comments.withdrawn`, `comments.too_many_elected`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    thread = await lock_thread(work, command.key)
    written = await lock_written(work, command.key, command.comment_number)
    check_electable(written)
    if written.comment.is_elected == command.is_elected:
        return written.comment
    if command.is_elected and thread.elected_count >= ELECTED_MAX:
        raise Refusal("comments.too_many_elected", elected_max=ELECTED_MAX)
    await store.add_elected(work.db, command.key, 1 if command.is_elected else -1)
    after = msgspec.structs.replace(written.comment, is_elected=command.is_elected)
    await store.set_comment(work.db, after)
    event = CommentElected if command.is_elected else CommentUnelected
    work.record(event(**facts(channel, thread, written)))
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_comment(work: Work, command: DeleteComment) -> None:
    """Delete a comment.

    Raises NotFound `channels.not_found`, `comments.no_such_article`, `comments.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    thread = await lock_thread(work, command.key)
    written = await lock_written(work, command.key, command.comment_number)
    await hide(work, command.key, written, CommentState.DELETED)
    work.record(CommentDeleted(**facts(channel, thread, written)))


@single(permission=Permission.CHANNELS_WRITE)
async def reply_to_comment(work: Work, command: ReplyToComment) -> Comment:
    """Answer a comment; whoever wrote it finds the answer in their inbox.

    Raises Invalid `comments.reply_length`; NotFound `channels.not_found`,
    `comments.no_such_article`, `comments.not_found`; Refusal `comments.withdrawn`,
    `comments.replied_already`, `moderation.refused`.
    """
    content = check_reply(command.content)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    thread = await lock_thread(work, command.key)
    written = await lock_written(work, command.key, command.comment_number)
    check_electable(written)
    if written.comment.reply:
        raise Refusal("comments.replied_already")
    await check_texts(work, channel, [content])
    after = msgspec.structs.replace(written.comment, reply=content, replied_at=work.now)
    await store.set_comment(work.db, after)
    work.record(CommentReplied(**facts(channel, thread, written)))
    await _tell(work, channel, thread, written, content)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def delete_reply(work: Work, command: DeleteReply) -> Comment:
    """Take an answer back.

    Raises NotFound `channels.not_found`, `comments.no_such_article`, `comments.not_found`,
    `comments.no_reply`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    thread = await lock_thread(work, command.key)
    written = await lock_written(work, command.key, command.comment_number)
    if not written.comment.reply:
        raise NotFound("comments.no_reply")
    after = msgspec.structs.replace(written.comment, reply="", replied_at=None)
    await store.set_comment(work.db, after)
    work.record(ReplyDeleted(**facts(channel, thread, written)))
    return after


async def _tell(
    work: Work, channel: Channel, thread: Thread, written: Written, content: str
) -> None:
    _, article = await find_article(
        work, Key(int(thread.channel_id), thread.publish_number, thread.place)
    )
    notice = NewNotice(
        person_id=written.person_id,
        kind="comments.replied",
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        body=content,
        link=f"/s/{channel.channel_id:d}/{thread.article_id}/{thread.place}#comments",
        fields={"channel_name": channel.name, "article_title": article.title},
    )
    await send_notices(work, [notice])
