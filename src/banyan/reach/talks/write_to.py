"""The account writes to one person: its program within its credits, its agents within two days."""

import msgspec

from banyan.base.errors import Refusal
from banyan.base.ids import NONE
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, Openid, access_own
from banyan.reach.moderation import check_texts
from banyan.reach.talks import store
from banyan.reach.talks.agents import access_agent, ensure_agent
from banyan.reach.talks.attend import take
from banyan.reach.talks.converse import add_answer, lock_reachable, with_file
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import (
    TYPING_AFTER,
    TYPING_LIFE,
    Credit,
    check_content,
    check_in_time,
    check_kind,
    decide_credit,
    list_texts,
)
from banyan.reach.talks.types import Content, Handle, Origin, TalkMessage


class WriteTo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send this to one person, in the name of the agent of this handle if one is named."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    content: Content
    handle: Handle | None = None


class AnswerTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answer this as the agent that I am; from now on I attend to the person."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    content: Content


class ShowTyping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a person see that the account is typing, or no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    is_typing: bool


@single(permission=Permission.CHANNELS_WRITE)
async def write_to(work: Work, command: WriteTo) -> TalkMessage:
    """Send one message; it lies in the person's inbox when this returns.

    What a person does opens a credit: five messages in 48 hours of their last words, three in a
    minute of their last tap, scan or follow, any number in 48 hours of a payment.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Refusal `talks.unknown_openid`,
    `talks.not_followed`, `talks.left`, `talks.blocked`, `talks.out_of_time`, `talks.used_up`,
    `talks.media_unknown`, `moderation.refused`; Invalid as `check_content`.
    """
    check_content(command.content, is_said=False)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    check_kind(channel.kind, command.content, is_said=False)
    await check_texts(work, channel, list_texts(command.content))
    content = await with_file(work.db, channel, command.content, work.now)
    agent_id = int(NONE)
    if command.handle is not None:
        agent_id = int((await access_agent(work.db, channel, command.handle)).agent_id)
    talk = await lock_reachable(work, channel, command.openid)
    talk = _use(talk, decide_credit(talk.credits, work.now, channel.kind))
    _, message = await add_answer(work, channel, talk, content, Origin.SERVICE, agent_id=agent_id)
    return message


@single(permission=Permission.CHANNELS_WRITE)
async def answer_talk(work: Work, command: AnswerTalk) -> TalkMessage:
    """Answer a person as an agent, who attends to them from now on.

    Raises NotFound `channels.not_found`; Refusal `talks.unknown_openid`, `talks.not_followed`,
    `talks.left`, `talks.out_of_time`, `talks.attended_by_other`, `talks.off_duty`,
    `sessions.person_required`, `moderation.refused`; Invalid as `check_content`.
    """
    check_content(command.content, is_said=False)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    check_kind(channel.kind, command.content, is_said=False)
    await check_texts(work, channel, list_texts(command.content))
    agent = await ensure_agent(work, channel)
    talk = await lock_reachable(work, channel, command.openid)
    check_in_time(talk.credits, work.now)
    talk = await take(work, channel, talk, agent)
    talk = msgspec.structs.replace(talk, unread_count=0)
    _, message = await add_answer(
        work, channel, talk, command.content, Origin.SERVICE, agent_id=int(agent.agent_id)
    )
    return message


@single(permission=Permission.CHANNELS_WRITE)
async def show_typing(work: Work, command: ShowTyping) -> None:
    """Let a person see for fifteen seconds that the account is typing, or no more.

    Raises NotFound `channels.not_found`; Refusal `talks.unknown_openid`, `talks.not_followed`,
    `talks.left`, `talks.silent` when they said nothing for half a minute,
    `talks.typing_already`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    talk = await lock_reachable(work, channel, command.openid)
    until = None
    if command.is_typing:
        if talk.said_at is None or work.now >= talk.said_at + TYPING_AFTER:
            raise Refusal("talks.silent")
        if talk.typing_until is not None and work.now < talk.typing_until:
            raise Refusal("talks.typing_already")
        until = work.now + TYPING_LIFE
    await store.set_talk(work.db, msgspec.structs.replace(talk, typing_until=until))


def _use(talk: TalkRow, credit: Credit) -> TalkRow:
    match credit:
        case Credit.ACTED:
            return msgspec.structs.replace(talk, acted_used=talk.acted_used + 1)
        case Credit.SAID:
            return msgspec.structs.replace(talk, said_used=talk.said_used + 1)
        case Credit.PAID:
            return talk
