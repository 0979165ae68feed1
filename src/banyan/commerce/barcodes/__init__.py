"""Barcodes: what accounts say about things to whoever scans what is printed on them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.barcodes.invariants import INVARIANTS
from banyan.commerce.barcodes.keep_goods import (
    SUBJECT,
    AddGoods,
    ChangeGoods,
    DeleteGoods,
    PublishGoods,
    add_goods,
    change_goods,
    delete_goods,
    on_checked,
    publish_goods,
)
from banyan.commerce.barcodes.read_goods import (
    Brands,
    GoodsPart,
    ListBrands,
    ListGoods,
    NamedGoods,
    list_brands,
    list_goods,
    read_goods,
)
from banyan.commerce.barcodes.rules import CATEGORIES
from banyan.commerce.barcodes.scan_goods import (
    TIMERS,
    CheckedTicket,
    CheckTicket,
    ScanGoods,
    SeenGoods,
    SetTesters,
    check_ticket,
    scan_goods,
    set_testers,
)
from banyan.commerce.barcodes.types import (
    Action,
    Detail,
    Goods,
    GoodsFacts,
    GoodsPublished,
    GoodsScanned,
    GoodsState,
    Standard,
)

ROOM = Room(
    name="barcodes",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_goods,
        change_goods,
        publish_goods,
        delete_goods,
        read_goods,
        list_goods,
        list_brands,
        scan_goods,
        check_ticket,
        set_testers,
    ),
    events=(GoodsPublished, GoodsScanned),
    invariants=INVARIANTS,
    timers=TIMERS,
)

__all__ = (
    "CATEGORIES",
    "ROOM",
    "SUBJECT",
    "Action",
    "AddGoods",
    "Brands",
    "ChangeGoods",
    "CheckTicket",
    "CheckedTicket",
    "DeleteGoods",
    "Detail",
    "Goods",
    "GoodsFacts",
    "GoodsPart",
    "GoodsPublished",
    "GoodsScanned",
    "GoodsState",
    "ListBrands",
    "ListGoods",
    "NamedGoods",
    "PublishGoods",
    "ScanGoods",
    "SeenGoods",
    "SetTesters",
    "Standard",
    "add_goods",
    "change_goods",
    "check_ticket",
    "delete_goods",
    "list_brands",
    "list_goods",
    "on_checked",
    "publish_goods",
    "read_goods",
    "scan_goods",
    "set_testers",
)
