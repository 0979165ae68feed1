"""Builders for money and sales: a bank, full wallets, shelves to buy from; by real operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banyan.books.actor import SYSTEM
from banyan.pay.wallets import (
    TEST_BANK,
    ReadWallet,
    SetBank,
    TopUp,
    TopUpWallet,
    read_wallet,
    set_bank,
    top_up,
)

if TYPE_CHECKING:
    from tests.kit.world import World


async def open_bank(world: World) -> None:
    """Open the test bank, as a start in development does."""
    await world.office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=True), SYSTEM)


async def fill_wallet(world: World, name: str, amount_fen: int) -> TopUp:
    """Put play money into somebody's wallet."""
    command = TopUpWallet(amount_fen=amount_fen)
    return await world.office.run(top_up, command, world.as_person(name))


async def balance(world: World, name: str) -> int:
    """What somebody's wallet holds."""
    wallet = await world.office.run(read_wallet, ReadWallet(), world.as_person(name))
    return wallet.balance_fen
