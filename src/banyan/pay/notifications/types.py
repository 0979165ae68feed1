"""Ids, structs and events of what merchants' servers are told of payments."""

from datetime import datetime
from enum import StrEnum

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

BELL = "notifications"
"""Rings when there are notifications to be brought."""


class NotificationId(Id):
    """What a merchant's server is told, however often."""


class Protocol(StrEnum):
    """In whose words a merchant's server is told. Stored: never renamed."""

    WECHAT = "wechat"
    """WeChat Pay's third interface."""
    WECHAT_V2 = "wechat_v2"
    """WeChat Pay's second interface."""
    ALIPAY = "alipay"


class NotificationState(StrEnum):
    """How far a notification is. Stored: never renamed."""

    WAITING = "waiting"
    TOLD = "told"
    """The server took it."""
    FAILED = "failed"
    """The server did not take it on any step of its ladder."""


class TryOutcome(StrEnum):
    """What became of one try. Stored: never renamed."""

    TAKEN = "taken"
    REFUSED = "refused"
    """The server answered, but not that it took it."""
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    """No connection, or it broke."""
    FORBIDDEN = "forbidden"
    """The address is in a private network, where we call nobody."""
    UNWRITTEN = "unwritten"
    """It could not be put into words: the merchant has no key, or it is nothing we can tell."""


class NewNotification(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant's server is to be told."""

    merchant_id: int
    protocol: Protocol
    kind: str
    """`room.fact`, such as `charges.paid`: by it the door finds how to write it."""
    subject_id: int
    url: str
    """Where; nobody is told at an empty one."""
    data: bytes
    """JSON of the room's own struct."""
    ladder: str = "payment"
    """One of `LADDERS`."""


class TryMade(msgspec.Struct, frozen=True, kw_only=True):
    """One try to tell a server."""

    number: int
    url: str
    at: datetime
    outcome: TryOutcome
    status: int
    """The HTTP status; 0 if there was none."""
    took_ms: int


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What a merchant's server is told, and what came of it."""

    merchant_id: MerchantId
    notification_id: NotificationId
    protocol: Protocol
    kind: str
    subject_id: Id
    url: str
    ladder: str
    state: NotificationState
    created_at: datetime
    due_at: datetime | None = None
    """When it is tried next; None when it no longer is."""
    attempts: list[TryMade] = []


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """A notification with what it says, for whoever puts it into words."""

    notification: Notification
    data: bytes
    number: int = 0
    """Which try it is."""


class NotificationFinished(Event, frozen=True, kw_only=True, tag="notifications.finished"):
    """A merchant's server was told, or could not be; `subject_id` is the notification."""

    protocol: str
    told_kind: str
    outcome: TryOutcome
    """Of the last try."""
    tries: int


class NotificationReplayed(Event, frozen=True, kw_only=True, tag="notifications.replayed"):
    """A notification that had ended is told again; `subject_id` is the notification."""
