"""What works in the back of every serving process: followers, timers, the bell, the keeper."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import structlog

from banyan.app.build import Building
from banyan.app.checker import Checker
from banyan.app.invariants import Broken, check_invariants, compute_rest
from banyan.app.listener import Listener, open_ears
from banyan.app.tellers import build_tellers
from banyan.base.db import EmbeddedServer
from banyan.base.errors import Trouble
from banyan.books.follow import enrol, follow_forever
from banyan.books.room import Follower, TimerHandler
from banyan.books.rooms import SWEEPS
from banyan.books.timers import begin_timers
from banyan.books.timers.run import run_forever
from banyan.books.timers.types import Timer
from banyan.books.work import Work
from banyan.outside.callbacks import Deliverer
from banyan.outside.notifications import Notifier
from banyan.pay import notifications
from banyan.reach.pushes import Courier
from banyan.reach.redpackets import REMEMBERED
from banyan.views import bills
from banyan.views.insight import EXPORTER, export_forever

_log = structlog.get_logger("banyan.back")

CLOCK = "clock"
EMPTIED = "emptied"
"""Words that processes pass to each other: the business time moved; the database was emptied."""

_check_timer = "app.check_invariants"
_checking_max = timedelta(hours=1)
"""After so long without a word of it a check counts as lost with its process."""
_keep_s = 1.0
_sweeps = (*SWEEPS, notifications.FORGET, bills.COUNT)


class Runs(Protocol):
    """Calls others after the commit, in the back."""

    async def run_forever(self) -> None:
        """Work until cancelled."""


class Back:
    """The tasks of one process. Nothing of it is lost when the process is killed."""

    def __init__(
        self,
        building: Building,
        on_emptied: Callable[[], None],
        courier: Courier | None = None,
        runners: Sequence[Runs] = (),
    ) -> None:
        """`on_emptied` is called when some process has emptied the database.

        Without a courier nobody's server is told anything; without runners neither the real
        WeChat nor a bank is asked for anything.
        """
        self._building = building
        self._on_emptied = on_emptied
        self._words: asyncio.Queue[str] = asyncio.Queue()
        self._check_wanted = asyncio.Event()
        self.broken: list[Broken] = []
        """What the last check of the invariants found."""
        self.checker = Checker(building.office)
        self.listener = Listener(building.office, open_ears(building.settings))
        self.deliverer = Deliverer(building.office, courier) if courier is not None else None
        self.tellers = build_tellers(building)
        self.notifier = (
            Notifier(building.office, courier, self.tellers) if courier is not None else None
        )
        self._runners = runners

    def followers(self) -> list[Follower]:
        """Those of all rooms, and the export."""
        return [*self._prompt_followers(), EXPORTER]

    def _prompt_followers(self) -> list[Follower]:
        return [one for room in self._building.rooms for one in room.followers]

    def timers(self) -> dict[str, TimerHandler]:
        """Those of all rooms, and our own."""
        found = {kind: run for room in self._building.rooms for kind, run in room.timers.items()}
        return found | {_check_timer: self._note_check}

    async def prepare(self) -> None:
        """Let followers and the timers that renew themselves begin, unless they have before."""
        office = self._building.office
        await enrol(office, self.followers())
        async with office.begin() as work:
            first_check = Timer(kind=_check_timer, subject=0, due_at=work.now + compute_rest(0))
            sweeps = [Timer(kind=kind, subject=0, due_at=work.now) for kind in _sweeps]
            await begin_timers(work.db, [first_check, *sweeps])

    def forget_everything(self) -> None:
        """Drop what this process remembers of a database that has been emptied."""
        self._building.office.forget()
        REMEMBERED.forget()
        for teller in self.tellers.values():
            teller.forget()
        self._on_emptied()

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """Everything that runs until the process ends."""
        building = self._building
        building.signal.on_word = self._words.put_nowait
        running = [
            building.signal.pass_on(),
            follow_forever(building.office, self._prompt_followers()),
            export_forever(building.office),
            run_forever(building.office, self.timers()),
            self._hear_words(),
            self._check_when_wanted(),
            self.checker.run_forever(),
            self.listener.run_forever(),
        ]
        if building.database.server is not None:
            running.append(keep_alive(building.database.server))
        if self.deliverer is not None:
            running.append(self.deliverer.run_forever())
        if self.notifier is not None:
            running.append(self.notifier.run_forever())
        running += [one.run_forever() for one in self._runners]
        return running

    async def _note_check(self, work: Work, timer: Timer) -> None:
        # The check itself takes long on large books and must not hold up other timers. Until it has
        # ended, nobody else begins one: `_note_took` then says when the next is due.
        rest = compute_rest(float(timer.data or b"0"))
        later_at = work.now + max(rest, _checking_max)
        work.later(timer.kind, timer.subject, later_at, timer.data)
        self._check_wanted.set()

    async def _note_took(self, took_s: float) -> None:
        async with self._building.office.begin() as work:
            due_at, data = work.now + compute_rest(took_s), str(took_s).encode()
            work.later(_check_timer, 0, due_at, data)

    async def _check_when_wanted(self) -> None:
        while True:
            await self._check_wanted.wait()
            began_s = time.monotonic()
            try:
                self.broken = await check_invariants(self._building.pool, self._building.rooms)
                await self._note_took(time.monotonic() - began_s)
            except Exception:  # noqa: BLE001 - checked again when the timer comes
                _log.exception("invariants.not_checked")
            # What was wanted meanwhile has just been done.
            self._check_wanted.clear()
            for one in self.broken:
                _log.error("invariants.broken", name=one.name, why=one.why, rows=one.rows)

    async def _hear_words(self) -> None:
        while True:
            word = await self._words.get()
            try:
                if word == CLOCK:
                    await self._building.office.read_clock()
                elif word == EMPTIED:
                    self.forget_everything()
            except Trouble as trouble:
                _log.warning("back.word_lost", word=word, reason=str(trouble))


async def keep_alive(server: EmbeddedServer) -> None:
    """Start the embedded server again whenever it was killed, for ever."""
    while True:
        await asyncio.sleep(_keep_s)
        try:
            if not await asyncio.to_thread(server.is_running):
                _log.warning("database.revived")
                await asyncio.to_thread(server.revive)
        except Exception:  # noqa: BLE001 - tried again in a second
            _log.exception("database.not_revived")


@asynccontextmanager
async def open_back(
    building: Building,
    on_emptied: Callable[[], None],
    courier: Courier,
    runners: Sequence[Runs],
) -> AsyncIterator[Back]:
    """The back at work; at the end its tasks are cancelled, and what they were at rolled back."""
    back = Back(building, on_emptied, courier, runners)
    await back.prepare()
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(one) for one in back.tasks()]
        try:
            yield back
        finally:
            for task in running:
                task.cancel()
