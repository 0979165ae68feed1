"""What leads into mini programs: codes and links."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.text import LINE
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId
from banyan.reach.miniapps import Env

CODES_MAX = 100_000
"""Most codes of a mini program of which each is counted."""
LASTING_MAX = 100_000
"""Most links of a mini program that never end."""
LIFE_MAX = timedelta(days=30)
VISITS_MAX = 3_000_000
"""How often a day links may lead into a mini program."""
SCENE_MAX = 32
TOKEN_LENGTH = 22

Query = Annotated[str, msgspec.Meta(max_length=1_024, pattern=LINE)]
LinkToken = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}$(?!\n)")]


class Shape(StrEnum):
    """How a counted code is drawn. Stored: never renamed."""

    ROUND = "round"
    """As a code of mini programs."""
    SQUARE = "square"
    """As any code of squares."""


class LinkKind(StrEnum):
    """By what a link is opened. Stored: never renamed."""

    SCHEME = "scheme"
    """An address that the phone app answers to."""
    URL = "url"
    """An address of the web, in messages and mails."""
    SHORT = "short"
    """A text that is copied into a conversation."""
    NFC = "nfc"
    """A tag that a phone is held to."""


class AppLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link to a page of a mini program."""

    channel_id: ChannelId
    token: str
    kind: LinkKind
    page: str
    query: str
    env: Env
    title: str
    model_id: str
    serial_no: str
    created_at: datetime
    expires_at: datetime | None
    """Null for one that lasts."""


class LinkCreated(Event, frozen=True, kw_only=True, tag="applinks.created"):
    """A mini program has one more link."""

    link_kind: LinkKind
    page: str
