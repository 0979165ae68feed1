"""Remember why stock changed, by whom, and answer it."""

from collections.abc import Sequence
from typing import Protocol

from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock import store
from banyan.commerce.stock.types import Moved, Movement, MovementId, MovementKind
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

NOWHERE = StoreId(NONE)


class _Moving(Protocol):
    """What every command that moves stock says."""

    @property
    def merchant_id(self) -> MerchantId: ...
    @property
    def store_id(self) -> StoreId: ...
    @property
    def note(self) -> str: ...


async def record_movements(
    work: Work,
    command: _Moving,
    *,
    movement_id: MovementId,
    kind: MovementKind,
    lines: Sequence[tuple[SkuId, int]],
    to_store_id: StoreId = NOWHERE,
) -> Moved:
    """Write one movement a line; none if there are no lines."""
    movements = [
        Movement(
            movement_id=movement_id,
            kind=kind,
            store_id=command.store_id,
            to_store_id=to_store_id,
            sku_id=sku_id,
            quantity=quantity,
            note=command.note,
            moved_at=work.now,
        )
        for sku_id, quantity in lines
    ]
    if movements:
        await store.insert_movements(work, command.merchant_id, movements)
    return Moved(movement_id=movement_id, movements=movements)
