"""Every fen on a money account has a row of some room that explains it."""

import pytest

from banyan.base.money import CNY
from banyan.pay.wallets import purse_of, wallet_of
from tests.kit.sales import fill_wallet, open_bank
from tests.kit.world import World


async def test_a_transfer_without_a_row_is_found(world: World) -> None:
    await open_bank(world)
    lin = await world.person("lin")
    await fill_wallet(world, "lin", 500)
    await world.check()
    purse, wallet = purse_of(CNY, 7), wallet_of(CNY, lin.person_id)
    await move(world, wallet.account_id, purse.account_id)
    with pytest.raises(AssertionError, match=r"ledger\.money_is_explained"):
        await world.check()
    await move(world, purse.account_id, wallet.account_id)
    await world.check()


async def move(world: World, debit: int, credit: int) -> None:
    """Move five fen, and tell no room of it."""
    async with world.office.begin() as work:
        work.open_account(purse_of(CNY, 7))
        work.move(book=CNY.number, debit=debit, credit=credit, amount=5, code=999, cause=1)
