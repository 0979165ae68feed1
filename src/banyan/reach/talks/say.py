"""A person says something to an official account that they follow, or to a mini program."""

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.reach.blocks import is_blocked
from banyan.reach.channels import (
    Channel,
    ChannelId,
    ChannelKind,
    access_speaker,
    ensure_openids,
    find_follower,
)
from banyan.reach.channels.follow import check_following
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.talks import store
from banyan.reach.talks.converse import add_answer, add_said, add_unheard, push_of
from banyan.reach.talks.hear import HELD, begin_hearing, hears_words
from banyan.reach.talks.rate import take_rating
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import check_content, check_kind, decide_replies
from banyan.reach.talks.types import RULES_MAX, Content, ContentKind, Origin, TalkMessage


class Say(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say this to an official account."""

    channel_id: ChannelId
    content: Content


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, and what the account's own rules answered."""

    message: TalkMessage
    replies: list[TalkMessage]
    is_passed_on: bool
    """The account's server is told, and may answer in a moment."""


@single(permission=Permission.PERSON)
async def say(work: Work, command: Say) -> Said:
    """Say something to an account: its agent, its server or its rules get it, in this order.

    Of people whom it has blocked the account hears nothing, and they are not told.

    Raises NotFound `channels.not_found`; Refusal `channels.not_following`; Invalid
    `talks.kind_refused`, `talks.text_missing`, `talks.text_length`, `talks.media_missing`,
    `talks.title_missing`, `talks.url_missing`, `talks.appid_missing`.
    """
    check_content(command.content, is_said=True)
    channel = await access_speaker(work.db, command.channel_id)
    check_kind(channel.kind, command.content, is_said=True)
    talk = await lock_own_talk(work, channel)
    return await say_locked(work, channel, talk, command.content)


async def say_locked(work: Work, channel: Channel, talk: TalkRow, content: Content) -> Said:
    """Say something in a conversation that is locked, and have it passed on or answered."""
    if await is_blocked(work.db, channel.channel_id, talk.person_id):
        message = await add_unheard(work, talk, content)
        return Said(message=message, replies=[], is_passed_on=False)
    talk, message = await add_said(work, channel, talk, content)
    await take_rating(work, channel, talk, content.choice_id)
    is_heard = await begin_hearing(work, channel, talk, message)
    if talk.agent_id:
        return Said(message=message, replies=[], is_passed_on=False)
    kind, fields = push_of(content, message.message_id)
    if kind is PushKind.VOICE and not await hears_words(work, channel):
        del fields["recognition"]
    held = HELD if is_heard else None
    pushed = await note_push(work, channel, talk.person_id, talk.openid, kind, fields, held=held)
    if pushed is not None:
        return Said(message=message, replies=[], is_passed_on=True)
    text = content.text if content.kind is ContentKind.TEXT else ""
    replies = await answer_by_rules(work, channel, talk, text, message.message_id)
    return Said(message=message, replies=replies, is_passed_on=False)


async def check_speaker(work: Work, channel: Channel) -> None:
    """Accept that the person who asks talks here. Raises Refusal `channels.not_following`."""
    if channel.kind is not ChannelKind.MINIAPP:
        check_following(await find_follower(work.db, channel.channel_id, work.actor.person_id))


async def lock_own_talk(work: Work, channel: Channel) -> TalkRow:
    """Lock the conversation of the person who asks. Raises Refusal `channels.not_following`."""
    await check_speaker(work, channel)
    person_id = work.actor.person_id
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    return await store.lock_talk(work.db, channel.channel_id, person_id, openid)


async def answer_by_rules(
    work: Work, channel: Channel, talk: TalkRow, text: str, answers_id: int
) -> list[TalkMessage]:
    """Let the account's rules answer in a locked conversation; return what they said."""
    rules = await store.list_rules(work.db, channel.channel_id, RULES_MAX)
    if not rules:
        return []
    turn = await store.count_answers(work.db, channel.channel_id, talk.person_id)
    replies = []
    for content in decide_replies(rules, text, turn):
        talk, message = await add_answer(
            work, channel, talk, content, Origin.RULE, answers_id=answers_id
        )
        replies.append(message)
    return replies
