"""Lets readers write below articles, and take back what they wrote."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.books.work import Permission, Work, single
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import (
    Channel,
    ChannelId,
    FollowerState,
    access_account,
    ensure_openids,
    find_follower,
)
from banyan.reach.comments import store
from banyan.reach.comments.access import facts, lock_thread
from banyan.reach.comments.rules import check_content, check_standing, decide_standing
from banyan.reach.comments.types import (
    OF_PERSON_MAX,
    ArticlePlace,
    Comment,
    CommentNumber,
    CommentState,
    CommentWithdrawn,
    CommentWritten,
    Key,
    PublishNumber,
    Said,
    Standing,
    Thread,
    Written,
)
from banyan.reach.moderation import (
    Check,
    CheckState,
    Content,
    Opinion,
    Subject,
    ask_check,
    judge_for,
    refusal_of,
)

SUBJECT = "comments.comment"
_decided = {CheckState.PASSED: CommentState.KEPT, CheckState.REFUSED: CommentState.REFUSED}


class WriteComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Write this below an article."""

    channel_id: ChannelId
    publish_number: PublishNumber
    place: ArticlePlace
    content: Said


class WithdrawComment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take back what I wrote."""

    channel_id: ChannelId
    publish_number: PublishNumber
    place: ArticlePlace
    comment_number: CommentNumber


@single(permission=Permission.PERSON)
async def write_comment(work: Work, command: WriteComment) -> Comment:
    """Write a comment; its account sees it unless people must look at it first.

    Raises Invalid `comments.length`; NotFound `channels.not_found`, `comments.no_such_article`;
    Refusal `comments.closed`, `comments.followers_only`, `comments.blocked`, `comments.too_many`,
    `moderation.refused`.
    """
    content = check_content(command.content)
    channel = await access_account(work.db, command.channel_id)
    key = Key(int(command.channel_id), command.publish_number, command.place)
    thread = await lock_thread(work, key)
    check_standing(await find_standing(work, thread))
    person_id = work.actor.person_id
    if await store.count_of_person(work.db, key, person_id) >= OF_PERSON_MAX:
        raise Refusal("comments.too_many", comments_max=OF_PERSON_MAX)
    verdict = await judge_for(work, channel, [content])
    if verdict.opinion is Opinion.REFUSE:
        raise refusal_of(verdict)
    is_clear = verdict.opinion is Opinion.PASS
    written = Written(
        comment=Comment(
            channel_id=command.channel_id,
            publish_number=command.publish_number,
            place=command.place,
            comment_number=await store.take_number(work.db, key),
            openid=(await ensure_openids(work, key.channel_id, [person_id]))[person_id],
            content=content,
            state=CommentState.KEPT if is_clear else CommentState.CHECKING,
            is_elected=False,
            likes_count=0,
            reply="",
            replied_at=None,
            written_at=work.now,
        ),
        comment_id=work.ids.next(),
        person_id=person_id,
    )
    await store.insert_comment(work.db, key, written)
    work.record(CommentWritten(**facts(channel, thread, written), content=content))
    if not is_clear:
        subject = Subject(kind=SUBJECT, subject_id=written.comment_id)
        await ask_check(work, channel, subject, Content(texts=[content]))
    return written.comment


@single(permission=Permission.PERSON)
async def withdraw_comment(work: Work, command: WithdrawComment) -> None:
    """Take one's comment back; nobody sees it any more.

    Raises NotFound `channels.not_found`, `comments.no_such_article`, `comments.not_found`.
    """
    channel = await access_account(work.db, command.channel_id)
    key = Key(int(command.channel_id), command.publish_number, command.place)
    thread = await lock_thread(work, key)
    written = await store.lock_comment(work.db, key, command.comment_number)
    if written is None or written.person_id != work.actor.person_id:
        raise NotFound("comments.not_found")
    if written.comment.state in {CommentState.WITHDRAWN, CommentState.DELETED}:
        return
    await hide(work, key, written, CommentState.WITHDRAWN)
    work.record(CommentWithdrawn(**facts(channel, thread, written)))


async def hide(work: Work, key: Key, written: Written, state: CommentState) -> None:
    """Let nobody see a comment any more, for the reason that its state says."""
    if written.comment.is_elected:
        await store.add_elected(work.db, key, -1)
    after = msgspec.structs.replace(written.comment, state=state, is_elected=False)
    await store.set_comment(work.db, after)


async def find_standing(work: Work, thread: Thread) -> Standing:
    """Whether whoever asks may write below an article."""
    person_id = work.actor.person_id
    if not person_id:
        return decide_standing(thread, is_signed_in=False, is_following=False, is_blocked=False)
    follower = await find_follower(work.db, thread.channel_id, person_id)
    return decide_standing(
        thread,
        is_signed_in=True,
        is_following=follower is not None and follower.state is FollowerState.FOLLOWING,
        is_blocked=await is_blocked(work.db, thread.channel_id, person_id),
    )


async def on_decided(work: Work, channel: Channel, check: Check) -> None:
    """Show a comment to its account that people let through, or don't."""
    written = await store.lock_by_id(work.db, int(channel.channel_id), check.subject.subject_id)
    assert written is not None
    comment = written.comment
    if comment.state in {CommentState.WITHDRAWN, CommentState.DELETED}:
        return
    key = Key(int(comment.channel_id), comment.publish_number, comment.place)
    state = _decided[check.state]
    if state is CommentState.KEPT:
        await store.set_comment(work.db, msgspec.structs.replace(comment, state=state))
    else:
        await hide(work, key, written, state)
