"""The building as the sandbox plays with it: emptied, moved in time, brought to rest."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from banyan.app import store
from banyan.app.back import EMPTIED, Back
from banyan.app.build import Building
from banyan.app.furnish import open_banks
from banyan.app.invariants import Broken, check_invariants
from banyan.app.platform_keys import Platform
from banyan.base.clock import Clock
from banyan.base.errors import Refusal, Trouble
from banyan.books.follow import follow_once
from banyan.books.office import Office
from banyan.books.timers.run import run_due
from banyan.books.work import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.pay.notifications import CountDue, Telling, count_due
from banyan.pay.payees import PlatformKeys
from banyan.reach.pushes import CountWaiting, count_waiting

_tries_max = 10
_settle_wait_s = 60.0
_rest_s = 0.005
_deliver_wait_s = 30.0
_deliver_rest_s = 0.25
_tell_rest_s = 0.02


class BuildingPlayground:
    """Power over one building; only a test server hands it to anybody."""

    def __init__(self, building: Building, back: Back, faults: Faults) -> None:
        self._building = building
        self._back = back
        self._platform = Platform(building.office)
        self.faults = faults

    @property
    def office(self) -> Office:
        """Where operations run."""
        return self._building.office

    @property
    def public_url(self) -> str:
        """Where people reach this server."""
        return self._building.settings.public_url

    async def empty(self) -> None:
        """Forget everybody and everything; time is the real time again."""
        await self._truncate()
        await self.office.set_clock(Clock().now())
        self.faults.clear()
        self._back.forget_everything()
        self._platform.forget()
        await self._building.signal.say(EMPTIED)
        await open_banks(self._building)
        await self._back.prepare()

    async def set_clock(self, now: datetime) -> None:
        """Make `now` the instant of business, and let everything that falls due happen."""
        await self.office.set_clock(now)
        await self.settle()
        await self.tell()

    async def settle(self) -> None:
        """Let followers and timers finish what they have to do now.

        Raises Trouble `sandbox.restless` if they set each other off without end.
        """
        followers, timers = self._back.followers(), self._back.timers()
        deadline = time.monotonic() + _settle_wait_s
        while time.monotonic() < deadline:
            done = await follow_once(self.office, followers)
            done += await run_due(self.office, timers)
            if done:
                continue
            # What the back of this process has in hand right now, we cannot take, only await.
            if await store.is_at_rest(self._building.pool, self.office.clock.now()):
                return
            await asyncio.sleep(_rest_s)
        raise Trouble("sandbox.restless")

    async def deliver(self, channel_id: int, person_id: int | None = None) -> None:
        """Let an account's server be told all that waits, of one person or of all.

        Returns when that is done, or after half a minute: a server that is away is tried again
        without anybody waiting for it.
        """
        deliverer = self._back.deliverer
        if deliverer is None:
            return
        query = CountWaiting(channel_id=channel_id, person_id=person_id)
        deadline = time.monotonic() + _deliver_wait_s
        while time.monotonic() < deadline:
            if not deliverer.is_running:
                await deliverer.deliver_waiting()
            with deliverer.watch(channel_id, person_id) as ended:
                if not (await self.office.run(count_waiting, query, SYSTEM)).count:
                    return
                # It rests between two tries, or the back of this process has it in hand.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), _deliver_rest_s)

    async def read_platform(self) -> PlatformKeys:
        """Banyan's own pairs, by which it signs to payment programs."""
        return await self._platform()

    async def tell(self) -> None:
        """Let merchants' servers be told of payments all that is due, of every merchant.

        Returns when that is done, or after half a minute.
        """
        notifier = self._back.notifier
        deadline = time.monotonic() + _deliver_wait_s
        while notifier is not None and time.monotonic() < deadline:
            await notifier.tell_waiting()
            # The rest of it others have in hand.
            if not (await self.office.run(count_due, CountDue(), SYSTEM)).count:
                return
            await asyncio.sleep(_tell_rest_s)

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """What a merchant's server is told, by the protocol's own names.

        Raises Refusal `notifications.no_words`.
        """
        teller = self._back.tellers.get(telling.notification.protocol)
        if teller is None:
            raise Refusal("notifications.no_words", kind=telling.notification.kind)
        return await teller.describe(telling)

    async def check_servers(self) -> None:
        """Let the servers that are new be asked to prove themselves."""
        deliverer = self._back.deliverer
        if deliverer is not None and not deliverer.is_running:
            await deliverer.deliver_waiting()

    def count_invariants(self) -> int:
        """How many invariants there are."""
        return sum(len(room.invariants) for room in self._building.rooms)

    async def check(self) -> Sequence[Broken]:
        """The invariants that do not hold."""
        return await check_invariants(self._building.pool, self._building.rooms)

    async def _truncate(self) -> None:
        # Followers and timers hold locks for moments; whoever loses a deadlock tries again.
        for attempt in range(_tries_max):
            try:
                async with self._building.pool.acquire() as db:
                    await store.empty_all(db)
            except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
                await asyncio.sleep(_rest_s * attempt)
            else:
                return
        raise Trouble("sandbox.not_emptied")
