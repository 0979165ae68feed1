"""Finds the articles of many callers that anybody may read."""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from banyan.books.work import Work
from banyan.reach.articles import store
from banyan.reach.articles.store import Key
from banyan.reach.channels import ChannelId, find_channels


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """What was published: whose it is, and its number."""

    merchant_id: int
    channel_id: int
    article_id: str
    publish_number: int

    def facts(self, place: int) -> dict[str, Any]:
        """What an event about one of its articles says of it."""
        return {
            "merchant_id": self.merchant_id,
            "channel_id": self.channel_id,
            "subject_id": self.publish_number,
            "article_id": self.article_id,
            "place": place,
        }


class Named(Protocol):
    """A command that names an article."""

    @property
    def channel_id(self) -> ChannelId:
        """Whose it is."""

    @property
    def article_id(self) -> str:
        """What was published."""

    @property
    def place(self) -> int:
        """Its place therein, counted from 1."""


async def find_outs(work: Work, commands: Iterable[Named]) -> dict[Key, Out]:
    """Return what is out and was not taken back, of the articles that the commands name."""
    keys = {(int(one.channel_id), one.article_id, one.place) for one in commands}
    found = await store.find_outs(work.db, {key[:2] for key in keys})
    channels = await find_channels(work.db, sorted({channel_id for channel_id, _ in found}))
    outs: dict[Key, Out] = {}
    for key in keys:
        publication = found.get(key[:2])
        if publication is not None and publication.shows(key[2]):
            outs[key] = Out(
                merchant_id=int(channels[publication.channel_id].merchant_id),
                channel_id=key[0],
                article_id=key[1],
                publish_number=publication.publish_number,
            )
    return outs
