"""Blocks people and unblocks them, in the transaction of the room that decided so."""

from collections.abc import Mapping, Sequence

from banyan.books.work import Work
from banyan.reach.blocks import store
from banyan.reach.blocks.types import PersonBlocked, PersonUnblocked


async def block_people(
    work: Work, merchant_id: int, channel_id: int, people: Mapping[str, int]
) -> set[str]:
    """Block people (openid to person); return the openids that were not blocked before."""
    fresh = await store.insert_blocked(work.db, channel_id, people, work.now)
    for openid, person_id in sorted(fresh.items()):
        work.record(
            PersonBlocked(
                merchant_id=merchant_id, channel_id=channel_id, person_id=person_id, openid=openid
            )
        )
    return set(fresh)


async def unblock_people(
    work: Work, merchant_id: int, channel_id: int, openids: Sequence[str]
) -> set[str]:
    """Unblock people; return the openids that were blocked."""
    freed = await store.delete_blocked(work.db, channel_id, openids)
    for openid, person_id in sorted(freed.items()):
        work.record(
            PersonUnblocked(
                merchant_id=merchant_id, channel_id=channel_id, person_id=person_id, openid=openid
            )
        )
    return set(freed)
