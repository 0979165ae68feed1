"""Builders for conversations with official accounts."""

# ruff: noqa: ANN401 - any field of a command

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banyan.books.actor import SYSTEM, Actor
from banyan.books.work import Operation
from banyan.reach.channels import Channel, Follow, ensure_openids, follow
from banyan.reach.talks import (
    Content,
    ContentKind,
    MyTalk,
    ReadMyTalk,
    Said,
    Say,
    TalkMessage,
    WriteTo,
    read_my_talk,
    say,
    write_to,
)

if TYPE_CHECKING:
    from tests.kit.world import World


def text(words: str) -> Content:
    """A message of words."""
    return Content(kind=ContentKind.TEXT, text=words)


async def follower(world: World, channel: Channel, name: str = "lin") -> tuple[Actor, str]:
    """Somebody who follows an account, and what it knows them by."""
    actor = await world.person(name)
    await world.office.run(follow, Follow(channel_id=channel.channel_id), actor)
    async with world.office.begin() as work:
        openids = await ensure_openids(work, channel.channel_id, [actor.person_id])
    return actor, openids[actor.person_id]


async def tell(world: World, actor: Actor, channel: Channel, words: str | Content) -> Said:
    """Have somebody say something to an account."""
    content = text(words) if isinstance(words, str) else words
    return await world.office.run(say, Say(channel_id=channel.channel_id, content=content), actor)


async def write(
    world: World, channel: Channel, openid: str, words: str | Content = "您好", **facts: Any
) -> TalkMessage:
    """Have an account's program write to somebody."""
    command = WriteTo(
        merchant_id=world.merchant_id,
        channel_id=channel.channel_id,
        openid=openid,
        content=text(words) if isinstance(words, str) else words,
        **facts,
    )
    return await world.office.run(write_to, command, SYSTEM)


async def my_talk(world: World, actor: Actor, channel: Channel, **facts: Any) -> MyTalk:
    """A page of somebody's conversation with an account."""
    query = ReadMyTalk(channel_id=channel.channel_id, **facts)
    return await world.office.run(read_my_talk, query, actor)


async def at_desk(
    world: World, operation: Operation[Any, Any], channel: Channel, actor: Actor, **facts: Any
) -> Any:
    """Run an operation of the account's side."""
    command = operation.command_type(
        merchant_id=world.merchant_id, channel_id=channel.channel_id, **facts
    )
    return await world.office.run(operation, command, actor)


def words_of(talk: MyTalk) -> list[str]:
    """What is in a page of a conversation, the newest first; what was said begins with `>`."""
    return [
        (">" if one.is_mine else "") + one.message.content.text
        if one.message
        else (one.notice.title if one.notice else "")
        for one in talk.items
    ]
