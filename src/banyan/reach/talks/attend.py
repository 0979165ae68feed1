"""Agents attend to people, pass them on, and close; whoever is passed to staff waits for one."""

import msgspec

from banyan.base.errors import Refusal
from banyan.books.work import Permission, Work, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, ChannelKind, Openid, access_own
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.talks import store
from banyan.reach.talks.agents import access_agent, ensure_agent
from banyan.reach.talks.converse import lock_reachable
from banyan.reach.talks.rate import ask_rating
from banyan.reach.talks.records import TalkRow
from banyan.reach.talks.rules import is_in_time
from banyan.reach.talks.types import Agent, Handle, Talk, TalkAttended, TalkClosed, TalkWaits


class AttendTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an agent attend to a person: the one of this handle, or me."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    handle: Handle | None = None


class PassTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have another agent attend to a person from now on."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    handle: Handle


class CloseTalk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Attend to a person no more; with a handle only if that agent does."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openid: Openid
    handle: Handle | None = None
    asks_rating: bool = False
    """Ask a follower how they were served, if they did something in the last two days."""


@single(permission=Permission.CHANNELS_WRITE)
async def attend_talk(work: Work, command: AttendTalk) -> Talk:
    """Let an agent attend to a person; what they say goes to the agent until it closes.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Refusal `talks.unknown_openid`,
    `talks.not_followed`, `talks.left`, `talks.attended_by_other`, `talks.off_duty`,
    `sessions.person_required`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if command.handle is None:
        agent = await ensure_agent(work, channel)
    else:
        agent = await access_agent(work.db, channel, command.handle)
    talk = await lock_reachable(work, channel, command.openid)
    return (await take(work, channel, talk, agent)).talk


@single(permission=Permission.CHANNELS_WRITE)
async def pass_talk(work: Work, command: PassTalk) -> Talk:
    """Let another agent attend to a person.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Refusal `talks.unknown_openid`,
    `talks.not_followed`, `talks.left`, `talks.not_attended`, `talks.off_duty`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    agent = await access_agent(work.db, channel, command.handle)
    talk = await lock_reachable(work, channel, command.openid)
    if not talk.agent_id:
        raise Refusal("talks.not_attended")
    if talk.agent_id == agent.agent_id:
        return talk.talk
    if not agent.is_on_duty:
        raise Refusal("talks.off_duty", handle=agent.handle)
    before = await _handle_of(work, channel, talk.agent_id)
    after = await _set_agent(work, channel, talk, agent, before)
    fields = {"from_kf_account": before, "to_kf_account": agent.handle}
    await note_push(
        work, channel, talk.person_id, talk.openid, PushKind.KF_SESSION_SWITCHED, fields
    )
    return after.talk


@single(permission=Permission.CHANNELS_WRITE)
async def close_talk(work: Work, command: CloseTalk) -> Talk:
    """Let nobody attend to a person any more; what they say goes where it went before.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Refusal `talks.unknown_openid`,
    `talks.not_followed`, `talks.left`, `talks.not_attended`, `talks.attended_by_other`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    agent = None
    if command.handle is not None:
        agent = await access_agent(work.db, channel, command.handle)
    talk = await lock_reachable(work, channel, command.openid)
    if not talk.agent_id:
        raise Refusal("talks.not_attended")
    if agent is not None and agent.agent_id != talk.agent_id:
        raise Refusal("talks.attended_by_other")
    handle = await _handle_of(work, channel, talk.agent_id)
    after = msgspec.structs.replace(talk, agent_id=0, attended_at=None, typing_until=None)
    await store.set_talk(work.db, after)
    work.record(
        TalkClosed(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            subject_id=talk.agent_id,
            openid=talk.openid,
            handle=handle,
        )
    )
    fields = {"kf_account": handle}
    await note_push(work, channel, talk.person_id, talk.openid, PushKind.KF_SESSION_CLOSED, fields)
    # Mini programs say no menus of answers.
    may_ask = channel.kind is not ChannelKind.MINIAPP and is_in_time(talk.credits, work.now)
    if command.asks_rating and may_ask:
        after = await ask_rating(work, channel, after, talk.agent_id)
    return after.talk


async def take(work: Work, channel: Channel, talk: TalkRow, agent: Agent) -> TalkRow:
    """Let an agent attend to a locked conversation; who does already goes on.

    Raises Refusal `talks.attended_by_other`, `talks.off_duty`.
    """
    if talk.agent_id == agent.agent_id:
        return talk
    if talk.agent_id:
        raise Refusal("talks.attended_by_other")
    if not agent.is_on_duty:
        raise Refusal("talks.off_duty", handle=agent.handle)
    after = await _set_agent(work, channel, talk, agent, "")
    fields = {"kf_account": agent.handle}
    await note_push(work, channel, talk.person_id, talk.openid, PushKind.KF_SESSION_OPENED, fields)
    return after


async def let_wait(work: Work, channel: Channel, talk: TalkRow) -> TalkRow:
    """Let the person of a locked conversation wait for an agent, if nobody attends to them."""
    if talk.agent_id or talk.waits_since is not None:
        return talk
    after = msgspec.structs.replace(talk, waits_since=work.now)
    await store.set_talk(work.db, after)
    work.record(
        TalkWaits(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            openid=talk.openid,
        )
    )
    return after


async def _set_agent(
    work: Work, channel: Channel, talk: TalkRow, agent: Agent, from_handle: str
) -> TalkRow:
    after = msgspec.structs.replace(
        talk, agent_id=int(agent.agent_id), attended_at=work.now, waits_since=None
    )
    await store.set_talk(work.db, after)
    work.record(
        TalkAttended(
            merchant_id=int(channel.merchant_id),
            person_id=talk.person_id,
            channel_id=int(channel.channel_id),
            subject_id=int(agent.agent_id),
            openid=talk.openid,
            handle=agent.handle,
            from_handle=from_handle,
        )
    )
    return after


async def _handle_of(work: Work, channel: Channel, agent_id: int) -> str:
    agents = await store.list_agents(work.db, channel.channel_id)
    return next((agent.handle for _, agent in agents if agent.agent_id == agent_id), "")
