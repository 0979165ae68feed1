"""Who tokens stand for: people's sessions or merchants' API keys."""

from __future__ import annotations

import asyncio
import contextlib

import msgspec

from banyan.base.errors import Failure, Trouble
from banyan.base.limits import QUEUE_MAX
from banyan.books.office import Office
from banyan.books.work import SYSTEM, Actor, Permission, Work, reading
from banyan.parties.ids import MerchantId
from banyan.parties.keys import KeyActor, KeyId, MarkKeyUsed, find_key_actors, mark_key_used
from banyan.parties.sessions import MarkSeen, PersonActor, find_actors, mark_seen


class FindTokenActors(msgspec.Struct, frozen=True, kw_only=True):
    """Who are they?"""

    tokens: list[str]


@reading(permission=Permission.SYSTEM)
async def find_token_actors(work: Work, query: FindTokenActors) -> dict[str, Actor]:
    """Return the actors behind tokens, without those that stand for nobody."""
    actors = await find_actors(work.db, query.tokens, work.now)
    return actors | await find_key_actors(work.db, query.tokens, work.now)


class Actors:
    """Looks tokens up for the doors, and notes now and then that they are in use."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._asking = asyncio.Lock()
        self._waiting: list[tuple[str, asyncio.Future[Actor | Exception | None]]] = []

    async def find(self, token: str) -> Actor | None:
        """The actor behind a token, or None. Raises Trouble when the database is away or busy."""
        actor = await self._join(token)
        # That "last seen" is not written is no reason to turn anybody away.
        with contextlib.suppress(Failure):
            if isinstance(actor, PersonActor) and actor.is_seen_stale:
                await self._office.run(mark_seen, MarkSeen(), actor)
            elif isinstance(actor, KeyActor) and actor.is_used_stale:
                merchant_id, key_id = MerchantId(actor.merchant_id), KeyId(actor.actor_id)
                used = MarkKeyUsed(merchant_id=merchant_id, key_id=key_id)
                await self._office.run(mark_key_used, used, SYSTEM)
        return actor

    async def _join(self, token: str) -> Actor | None:
        """Look a token up together with all that come in while the look-up before is under way.

        Raises Trouble `office.busy` when too many wait already.
        """
        if len(self._waiting) >= QUEUE_MAX:
            raise Trouble("office.busy")
        found: asyncio.Future[Actor | Exception | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((token, found))
        async with self._asking:
            if not found.done():
                await self._ask()
        outcome = found.result()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def _ask(self) -> None:
        asked, self._waiting = self._waiting, []
        try:
            query = FindTokenActors(tokens=list({token for token, _ in asked}))
            actors = await self._office.run(find_token_actors, query, SYSTEM)
        except asyncio.CancelledError:
            # Only who asked for all has gone: the others still want to know.
            self._waiting = asked + self._waiting
            raise
        except Exception as error:  # noqa: BLE001 - handed to all who asked
            for _, found in asked:
                found.set_result(error)
        else:
            for token, found in asked:
                found.set_result(actors.get(token))
