"""Whom an account has blocked gets none of its messages, and is not told of to its server."""

from collections.abc import Sequence

from banyan.reach.blocks import block_people, count_blocked, find_blocked, list_blocked
from banyan.reach.blocks import unblock_people as unblock
from banyan.reach.channels import Channel, Unfollow, ensure_openids, unfollow
from tests.kit.loyalty import add_crowd, follow_as, follow_crowd, inbox, open_channel, send_to
from tests.kit.loyalty import results_of as results
from tests.kit.world import World


async def block(world: World, channel: Channel, person_ids: Sequence[int]) -> list[str]:
    """Block people; the openids of those who were not blocked before."""
    async with world.office.begin() as work:
        openids = await ensure_openids(work, channel.channel_id, person_ids)
        people = {openid: person_id for person_id, openid in openids.items()}
        fresh = await block_people(work, channel.merchant_id, channel.channel_id, people)
    return sorted(fresh)


async def test_blocking_is_noted_once_and_undone(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 3)
    start = await world.mark()
    fresh = await block(world, channel, [one.person_id for one in crowd[:2]])
    assert len(fresh) == 2
    assert await block(world, channel, [one.person_id for one in crowd[:2]]) == []
    async with world.office.begin() as work:
        assert await find_blocked(work.db, channel.channel_id, [*fresh, "x"]) == set(fresh)
        assert await list_blocked(work.db, channel.channel_id, "", 10) == fresh
        assert await list_blocked(work.db, channel.channel_id, fresh[0], 10) == fresh[1:]
        freed = await unblock(work, channel.merchant_id, channel.channel_id, [fresh[0], "x"])
        assert freed == {fresh[0]}
        assert await count_blocked(work.db, channel.channel_id) == 1
    assert await world.events(start) == ["blocks.blocked", "blocks.blocked", "blocks.unblocked"]


async def test_messages_do_not_reach_them_and_the_report_says_so(world: World) -> None:
    await world.merchant()
    channel = await open_channel(world, welcome_text="欢迎")
    crowd = await add_crowd(world, 3)
    await follow_crowd(world, crowd, channel.channel_id)
    await block(world, channel, [crowd[0].person_id])
    message = await send_to(world, channel, None)
    await world.settle()
    assert await results(world, message) == {"delivered": 2, "blocked": 1}
    kinds = [[one.kind for one in await inbox(world, actor)] for actor in crowd[:2]]
    assert kinds == [["channels.welcome"], ["channels.message", "channels.welcome"]]
    command = Unfollow(channel_id=channel.channel_id)
    await world.office.run(unfollow, command, crowd[0])
    await follow_as(world, crowd[0], channel.channel_id)
    assert len(await inbox(world, crowd[0])) == 1  # no second welcome
    await world.check()
