"""Lets a platform's server be told what happens to accounts instead of their own."""

from collections.abc import Collection

from banyan.books.work import Work
from banyan.reach.pushes import store
from banyan.reach.pushes.rules import PUSHES_KEPT
from banyan.reach.pushes.set_server import FORGET


async def set_relays(work: Work, channel_ids: Collection[int], via_id: int, url: str) -> None:
    """Let a platform be told at this address; without one no more.

    What then waits and has no server is told to nobody: a platform that comes later must not learn
    of it.
    """
    if url:
        await store.set_relays(work.db, channel_ids, via_id, url)
        for channel_id in channel_ids:
            work.later(FORGET, channel_id, work.now + PUSHES_KEPT)
    else:
        await store.delete_relays(work.db, channel_ids, via_id)
        await store.fail_untold(work.db, channel_ids, work.now)
