"""Who answers for an account: agents that its program adds, and staff who answer in the console."""

import re
from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import NONE
from banyan.base.text import LINE
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.parties.people import PersonId, find_people
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.talks import store
from banyan.reach.talks.rules import NICKNAME_MAX, check_handle, check_nickname
from banyan.reach.talks.types import AGENTS_MAX, Agent, AgentId, Handle

_Nickname = Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)]
_hidden = re.compile(r"[\x00-\x1f\x7f]+")


class AddAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an agent of this handle, `prefix@account`."""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle
    nickname: _Nickname


class ChangeAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what is given here."""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle
    nickname: _Nickname | None = None
    is_on_duty: bool | None = None
    avatar: Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)] | None = None
    """The file of a picture that the account uploaded."""


class RemoveAgent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have an agent no more; nobody attends to those whom it attended to."""

    merchant_id: MerchantId
    channel_id: ChannelId
    handle: Handle


class ListAgents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's agents."""

    merchant_id: MerchantId
    channel_id: ChannelId


class AgentAtWork(msgspec.Struct, frozen=True, kw_only=True):
    """An agent, and how many people it attends to."""

    agent: Agent
    is_me: bool
    talks_count: int


class Agents(msgspec.Struct, frozen=True, kw_only=True):
    """All agents of an account, by number."""

    items: list[AgentAtWork]


@single(permission=Permission.CHANNELS_WRITE)
async def add_agent(work: Work, command: AddAgent) -> Agent:
    """Add an agent, who is on duty from now on.

    Raises NotFound `channels.not_found`; Invalid `talks.handle_malformed`, `talks.handle_length`,
    `talks.handle_characters`, `talks.nickname_malformed`; Refusal `talks.agent_exists`,
    `talks.agents_too_many`.
    """
    check_handle(command.handle)
    check_nickname(command.nickname)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    last = await store.lock_desk(work.db, channel.channel_id)
    known = await store.list_agents(work.db, channel.channel_id)
    if any(agent.handle == command.handle for _, agent in known):
        raise Refusal("talks.agent_exists", handle=command.handle)
    added = sum(person_id == NONE or agent.invitation is not None for person_id, agent in known)
    if added >= AGENTS_MAX:
        raise Refusal("talks.agents_too_many", agents_max=AGENTS_MAX)
    return await _insert(work, channel, last + 1, command.handle, command.nickname)


@single(permission=Permission.CHANNELS_WRITE)
async def change_agent(work: Work, command: ChangeAgent) -> Agent:
    """Change an agent. Raises NotFound `channels.not_found`, `talks.no_such_agent`.

    Raises Invalid `talks.nickname_malformed`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    before = await access_agent(work.db, channel, command.handle)
    if command.nickname is not None:
        check_nickname(command.nickname)
    after = msgspec.structs.replace(
        before,
        nickname=before.nickname if command.nickname is None else command.nickname,
        is_on_duty=before.is_on_duty if command.is_on_duty is None else command.is_on_duty,
        avatar=before.avatar if command.avatar is None else command.avatar,
    )
    await store.set_agent(work.db, channel.channel_id, after)
    return after


@single(permission=Permission.CHANNELS_WRITE)
async def remove_agent(work: Work, command: RemoveAgent) -> None:
    """Remove an agent. Raises NotFound `channels.not_found`, `talks.no_such_agent`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_desk(work.db, channel.channel_id)
    agent = await access_agent(work.db, channel, command.handle)
    await store.delete_agent(work.db, channel.channel_id, agent.agent_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_agents(work: Work, query: ListAgents) -> Agents:
    """Return all agents of an account. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    counts = await store.count_attended(work.db, channel.channel_id)
    return Agents(
        items=[
            AgentAtWork(
                agent=agent,
                is_me=person_id != NONE and person_id == work.actor.person_id,
                talks_count=counts.get(int(agent.agent_id), 0),
            )
            for person_id, agent in await store.list_agents(work.db, channel.channel_id)
        ]
    )


async def access_agent(db: Connection, channel: Channel, handle: str) -> Agent:
    """Return an account's agent. Raises NotFound `talks.no_such_agent`."""
    for _, agent in await store.list_agents(db, channel.channel_id):
        if agent.handle == handle:
            return agent
    raise NotFound("talks.no_such_agent", handle=handle)


async def ensure_agent(work: Work, channel: Channel) -> Agent:
    """Return the agent that the person who acts is; they become one with their first answer.

    Raises Refusal `sessions.person_required`.
    """
    person_id = work.actor.person_id
    if not person_id:
        raise Refusal("sessions.person_required")
    last = await store.lock_desk(work.db, channel.channel_id)
    for found, agent in await store.list_agents(work.db, channel.channel_id):
        if found == person_id:
            return agent
    person = (await find_people(work.db, [person_id])).get(PersonId(person_id))
    nickname = _hidden.sub("", person.nickname if person else "").strip()[:NICKNAME_MAX]
    handle = f"staff{last + 1}@{channel.original_id}"
    return await _insert(work, channel, last + 1, handle, nickname or handle[:8], person_id)


async def _insert(
    work: Work, channel: Channel, number: int, handle: str, nickname: str, person_id: int = NONE
) -> Agent:
    agent = Agent(
        agent_id=AgentId(work.ids.next()),
        number=number,
        handle=handle,
        nickname=nickname,
        is_staff=person_id != NONE,
        is_on_duty=True,
    )
    await store.insert_agent(work.db, channel.channel_id, agent, person_id, work.now)
    return agent
