"""Carry units from one store of a merchant to another."""

import msgspec

from banyan.base.errors import Invalid
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import read_skus
from banyan.commerce.stock import rules
from banyan.commerce.stock.note_units import note_units
from banyan.commerce.stock.record_movements import record_movements
from banyan.commerce.stock.types import (
    Lines,
    Moved,
    MovementId,
    MovementKind,
    MovementNote,
    StockCarried,
    TransferCode,
)
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId


class TransferStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What leaves `store_id` for `to_store_id`."""

    merchant_id: MerchantId
    store_id: StoreId
    to_store_id: StoreId
    lines: Lines
    note: MovementNote = ""


@single(permission=Permission.STOCK_WRITE)
async def transfer_stock(work: Work, command: TransferStock) -> Moved:
    """Have less of these SKUs in one store and as much more in the other.

    Who carries must act for both stores. Raises Invalid `stock.sku_twice`, `stock.same_store`;
    NotFound `stores.not_found`, `catalogue.sku_not_found`; is refused as `stock.insufficient`.
    """
    sku_ids = rules.check_lines(command.lines)
    if command.store_id == command.to_store_id:
        raise Invalid("stock.same_store")
    work.check_store(command.merchant_id, command.to_store_id)
    await access_store(work.db, command.merchant_id, command.store_id)
    await access_store(work.db, command.merchant_id, command.to_store_id)
    await read_skus(work.db, command.merchant_id, sku_ids)
    movement_id = MovementId(work.ids.next())
    for one in command.lines:
        here = rules.on_hand_account(one.sku_id, command.store_id)
        there = rules.on_hand_account(one.sku_id, command.to_store_id)
        note_units(work, here, there, one.quantity, code=TransferCode.CARRIED, cause=movement_id)
    lines = [(one.sku_id, one.quantity) for one in command.lines]
    work.record(
        StockCarried(
            merchant_id=command.merchant_id,
            store_id=command.store_id,
            subject_id=movement_id,
            to_store_id=command.to_store_id,
            lines=lines,
        )
    )
    return await record_movements(
        work,
        command,
        movement_id=movement_id,
        kind=MovementKind.CARRIED,
        lines=lines,
        to_store_id=command.to_store_id,
    )
