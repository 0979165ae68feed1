"""What accounts' own programs call with: tokens, tickets for their pages, and daily quotas."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.tokens.count_calls import (
    ClearQuota,
    ReadUses,
    TakeCalls,
    TakenCalls,
    clear_quota,
    read_uses,
    take_calls,
)
from banyan.reach.tokens.delegate import change_delegated, issue_for
from banyan.reach.tokens.find_caller import FindCaller, find_caller
from banyan.reach.tokens.invariants import INVARIANTS
from banyan.reach.tokens.issue_ticket import IssueTicket, find_ticket_text, issue_ticket
from banyan.reach.tokens.issue_token import IssueToken, issue_token
from banyan.reach.tokens.ports import PORTS
from banyan.reach.tokens.types import (
    AccessToken,
    CallUses,
    ChannelActor,
    Function,
    QuotaCleared,
    Ticket,
    TicketKind,
    TokenKind,
)

ROOM = Room(
    name="tokens",
    migrations=Path(__file__).parent / "migrations",
    operations=(issue_token, find_caller, issue_ticket, take_calls, read_uses, clear_quota),
    events=(QuotaCleared,),
    invariants=INVARIANTS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "AccessToken",
    "CallUses",
    "ChannelActor",
    "ClearQuota",
    "FindCaller",
    "Function",
    "IssueTicket",
    "IssueToken",
    "QuotaCleared",
    "ReadUses",
    "TakeCalls",
    "TakenCalls",
    "Ticket",
    "TicketKind",
    "TokenKind",
    "change_delegated",
    "clear_quota",
    "find_caller",
    "find_ticket_text",
    "issue_for",
    "issue_ticket",
    "issue_token",
    "read_uses",
    "take_calls",
)
