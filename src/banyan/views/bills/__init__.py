"""Bills: a merchant's trade of a day, and how its money moved, computed from the books."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.bills.count_days import COUNT, TIMERS
from banyan.views.bills.days_store import list_moved
from banyan.views.bills.invariants import INVARIANTS
from banyan.views.bills.ports import PORTS, BillKind, BillLink
from banyan.views.bills.read_bills import (
    ReadFundBill,
    ReadTradeBill,
    read_fund_bill,
    read_trade_bill,
)
from banyan.views.bills.read_day_end import DayEnd, ReadDayEnd, read_day_end
from banyan.views.bills.read_share_bill import ReadShareBill, read_share_bill
from banyan.views.bills.rules import bounds_of
from banyan.views.bills.types import (
    Flow,
    FlowKind,
    FundBill,
    Part,
    ShareBill,
    ShareKind,
    ShareLine,
    TradeBill,
    TradeLine,
)

ROOM = Room(
    name="bills",
    migrations=Path(__file__).parent / "migrations",
    operations=(read_trade_bill, read_fund_bill, read_share_bill, read_day_end),
    invariants=INVARIANTS,
    timers=TIMERS,
)

__all__ = (
    "COUNT",
    "PORTS",
    "ROOM",
    "BillKind",
    "BillLink",
    "DayEnd",
    "Flow",
    "FlowKind",
    "FundBill",
    "Part",
    "ReadDayEnd",
    "ReadFundBill",
    "ReadShareBill",
    "ReadTradeBill",
    "ShareBill",
    "ShareKind",
    "ShareLine",
    "TradeBill",
    "TradeLine",
    "bounds_of",
    "list_moved",
    "read_day_end",
    "read_fund_bill",
    "read_share_bill",
    "read_trade_bill",
)
