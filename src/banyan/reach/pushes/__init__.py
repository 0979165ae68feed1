"""The servers of accounts' own programs: what they are told, in order, and what they answer."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.pushes.finish_push import Finished, FinishPush, finish_push
from banyan.reach.pushes.forget import TIMERS
from banyan.reach.pushes.invariants import INVARIANTS
from banyan.reach.pushes.kinds import DEVICES, MESSAGES, PushKind, may_answer
from banyan.reach.pushes.note_push import note_push, release_push
from banyan.reach.pushes.ports import PORTS, Courier, Delivered, Letter, ReplyTaker
from banyan.reach.pushes.reactions import FOLLOWERS
from banyan.reach.pushes.read_pushes import (
    CountWaiting,
    ListLatest,
    ListPushes,
    ReplayPush,
    WaitingCount,
    count_waiting,
    list_latest,
    list_pushes,
    read_push,
    replay_push,
)
from banyan.reach.pushes.set_relays import set_relays
from banyan.reach.pushes.set_server import (
    AesKey,
    FinishCheck,
    ReadServer,
    RemoveServer,
    ServerUrl,
    SetServer,
    Token,
    finish_check,
    read_server,
    remove_server,
    set_server,
)
from banyan.reach.pushes.store import has_server
from banyan.reach.pushes.take_pushes import (
    APPID,
    TakenPush,
    TakenServer,
    TakenWork,
    TakePushes,
    take_pushes,
)
from banyan.reach.pushes.tell import tell_happening
from banyan.reach.pushes.types import (
    BELL,
    DEVICE_REPLIES,
    Article,
    Attempt,
    Outcome,
    Push,
    PushFinished,
    PushFormat,
    PushId,
    PushMode,
    PushReplayed,
    PushState,
    Reply,
    ReplyKind,
    Server,
    ServerSet,
    ServerState,
)

ROOM = Room(
    name="pushes",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        set_server,
        remove_server,
        read_server,
        finish_check,
        take_pushes,
        finish_push,
        list_pushes,
        list_latest,
        replay_push,
        count_waiting,
    ),
    events=(ServerSet, PushFinished, PushReplayed),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
    timers=TIMERS,
)

__all__ = (
    "APPID",
    "BELL",
    "DEVICES",
    "DEVICE_REPLIES",
    "MESSAGES",
    "PORTS",
    "ROOM",
    "AesKey",
    "Article",
    "Attempt",
    "CountWaiting",
    "Courier",
    "Delivered",
    "FinishCheck",
    "FinishPush",
    "Finished",
    "Letter",
    "ListLatest",
    "ListPushes",
    "Outcome",
    "Push",
    "PushFinished",
    "PushFormat",
    "PushId",
    "PushKind",
    "PushMode",
    "PushReplayed",
    "PushState",
    "ReadServer",
    "RemoveServer",
    "ReplayPush",
    "Reply",
    "ReplyKind",
    "ReplyTaker",
    "Server",
    "ServerSet",
    "ServerState",
    "ServerUrl",
    "SetServer",
    "TakePushes",
    "TakenPush",
    "TakenServer",
    "TakenWork",
    "Token",
    "WaitingCount",
    "count_waiting",
    "finish_check",
    "finish_push",
    "has_server",
    "list_latest",
    "list_pushes",
    "may_answer",
    "note_push",
    "read_push",
    "read_server",
    "release_push",
    "remove_server",
    "replay_push",
    "set_relays",
    "set_server",
    "take_pushes",
    "tell_happening",
)
