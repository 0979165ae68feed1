"""Tells accounts' servers what happens: many at once, each person's news one after the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.signal import wait_for_bell
from banyan.books.work import SYSTEM
from banyan.outside.callbacks.letters import read_answer, write_check, write_push
from banyan.reach.pushes import (
    BELL,
    Courier,
    FinishCheck,
    FinishPush,
    Outcome,
    PushState,
    TakenPush,
    TakenServer,
    TakenWork,
    TakePushes,
    finish_check,
    finish_push,
    take_pushes,
)
from banyan.wire.wechat import Unreadable

_log = structlog.get_logger("banyan.callbacks")

LEASE = timedelta(seconds=20)
"""How long a push is ours; a call and what follows it must be over by then."""
SLOTS_MAX = 400
CHANNEL_MAX = 100
"""Most calls to one account's server under way, in each process."""
_poll_s = 1.0
_rest_s = 1.1
_gather_s = 0.005
_back_off_s = 1.0


class Deliverer:
    """Takes pushes, brings them, and takes down what came of it. Every process may have one."""

    def __init__(self, office: Office, courier: Courier) -> None:
        self._office = office
        self._courier = courier
        # Signatures and leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._bell = office.signal.add_bell(BELL)
        self._under_way: Counter[int] = Counter()
        self._watched: dict[tuple[int, int | None], set[asyncio.Event]] = {}
        self.is_running = False
        """Whether `run_forever` runs: who wants something told need not do it."""

    async def run_forever(self) -> None:
        """Deliver until cancelled: woken by the bell, and looking once a second in any case."""
        async with asyncio.TaskGroup() as group:
            self.is_running = True
            while True:
                try:
                    taken = await self._take()
                except Exception:  # noqa: BLE001 - whatever it is, we must go on
                    _log.exception("callbacks.away")
                    await asyncio.sleep(_back_off_s)
                    continue
                for push in taken.pushes:
                    group.create_task(self._deliver(push))
                for candidate in taken.candidates:
                    group.create_task(self._check(candidate))
                await asyncio.sleep(_gather_s)
                if not taken.pushes or self._under_way.total() >= SLOTS_MAX:
                    await wait_for_bell(self._bell, _poll_s)

    async def deliver_waiting(self) -> int:
        """Deliver what can be delivered now, and what thereby can be; how many tries were made."""
        tries = 0
        while True:
            taken = await self._take()
            if not taken.pushes and not taken.candidates:
                return tries
            async with asyncio.TaskGroup() as group:
                for push in taken.pushes:
                    group.create_task(self._deliver(push))
                for candidate in taken.candidates:
                    group.create_task(self._check(candidate))
            tries += len(taken.pushes) + len(taken.candidates)

    @contextmanager
    def watch(self, channel_id: int, person_id: int | None) -> Iterator[asyncio.Event]:
        """What is set when a try to tell an account of a person, or of anybody, has ended here."""
        key, ended = (channel_id, person_id), asyncio.Event()
        self._watched.setdefault(key, set()).add(ended)
        try:
            yield ended
        finally:
            self._watched[key].discard(ended)
            if not self._watched[key]:
                del self._watched[key]

    async def _take(self) -> TakenWork:
        self._bell.clear()
        now = self._clock.now()
        free = SLOTS_MAX - self._under_way.total()
        if free <= 0:
            return TakenWork(pushes=[], candidates=[])
        busy = [one for one, count in self._under_way.items() if count >= CHANNEL_MAX]
        command = TakePushes(
            at=now,
            until=now + LEASE,
            busy_ids=busy,
            each_max=CHANNEL_MAX,
            limit=free,
        )
        taken = await self._office.run(take_pushes, command, SYSTEM)
        self._under_way.update(int(one.push.channel_id) for one in taken.pushes)
        return taken

    async def _deliver(self, taken: TakenPush) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        channel_id = int(taken.push.channel_id)
        try:
            state = await self._try(taken)
            if state is PushState.WAITING:
                asyncio.get_running_loop().call_later(_rest_s, self._bell.set)
        except Failure as failure:
            _log.warning("callbacks.not_noted", push_id=taken.push.push_id, failure=str(failure))
        except Exception:  # noqa: BLE001 - one push's bug must not stop the others
            _log.exception("callbacks.failed", push_id=taken.push.push_id)
        finally:
            self._under_way[channel_id] -= 1
            self._under_way += Counter()
            # The person's next push may go now.
            self._bell.set()
            for person_id in (int(taken.push.person_id), None):
                for ended in self._watched.get((channel_id, person_id), ()):
                    ended.set()

    async def _try(self, taken: TakenPush) -> PushState:
        at = self._clock.now()
        delivered = await self._courier.carry(write_push(taken, at))
        try:
            outcome, reply = read_answer(taken, delivered)
        except Unreadable as why:
            appid = taken.to.channel.appid
            _log.info("callbacks.garbage", appid=appid, push_id=taken.push.push_id, why=str(why))
            outcome, reply = Outcome.GARBAGE, None
        finishing = FinishPush(
            channel_id=int(taken.push.channel_id),
            push_id=int(taken.push.push_id),
            number=taken.number,
            url=taken.to.server.url,
            at=at,
            outcome=outcome,
            status=delivered.status,
            took_ms=delivered.took_ms,
            reply=reply,
        )
        return (await self._office.run(finish_push, finishing, SYSTEM)).state

    async def _check(self, to: TakenServer) -> None:
        """Ask a server to prove that it knows the token."""
        try:
            letter, echo = write_check(to, self._clock.now())
            delivered = await self._courier.carry(letter)
            outcome = delivered.outcome
            if outcome is Outcome.ACKNOWLEDGED and (delivered.body or b"").strip() != echo:
                outcome = Outcome.GARBAGE
            command = FinishCheck(
                channel_id=int(to.server.channel_id),
                candidate_id=to.candidate_id,
                outcome=outcome,
            )
            await self._office.run(finish_check, command, SYSTEM)
        except Exception:  # noqa: BLE001 - asked again when the lease has ended
            _log.exception("callbacks.not_checked", channel_id=to.server.channel_id)
