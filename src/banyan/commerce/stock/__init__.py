"""Stock: how much of each SKU a store has, on the ledger, so that nothing is sold twice."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.stock.count_stock import CountStock, count_stock
from banyan.commerce.stock.invariants import INVARIANTS
from banyan.commerce.stock.list_shelf import (
    ListShelf,
    Shelf,
    ShelfItem,
    ShelfVariant,
    list_shelves,
)
from banyan.commerce.stock.list_stock import (
    ListMovements,
    ListStock,
    StockItem,
    list_movements,
    list_stock,
)
from banyan.commerce.stock.note_moves import (
    note_released,
    note_reservation,
    note_returned,
    note_sold,
    read_on_hand,
)
from banyan.commerce.stock.read_shelf_item import DescribedItem, ReadShelfItem, read_shelf_item
from banyan.commerce.stock.receive_stock import ReceiveStock, receive_stock
from banyan.commerce.stock.transfer_stock import TransferStock, transfer_stock
from banyan.commerce.stock.types import (
    AccountCode,
    CountedLine,
    Moved,
    Movement,
    MovementId,
    MovementKind,
    OnHand,
    StockCarried,
    StockCounted,
    StockLine,
    StockReceived,
    StockWrittenOff,
    TransferCode,
)
from banyan.commerce.stock.write_off_stock import WriteOffStock, write_off_stock

ROOM = Room(
    name="stock",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        receive_stock,
        write_off_stock,
        count_stock,
        transfer_stock,
        list_stock,
        list_movements,
        list_shelves,
        read_shelf_item,
    ),
    events=(StockReceived, StockWrittenOff, StockCounted, StockCarried),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "AccountCode",
    "CountStock",
    "CountedLine",
    "DescribedItem",
    "ListMovements",
    "ListShelf",
    "ListStock",
    "Moved",
    "Movement",
    "MovementId",
    "MovementKind",
    "OnHand",
    "ReadShelfItem",
    "ReceiveStock",
    "Shelf",
    "ShelfItem",
    "ShelfVariant",
    "StockCarried",
    "StockCounted",
    "StockItem",
    "StockLine",
    "StockReceived",
    "StockWrittenOff",
    "TransferCode",
    "TransferStock",
    "WriteOffStock",
    "count_stock",
    "list_movements",
    "list_shelves",
    "list_stock",
    "note_released",
    "note_reservation",
    "note_returned",
    "note_sold",
    "read_on_hand",
    "read_shelf_item",
    "receive_stock",
    "transfer_stock",
    "write_off_stock",
)
