"""An account with followers, and what is sent to them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from banyan.books.actor import Actor
from banyan.reach.broadcasts import (
    Message,
    MessageReport,
    ReadMessage,
    SendMessage,
    read_message,
    send_message,
)
from banyan.reach.channels import Channel, ChannelKind, ensure_openids
from tests.kit.loyalty import add_crowd, follow_crowd, inbox, open_channel
from tests.kit.world import World

MORNING = datetime(2027, 1, 10, 3, tzinfo=UTC)
"""Eleven o'clock in the shop."""
BAD = "日赚过万，加微信刷单"
UNCLEAR = "关注必回，互粉"


class Hall:
    """A merchant's account and its crowd."""

    def __init__(
        self, world: World, channel: Channel, crowd: list[Actor], openids: list[str]
    ) -> None:
        self.world = world
        self.channel = channel
        self.crowd = crowd
        self.openids = openids
        self.own: dict[str, Any] = {
            "merchant_id": world.merchant_id,
            "channel_id": channel.channel_id,
        }

    async def send(self, title: str = "新茶", **facts: Any) -> Message:  # noqa: ANN401 - any field
        """Have the merchant send something, by default a note to all."""
        actor = facts.pop("actor", self.world.owner)
        command = SendMessage(**self.own, **({"title": title} | facts))
        return await self.world.office.run(send_message, command, actor)

    async def report(self, message: Message) -> MessageReport:
        """How far it is."""
        query = ReadMessage(merchant_id=self.world.merchant_id, message_id=message.message_id)
        return await self.world.office.run(read_message, query, self.world.owner)

    async def results(self, message: Message) -> dict[str, int]:
        """How many recipients there are of each result that anybody has."""
        results = (await self.report(message)).results
        return {name: count for name, count in results.items() if count}

    async def titles(self, number: int = 0) -> list[str]:
        """What one of the crowd finds in their inbox, the newest first."""
        return [one.title or one.body for one in await inbox(self.world, self.crowd[number])]

    def act(self, message: Message, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
        """The fields of a command about a message."""
        return {
            "merchant_id": self.world.merchant_id,
            "message_id": message.message_id,
            **facts,
        }


async def open_hall(world: World, count: int = 3, kind: ChannelKind = ChannelKind.SERVICE) -> Hall:
    """An account with so many followers, on a morning early in a month."""
    await world.office.set_clock(MORNING)
    await world.merchant()
    channel = await open_channel(world, kind)
    crowd = await add_crowd(world, count)
    await follow_crowd(world, crowd, channel.channel_id)
    async with world.office.begin() as work:
        people = [one.person_id for one in crowd]
        openids = await ensure_openids(work, channel.channel_id, people)
    return Hall(world, channel, crowd, [openids[one] for one in people])
