"""After pay: what people see after they paid over the wire, as merchants and providers choose."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.afterpay.keep_page import (
    ChangeAfterPage,
    FindMyReceipt,
    MyReceipt,
    ReadAfterPage,
    change_after_page,
    find_my_receipt,
    read_after_page,
)
from banyan.pay.afterpay.types import UNWANTED_MAX, AfterPage, AfterPageChanged, Trade

ROOM = Room(
    name="afterpay",
    migrations=Path(__file__).parent / "migrations",
    operations=(change_after_page, read_after_page, find_my_receipt),
    events=(AfterPageChanged,),
)

__all__ = (
    "ROOM",
    "UNWANTED_MAX",
    "AfterPage",
    "AfterPageChanged",
    "ChangeAfterPage",
    "FindMyReceipt",
    "MyReceipt",
    "ReadAfterPage",
    "Trade",
    "change_after_page",
    "find_my_receipt",
    "read_after_page",
)
