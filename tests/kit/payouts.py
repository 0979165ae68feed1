"""Builders for payouts: a bank account, a teller, and a bank that may be made to misbehave."""

from __future__ import annotations

from typing_extensions import override

from banyan.books.actor import Actor
from banyan.doors.sandbox import Faults, FaultyHouse
from banyan.doors.sandbox.faults import Fault, FaultId, FaultKind, Where
from banyan.outside.bank import PlayBank, Teller
from banyan.pay.payouts import (
    Bank,
    BankAnswer,
    BankOrder,
    SetBankAccount,
    SetMyBankAccount,
    set_bank_account,
    set_my_bank_account,
)
from tests.kit.world import World

CARD = "6222021234567890"
UNKNOWN_CARD = "6222021234560000"


class Killed(BaseException):
    """The process is no more."""


class Deadly(Bank):
    """A bank during whose call our process is killed: before it hears, or after it has paid."""

    def __init__(self, bank: Bank, *, after: bool) -> None:
        self._bank = bank
        self._after = after

    @override
    async def send(self, order: BankOrder) -> BankAnswer:
        if self._after:
            await self._bank.send(order)
        raise Killed

    @override
    async def find(self, order: BankOrder) -> BankAnswer:
        raise Killed


def play_bank(world: World) -> Bank:
    """The test bank of a world."""
    return PlayBank(world.office, is_production=False)


def open_teller(world: World, faults: Faults | None = None, *, wait_s: float = 15.0) -> Teller:
    """Who asks the test bank of a world."""
    bank = play_bank(world)
    return Teller(
        world.office, bank if faults is None else FaultyHouse(bank, faults), wait_s=wait_s
    )


def add_fault(faults: Faults, kind: FaultKind, *, delay_s: float = 0.0, **match: str) -> None:
    """Have the bank misbehave once."""
    faults.add(
        Fault(
            fault=FaultId(1),
            where=Where.BANK,
            kind=kind,
            match=match,
            count=1,
            delay_s=delay_s,
            status=500,
        )
    )


async def give_card(world: World, actor: Actor, number: str = CARD) -> None:
    """Say where a person has their money sent."""
    await world.office.run(set_my_bank_account, SetMyBankAccount(name="Lin", number=number), actor)


async def give_merchant_card(world: World, number: str = CARD) -> None:
    """Say where the world's merchant has its money sent."""
    command = SetBankAccount(merchant_id=world.merchant_id, name="Banyan Tea", number=number)
    await world.office.run(set_bank_account, command, world.owner)


async def end_leases(world: World) -> None:
    """Let what rests, or was lost with a process, be asked about again at once."""
    async with world.office.begin() as work:
        await work.db.execute("update payouts.payouts set due_at = '-infinity'")
