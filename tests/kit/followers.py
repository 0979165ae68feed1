"""Followers of an account whose program speaks over the wire."""

from __future__ import annotations

from banyan.reach.channels import ensure_openids
from tests.kit.loyalty import add_crowd, follow_crowd
from tests.kit.wechat import Account
from tests.kit.world import World


async def add_followers(world: World, account: Account, count: int) -> list[str]:
    """Have so many people follow the account; their openids, ascending."""
    crowd = await add_crowd(world, count)
    await follow_crowd(world, crowd, account.channel.channel_id)
    return await know(world, account, [one.person_id for one in crowd])


async def know(world: World, account: Account, person_ids: list[int]) -> list[str]:
    """What the account knows people by, ascending."""
    async with world.office.begin() as work:
        return sorted((await ensure_openids(work, account.channel.channel_id, person_ids)).values())
