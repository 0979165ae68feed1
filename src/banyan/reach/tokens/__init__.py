"""What accounts' own programs call with: tokens, tickets for their pages, and daily quotas."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.tokens.allow import (
    Address,
    AllowList,
    ReadAllowed,
    SetAllowed,
    read_allowed,
    set_allowed,
)
from banyan.reach.tokens.count_calls import (
    ClearBySecret,
    ClearQuota,
    ReadUses,
    TakeCalls,
    TakenCalls,
    clear_for,
    clear_quota,
    clear_quota_by_secret,
    read_uses,
    take_calls,
)
from banyan.reach.tokens.delegate import change_delegated, issue_for
from banyan.reach.tokens.find_caller import FindCaller, find_caller
from banyan.reach.tokens.invariants import INVARIANTS
from banyan.reach.tokens.issue_ticket import IssueTicket, find_ticket_text, issue_ticket
from banyan.reach.tokens.issue_token import IssueToken, issue_token
from banyan.reach.tokens.note_request import (
    FindRequest,
    NoteRequest,
    find_request,
    note_request,
)
from banyan.reach.tokens.ports import PORTS
from banyan.reach.tokens.rules import check_addresses, is_allowed
from banyan.reach.tokens.set_quota import (
    ListQuotas,
    Quotas,
    SetQuota,
    list_quotas,
    set_quota,
)
from banyan.reach.tokens.types import (
    AccessToken,
    AskedRequest,
    CallUses,
    ChannelActor,
    Function,
    Quota,
    QuotaCleared,
    QuotaSet,
    Ticket,
    TicketKind,
    TokenKind,
)

ROOM = Room(
    name="tokens",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        issue_token,
        find_caller,
        issue_ticket,
        take_calls,
        read_uses,
        clear_quota,
        clear_quota_by_secret,
        set_quota,
        list_quotas,
        set_allowed,
        read_allowed,
        note_request,
        find_request,
    ),
    events=(QuotaCleared, QuotaSet),
    invariants=INVARIANTS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "AccessToken",
    "Address",
    "AllowList",
    "AskedRequest",
    "CallUses",
    "ChannelActor",
    "ClearBySecret",
    "ClearQuota",
    "FindCaller",
    "FindRequest",
    "Function",
    "IssueTicket",
    "IssueToken",
    "ListQuotas",
    "NoteRequest",
    "Quota",
    "QuotaCleared",
    "QuotaSet",
    "Quotas",
    "ReadAllowed",
    "ReadUses",
    "SetAllowed",
    "SetQuota",
    "TakeCalls",
    "TakenCalls",
    "Ticket",
    "TicketKind",
    "TokenKind",
    "change_delegated",
    "check_addresses",
    "clear_for",
    "clear_quota",
    "clear_quota_by_secret",
    "find_caller",
    "find_request",
    "find_ticket_text",
    "is_allowed",
    "issue_for",
    "issue_ticket",
    "issue_token",
    "list_quotas",
    "note_request",
    "read_allowed",
    "read_uses",
    "set_allowed",
    "set_quota",
    "take_calls",
)
