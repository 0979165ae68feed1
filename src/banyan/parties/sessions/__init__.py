"""Who is signed in: one-time codes, the devices they open, and the actors that tokens stand for."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.sessions.actors import MarkSeen, find_actors, mark_seen
from banyan.parties.sessions.confirm_phone import ConfirmPhone, confirm_phone
from banyan.parties.sessions.invariants import INVARIANTS
from banyan.parties.sessions.list_sessions import (
    ListSessions,
    find_last_device,
    list_sessions,
)
from banyan.parties.sessions.ports import PORTS, CodeSender
from banyan.parties.sessions.reactions import FOLLOWERS, TIMERS
from banyan.parties.sessions.request_code import RequestCode, request_code
from banyan.parties.sessions.sign_in import OpenSession, SignIn, open_session, sign_in
from banyan.parties.sessions.sign_out import (
    RevokeSession,
    SignOut,
    SignOutEverywhere,
    revoke_session,
    sign_out,
    sign_out_everywhere,
)
from banyan.parties.sessions.store import find_open_sessions
from banyan.parties.sessions.types import (
    CodeOnItsWay,
    CodeRequested,
    CodeUndelivered,
    NewSession,
    PersonActor,
    PersonSignedIn,
    PersonSignedOut,
    Session,
    SessionId,
    SignedOut,
    session_of,
)

ROOM = Room(
    name="sessions",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        request_code,
        confirm_phone,
        sign_in,
        open_session,
        sign_out,
        revoke_session,
        sign_out_everywhere,
        list_sessions,
        mark_seen,
    ),
    events=(CodeRequested, CodeUndelivered, PersonSignedIn, PersonSignedOut),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
    timers=TIMERS,
)

__all__ = (
    "PORTS",
    "ROOM",
    "CodeOnItsWay",
    "CodeRequested",
    "CodeSender",
    "CodeUndelivered",
    "ConfirmPhone",
    "ListSessions",
    "MarkSeen",
    "NewSession",
    "OpenSession",
    "PersonActor",
    "PersonSignedIn",
    "PersonSignedOut",
    "RequestCode",
    "RevokeSession",
    "Session",
    "SessionId",
    "SignIn",
    "SignOut",
    "SignOutEverywhere",
    "SignedOut",
    "confirm_phone",
    "find_actors",
    "find_last_device",
    "find_open_sessions",
    "list_sessions",
    "mark_seen",
    "open_session",
    "request_code",
    "revoke_session",
    "session_of",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
)
