"""What merchants' servers are told of payments: noted with the money, told until they take it."""

from pathlib import Path

from banyan.books.room import Room
from banyan.pay.notifications.invariants import INVARIANTS
from banyan.pay.notifications.note_notification import note_notification, note_notifications
from banyan.pay.notifications.ports import Teller, Written
from banyan.pay.notifications.read_notifications import (
    FORGET,
    TIMERS,
    CountDue,
    DueCount,
    ListNotifications,
    ListTellings,
    ReplayNotification,
    count_due,
    list_notifications,
    list_tellings,
    read_telling,
    replay_notification,
)
from banyan.pay.notifications.rules import LADDERS
from banyan.pay.notifications.take_notifications import (
    FinishedTry,
    FinishTry,
    TakenNotifications,
    TakeNotifications,
    finish_try,
    take_notifications,
)
from banyan.pay.notifications.try_notification import (
    TRIED,
    NotifyUrl,
    Trial,
    TryNotification,
    try_notification,
)
from banyan.pay.notifications.types import (
    BELL,
    NewNotification,
    Notification,
    NotificationFinished,
    NotificationId,
    NotificationReplayed,
    NotificationState,
    Protocol,
    Telling,
    TryMade,
    TryOutcome,
)

ROOM = Room(
    name="notifications",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        take_notifications,
        finish_try,
        list_notifications,
        list_tellings,
        replay_notification,
        count_due,
        try_notification,
    ),
    events=(NotificationFinished, NotificationReplayed),
    invariants=INVARIANTS,
    timers=TIMERS,
)

__all__ = (
    "BELL",
    "FORGET",
    "LADDERS",
    "ROOM",
    "TRIED",
    "CountDue",
    "DueCount",
    "FinishTry",
    "FinishedTry",
    "ListNotifications",
    "ListTellings",
    "NewNotification",
    "Notification",
    "NotificationFinished",
    "NotificationId",
    "NotificationReplayed",
    "NotificationState",
    "NotifyUrl",
    "Protocol",
    "ReplayNotification",
    "TakeNotifications",
    "TakenNotifications",
    "Teller",
    "Telling",
    "Trial",
    "TryMade",
    "TryNotification",
    "TryOutcome",
    "Written",
    "count_due",
    "finish_try",
    "list_notifications",
    "list_tellings",
    "note_notification",
    "note_notifications",
    "read_telling",
    "replay_notification",
    "take_notifications",
    "try_notification",
)
