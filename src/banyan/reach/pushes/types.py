"""Ids, structs and events of what the servers of accounts are told and what they answer."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from banyan.base.ids import Id
from banyan.base.secret import Secret
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId
from banyan.reach.pushes.kinds import PushKind

TRIES_MAX = 3
"""How often a server is told the same thing, until it answers."""
BELL = "pushes"
"""Rings when there are pushes to be brought."""


class PushId(Id):
    """What an account's server is told once; of a message it is also the message's number."""


class PushMode(StrEnum):
    """How what goes to an account's server and back is hidden. Stored: never renamed."""

    PLAIN = "plain"
    """Not at all."""
    COMPATIBLE = "compatible"
    """Sent both open and encrypted, for the time of a change."""
    SAFE = "safe"
    """Encrypted."""

    @property
    def is_open(self) -> bool:
        """Whether what goes there can be read without the key."""
        return self is not PushMode.SAFE


class PushFormat(StrEnum):
    """How what goes to a server is written. Stored: never renamed."""

    XML = "xml"
    JSON = "json"
    """For mini programs, which may choose."""


class PushState(StrEnum):
    """How far a push is. Stored: never renamed."""

    WAITING = "waiting"
    ANSWERED = "answered"
    """The server took it, with a reply or without, or with something that nobody can read."""
    FAILED = "failed"
    """The server did not take it in three tries."""


class Outcome(StrEnum):
    """What became of one try. Stored: never renamed."""

    REPLIED = "replied"
    """The server answered with something for the person."""
    ACKNOWLEDGED = "acknowledged"
    """The server took it and says nothing to the person."""
    GARBAGE = "garbage"
    """The server took it, but nobody can read its answer; it is not asked again."""
    BAD_STATUS = "bad_status"
    """The server answered, but not with 200."""
    TIMED_OUT = "timed_out"
    """No answer in five seconds."""
    UNREACHABLE = "unreachable"
    """No connection, or it broke."""
    FORBIDDEN = "forbidden"
    """The address is in a private network, where we call nobody."""


class ReplyKind(StrEnum):
    """What a server answers to a push."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    MUSIC = "music"
    NEWS = "news"
    TRANSFER = "transfer"
    """The person goes on to the account's staff, to the one in `kf_account` if it is named."""
    DEVICE_TEXT = "device_text"
    """`content`, base64, is for the device."""
    DEVICE_EVENT = "device_event"
    """As DEVICE_TEXT, in answer to the device's being bound or unbound."""
    DEVICE_STATUS = "device_status"
    """The device is connected, or not."""


DEVICE_REPLIES = frozenset({ReplyKind.DEVICE_TEXT, ReplyKind.DEVICE_EVENT, ReplyKind.DEVICE_STATUS})
"""What is for a device, or about one."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a reply of kind news."""

    title: str = ""
    description: str = ""
    pic_url: str = ""
    url: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answers to a push; which fields count depends on the kind."""

    kind: ReplyKind
    content: str = ""
    media_id: str = ""
    thumb_media_id: str = ""
    title: str = ""
    description: str = ""
    music_url: str = ""
    hq_music_url: str = ""
    articles: list[Article] = []
    kf_account: str = ""
    device_id: str = ""
    is_connected: bool = False


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """The server of an account, as its merchant sees it; the secrets are not shown again."""

    merchant_id: Id
    channel_id: ChannelId
    url: str
    mode: PushMode
    changed_at: datetime
    format: PushFormat = PushFormat.XML


class ServerState(msgspec.Struct, frozen=True, kw_only=True):
    """The server that an account has, and the one that it shall have."""

    server: Server | None
    candidate: Server | None
    """Has yet to echo what we ask of it, or has failed to."""
    outcome: Outcome | None = None
    """Why the candidate failed; null while it is being asked."""
    is_relayed: bool = False
    """A platform's server is told instead, as long as the account's owner lets it."""


class ServerSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """What an account and its server sign and encrypt by."""

    token: Secret
    aes_key: Secret
    old_aes_key: Secret | None = None
    """The key before, as long as it still opens answers."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to tell a server."""

    number: int
    url: str
    at: datetime
    """By the real clock."""
    outcome: Outcome
    status: int
    """The HTTP status; 0 if there was none."""
    took_ms: int


class Push(msgspec.Struct, frozen=True, kw_only=True):
    """What an account's server is told: a message or an event of one person, or of the account."""

    channel_id: ChannelId
    push_id: PushId
    person_id: Id
    openid: str
    kind: PushKind
    fields: dict[str, Any]
    state: PushState
    created_at: datetime
    due_at: datetime | None = None
    """When it is tried next; None when it no longer is."""
    attempts: list[Attempt] = []


class ServerSet(Event, frozen=True, kw_only=True, tag="pushes.server_set"):
    """An account has another server, or none when `mode` is empty."""

    mode: str


class PushFinished(Event, frozen=True, kw_only=True, tag="pushes.finished"):
    """An account's server was told something, or could not be; `subject_id` is the push."""

    push_kind: str
    outcome: Outcome
    """Of the last try."""
    tries: int
    took_ms: int
    """How long the last try took."""


class PushReplayed(Event, frozen=True, kw_only=True, tag="pushes.replayed"):
    """A push that had ended is told again; `subject_id` is the push."""
