"""Imports: history from other systems, brought into the books by the operations of every day."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.imports.bring_goods import BringGoods, bring_goods
from banyan.commerce.imports.bring_orders import bring_orders
from banyan.commerce.imports.bring_refunds import bring_refunds
from banyan.commerce.imports.invariants import INVARIANTS
from banyan.commerce.imports.open_source import (
    OpenSource,
    ReadBrought,
    open_source,
    read_brought,
)
from banyan.commerce.imports.types import (
    GOODS_MAX,
    BringOrder,
    BringRefund,
    Brought,
    BroughtGoods,
    BroughtOrder,
    BroughtRefund,
    NewGoods,
    Source,
    SourceId,
    SourceOpened,
    TakenLine,
    TakenPart,
)

ROOM = Room(
    name="imports",
    migrations=Path(__file__).parent / "migrations",
    operations=(open_source, bring_goods, bring_orders, bring_refunds, read_brought),
    events=(SourceOpened,),
    invariants=INVARIANTS,
)

__all__ = (
    "GOODS_MAX",
    "ROOM",
    "BringGoods",
    "BringOrder",
    "BringRefund",
    "Brought",
    "BroughtGoods",
    "BroughtOrder",
    "BroughtRefund",
    "NewGoods",
    "OpenSource",
    "ReadBrought",
    "Source",
    "SourceId",
    "SourceOpened",
    "TakenLine",
    "TakenPart",
    "bring_goods",
    "bring_orders",
    "bring_refunds",
    "open_source",
    "read_brought",
)
