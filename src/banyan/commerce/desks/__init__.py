"""Cash desks: fixed codes at which people say themselves how much they pay, and what they took."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.desks.ask_at_desk import AskAtDesk, ask_at_desk
from banyan.commerce.desks.events import DeskAsked, DeskPaid, DeskRefunded
from banyan.commerce.desks.invariants import INVARIANTS
from banyan.commerce.desks.pay_outside import (
    ListDeskWays,
    PayDeskOutside,
    list_desk_ways,
    pay_desk_outside,
    take_paid,
)
from banyan.commerce.desks.reactions import FOLLOWERS
from banyan.commerce.desks.read_desks import (
    LastTaking,
    ListDesks,
    ListTakenOutside,
    ListTakings,
    ReadDesk,
    ReadMyLast,
    SumDesk,
    TakenOutside,
    list_desks,
    list_taken_outside,
    list_takings,
    read_desk,
    read_my_last,
    sum_desk,
)
from banyan.commerce.desks.refund_taking import RefundTaking, refund_taking
from banyan.commerce.desks.types import DESK_MAX_FEN, Desk, DeskSum, Taking

ROOM = Room(
    name="desks",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        ask_at_desk,
        pay_desk_outside,
        refund_taking,
        list_desk_ways,
        read_desk,
        read_my_last,
        list_desks,
        sum_desk,
        list_takings,
        list_taken_outside,
    ),
    events=(DeskAsked, DeskPaid, DeskRefunded),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "DESK_MAX_FEN",
    "ROOM",
    "AskAtDesk",
    "Desk",
    "DeskAsked",
    "DeskPaid",
    "DeskRefunded",
    "DeskSum",
    "LastTaking",
    "ListDeskWays",
    "ListDesks",
    "ListTakenOutside",
    "ListTakings",
    "PayDeskOutside",
    "ReadDesk",
    "ReadMyLast",
    "RefundTaking",
    "SumDesk",
    "TakenOutside",
    "Taking",
    "ask_at_desk",
    "list_desk_ways",
    "list_desks",
    "list_taken_outside",
    "list_takings",
    "pay_desk_outside",
    "read_desk",
    "read_my_last",
    "refund_taking",
    "sum_desk",
    "take_paid",
)
