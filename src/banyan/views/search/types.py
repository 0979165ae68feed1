"""What somebody finds."""

from datetime import datetime

import msgspec

from banyan.base.ids import Id
from banyan.reach.channels import ChannelId, ChannelKind


class Part(msgspec.Struct, frozen=True):
    """A part of a text, and whether it is what was searched for."""

    text: str
    is_hit: bool = False


class FoundAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account whose name has the words."""

    channel_id: ChannelId
    merchant_id: Id
    kind: ChannelKind
    name: list[Part]
    merchant_name: str


class FoundArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article that has the words."""

    channel_id: ChannelId
    article_id: str
    place: int
    channel_name: str
    title: list[Part]
    excerpt: list[Part]
    cover: str
    """The file of its picture; empty when there is none."""
    published_at: datetime
    reads_count: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it is put into the index."""

    channel_id: int
    article_id: str
    place: int
    merchant_id: int
    title: str
    digest: str
    body: str
    thumb_media_id: str
    published_at: datetime
    title_words: str
    digest_words: str
    body_words: str
