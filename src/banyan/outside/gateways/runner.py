"""Asks providers about payments and refunds: each thing once, however often answers are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec
import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.pay.gateways import (
    BELL,
    LEASE,
    AttemptErrand,
    CheckErrand,
    Created,
    ErrandKind,
    FinishAttempt,
    FinishCheck,
    FinishRefund,
    GatewayErrands,
    GatewayKind,
    Learned,
    LearnPayment,
    Outcome,
    Provider,
    RefundErrand,
    RefundOutcome,
    Refused,
    Source,
    TakeGatewayErrands,
    Unreachable,
    finish_attempt,
    finish_check,
    finish_refund,
    learn_payment,
    take_gateway_errands,
)

_log = structlog.get_logger("banyan.gateways")

T = TypeVar("T")

SLOTS_MAX = 32
"""Most errands of each kind under way in each process; each waits in a thread of its own."""
_threads_max = 3 * SLOTS_MAX
_poll_s = 1.0
_gather_s = 0.01
_back_off_s = 2.0


class GatewayRunner:
    """Takes errands, does them, and takes down what came of it. Every process may have one."""

    def __init__(
        self,
        office: Office,
        providers: Mapping[GatewayKind, Provider],
        public_url: str,
        clock: Clock | None = None,
    ) -> None:
        """Providers tell us what happens under `public_url`, and send payers back there."""
        self._office = office
        self._providers = providers
        self._public_url = public_url
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = clock or Clock()
        self._bell = office.signal.add_bell(BELL)
        self._under_way = 0
        # Threads of our own: a provider that is slow must not hold up what else waits in threads.
        self._threads = ThreadPoolExecutor(_threads_max, thread_name_prefix="gateways")

    async def run_forever(self) -> None:
        """Run errands until cancelled: woken by the bell, and looking now and then in any case."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    taken = await self._take()
                except Exception:  # noqa: BLE001 - whatever it is, we must go on
                    _log.exception("gateways.away")
                    await asyncio.sleep(_back_off_s)
                    continue
                for one in self._tasks(taken):
                    group.create_task(one)
                await asyncio.sleep(_gather_s)
                if not taken.count or self._under_way >= SLOTS_MAX:
                    await self._wait()

    async def run_waiting(self) -> int:
        """Ask about all that can be asked now; how many tries were made."""
        tries = 0
        while (taken := await self._take()).count:
            async with asyncio.TaskGroup() as group:
                for one in self._tasks(taken):
                    group.create_task(one)
            tries += taken.count
        return tries

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_poll_s):
                await self._bell.wait()
        except TimeoutError:
            return
        finally:
            self._bell.clear()

    async def _take(self) -> GatewayErrands:
        self._bell.clear()
        free = SLOTS_MAX - self._under_way
        if free <= 0:
            return GatewayErrands(attempts=[], refunds=[], checks=[])
        now = self._clock.now()
        command = TakeGatewayErrands(at=now, until=now + LEASE, limit=free)
        taken = await self._office.run(take_gateway_errands, command, SYSTEM)
        self._under_way += taken.count
        return taken

    def _tasks(self, taken: GatewayErrands) -> list[Coroutine[None, None, None]]:
        return [
            *(self._guard(self._run_attempt(one)) for one in taken.attempts),
            *(self._guard(self._run_refund(one)) for one in taken.refunds),
            *(self._guard(self._run_check(one)) for one in taken.checks),
        ]

    async def _guard(self, running: Coroutine[None, None, None]) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        try:
            await running
        except Failure as failure:
            _log.warning("gateways.not_noted", failure=str(failure))
        except Exception:  # noqa: BLE001 - one errand's bug must not stop the others
            _log.exception("gateways.failed")
        finally:
            self._under_way -= 1
            self._bell.set()

    async def _run_attempt(self, errand: AttemptErrand) -> None:
        finishing = FinishAttempt(
            merchant_id=errand.merchant_id,
            attempt_id=errand.attempt_id,
            kind=errand.kind,
            tries=errand.tries,
            at=self._clock.now(),
        )
        try:
            said = await self._ask(errand)
        except Refused as refused:
            finishing = msgspec.structs.replace(finishing, refused=refused.why)
        except Unreachable as away:
            finishing = msgspec.structs.replace(finishing, away=away.why)
        else:
            if isinstance(said, Created):
                finishing = msgspec.structs.replace(finishing, created=said)
            else:
                await self._learn(errand, said)
        await self._office.run(finish_attempt, finishing, SYSTEM)

    async def _ask(self, errand: AttemptErrand) -> Created | Learned:
        provider = self._providers[errand.gateway_kind]
        out_no = errand.asked.out_no
        match errand.kind:
            case ErrandKind.CREATE:
                asked = msgspec.structs.replace(
                    errand.asked,
                    notify_url=self._public_url + errand.asked.notify_url,
                    return_url=self._public_url + errand.asked.return_url,
                )
                return await self._wait_for(lambda: provider.create(errand.keys, asked))
            case ErrandKind.ASK:
                return await self._wait_for(lambda: provider.query(errand.keys, out_no))
            case ErrandKind.CLOSE:
                found = await self._wait_for(lambda: provider.close(errand.keys, out_no))
                # What a provider has never heard of is closed here; there it ends in its time.
                is_unknown = found.outcome is Outcome.UNKNOWN_NUMBER
                return Learned(outcome=Outcome.CLOSED) if is_unknown else found

    async def _learn(self, errand: AttemptErrand, learned: Learned) -> None:
        command = LearnPayment(
            merchant_id=errand.merchant_id,
            out_no=errand.asked.out_no,
            learned=learned,
            source=Source.ASKED,
        )
        await self._office.run(learn_payment, command, SYSTEM)

    async def _run_refund(self, errand: RefundErrand) -> None:
        provider, keys = self._providers[errand.gateway_kind], errand.keys
        asked = msgspec.structs.replace(
            errand.asked, notify_url=self._public_url + errand.asked.notify_url
        )
        finishing = FinishRefund(
            merchant_id=errand.merchant_id,
            refund_id=errand.refund_id,
            tries=errand.tries,
            at=self._clock.now(),
        )
        try:
            if errand.is_query:
                found = await self._wait_for(
                    lambda: provider.query_refund(keys, asked.out_no, asked.out_refund_no)
                )
                if found.outcome is not RefundOutcome.UNKNOWN_NUMBER:
                    finishing = msgspec.structs.replace(finishing, learned=found)
            if finishing.learned is None:
                # Under the same number as ever: however often it is sent, it goes back once.
                found = await self._wait_for(lambda: provider.refund(keys, asked))
                finishing = msgspec.structs.replace(finishing, learned=found)
        except Unreachable as away:
            finishing = msgspec.structs.replace(finishing, away=away.why)
        await self._office.run(finish_refund, finishing, SYSTEM)

    async def _run_check(self, errand: CheckErrand) -> None:
        provider = self._providers[errand.gateway_kind]
        finishing = FinishCheck(
            merchant_id=errand.merchant_id,
            gateway_id=errand.gateway_id,
            tries=errand.tries,
            at=self._clock.now(),
        )
        try:
            why = await self._wait_for(lambda: provider.check(errand.keys))
            finishing = msgspec.structs.replace(finishing, why=why)
        except Unreachable as away:
            finishing = msgspec.structs.replace(finishing, away=away.why)
        await self._office.run(finish_check, finishing, SYSTEM)

    async def _wait_for(self, call: Callable[[], T]) -> T:
        """What a provider says, asked in a thread. Raises Unreachable, Refused."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (Unreachable, Refused):
            raise
        except Exception as error:
            _log.exception("gateways.mistaken")
            raise Unreachable(f"a mistake of ours: {type(error).__name__}") from error
