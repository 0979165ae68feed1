"""People follow, leave and come back, under an openid that is only this account's."""

import asyncio

import pytest

from banyan.base.errors import NotFound
from banyan.books.actor import Actor
from banyan.reach.channels import (
    Channel,
    ChannelId,
    Follow,
    Follower,
    FollowerState,
    ListFollowers,
    ListMyChannels,
    Unfollow,
    ensure_openids,
    find_followers,
    find_openids,
    follow,
    follow_main,
    list_followers,
    list_followers_after,
    list_my_channels,
    unfollow,
)
from tests.kit.loyalty import (
    add_crowd,
    follow_as,
    follow_crowd,
    inbox,
    open_channel,
    second_office,
)
from tests.kit.world import World


async def followers(world: World, channel: Channel) -> list[Follower]:
    query = ListFollowers(merchant_id=world.merchant_id, channel_id=channel.channel_id, limit=100)
    return (await world.office.run(list_followers, query, world.owner)).items


async def leave(world: World, actor: Actor, channel: Channel) -> bool:
    command = Unfollow(channel_id=channel.channel_id)
    return (await world.office.run(unfollow, command, actor)).is_new


async def test_following_twice_is_following_once(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world, welcome_text="欢迎")
    lin = await world.person("lin")
    start = await world.mark()
    assert (await follow_as(world, lin, channel.channel_id)).is_new
    assert not (await follow_as(world, lin, channel.channel_id)).is_new
    assert await world.events(start) == ["channels.followed"]
    (follower,) = await followers(world, channel)
    assert len(follower.openid) == 28
    assert (follower.state, follower.unionid) == (FollowerState.FOLLOWING, None)
    assert [(one.kind, one.body) for one in await inbox(world, lin)] == [
        ("channels.welcome", "欢迎")
    ]


async def test_who_comes_back_has_the_openid_they_had(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin = await world.person("lin")
    assert not await leave(world, lin, channel)
    await follow_as(world, lin, channel.channel_id)
    (before,) = await followers(world, channel)
    start = await world.mark()
    assert await leave(world, lin, channel)
    assert not await leave(world, lin, channel)
    assert await followers(world, channel) == []
    await follow_as(world, lin, channel.channel_id)
    (after,) = await followers(world, channel)
    assert after.openid == before.openid
    assert await world.events(start) == ["channels.unfollowed", "channels.followed"]


async def test_following_from_many_devices_at_once_is_one_follower(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    lin = await world.person("lin")
    command = Follow(channel_id=channel.channel_id)
    async with second_office(world) as other:
        offices = (world.office, other)
        outcomes = await asyncio.gather(
            *(offices[n % 2].run(follow, command, lin) for n in range(30))
        )
    assert sum(one.is_new for one in outcomes) == 1
    assert len(await followers(world, channel)) == 1


async def test_the_code_that_brought_a_follower_is_remembered(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    async with world.office.begin() as work:
        assert await follow_main(work, world.merchant_id, lin.person_id) is None
    channel = await open_channel(world)
    async with world.office.begin() as work:
        following = await follow_main(work, world.merchant_id, lin.person_id, code_id=42)
        assert following is not None
    (follower,) = await followers(world, channel)
    assert follower.code_id == 42


async def test_an_openid_differs_from_account_to_account(world: World) -> None:
    await world.merchant()
    first, second = await open_channel(world), await open_channel(world)
    (lin, wu) = await add_crowd(world, 2)
    people = [lin.person_id, wu.person_id]
    async with world.office.begin() as work:
        here = await ensure_openids(work, first.channel_id, people)
        there = await ensure_openids(work, second.channel_id, people)
        assert await ensure_openids(work, first.channel_id, people[::-1]) == here
        assert await find_openids(work.db, world.merchant_id, people) == here
        behind = await find_followers(work.db, first.channel_id, list(here.values()))
        assert {openid: one[0] for openid, one in behind.items()} == {
            openid: person_id for person_id, openid in here.items()
        }
    assert len({*here.values(), *there.values()}) == 4
    assert await followers(world, first) == []


async def test_followers_and_followed_accounts_are_listed_page_by_page(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 5)
    await follow_crowd(world, crowd, channel.channel_id)
    async with world.office.begin() as work:
        total, some = await list_followers_after(work.db, channel.channel_id, "", 3)
        _, rest = await list_followers_after(work.db, channel.channel_id, some[-1].openid, 3)
        _, none = await list_followers_after(work.db, channel.channel_id, rest[-1].openid, 3)
    assert (total, len(some), len(rest), none) == (5, 3, 2, [])
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        query = ListFollowers(
            merchant_id=world.merchant_id, channel_id=channel.channel_id, limit=2, cursor=cursor
        )
        page = await world.office.run(list_followers, query, world.owner)
        seen += [one.openid for one in page.items]
        cursor = page.next_cursor
    assert seen == sorted(seen)
    assert len(set(seen)) == 5
    assert cursor is None
    others = [await open_channel(world, name=f"号 {number}") for number in range(2)]
    for other in others:
        await follow_as(world, crowd[0], other.channel_id)
    mine: list[str] = []
    for _ in range(3):
        page_of_mine = await world.office.run(
            list_my_channels, ListMyChannels(limit=1, cursor=cursor), crowd[0]
        )
        mine += [one.name for one in page_of_mine.items]
        cursor = page_of_mine.next_cursor
    assert mine == ["号 1", "号 0", "榕树茶馆"]
    assert cursor is None


async def test_nobody_follows_what_is_not_there(world: World) -> None:
    lin = await world.person("lin")
    with pytest.raises(NotFound, match=r"channels\.not_found"):
        await follow_as(world, lin, ChannelId(5))
