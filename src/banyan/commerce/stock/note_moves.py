"""What orders do to stock, noted in their own transaction: reserve, sell, release, give back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from banyan.books.ledger import Account, TransferId, read_accounts
from banyan.books.work import Connection, Work
from banyan.commerce.catalogue import SkuId
from banyan.commerce.stock import rules
from banyan.commerce.stock.note_units import note_units
from banyan.commerce.stock.types import AccountCode, OnHand, TransferCode
from banyan.commerce.stores import StoreId


def note_reservation(  # noqa: PLR0913 - what, where, how many, for whom and until when
    work: Work,
    *,
    merchant_id: int,  # noqa: ARG001 - the same for all rooms that note moves for orders
    store_id: int,
    sku_id: int,
    quantity: int,
    cause: int,
    index: int = 0,
    until: datetime | None = None,
) -> TransferId:
    """Set units aside for `cause`; the id that comes back sells or releases them.

    The command with this `index` is refused as `stock.insufficient` if the store has too few.
    """
    on_hand = rules.on_hand_account(sku_id, store_id)
    sold = Account(sku_id, store_id, AccountCode.SOLD)
    return note_units(
        work,
        on_hand,
        sold,
        quantity,
        code=TransferCode.RESERVED,
        cause=cause,
        index=index,
        until=until,
        is_pending=True,
    )


def note_sold(work: Work, reservation_id: int, cause: int, index: int = 0) -> None:
    """Sell what was set aside. Refused as `stock.reservation_over` if it no longer is."""
    work.post(
        reservation_id,
        code=TransferCode.SOLD,
        cause=cause,
        index=index,
        refusal="stock.reservation_over",
    )


def note_released(work: Work, reservation_id: int, cause: int, index: int = 0) -> None:
    """Give back what was set aside. Refused as `stock.reservation_over` if it no longer is."""
    work.void(
        reservation_id,
        code=TransferCode.RELEASED,
        cause=cause,
        index=index,
        refusal="stock.reservation_over",
    )


def note_returned(
    work: Work, *, store_id: int, sku_id: int, quantity: int, cause: int, index: int = 0
) -> TransferId:
    """Put sold units back on the shelf of a store."""
    on_hand = rules.on_hand_account(sku_id, store_id)
    sold = Account(sku_id, store_id, AccountCode.SOLD)
    return note_units(
        work, sold, on_hand, quantity, code=TransferCode.RETURNED, cause=cause, index=index
    )


async def read_on_hand(
    db: Connection, wanted: Iterable[tuple[int, int]]
) -> dict[tuple[StoreId, SkuId], OnHand]:
    """What each store has of each SKU, for (store, SKU) pairs; nothing where none was received."""
    ids = {
        (StoreId(store), SkuId(sku)): rules.on_hand_id(int(sku), int(store))
        for store, sku in wanted
    }
    sums = await read_accounts(db, ids.values())
    return {pair: rules.compute_on_hand(sums.get(account)) for pair, account in ids.items()}


async def read_store_stock(
    db: Connection, store_id: int, sku_ids: Sequence[SkuId]
) -> dict[SkuId, OnHand]:
    """What one store has of each of the SKUs."""
    found = await read_on_hand(db, [(store_id, sku_id) for sku_id in sku_ids])
    return {sku_id: on_hand for (_, sku_id), on_hand in found.items()}
