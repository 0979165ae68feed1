"""Take a delivery into a store."""

import msgspec

from banyan.books.ledger import Account
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import read_skus
from banyan.commerce.stock import rules
from banyan.commerce.stock.note_units import note_units
from banyan.commerce.stock.record_movements import record_movements
from banyan.commerce.stock.types import (
    AccountCode,
    Lines,
    Moved,
    MovementId,
    MovementKind,
    MovementNote,
    StockReceived,
    TransferCode,
)
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId


class ReceiveStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came in."""

    merchant_id: MerchantId
    store_id: StoreId
    lines: Lines
    note: MovementNote = ""


@single(permission=Permission.STOCK_WRITE)
async def receive_stock(work: Work, command: ReceiveStock) -> Moved:
    """Have more of these SKUs in the store.

    Raises Invalid `stock.sku_twice`; NotFound `stores.not_found`, `catalogue.sku_not_found`.
    """
    sku_ids = rules.check_lines(command.lines)
    await access_store(work.db, command.merchant_id, command.store_id)
    await read_skus(work.db, command.merchant_id, sku_ids)
    movement_id = MovementId(work.ids.next())
    for one in command.lines:
        received = Account(one.sku_id, command.merchant_id, AccountCode.RECEIVED)
        on_hand = rules.on_hand_account(one.sku_id, command.store_id)
        note_units(
            work, received, on_hand, one.quantity, code=TransferCode.RECEIVED, cause=movement_id
        )
    lines = [(one.sku_id, one.quantity) for one in command.lines]
    work.record(
        StockReceived(
            merchant_id=command.merchant_id,
            store_id=command.store_id,
            subject_id=movement_id,
            lines=lines,
        )
    )
    return await record_movements(
        work, command, movement_id=movement_id, kind=MovementKind.RECEIVED, lines=lines
    )
