"""Ids, structs and events of the accounts' own codes."""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

LASTING_MAX = 100_000
"""Most codes of an account that last, and the highest number that one of them may have."""
NUMBER_MAX = 2**32 - 1
TEXT_MAX = 64
LIFE_MAX = timedelta(days=30)
"""Longest life of a code or a short key that ends."""
LIFE = timedelta(seconds=60)
"""How long a code lives if nothing else is asked for."""
KEPT = timedelta(days=30)
"""How long a code is known after its end."""
LONG_BYTES_MAX = 4_096
"""Most bytes that a short key stands for."""
TOKEN_LENGTH = 32

SceneToken = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}$(?!\n)")]
"""What a code's text ends with."""


class SceneCodeId(Id):
    """An account's own code."""


class SceneCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of an account, with a parameter that its server is told when it is scanned."""

    channel_id: ChannelId
    code_id: SceneCodeId
    token: str
    """Scanned, it opens `/q/` and this."""
    ticket: str
    """By which programs name the code and fetch its picture."""
    number: int
    """The parameter if it is a number, or else 0."""
    text: str
    """The parameter if it is a text, or else empty."""
    name: str
    """What the merchant's people call it."""
    created_at: datetime
    expires_at: datetime | None
    """Null for a code that lasts."""

    @property
    def scene(self) -> str:
        """The parameter."""
        return self.text or str(self.number)


class SceneCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How often a code was scanned, and how many follow the account since by it."""

    scans_count: int
    followers_count: int


class SceneDay(SceneCounts, frozen=True, kw_only=True):
    """The counts of one day."""

    day_on: date


class CountedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code and its counts since it was made."""

    code: SceneCode
    counts: SceneCounts


class SceneScan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a scan leads: to an account."""

    channel_id: ChannelId
    code_id: SceneCodeId
    scene: str
    ticket: str
    openid: str
    is_following: bool
    is_new_follower: bool


class SceneCreated(Event, frozen=True, kw_only=True, tag="scenes.created"):
    """An account has one more code of its own; `code_id` names it."""

    scene: str
    is_lasting: bool


class SceneScanned(Event, frozen=True, kw_only=True, tag="scenes.scanned"):
    """Somebody who follows an account, perhaps since this moment, scanned a code of it."""

    openid: str
    scene: str
    ticket: str
    is_new_follower: bool
