"""Breaks what passes between Banyan and the bank that payouts go to, on purpose."""

from __future__ import annotations

import asyncio

from typing_extensions import override

from banyan.base.errors import Trouble
from banyan.doors.sandbox.faults import FaultKind, Faults, Where
from banyan.pay.payouts import Bank, BankAnswer, BankOrder


class FaultyHouse(Bank):
    """Answers as another bank does, unless the order or its answer shall go wrong.

    `error` says no before any money is taken, without deciding anything; `drop` loses the answer
    after the money was taken, `delay` brings it late, `duplicate` lets the order arrive twice.
    """

    def __init__(self, bank: Bank, faults: Faults) -> None:
        self._bank = bank
        self._faults = faults

    @override
    async def send(self, order: BankOrder) -> BankAnswer:
        """Have the money taken, or not, or taken and unheard of. Raises Trouble `sandbox.fault`."""
        fault = self._faults.take(Where.BANK, _facts(order, "send"))
        if fault is None:
            return await self._bank.send(order)
        if fault.kind is FaultKind.ERROR:
            raise Trouble("sandbox.fault", where="bank")
        if fault.kind is FaultKind.DUPLICATE:
            await self._bank.send(order)
        answer = await self._bank.send(order)
        if fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.delay_s)
        if fault.kind is FaultKind.DROP:
            raise Trouble("sandbox.fault", where="bank")
        return answer

    @override
    async def find(self, order: BankOrder) -> BankAnswer:
        """Say what became of an order, late or not at all. Raises Trouble `sandbox.fault`."""
        fault = self._faults.take(Where.BANK, _facts(order, "find"))
        if fault is not None and fault.kind is FaultKind.DELAY:
            await asyncio.sleep(fault.delay_s)
        elif fault is not None and fault.kind is not FaultKind.DUPLICATE:
            raise Trouble("sandbox.fault", where="bank")
        return await self._bank.find(order)


def _facts(order: BankOrder, stage: str) -> dict[str, str]:
    return {
        "payout": order.number,
        "stage": stage,
        order.holder_kind.value: str(int(order.holder_id)),
    }
