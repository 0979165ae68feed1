"""Asks banks to pay: each payout once, however often the answer is lost."""

from __future__ import annotations

import asyncio

import structlog

from banyan.base.clock import Clock
from banyan.base.errors import Failure
from banyan.books.office import Office
from banyan.books.signal import wait_for_bell
from banyan.books.work import SYSTEM
from banyan.pay.payouts import (
    BELL,
    LEASE,
    Bank,
    BankAnswer,
    FinishPayout,
    ReadyPayout,
    TakePayouts,
    Verdict,
    finish_payout,
    take_payouts,
)

_log = structlog.get_logger("banyan.bank")

SLOTS_MAX = 32
"""Most payouts under way in each process."""
ANSWER_MAX_S = 15.0
"""How long a bank may take; well within a payout's lease, whose two calls must fit in it."""
_poll_s = 1.0
_back_off_s = 2.0


class Teller:
    """Takes payouts, asks the bank, and takes down what it said. Every process may have one."""

    def __init__(self, office: Office, bank: Bank, *, wait_s: float = ANSWER_MAX_S) -> None:
        self._office = office
        self._bank = bank
        self._wait_s = wait_s
        # Leases are of the real time, whatever a test server makes of its own.
        self._clock = Clock()
        self._bell = office.signal.add_bell(BELL)

    async def run_forever(self) -> None:
        """Have payouts paid until cancelled: woken by the bell, and looking now and then anyway."""
        while True:
            try:
                done = await self._run_once()
            except Exception:  # noqa: BLE001 - whatever it is, we must go on
                _log.exception("bank.away")
                await asyncio.sleep(_back_off_s)
                continue
            if not done:
                await wait_for_bell(self._bell, _poll_s)

    async def run_waiting(self) -> int:
        """Ask about all that can be asked now; how many tries were made."""
        tries = 0
        while done := await self._run_once():
            tries += done
        return tries

    async def _run_once(self) -> int:
        self._bell.clear()
        now = self._clock.now()
        command = TakePayouts(at=now, until=now + LEASE, limit=SLOTS_MAX)
        taken = (await self._office.run(take_payouts, command, SYSTEM)).items
        async with asyncio.TaskGroup() as group:
            for one in taken:
                group.create_task(self._run(one))
        return len(taken)

    async def _run(self, ready: ReadyPayout) -> None:
        """Make one try. If we fail at it the lease ends, and somebody goes on."""
        answer, why = await self._ask(ready)
        command = FinishPayout(
            holder_id=int(ready.payout.holder_id),
            payout_id=int(ready.payout.payout_id),
            tries=ready.tries,
            at=self._clock.now(),
            answer=answer,
            why=why,
        )
        try:
            await self._office.run(finish_payout, command, SYSTEM)
        except Failure as failure:
            payout_id = str(int(ready.payout.payout_id))
            _log.warning("bank.not_noted", payout_id=payout_id, failure=str(failure))
        except Exception:  # noqa: BLE001 - one payout's bug must not stop the others
            _log.exception("bank.failed", payout_id=str(int(ready.payout.payout_id)))

    async def _ask(self, ready: ReadyPayout) -> tuple[BankAnswer | None, str]:
        try:
            if ready.may_be_taken:
                async with asyncio.timeout(self._wait_s):
                    found = await self._bank.find(ready.order)
                if found.verdict is not Verdict.UNKNOWN:
                    return found, ""
            # Still under the same number: if the bank has it all the same, it pays once.
            async with asyncio.timeout(self._wait_s):
                return await self._bank.send(ready.order), ""
        except TimeoutError:
            return None, "the bank gave no answer in time"
        except Failure as failure:
            return None, failure.code
        except Exception as error:  # noqa: BLE001 - asked again later
            payout_id = str(int(ready.payout.payout_id))
            _log.exception("bank.mistaken", payout_id=payout_id)
            return None, f"a mistake of ours: {type(error).__name__}"
