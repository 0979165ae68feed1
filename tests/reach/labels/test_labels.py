"""Tags, remarks and blocks of followers, as their merchant sets them and reads them back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import Actor
from banyan.books.work import Operation
from banyan.reach.channels import Channel, Unfollow, find_followers, unfollow
from banyan.reach.labels import (
    BLOCKED,
    NO_TAG,
    STARRED,
    LabelledFollower,
    Tag,
    TagId,
    block_followers,
    create_tag,
    delete_tag,
    list_labelled,
    list_openids_part,
    list_tagged_part,
    list_tags,
    read_labels,
    read_tag_sizes,
    regroup_followers,
    rename_tag,
    tag_followers,
    unblock_followers,
    untag_followers,
    write_remark,
)
from tests.kit.loyalty import add_crowd, follow_as, follow_crowd, open_channel
from tests.kit.world import World


class Shop:
    """An account with followers, and its merchant who labels them."""

    def __init__(self, world: World, channel: Channel, crowd: list[Actor]) -> None:
        self.world = world
        self.channel = channel
        self.crowd = crowd
        self.openids: list[str] = []

    async def run(self, operation: Operation[Any, Any], **values: Any) -> Any:  # noqa: ANN401
        """Run an operation of the account as its owner."""
        command = operation.command_type(
            merchant_id=self.world.merchant_id, channel_id=self.channel.channel_id, **values
        )
        return await self.world.office.run(operation, command, self.world.owner)

    async def tags(self) -> dict[str, int]:
        """How many followers each tag has that the account made."""
        found: list[Tag] = (await self.run(list_tags)).items
        return {one.name: one.followers_count for one in found if one.tag_id > STARRED}

    async def read(self, openid: str) -> LabelledFollower:
        """A follower with their labels."""
        found: LabelledFollower = (await self.run(read_labels, openids=[openid])).items[0]
        return found


@pytest_asyncio.fixture
async def shop(world: World) -> Shop:
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 5)
    await follow_crowd(world, crowd, channel.channel_id)
    shop = Shop(world, channel, crowd)
    shop.openids = (await shop.run(list_openids_part)).openids
    return shop


async def test_tags_are_made_renamed_and_deleted(shop: Shop) -> None:
    start = await shop.world.mark()
    vip: Tag = await shop.run(create_tag, name="常客")
    new: Tag = await shop.run(create_tag, name="新客")
    assert (vip.tag_id, new.tag_id) == (100, 101)
    with pytest.raises(Invalid, match=r"labels\.name_taken"):
        await shop.run(create_tag, name="常客")
    with pytest.raises(Invalid, match=r"labels\.name_taken"):
        await shop.run(rename_tag, tag_id=new.tag_id, name="常客")
    await shop.run(rename_tag, tag_id=new.tag_id, name="生客")
    await shop.run(delete_tag, tag_id=vip.tag_id)
    third: Tag = await shop.run(create_tag, name="常客")
    assert third.tag_id == 102  # a number is not used again
    assert await shop.tags() == {"生客": 0, "常客": 0}
    for tag_id in (NO_TAG, BLOCKED, STARRED):
        with pytest.raises(Refusal, match=r"labels\.system_tag"):
            await shop.run(delete_tag, tag_id=tag_id)
    with pytest.raises(NotFound, match=r"labels\.no_such_tag"):
        await shop.run(rename_tag, tag_id=vip.tag_id, name="x")
    assert await shop.world.events(start) == [
        "labels.tag_created",
        "labels.tag_created",
        "labels.tag_renamed",
        "labels.tag_deleted",
        "labels.tag_created",
    ]


async def test_a_hundred_tags_are_enough(shop: Shop) -> None:
    for number in range(100):
        await shop.run(create_tag, name=f"t{number}")
    with pytest.raises(Refusal, match=r"labels\.too_many_tags"):
        await shop.run(create_tag, name="one more")


async def test_followers_are_tagged_and_listed_by_tag(shop: Shop) -> None:
    vip = (await shop.run(create_tag, name="常客")).tag_id
    new = (await shop.run(create_tag, name="新客")).tag_id
    first, second, third = shop.openids[:3]
    assert (await shop.run(tag_followers, tag_id=vip, openids=[second, first])).changed_count == 2
    assert (await shop.run(tag_followers, tag_id=vip, openids=[first, third])).changed_count == 1
    await shop.run(tag_followers, tag_id=new, openids=[first])
    assert await shop.tags() == {"常客": 3, "新客": 1}
    page = await shop.run(list_labelled, tag_id=vip, limit=2)
    assert [one.openid for one in page.items] == [first, second]
    assert page.items[0].tag_ids == [vip, new]
    rest = await shop.run(list_labelled, tag_id=vip, limit=2, cursor=page.next_cursor)
    assert ([one.openid for one in rest.items], rest.next_cursor) == ([third], None)
    assert len((await shop.run(list_labelled)).items) == 5
    part = await shop.run(list_tagged_part, tag_id=vip, after=first)
    assert (part.total, part.openids) == (3, [second, third])
    done = await shop.run(untag_followers, tag_id=vip, openids=[first, shop.openids[4]])
    assert done.changed_count == 1
    assert (await shop.read(first)).tag_ids == [new]
    await shop.run(delete_tag, tag_id=new)
    assert (await shop.read(first)).tag_ids == []
    await shop.world.check()


async def test_strangers_and_those_who_left_are_not_tagged(shop: Shop) -> None:
    vip = (await shop.run(create_tag, name="常客")).tag_id
    first, second = shop.openids[:2]
    await shop.run(tag_followers, tag_id=vip, openids=[first, second])
    await shop.run(write_remark, openid=first, remark="穿红衣服的")
    async with shop.world.office.begin() as work:
        known = await find_followers(work.db, shop.channel.channel_id, [first])
    actor = next(one for one in shop.crowd if one.person_id == known[first][0])
    leaving = Unfollow(channel_id=shop.channel.channel_id)
    await shop.world.office.run(unfollow, leaving, actor)
    assert await shop.tags() == {"常客": 1}
    for openid in (first, "o" * 28):
        with pytest.raises(NotFound, match=r"labels\.no_such_follower"):
            await shop.run(tag_followers, tag_id=vip, openids=[second, openid])
    await follow_as(shop.world, actor, shop.channel.channel_id)
    back = await shop.read(first)
    assert (back.tag_ids, back.remark) == ([], "穿红衣服的")
    await shop.run(write_remark, openid=first, remark="")
    assert (await shop.read(first)).remark == ""
    await shop.world.check()


async def test_groups_are_a_view_of_tags(shop: Shop) -> None:
    vip = (await shop.run(create_tag, name="常客")).tag_id
    first, second, third = shop.openids[:3]
    await shop.run(regroup_followers, tag_id=vip, openids=[first, second])
    await shop.run(regroup_followers, tag_id=STARRED, openids=[second])
    await shop.run(regroup_followers, tag_id=BLOCKED, openids=[third])
    sizes = await shop.run(read_tag_sizes)
    assert (sizes.untagged_count, sizes.blocked_count) == (2, 1)
    assert {int(one.tag_id): one.followers_count for one in sizes.tags} == {2: 1, 100: 1}
    assert (await shop.read(third)).is_blocked
    assert [one.openid for one in (await shop.run(list_labelled, tag_id=BLOCKED)).items] == [third]
    await shop.run(regroup_followers, tag_id=vip, openids=[third])
    assert not (await shop.read(third)).is_blocked
    await shop.run(regroup_followers, tag_id=NO_TAG, openids=[first, second, third])
    assert (await shop.run(read_tag_sizes)).untagged_count == 5
    await shop.world.check()


async def test_blocking_and_unblocking(shop: Shop) -> None:
    openids = shop.openids[:2]
    assert (await shop.run(block_followers, openids=openids)).changed_count == 2
    assert (await shop.run(unblock_followers, openids=shop.openids)).changed_count == 2
    with pytest.raises(NotFound, match=r"labels\.no_such_follower"):
        await shop.run(block_followers, openids=["o" * 28])


async def test_rivals_leave_true_counts(shop: Shop) -> None:
    tags = [(await shop.run(create_tag, name=f"t{one}")).tag_id for one in range(3)]

    async def change(number: int) -> None:
        operation = tag_followers if number % 3 else untag_followers
        openids = shop.openids[number % 4 :]
        await shop.run(operation, tag_id=TagId(tags[number % 3]), openids=openids)

    async def leave(number: int) -> None:
        leaving = Unfollow(channel_id=shop.channel.channel_id)
        await shop.world.office.run(unfollow, leaving, shop.crowd[number])

    tasks = [change(number) for number in range(12)] + [leave(0), leave(1)]
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        assert outcome is None or (
            isinstance(outcome, Failure) and outcome.code == "labels.no_such_follower"
        )
    await shop.world.check()
