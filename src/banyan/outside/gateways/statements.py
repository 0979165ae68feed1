"""Fetches providers' statements: each day's once it is there, and what merchants ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import msgspec
import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.work import SYSTEM
from banyan.pay.gateways import GatewayKind, Provider, Unreachable
from banyan.pay.tallies import (
    LEASE,
    FinishStatement,
    StatementErrand,
    TakeStatements,
    WantStatements,
    finish_statement,
    take_statements,
    want_statements,
)

_log = structlog.get_logger("banyan.statements")

SLOTS_MAX = 4
"""Most statements under way in each process: they are large, and nobody waits for them."""
_poll_s = 5.0
_back_off_s = 10.0
_want_each = timedelta(minutes=1)


class StatementFetcher:
    """Takes errands, does them, and hands in what came. Every process may have one."""

    def __init__(self, office: Office, providers: Mapping[GatewayKind, Provider]) -> None:
        self._office = office
        self._providers = providers
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()

    async def run_forever(self) -> None:
        """Fetch statements until cancelled."""
        wanted_at = self._clock.now() - _want_each
        while True:
            try:
                if self._clock.now() >= wanted_at + _want_each:
                    wanted_at = self._clock.now()
                    await self._office.run(want_statements, WantStatements(), SYSTEM)
                done = await self._run_once()
            except Exception:  # noqa: BLE001 - whatever it is, we must go on
                _log.exception("statements.away")
                await asyncio.sleep(_back_off_s)
                continue
            if not done:
                await asyncio.sleep(_poll_s)

    async def run_waiting(self) -> int:
        """Fetch all that there should be by now and can be tried now; how many tries were made."""
        await self._office.run(want_statements, WantStatements(), SYSTEM)
        tries = 0
        while done := await self._run_once():
            tries += done
        return tries

    async def _run_once(self) -> int:
        now = self._clock.now()
        command = TakeStatements(at=now, until=now + LEASE, limit=SLOTS_MAX)
        taken = (await self._office.run(take_statements, command, SYSTEM)).items
        async with asyncio.TaskGroup() as group:
            for one in taken:
                group.create_task(self._run(one))
        return len(taken)

    async def _run(self, errand: StatementErrand) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        try:
            await self._office.run(finish_statement, await self._fetch(errand), SYSTEM)
        except Failure as failure:
            _log.warning("statements.not_noted", day=str(errand.day), failure=str(failure))
        except Exception:  # noqa: BLE001 - one statement's bug must not stop the others
            _log.exception("statements.failed", day=str(errand.day))

    async def _fetch(self, errand: StatementErrand) -> FinishStatement:
        finishing = FinishStatement(
            merchant_id=errand.merchant_id,
            gateway_id=errand.gateway_id,
            day=errand.day,
            tries=errand.tries,
            at=self._clock.now(),
        )
        provider = self._providers[errand.kind]
        try:
            lines = await asyncio.to_thread(provider.fetch_statement, errand.keys, errand.day)
        except Unreachable as error:
            return msgspec.structs.replace(finishing, away=error.why or "no answer")
        except Exception as error:  # noqa: BLE001 - asked again later
            _log.exception("statements.mistaken", day=str(errand.day))
            return msgspec.structs.replace(finishing, away=f"a mistake: {type(error).__name__}")
        return msgspec.structs.replace(finishing, lines=None if lines is None else list(lines))
