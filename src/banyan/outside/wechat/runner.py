"""Runs errands at WeChat: many at once, those of one line one after the other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Protocol

import msgspec
import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.signal import wait_for_bell
from banyan.books.work import SYSTEM
from banyan.outside.wechat.errands import TryAgain
from banyan.outside.wechat.gateway import Gateway
from banyan.reach.remotes import (
    BELL,
    ErrandKind,
    FinishErrand,
    ReadyErrand,
    TakeErrands,
    finish_errand,
    is_cut_off,
    take_errands,
)

_log = structlog.get_logger("banyan.wechat")

LEASE = timedelta(seconds=120)
"""How long an errand is ours: longer than all its calls, which wait ten seconds each, may take."""
SLOTS_MAX = 32
"""Most errands under way in each process; each waits in a thread of its own."""
_poll_s = 2.0
_gather_s = 0.01
_back_off_s = 2.0
_with_media = frozenset({ErrandKind.WRITE, ErrandKind.SEND_MANY})


class Files(Protocol):
    """Where media lie."""

    async def find(self, name: str) -> bytes | None:
        """The bytes of a file, or None."""


class Runner:
    """Takes errands, does them, and takes down what came of it. Every process may have one."""

    def __init__(self, office: Office, gateway: Gateway, files: Files) -> None:
        self._office = office
        self._gateway = gateway
        self._files = files
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._bell = office.signal.add_bell(BELL)
        self._under_way = 0

    async def run_forever(self) -> None:
        """Run errands until cancelled: woken by the bell, and looking now and then in any case."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    taken = await self._take()
                except Exception:  # noqa: BLE001 - whatever it is, we must go on
                    _log.exception("wechat.away")
                    await asyncio.sleep(_back_off_s)
                    continue
                for one in taken:
                    group.create_task(self._run(one))
                await asyncio.sleep(_gather_s)
                if not taken or self._under_way >= SLOTS_MAX:
                    await wait_for_bell(self._bell, _poll_s)

    async def run_waiting(self) -> int:
        """Run what can be run now, and what thereby can be; how many tries were made."""
        tries = 0
        while taken := await self._take():
            async with asyncio.TaskGroup() as group:
                for one in taken:
                    group.create_task(self._run(one))
            tries += len(taken)
        return tries

    async def _take(self) -> list[ReadyErrand]:
        self._bell.clear()
        free = SLOTS_MAX - self._under_way
        if free <= 0:
            return []
        now = self._clock.now()
        command = TakeErrands(at=now, until=now + LEASE, limit=free)
        taken = (await self._office.run(take_errands, command, SYSTEM)).items
        self._under_way += len(taken)
        return taken

    async def _run(self, ready: ReadyErrand) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        try:
            await self._office.run(finish_errand, await self._try(ready), SYSTEM)
        except Failure as failure:
            errand_id = ready.errand.errand_id
            _log.warning("wechat.not_noted", errand_id=errand_id, failure=str(failure))
        except Exception:  # noqa: BLE001 - one errand's bug must not stop the others
            _log.exception("wechat.failed", errand_id=ready.errand.errand_id)
        finally:
            self._under_way -= 1
            self._bell.set()

    async def _try(self, ready: ReadyErrand) -> FinishErrand:
        errand = ready.errand
        finishing = FinishErrand(
            channel_id=int(errand.channel_id),
            errand_id=int(errand.errand_id),
            tries=errand.tries,
            at=self._clock.now(),
            errcode=None,
        )
        if errand.kind is ErrandKind.WRITE and is_cut_off(errand):
            why = "cut off; it may have been said"
            return msgspec.structs.replace(finishing, why=why, is_doubtful=True)
        try:
            files = await self._read_files(ready)
            answer = await asyncio.to_thread(self._gateway.run, ready, files)
        except TryAgain as again:
            return msgspec.structs.replace(finishing, why=str(again), is_doubtful=again.is_doubtful)
        except Exception as error:  # noqa: BLE001 - it would fail, and maybe say it, for ever
            _log.exception("wechat.mistaken", errand_id=errand.errand_id)
            why = f"a mistake of ours: {type(error).__name__}"
            return msgspec.structs.replace(finishing, why=why, is_doubtful=True)
        return msgspec.structs.replace(
            finishing, errcode=answer.errcode, why=answer.why, found=answer.found
        )

    async def _read_files(self, ready: ReadyErrand) -> dict[str, bytes]:
        """The bytes of what must be uploaded, by the names of the media."""
        if ready.errand.kind not in _with_media:
            return {}
        content = ready.errand.fields["content"]
        media_id, file = content.get("media_id", ""), content.get("file", "")
        found = await self._files.find(file) if media_id and file else None
        return {} if found is None else {media_id: found}
