"""Things that are checked, the room that they belong to, and the people who decide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from banyan.books.work import SYSTEM, Actor, Work
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.moderation import HOOKS, Check, Content, Subject, ask_check
from tests.kit.world import World

KIND = "tests.thing"
BAD = "加微信abc12345一起刷单"
UNCLEAR = "公众号互推，关注必回"


@contextmanager
def hear_decisions() -> Iterator[list[Check]]:
    """What the room of the things is told."""
    heard: list[Check] = []

    async def hear(work: Work, channel: Channel, check: Check) -> None:
        del work, channel
        heard.append(check)

    HOOKS.connect(KIND, hear)
    try:
        yield heard
    finally:
        del HOOKS._takers[KIND]


async def make_channel(world: World) -> Channel:
    """A service account of the world's merchant."""
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(
        merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name="榕树茶馆"
    )
    return (await world.office.run(create_channel, command, SYSTEM)).channel


async def ask(world: World, channel: Channel, *texts: str, waits: bool = True) -> Check:
    """Have a thing checked."""
    async with world.office.begin() as work:
        content = Content(texts=list(texts))
        subject = Subject(kind=KIND, subject_id=7)
        return await ask_check(work, channel, subject, content, waits=waits)


async def operator(world: World, name: str = "lin") -> Actor:
    """Somebody who looks after the whole platform."""
    return msgspec.structs.replace(await world.person(name), is_operator=True)
