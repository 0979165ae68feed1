"""What the books of a merchant tell when they are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banyan.books.actor import SYSTEM
from banyan.pay.settle import CHINA
from banyan.views.reconcile import Family, ReadReconciliation, read_reconciliation

if TYPE_CHECKING:
    from banyan.parties.merchants import MerchantId
    from tests.kit.world import World


async def moved_today(world: World, merchant_id: MerchantId) -> dict[Family, int]:
    """What moved today by each family; all books must tell the same."""
    on = world.now.astimezone(CHINA).date()
    query = ReadReconciliation(merchant_id=merchant_id, on=on)
    found = await world.office.run(read_reconciliation, query, SYSTEM)
    assert found.is_even, found.differences
    return {one.family: one.ledger_fen for one in found.sums}
