"""Accounts that act through the real WeChat: what they do here is asked of it as well."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.remotes.connect import (
    ConnectRemote,
    DisconnectRemote,
    connect_remote,
    disconnect_remote,
)
from banyan.reach.remotes.find_code import FindRemoteCode, RemoteCode, find_remote_code
from banyan.reach.remotes.invariants import INVARIANTS
from banyan.reach.remotes.list_errands import (
    ListErrands,
    RetryErrand,
    list_errands,
    retry_errand,
)
from banyan.reach.remotes.meet import MeetRemote, Met, meet_remote
from banyan.reach.remotes.note_errands import TIMERS
from banyan.reach.remotes.ports import PORTS
from banyan.reach.remotes.reactions import FOLLOWERS
from banyan.reach.remotes.read_remote import (
    ListRemotes,
    ReadRemote,
    ReadRemoteKeys,
    RemoteInFull,
    Remotes,
    list_remotes,
    read_remote,
    read_remote_keys,
)
from banyan.reach.remotes.rules import is_cut_off
from banyan.reach.remotes.run_errands import (
    FinishErrand,
    NoteReport,
    ReadyErrand,
    TakeErrands,
    TakenErrands,
    finish_errand,
    note_report,
    take_errands,
)
from banyan.reach.remotes.store import find_openid
from banyan.reach.remotes.types import (
    BELL,
    Errand,
    ErrandFailed,
    ErrandId,
    ErrandKind,
    ErrandState,
    Found,
    Name,
    NameKind,
    Remote,
    RemoteConnected,
    RemoteDisconnected,
    RemoteFollower,
    RemoteKeys,
    RemoteRefused,
    RemoteState,
)

ROOM = Room(
    name="remotes",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        connect_remote,
        disconnect_remote,
        read_remote,
        list_remotes,
        read_remote_keys,
        meet_remote,
        find_remote_code,
        take_errands,
        finish_errand,
        list_errands,
        retry_errand,
        note_report,
    ),
    events=(RemoteConnected, RemoteRefused, RemoteDisconnected, ErrandFailed),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
    timers=TIMERS,
)

__all__ = (
    "BELL",
    "PORTS",
    "ROOM",
    "ConnectRemote",
    "DisconnectRemote",
    "Errand",
    "ErrandFailed",
    "ErrandId",
    "ErrandKind",
    "ErrandState",
    "FindRemoteCode",
    "FinishErrand",
    "Found",
    "ListErrands",
    "ListRemotes",
    "MeetRemote",
    "Met",
    "Name",
    "NameKind",
    "NoteReport",
    "ReadRemote",
    "ReadRemoteKeys",
    "ReadyErrand",
    "Remote",
    "RemoteCode",
    "RemoteConnected",
    "RemoteDisconnected",
    "RemoteFollower",
    "RemoteInFull",
    "RemoteKeys",
    "RemoteRefused",
    "RemoteState",
    "Remotes",
    "RetryErrand",
    "TakeErrands",
    "TakenErrands",
    "connect_remote",
    "disconnect_remote",
    "find_openid",
    "find_remote_code",
    "finish_errand",
    "is_cut_off",
    "list_errands",
    "list_remotes",
    "meet_remote",
    "note_report",
    "read_remote",
    "read_remote_keys",
    "retry_errand",
    "take_errands",
)
