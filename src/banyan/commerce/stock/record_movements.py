"""Remember why stock changed, by whom, and answer it."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from banyan.base.ids import NONE
from banyan.books.work import Work
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock import store
from banyan.commerce.stock.types import Moved, Movement, MovementId, MovementKind
from banyan.commerce.stores import StoreId
from banyan.parties.audit import note_change
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


class NotedMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A movement as the audit log keeps it; the lines are in the list of movements."""

    kind: MovementKind
    store_id: StoreId
    to_store_id: StoreId
    skus_count: int
    units: int
    """In all; below zero where a count found less."""


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
        await _note_audit(work, command.merchant_id, movements)
    return Moved(movement_id=movement_id, movements=movements)


async def _note_audit(work: Work, merchant_id: MerchantId, movements: Sequence[Movement]) -> None:
    first = movements[0]
    noted = NotedMovement(
        kind=first.kind,
        store_id=first.store_id,
        to_store_id=first.to_store_id,
        skus_count=len(movements),
        units=sum(one.quantity for one in movements),
    )
    await note_change(
        work,
        merchant_id=merchant_id,
        subject="stock.movement",
        subject_id=first.movement_id,
        before=None,
        after=noted,
    )
