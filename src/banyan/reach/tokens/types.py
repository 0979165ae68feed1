"""Kinds, structs and events of the tokens by which accounts' own programs call."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.books.actor import Actor
from banyan.books.journal import Event
from banyan.reach.channels import Channel


class TokenKind(StrEnum):
    """How a token is handed out. Stored: never renamed."""

    PLAIN = "plain"
    """A new one at every asking; those before work for five minutes more."""
    STABLE = "stable"
    """The same one until it is nearly over, or until another is forced."""


class TicketKind(StrEnum):
    """What a ticket signs. Stored: never renamed."""

    JSAPI = "jsapi"
    WX_CARD = "wx_card"


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token and for how long it works."""

    access_token: str
    expires_in: int
    """Seconds."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket and for how long it works."""

    ticket: str
    expires_in: int
    """Seconds."""


class ChannelActor(Actor, frozen=True, kw_only=True):
    """An account's own program, on behalf of the account's merchant."""

    channel: Channel
    ends_at: datetime
    """When its token ends."""


class CallUses(msgspec.Struct, frozen=True, kw_only=True):
    """How far a day's quota of one call is used up."""

    path: str
    used: int


class QuotaCleared(Event, frozen=True, kw_only=True, tag="tokens.quota_cleared"):
    """An account had its quotas of the day set back; `path` if only that of one call."""

    path: str
