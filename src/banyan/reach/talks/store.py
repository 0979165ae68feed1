"""Every SQL statement on conversations and their messages, and thin functions over them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from banyan.base.db import Connection
from banyan.reach.talks.records import TalkRow, message_of, talk_row_of
from banyan.reach.talks.types import Agent, AgentId, Invitation, InviteState, Rule, TalkMessage

# Also who never talked is locked: the insert waits for a rival's, and updates it.
_lock_talk = """
insert into talks.talks as t (channel_id, person_id, openid)
values ($1, $2, $3)
on conflict (channel_id, person_id) do update set openid = t.openid
returning *
"""

_set_paid = """
insert into talks.talks as t (channel_id, person_id, openid, paid_at)
select $1, person_id, openid, paid_at
from unnest($2::bigint[], $3::text[], $4::timestamptz[]) as u (person_id, openid, paid_at)
order by person_id
on conflict (channel_id, person_id) do update
set paid_at = greatest(t.paid_at, excluded.paid_at)
"""

_find_talk = "select * from talks.talks where channel_id = $1 and person_id = $2"

_find_by_openid = "select * from talks.talks where channel_id = $1 and openid = $2"

_set_talk = """
update talks.talks
set said_at = $3, said_used = $4, acted_at = $5, acted_used = $6, paid_at = $7,
    typing_until = $8, agent_id = $9, attended_at = $10, waits_since = $11, last_id = $12,
    last_at = $13, last_text = $14, is_last_said = $15, unread_count = $16
where channel_id = $1 and person_id = $2
"""

_list_talks = """
select * from talks.talks
where channel_id = $1 and last_id > 0 and last_id < $2
    and ($3::bigint is null or agent_id = $3)
    and (not $4 or waits_since is not null)
order by last_id desc
limit $5
"""

_list_attended = """
select * from talks.talks
where channel_id = $1 and agent_id = $2
order by attended_at, person_id
limit $3
"""

_list_waiting = """
select * from talks.talks
where channel_id = $1 and waits_since is not null
order by waits_since, person_id
limit $2
"""

_count_waiting = """
select count(*) from talks.talks where channel_id = $1 and waits_since is not null
"""

_count_attended = """
select agent_id, count(*) as count from talks.talks
where channel_id = $1 and agent_id <> 0
group by agent_id
"""

_insert_message = """
insert into talks.messages (
    channel_id, person_id, message_id, origin, content, agent_id, answers_id, sent_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_set_last_heard = """
update talks.talks set last_text = $4
where channel_id = $1 and person_id = $2 and last_id = $3
"""

_set_heard = """
update talks.messages set content = content || jsonb_build_object('text', $4::text)
where channel_id = $1 and person_id = $2 and message_id = $3
"""

_list_messages = """
select message_id, origin, content, agent_id, answers_id, sent_at
from talks.messages
where channel_id = $1 and person_id = $2 and message_id < $3
    and ($4 or origin <> 'unheard')
order by message_id desc
limit $5
"""

_list_answers = """
select message_id, origin, content, agent_id, answers_id, sent_at
from talks.messages
where channel_id = $1 and person_id = $2 and answers_id = $3
order by message_id
"""

_find_messages = """
select message_id, origin, content, agent_id, answers_id, sent_at
from talks.messages
where person_id = $1 and message_id = any($2)
"""

_list_records = """
select m.message_id, m.origin, m.content, m.agent_id, m.answers_id, m.sent_at, t.openid
from talks.messages as m
inner join talks.talks as t on m.channel_id = t.channel_id and m.person_id = t.person_id
where m.channel_id = $1 and m.agent_id <> 0 and m.message_id > $2
    and m.sent_at >= $3 and m.sent_at <= $4 and ($5::text is null or t.openid = $5)
order by m.message_id
limit $6
"""

_count_answers = """
select count(*) from talks.messages
where channel_id = $1 and person_id = $2 and origin = 'rule'
"""

_count_files = """
select count(*) from talks.messages
where channel_id = $1 and person_id = $2 and sent_at > $3 and origin in ('said', 'unheard')
    and content ->> 'kind' in ('image', 'voice', 'video')
"""

_list_rules = """
select rule_id, kind, name, keywords, mode, replies, created_at
from talks.rules
where channel_id = $1
order by rule_id
limit $2
"""

_insert_rule = """
insert into talks.rules (
    channel_id, rule_id, kind, name, keywords, mode, replies, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_set_rule = """
update talks.rules
set name = $3, keywords = $4, mode = $5, replies = $6
where channel_id = $1 and rule_id = $2
"""

_delete_rule = "delete from talks.rules where channel_id = $1 and rule_id = $2"

_lock_desk = """
insert into talks.desks as d (channel_id, last_number)
values ($1, 1000)
on conflict (channel_id) do update set last_number = d.last_number
returning last_number
"""

_set_desk = "update talks.desks set last_number = $2 where channel_id = $1"

_list_agents = """
select agent_id, number, handle, nickname, person_id, is_on_duty, avatar, invited_openid,
    invite_state, invited_until
from talks.agents
where channel_id = $1
order by number
"""

_insert_agent = """
insert into talks.agents (
    channel_id, agent_id, number, handle, nickname, person_id, is_on_duty, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8)
"""

_set_agent = """
update talks.agents
set nickname = $3, is_on_duty = $4, avatar = $5
where channel_id = $1 and agent_id = $2
"""

_set_invitation = """
update talks.agents
set invited_openid = $3, invite_state = $4, invited_until = $5, person_id = $6
where channel_id = $1 and agent_id = $2
"""

_delete_agent = "delete from talks.agents where channel_id = $1 and agent_id = $2"

_free_talks = """
update talks.talks
set agent_id = 0, attended_at = null
where channel_id = $1 and agent_id = $2
"""


async def lock_talk(db: Connection, channel_id: int, person_id: int, openid: str) -> TalkRow:
    """Lock the conversation of a person and an account; it exists from now on."""
    row = await db.fetchrow(_lock_talk, channel_id, person_id, openid)
    assert row is not None
    return talk_row_of(row)


async def set_paid(
    db: Connection, channel_id: int, openids: Mapping[int, str], paid: Mapping[int, datetime]
) -> None:
    """Write when people paid last, all in one statement."""
    people = list(paid)
    named = [openids[one] for one in people]
    await db.execute(_set_paid, channel_id, people, named, list(paid.values()))


async def find_talk(db: Connection, channel_id: int, person_id: int) -> TalkRow | None:
    """Return a conversation by its person, or None."""
    row = await db.fetchrow(_find_talk, channel_id, person_id)
    return talk_row_of(row) if row else None


async def find_by_openid(db: Connection, channel_id: int, openid: str) -> TalkRow | None:
    """Return a conversation by what the account knows the person by, or None."""
    row = await db.fetchrow(_find_by_openid, channel_id, openid)
    return talk_row_of(row) if row else None


async def set_talk(db: Connection, talk: TalkRow) -> None:
    """Write how a conversation stands."""
    await db.execute(
        _set_talk,
        talk.channel_id,
        talk.person_id,
        talk.said_at,
        talk.said_used,
        talk.acted_at,
        talk.acted_used,
        talk.paid_at,
        talk.typing_until,
        talk.agent_id,
        talk.attended_at,
        talk.waits_since,
        talk.last_id,
        talk.last_at,
        talk.last_text,
        talk.is_last_said,
        talk.unread_count,
    )


async def list_talks(
    db: Connection,
    channel_id: int,
    *,
    before: int,
    agent_id: int | None,
    is_waiting: bool,
    limit: int,
) -> list[TalkRow]:
    """Return conversations in which something was said, the latest first."""
    rows = await db.fetch(_list_talks, channel_id, before, agent_id, is_waiting, limit)
    return [talk_row_of(row) for row in rows]


async def list_attended(
    db: Connection, channel_id: int, agent_id: int, limit: int
) -> list[TalkRow]:
    """Return the conversations that an agent attends to, the oldest first."""
    rows = await db.fetch(_list_attended, channel_id, agent_id, limit)
    return [talk_row_of(row) for row in rows]


async def list_waiting(db: Connection, channel_id: int, limit: int) -> tuple[int, list[TalkRow]]:
    """Return how many people wait for an agent, and those who wait longest."""
    rows = await db.fetch(_list_waiting, channel_id, limit)
    count: int = await db.fetchval(_count_waiting, channel_id)
    return count, [talk_row_of(row) for row in rows]


async def count_attended(db: Connection, channel_id: int) -> dict[int, int]:
    """Return how many people each agent attends to."""
    rows = await db.fetch(_count_attended, channel_id)
    return {row["agent_id"]: row["count"] for row in rows}


async def insert_message(db: Connection, talk: TalkRow, message: TalkMessage) -> None:
    """Add a message to a conversation."""
    await db.execute(
        _insert_message,
        talk.channel_id,
        talk.person_id,
        message.message_id,
        message.origin.value,
        msgspec.to_builtins(message.content),
        message.agent_id,
        message.answers_id,
        message.sent_at,
    )


async def set_heard(
    db: Connection, channel_id: int, person_id: int, message_id: int, heard: str, last: str
) -> None:
    """Write what was heard in a voice; `last` is for the list of conversations."""
    await db.execute(_set_last_heard, channel_id, person_id, message_id, last)
    await db.execute(_set_heard, channel_id, person_id, message_id, heard)


async def list_messages(
    db: Connection,
    talk: TalkRow,
    *,
    before: int,
    is_own: bool,
    limit: int,
) -> list[TalkMessage]:
    """Return messages of a conversation, the newest first; `is_own` with those unheard."""
    key = (talk.channel_id, talk.person_id)
    rows = await db.fetch(_list_messages, *key, before, is_own, limit)
    return [message_of(row) for row in rows]


async def list_answers(
    db: Connection, channel_id: int, person_id: int, answers_id: int
) -> list[TalkMessage]:
    """Return what was answered to a message or push."""
    rows = await db.fetch(_list_answers, channel_id, person_id, answers_id)
    return [message_of(row) for row in rows]


async def find_messages(
    db: Connection, person_id: int, message_ids: Sequence[int]
) -> dict[int, TalkMessage]:
    """Return those of a person's messages that exist, of whichever conversation."""
    rows = await db.fetch(_find_messages, person_id, message_ids)
    return {row["message_id"]: message_of(row) for row in rows}


async def list_records(  # noqa: PLR0913 - one argument a filter
    db: Connection,
    channel_id: int,
    *,
    after: int,
    since: datetime,
    until: datetime,
    openid: str | None,
    limit: int,
) -> list[tuple[str, TalkMessage]]:
    """Return what was said while agents attended, the oldest first, each with the openid."""
    rows = await db.fetch(_list_records, channel_id, after, since, until, openid, limit)
    return [(row["openid"], message_of(row)) for row in rows]


async def count_answers(db: Connection, channel_id: int, person_id: int) -> int:
    """Return how often rules have answered somebody."""
    count: int = await db.fetchval(_count_answers, channel_id, person_id)
    return count


async def count_files(db: Connection, channel_id: int, person_id: int, since: datetime) -> int:
    """Return how many files somebody has sent an account since."""
    count: int = await db.fetchval(_count_files, channel_id, person_id, since)
    return count


async def list_rules(db: Connection, channel_id: int, limit: int) -> list[Rule]:
    """Return an account's rules, the oldest first."""
    return [_rule(row) for row in await db.fetch(_list_rules, channel_id, limit)]


async def insert_rule(db: Connection, channel_id: int, rule: Rule) -> None:
    """Add a rule."""
    await db.execute(
        _insert_rule,
        channel_id,
        rule.rule_id,
        rule.kind.value,
        rule.name,
        msgspec.to_builtins(rule.keywords),
        rule.mode.value,
        msgspec.to_builtins(rule.replies),
        rule.created_at,
    )


async def set_rule(db: Connection, channel_id: int, rule: Rule) -> None:
    """Write what may change about a rule."""
    await db.execute(
        _set_rule,
        channel_id,
        rule.rule_id,
        rule.name,
        msgspec.to_builtins(rule.keywords),
        rule.mode.value,
        msgspec.to_builtins(rule.replies),
    )


async def delete_rule(db: Connection, channel_id: int, rule_id: int) -> None:
    """Delete a rule."""
    await db.execute(_delete_rule, channel_id, rule_id)


async def lock_desk(db: Connection, channel_id: int) -> int:
    """Lock an account's agents; return the number of the last one that was added."""
    number: int = await db.fetchval(_lock_desk, channel_id)
    return number


async def list_agents(db: Connection, channel_id: int) -> list[tuple[int, Agent]]:
    """Return an account's agents, each with its person; 0 for none."""
    rows = await db.fetch(_list_agents, channel_id)
    return [(row["person_id"], _agent(row)) for row in rows]


async def insert_agent(
    db: Connection, channel_id: int, agent: Agent, person_id: int, now: datetime
) -> None:
    """Add an agent under the desk's next number."""
    await db.execute(_set_desk, channel_id, agent.number)
    await db.execute(
        _insert_agent,
        channel_id,
        agent.agent_id,
        agent.number,
        agent.handle,
        agent.nickname,
        person_id,
        agent.is_on_duty,
        now,
    )


async def set_agent(db: Connection, channel_id: int, agent: Agent) -> None:
    """Write what may change about an agent."""
    facts = (agent.nickname, agent.is_on_duty, agent.avatar)
    await db.execute(_set_agent, channel_id, agent.agent_id, *facts)


async def set_invitation(
    db: Connection, channel_id: int, agent_id: int, invitation: Invitation, bound_id: int = 0
) -> None:
    """Write who was asked to be an agent that nobody is, and who is it from now on."""
    told = (invitation.openid, invitation.state, invitation.until)
    await db.execute(_set_invitation, channel_id, agent_id, *told, bound_id)


async def delete_agent(db: Connection, channel_id: int, agent_id: int) -> None:
    """Delete an agent; nobody attends to those whom it attended to."""
    await db.execute(_free_talks, channel_id, agent_id)
    await db.execute(_delete_agent, channel_id, agent_id)


def _rule(row: asyncpg.Record) -> Rule:
    fields: dict[str, Any] = dict(row)
    return msgspec.convert(fields, Rule, dec_hook=_number)


def _agent(row: asyncpg.Record) -> Agent:
    return Agent(
        agent_id=AgentId(row["agent_id"]),
        number=row["number"],
        handle=row["handle"],
        nickname=row["nickname"],
        is_staff=row["person_id"] != 0,
        is_on_duty=row["is_on_duty"],
        avatar=row["avatar"],
        invitation=Invitation(
            openid=row["invited_openid"],
            state=InviteState(row["invite_state"]),
            until=row["invited_until"],
        )
        if row["invite_state"]
        else None,
    )


def _number(kind: type[Any], value: object) -> object:
    return kind(value)
