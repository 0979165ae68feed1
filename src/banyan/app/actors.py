"""Who a token stands for: a person's session or a merchant's API key."""

from __future__ import annotations

import contextlib

import msgspec

from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.work import SYSTEM, Actor, Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.keys import KeyActor, KeyId, MarkKeyUsed, find_key_actor, mark_key_used
from banyan.parties.sessions import MarkSeen, PersonActor, find_actor, mark_seen


class FindTokenActor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is it?"""

    token: str


@reading(permission=Permission.SYSTEM)
async def find_token_actor(work: Work, query: FindTokenActor) -> Actor | None:
    """Return the actor behind a token, or None."""
    return await find_actor(work.db, query.token, work.now) or await find_key_actor(
        work.db, query.token, work.now
    )


class Actors:
    """Looks tokens up for the doors, and notes now and then that they are in use."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def find(self, token: str) -> Actor | None:
        """The actor behind a token, or None. Raises Trouble when the database is away."""
        query = FindTokenActor(token=token)
        actor: Actor | None = await self._office.run(find_token_actor, query, SYSTEM)
        # That "last seen" is not written is no reason to turn anybody away.
        with contextlib.suppress(Failure):
            if isinstance(actor, PersonActor) and actor.is_seen_stale:
                await self._office.run(mark_seen, MarkSeen(), actor)
            elif isinstance(actor, KeyActor) and actor.is_used_stale:
                merchant_id, key_id = MerchantId(actor.merchant_id), KeyId(actor.actor_id)
                used = MarkKeyUsed(merchant_id=merchant_id, key_id=key_id)
                await self._office.run(mark_key_used, used, SYSTEM)
        return actor
