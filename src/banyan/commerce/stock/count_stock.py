"""Put the books right by counting what lies on the shelf."""

from functools import partial

import msgspec

from banyan.books.ledger import Account
from banyan.books.work import Permission, Work, single
from banyan.commerce.catalogue import SkuId, read_skus
from banyan.commerce.stock import rules, store
from banyan.commerce.stock.note_moves import read_store_stock
from banyan.commerce.stock.note_units import note_units
from banyan.commerce.stock.record_movements import record_movements
from banyan.commerce.stock.types import (
    AccountCode,
    CountedLines,
    Moved,
    MovementId,
    MovementKind,
    MovementNote,
    StockCounted,
    TransferCode,
)
from banyan.commerce.stores import StoreId, access_store
from banyan.parties.merchants import MerchantId


class CountStock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found, units reserved for orders included."""

    merchant_id: MerchantId
    store_id: StoreId
    lines: CountedLines
    note: MovementNote = ""


@single(permission=Permission.STOCK_WRITE)
async def count_stock(work: Work, command: CountStock) -> Moved:
    """Have as much of these SKUs as was counted; only differences are movements.

    Two counts of one SKU follow each other, so that no difference is added twice.
    Raises Invalid `stock.sku_twice`; NotFound `stores.not_found`, `catalogue.sku_not_found`; is
    refused as `stock.counted_below_reserved` if orders have reserved more than was found.
    """
    sku_ids = rules.check_lines(command.lines)
    await access_store(work.db, command.merchant_id, command.store_id)
    await read_skus(work.db, command.merchant_id, sku_ids)
    await store.lock_counts(work, command.merchant_id, command.store_id, command.lines)
    known = await read_store_stock(work.db, command.store_id, sku_ids)
    differences = rules.compute_differences(command.lines, known)
    movement_id = MovementId(work.ids.next())
    for sku_id, difference in differences:
        _note_difference(work, command, movement_id, sku_id, difference)
    work.record(
        StockCounted(
            merchant_id=command.merchant_id,
            store_id=command.store_id,
            subject_id=movement_id,
            lines=differences,
        )
    )
    return await record_movements(
        work, command, movement_id=movement_id, kind=MovementKind.COUNTED, lines=differences
    )


def _note_difference(
    work: Work, command: CountStock, movement_id: MovementId, sku_id: SkuId, difference: int
) -> None:
    on_hand = rules.on_hand_account(sku_id, command.store_id)
    if difference > 0:
        other = Account(sku_id, command.merchant_id, AccountCode.RECEIVED)
        debit, credit, code = other, on_hand, TransferCode.COUNTED_MORE
    else:
        other = Account(sku_id, command.store_id, AccountCode.WRITTEN_OFF)
        debit, credit, code = on_hand, other, TransferCode.COUNTED_LESS
    refusal = partial(rules.refuse_count, sku_id, command.store_id)
    note_units(work, debit, credit, abs(difference), code=code, cause=movement_id, refusal=refusal)
