"""Tallies: providers' statements of what they took in for merchants, and what is said to them."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.tallies.give_statement import (
    AgreedFee,
    AskStatement,
    GiveStatement,
    SetAgreedFee,
    ask_statement,
    give_statement,
    set_agreed_fee,
)
from banyan.pay.tallies.invariants import INVARIANTS, MONEY
from banyan.pay.tallies.reactions import FOLLOWERS
from banyan.pay.tallies.read_terms import list_rates
from banyan.pay.tallies.remark import (
    ReopenDifference,
    SettleDifference,
    reopen_difference,
    settle_difference,
)
from banyan.pay.tallies.rules import LEASE, SLACK
from banyan.pay.tallies.take_statements import (
    FinishStatement,
    StatementErrand,
    StatementErrands,
    TakeStatements,
    WantStatements,
    finish_statement,
    take_statements,
    want_statements,
)
from banyan.pay.tallies.types import (
    LINES_MAX,
    Disagreement,
    Remark,
    Source,
    Statement,
    StatementState,
)

ROOM = Room(
    name="tallies",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        want_statements,
        take_statements,
        finish_statement,
        ask_statement,
        give_statement,
        set_agreed_fee,
        settle_difference,
        reopen_difference,
    ),
    invariants=INVARIANTS,
    money=MONEY,
    followers=FOLLOWERS,
)

__all__ = (
    "LEASE",
    "LINES_MAX",
    "ROOM",
    "SLACK",
    "AgreedFee",
    "AskStatement",
    "Disagreement",
    "FinishStatement",
    "GiveStatement",
    "Remark",
    "ReopenDifference",
    "SetAgreedFee",
    "SettleDifference",
    "Source",
    "Statement",
    "StatementErrand",
    "StatementErrands",
    "StatementState",
    "TakeStatements",
    "WantStatements",
    "ask_statement",
    "finish_statement",
    "give_statement",
    "list_rates",
    "reopen_difference",
    "set_agreed_fee",
    "settle_difference",
    "take_statements",
    "want_statements",
)
