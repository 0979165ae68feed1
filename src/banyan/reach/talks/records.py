"""How rows of conversations become structs."""

from datetime import datetime

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.reach.talks.rules import Credits
from banyan.reach.talks.types import (
    AgentId,
    Content,
    Origin,
    Talk,
    TalkMessage,
    TalkMessageId,
)


class TalkRow(msgspec.Struct, frozen=True, kw_only=True):
    """How the conversation of one person and one account stands."""

    channel_id: int
    person_id: int
    openid: str
    said_at: datetime | None
    said_used: int
    acted_at: datetime | None
    acted_used: int
    paid_at: datetime | None
    typing_until: datetime | None
    agent_id: int
    attended_at: datetime | None
    waits_since: datetime | None
    last_id: int
    last_at: datetime | None
    last_text: str
    is_last_said: bool
    unread_count: int

    @property
    def credits(self) -> Credits:
        """By what the account may write."""
        return Credits(
            said_at=self.said_at,
            said_used=self.said_used,
            acted_at=self.acted_at,
            acted_used=self.acted_used,
            paid_at=self.paid_at,
        )

    @property
    def talk(self) -> Talk:
        """The conversation as the account's side sees it."""
        return Talk(
            openid=self.openid,
            agent_id=AgentId(self.agent_id),
            attended_at=self.attended_at,
            waits_since=self.waits_since,
            last_at=self.last_at,
            last_text=self.last_text,
            is_last_said=self.is_last_said,
            unread_count=self.unread_count,
        )


def talk_row_of(row: asyncpg.Record) -> TalkRow:
    """Return how a conversation stands."""
    return TalkRow(**dict(row))


def message_of(row: asyncpg.Record) -> TalkMessage:
    """Return a message."""
    return TalkMessage(
        message_id=TalkMessageId(row["message_id"]),
        origin=Origin(row["origin"]),
        content=msgspec.convert(row["content"], Content),
        agent_id=AgentId(row["agent_id"]),
        answers_id=Id(row["answers_id"]),
        sent_at=row["sent_at"],
    )
