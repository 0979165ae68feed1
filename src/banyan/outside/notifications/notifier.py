"""Takes notifications that are due, has them written, brings them, and notes what came of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.signal import wait_for_bell
from banyan.books.work import SYSTEM
from banyan.pay.notifications import (
    BELL,
    FinishTry,
    Protocol,
    TakenNotifications,
    TakeNotifications,
    Teller,
    Telling,
    TryOutcome,
    finish_try,
    take_notifications,
)
from banyan.reach.pushes import Courier, Delivered, Letter, Outcome

_log = structlog.get_logger("banyan.notifications")

LEASE = timedelta(seconds=20)
"""How long a notification is ours; a call and what follows it must be over by then."""
SLOTS_MAX = 400
MERCHANT_MAX = 20
"""Most calls to one merchant's server under way, in each process: a few whose servers are dead, and
wait for each call to time out, must not hold up all others."""
_each_max = MERCHANT_MAX // 2
_poll_s = 1.0
_gather_s = 0.005
_back_off_s = 1.0
_outcomes: Mapping[Outcome, TryOutcome] = {
    Outcome.TIMED_OUT: TryOutcome.TIMED_OUT,
    Outcome.UNREACHABLE: TryOutcome.UNREACHABLE,
    Outcome.FORBIDDEN: TryOutcome.FORBIDDEN,
}


class Notifier:
    """Brings notifications, each as often as its ladder has steps. Every process may have one."""

    def __init__(
        self, office: Office, courier: Courier, tellers: Mapping[Protocol, Teller]
    ) -> None:
        self._office = office
        self._courier = courier
        self._tellers = tellers
        # Signatures and leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._bell = office.signal.add_bell(BELL)
        self._under_way: Counter[int] = Counter()

    async def run_forever(self) -> None:
        """Tell until cancelled: woken by the bell, and looking once a second in any case."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    taken = await self._take()
                except Exception:  # noqa: BLE001 - whatever it is, we must go on
                    _log.exception("notifications.away")
                    await asyncio.sleep(_back_off_s)
                    continue
                for telling in taken.tellings:
                    group.create_task(self._tell(telling))
                await asyncio.sleep(_gather_s)
                if not taken.tellings or self._under_way.total() >= SLOTS_MAX:
                    await wait_for_bell(self._bell, _poll_s)

    async def tell_waiting(self) -> int:
        """Tell all that is due now; how many tries were made."""
        tries = 0
        while True:
            taken = await self._take()
            if not taken.tellings:
                return tries
            async with asyncio.TaskGroup() as group:
                for telling in taken.tellings:
                    group.create_task(self._tell(telling))
            tries += len(taken.tellings)

    async def _take(self) -> TakenNotifications:
        self._bell.clear()
        now = self._clock.now()
        free = SLOTS_MAX - self._under_way.total()
        if free <= 0:
            return TakenNotifications(tellings=[])
        busy = [one for one, count in self._under_way.items() if count > _each_max]
        command = TakeNotifications(
            at=now, until=now + LEASE, busy_ids=busy, each_max=_each_max, limit=free
        )
        taken = await self._office.run(take_notifications, command, SYSTEM)
        self._under_way.update(int(one.notification.merchant_id) for one in taken.tellings)
        return taken

    async def _tell(self, telling: Telling) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        notification = telling.notification
        try:
            await self._office.run(finish_try, await self._try(telling), SYSTEM)
        except Failure as failure:
            _log.warning(
                "notifications.not_noted",
                notification_id=notification.notification_id,
                failure=str(failure),
            )
        except Exception:  # noqa: BLE001 - one notification's bug must not stop the others
            _log.exception("notifications.failed", notification_id=notification.notification_id)
        finally:
            self._under_way[int(notification.merchant_id)] -= 1
            self._under_way += Counter()

    async def _try(self, telling: Telling) -> FinishTry:
        notification = telling.notification
        at = self._office.clock.now()
        outcome, status, took_ms = TryOutcome.UNWRITTEN, 0, 0
        teller = self._tellers.get(notification.protocol)
        letter = None if teller is None else await self._write(teller, telling)
        if teller is not None and letter is not None:
            delivered = await self._courier.carry(letter)
            outcome = _read(teller, delivered)
            status, took_ms = delivered.status, delivered.took_ms
        return FinishTry(
            merchant_id=int(notification.merchant_id),
            notification_id=int(notification.notification_id),
            number=telling.number,
            url=notification.url,
            at=at,
            outcome=outcome,
            status=status,
            took_ms=took_ms,
        )

    async def _write(self, teller: Teller, telling: Telling) -> Letter | None:
        """The letter; None if it cannot be written now."""
        notification = telling.notification
        try:
            written = await teller.write(telling, self._clock.now())
        except Failure as failure:
            _log.info("notifications.unwritten", kind=notification.kind, failure=str(failure))
            return None
        return Letter(
            url=notification.url,
            query={},
            body=written.body,
            media_type=written.media_type,
            headers=written.headers,
            facts={
                "url": notification.url,
                "kind": notification.kind,
                "merchant": str(int(notification.merchant_id)),
                **written.facts,
            },
        )


def _read(teller: Teller, delivered: Delivered) -> TryOutcome:
    if teller.is_taken(delivered.status, delivered.body):
        return TryOutcome.TAKEN
    return _outcomes.get(delivered.outcome, TryOutcome.REFUSED)
