"""Structs and events of platforms, and of what accounts' owners let them do."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event
from banyan.parties.merchants import PublicMerchant
from banyan.reach.channels import Channel, ChannelId, ChannelKind
from banyan.reach.tokens import Function

Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Redirect = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=LINE)]
Given = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""A code, ticket or token as somebody brings it."""


class OptionName(StrEnum):
    """What platforms switch at an account. Stored: never renamed."""

    LOCATION_REPORT = "location_report"
    """0 never; 1 when a follower comes to the account; 2 again and again while they stay."""
    VOICE_RECOGNIZE = "voice_recognize"
    """1 when the account's server is told the words of what is spoken."""
    CUSTOMER_SERVICE = "customer_service"
    """1 when people may be passed on to the account's staff."""


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """A code and for how long it works."""

    code: str
    expires_in: int
    """Seconds."""


class Authorization(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner of an account lets a platform do."""

    channel_id: ChannelId
    platform_id: ChannelId
    merchant_id: Id
    functions: list[Function]
    authorized_at: datetime


class FunctionOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the interface that could be let to a platform."""

    function: Function
    is_held: bool
    """By another platform, and only one may have it."""
    is_granted: bool
    """To this platform already."""


class AccountOffer(msgspec.Struct, frozen=True, kw_only=True):
    """An account that the one who is asked runs, and what of it a platform could have."""

    channel_id: ChannelId
    name: str
    appid: str
    kind: ChannelKind
    functions: list[FunctionOffer]


class PlatformAsking(msgspec.Struct, frozen=True, kw_only=True):
    """A platform asks to act for an account."""

    platform: str
    """Its name."""
    merchant: PublicMerchant | None
    """Who runs it."""
    host: str
    """Where the owner is sent back to."""
    accounts: list[AccountOffer]


class Delegated(msgspec.Struct, frozen=True, kw_only=True):
    """With what a platform acts for an account."""

    appid: str
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds."""
    functions: list[Function]


class Authorizer(msgspec.Struct, frozen=True, kw_only=True):
    """An account for which a platform acts, as the platform sees it."""

    channel: Channel
    merchant: PublicMerchant
    functions: list[Function]
    authorized_at: datetime
    refresh_token: str


class Authorizers(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the accounts for which a platform acts."""

    total: int
    items: list[Authorizer]


class MyPlatform(msgspec.Struct, frozen=True, kw_only=True):
    """A platform that acts for an account of mine."""

    platform_id: ChannelId
    platform: str
    merchant: PublicMerchant | None
    """Who runs it."""
    channel_id: ChannelId
    channel: str
    functions: list[Function]
    authorized_at: datetime


class MyPlatforms(msgspec.Struct, frozen=True, kw_only=True):
    """All platforms that act for accounts of mine."""

    items: list[MyPlatform]


class PlatformSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a platform is told what happens to accounts, and from where it may ask for tokens."""

    message_url: str = ""
    """Of the accounts whose messages it handles; `$APPID$` stands for their appid."""
    allowed_ips: list[str] = []
    """Empty for everywhere."""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """How something stands at an account."""

    appid: str
    name: OptionName
    value: int


class PlatformAuthorized(Event, frozen=True, kw_only=True, tag="platforms.authorized"):
    """An owner says what a platform, `subject_id`, may do for an account."""

    functions: list[Function]
    is_change: bool


class PlatformRevoked(Event, frozen=True, kw_only=True, tag="platforms.revoked"):
    """An owner lets a platform, `subject_id`, act for an account no more."""
