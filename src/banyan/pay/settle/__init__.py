"""Settle: what merchants were paid over the wire becomes theirs on the next day."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.settle.invariants import INVARIANTS, MONEY
from banyan.pay.settle.reactions import FOLLOWERS, TIMERS
from banyan.pay.settle.read_balances import (
    Balances,
    ListSettlements,
    ReadBalances,
    find_balances,
    list_settlements,
    read_balances,
)
from banyan.pay.settle.rules import CHINA, start_of_day
from banyan.pay.settle.types import Balance, Settlement, SettlementId, SettlementMade

ROOM = Room(
    name="settle",
    migrations=Path(__file__).parent / "migrations",
    operations=(read_balances, list_settlements),
    events=(SettlementMade,),
    invariants=INVARIANTS,
    money=MONEY,
    followers=FOLLOWERS,
    timers=TIMERS,
)

__all__ = (
    "CHINA",
    "ROOM",
    "Balance",
    "Balances",
    "ListSettlements",
    "ReadBalances",
    "Settlement",
    "SettlementId",
    "find_balances",
    "list_settlements",
    "read_balances",
    "start_of_day",
)
