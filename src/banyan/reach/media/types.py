"""Pictures, sounds and films of accounts, and the facts about them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.text import LINE, LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

CONTENT_BYTES_MAX = 10 << 20
"""Largest file of any kind."""

Content = Annotated[bytes, msgspec.Meta(max_length=CONTENT_BYTES_MAX + 1)]
MediaId = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=LINE)]
"""What an account calls one of its files; nobody can guess it."""
FileName = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
Title = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
Introduction = Annotated[str, msgspec.Meta(max_length=300, pattern=LINES)]


class MediaKind(StrEnum):
    """What a file is for. Stored: never renamed."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    THUMB = "thumb"
    """A small picture before something larger."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an account; its bytes are found under `file`."""

    channel_id: ChannelId
    media_id: str
    kind: MediaKind
    file: str
    bytes_count: int
    name: str
    """What it was called where it came from."""
    title: str
    introduction: str
    created_at: datetime
    expires_at: datetime | None
    """None for one that is kept."""


class ItemContent(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its bytes."""

    item: Item
    media_type: str
    content: bytes


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture for texts, which anybody may load who knows its name."""

    file: str


class KeptCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many files an account keeps; small pictures are counted among the pictures."""

    image: int = 0
    voice: int = 0
    video: int = 0


class KeptPart(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the files that an account keeps, the newest first, and how many there are."""

    items: list[Item]
    total: int


class MediaAdded(Event, frozen=True, kw_only=True, tag="media.added"):
    """An account uploaded a file."""

    media_kind: MediaKind
    bytes_count: int
    is_kept: bool


class MediaDeleted(Event, frozen=True, kw_only=True, tag="media.deleted"):
    """An account deleted a file that it kept."""

    media_kind: MediaKind
