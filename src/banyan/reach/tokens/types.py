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


class Function(StrEnum):
    """A part of the interface that an account's owner may let a platform use. Never renamed."""

    MESSAGES = "messages"
    """What people say and do: told to the platform, and to no server of the account's own."""
    FOLLOWERS = "followers"
    SERVICE = "service"
    """Codes with a parameter, short addresses, template messages."""
    WEB = "web"
    """Asking people who they are, and tickets for pages."""
    SHOP = "shop"
    AGENTS = "agents"
    MASS = "mass"
    CARDS = "cards"
    SCAN = "scan"
    WIFI = "wifi"
    MATERIAL = "material"
    SHAKE = "shake"
    STORES = "stores"
    MENU = "menu"
    OPEN = "open"
    """Binding accounts together."""
    INVOICES = "invoices"
    APP_ACCOUNT = "app_account"
    APP_DEVELOPMENT = "app_development"
    APP_MESSAGES = "app_messages"
    APP_LOGIN = "app_login"
    APP_STATISTICS = "app_statistics"


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
    """An account's own program, or a platform's that its owner lets act for it."""

    channel: Channel
    ends_at: datetime
    """When its token ends."""
    via_id: int = 0
    """The platform; 0 for the account's own program."""
    functions: frozenset[Function] = frozenset()
    """What the platform may use."""


class CallUses(msgspec.Struct, frozen=True, kw_only=True):
    """How far a day's quota of one call is used up."""

    path: str
    used: int
    daily_max: int | None
    """What an operator set; None for what the protocol has."""


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """How often a day a call may be made here."""

    path: str
    appid: str
    """The account that may; empty for all that have no quota of their own."""
    name: str
    daily_max: int
    """0 for as often as one likes."""


class AskedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an account's program as it was made and answered."""

    rid: str
    url: str
    """Path and query, without what is secret."""
    body: str
    answer: str
    asked_at: datetime
    took_ms: int


class QuotaCleared(Event, frozen=True, kw_only=True, tag="tokens.quota_cleared"):
    """An account had its quotas of the day set back; `path` if only that of one call."""

    path: str


class QuotaSet(Event, frozen=True, kw_only=True, tag="tokens.quota_set"):
    """An operator said how often a day a call may be made; for all accounts without a channel."""

    path: str
    daily_max: int | None
    set_by: int
