"""An account asks a person to be one of its agents; they accept on their phone, or do not."""

from datetime import timedelta

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import NONE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Openid,
    access_account,
    access_own,
    find_follower,
    find_followers,
)
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.talks import store
from banyan.reach.talks.agents import access_agent
from banyan.reach.talks.types import Agent, AgentId, Handle, Invitation, InviteState

INVITED = "talks.invited"
"""The kind of notice by which somebody is asked."""
LIFE = timedelta(hours=24)
"""How long somebody may answer."""


class InviteAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask somebody whom the account knows to be this agent of it."""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle
    openid: Openid


class ReadInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As whom am I asked to answer?"""

    channel_id: ChannelId
    agent_id: AgentId


class AnswerInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I will be this agent, or I will not."""

    channel_id: ChannelId
    agent_id: AgentId
    is_accepted: bool


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is asked to be."""

    channel_name: str
    handle: str
    nickname: str
    state: InviteState


@single(permission=Permission.CHANNELS_WRITE)
async def invite_agent(work: Work, command: InviteAgent) -> Agent:
    """Ask a person to be an agent that nobody is yet; for a day it is in their inbox.

    Raises NotFound `channels.not_found`, `talks.no_such_agent`; Invalid `talks.invitee_unknown`;
    Refusal `talks.agent_bound`, `talks.agent_invited`, `talks.invitee_is_agent`,
    `talks.invited_already`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    agent = await access_agent(work.db, channel, command.handle)
    found = (await find_followers(work.db, channel.channel_id, [command.openid])).get(
        command.openid
    )
    if found is None:
        raise Invalid("talks.invitee_unknown")
    person_id = found[0]
    if agent.is_staff:
        raise Refusal("talks.agent_bound", handle=agent.handle)
    if _is_waiting(work, agent):
        raise Refusal("talks.agent_invited", handle=agent.handle)
    for one_id, one in await store.list_agents(work.db, channel.channel_id):
        if one_id == person_id:
            raise Refusal("talks.invitee_is_agent")
        if _is_waiting(work, one) and one.invitation and one.invitation.openid == command.openid:
            raise Refusal("talks.invited_already")
    invitation = Invitation(
        openid=command.openid,
        state=InviteState.WAITING,
        until=work.now + LIFE,
    )
    await store.set_invitation(work.db, channel.channel_id, agent.agent_id, invitation)
    notice = NewNotice(
        person_id=person_id,
        kind=INVITED,
        at=work.now,
        merchant_id=int(channel.merchant_id),
        channel_id=int(channel.channel_id),
        body=agent.nickname,
        link=f"/desk-invitations/{int(channel.channel_id)}/{int(agent.agent_id)}",
    )
    await send_notices(work, [notice])
    return msgspec.structs.replace(agent, invitation=invitation)


@reading(permission=Permission.PERSON)
async def read_invitation(work: Work, query: ReadInvitation) -> Invited:
    """Return what the person who asks is asked to be.

    Raises NotFound `channels.not_found`, `talks.no_such_invitation`.
    """
    channel = await access_account(work.db, query.channel_id)
    return _show(work, channel, *await _access(work, channel, query.agent_id))


@single(permission=Permission.PERSON)
async def answer_invitation(work: Work, command: AnswerInvitation) -> Invited:
    """Become the agent, or refuse to.

    Raises NotFound `channels.not_found`, `talks.no_such_invitation`; Refusal
    `talks.invitation_over`, `talks.invitee_is_agent`.
    """
    channel = await access_account(work.db, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    agent, invitation = await _access(work, channel, command.agent_id)
    if not _is_waiting(work, agent):
        raise Refusal("talks.invitation_over")
    person_id = int(NONE)
    if command.is_accepted:
        person_id = work.actor.person_id
        known = await store.list_agents(work.db, channel.channel_id)
        if any(one_id == person_id for one_id, _ in known):
            raise Refusal("talks.invitee_is_agent")
    state = InviteState.ACCEPTED if command.is_accepted else InviteState.REJECTED
    answered = msgspec.structs.replace(invitation, state=state)
    await store.set_invitation(
        work.db, channel.channel_id, agent.agent_id, answered, bound_id=person_id
    )
    return _show(work, channel, agent, answered)


def state_at(work: Work, invitation: Invitation) -> InviteState:
    """What has become of an invitation by now."""
    is_over = invitation.state is InviteState.WAITING and invitation.until <= work.now
    return InviteState.EXPIRED if is_over else invitation.state


async def _access(work: Work, channel: Channel, agent_id: AgentId) -> tuple[Agent, Invitation]:
    me = await find_follower(work.db, channel.channel_id, work.actor.person_id)
    for _, agent in await store.list_agents(work.db, channel.channel_id):
        invitation = agent.invitation
        if agent.agent_id == agent_id and invitation and me and invitation.openid == me.openid:
            return agent, invitation
    raise NotFound("talks.no_such_invitation")


def _is_waiting(work: Work, agent: Agent) -> bool:
    invitation = agent.invitation
    return invitation is not None and state_at(work, invitation) is InviteState.WAITING


def _show(work: Work, channel: Channel, agent: Agent, invitation: Invitation) -> Invited:
    return Invited(
        channel_name=channel.name,
        handle=agent.handle,
        nickname=agent.nickname,
        state=state_at(work, invitation),
    )
