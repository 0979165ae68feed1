"""Accounts at the real WeChat, errands there, and the facts about both."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from banyan.base.ids import Id
from banyan.base.secret import Secret
from banyan.base.text import END
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId, Openid

RemoteAppid = Annotated[str, msgspec.Meta(pattern=rf"^wx[0-9a-f]{{16}}{END}")]
RemoteSecret = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Za-z]{{32}}{END}")]

BELL = "remotes"
"""Rings when there are errands to be run."""


class ErrandId(Id):
    """Something that we ask of the real WeChat."""


class RemoteState(StrEnum):
    """How an account of ours stands to the one at WeChat. Stored: never renamed."""

    CHECKING = "checking"
    """Nobody knows yet whether its appid and secret are right."""
    ACTING = "acting"
    REFUSED = "refused"
    """WeChat does not let us in."""


class ErrandKind(StrEnum):
    """What is asked of WeChat. Stored: never renamed."""

    CONNECT = "connect"
    """Let us in."""
    READ_TAGS = "read_tags"
    LIST_FOLLOWERS = "list_followers"
    """Ten thousand openids after one."""
    READ_FOLLOWERS = "read_followers"
    """Who a hundred of them are."""
    CREATE_TAG = "create_tag"
    RENAME_TAG = "rename_tag"
    DELETE_TAG = "delete_tag"
    TAG = "tag"
    UNTAG = "untag"
    CREATE_CODE = "create_code"
    SET_MENU = "set_menu"
    ADD_TEMPLATE = "add_template"
    DELETE_TEMPLATE = "delete_template"
    SEND_TEMPLATE = "send_template"
    WRITE = "write"
    """A message to one person, within the credits that they opened."""
    SEND_MANY = "send_many"
    """A message to all, to those who have a tag, or to many who are named."""


class ErrandState(StrEnum):
    """How far an errand is. Stored: never renamed."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class NameKind(StrEnum):
    """What is called otherwise at WeChat. Stored: never renamed."""

    TAG = "tag"
    TEMPLATE = "template"
    CODE = "code"
    MEDIA = "media"
    SEND = "send"
    """A template message, by which WeChat tells what became of it."""
    MASS = "mass"
    """A message to many; likewise."""


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """An account at the real WeChat through which one of ours acts."""

    merchant_id: Id
    channel_id: ChannelId
    appid: str
    state: RemoteState
    errcode: int
    """By which WeChat refused us; 0 if it did not, or could not be reached."""
    why: str
    """In WeChat's words."""
    changed_at: datetime

    @property
    def own(self) -> dict[str, Any]:
        """The fields by which a command names our account."""
        return {"merchant_id": self.merchant_id, "channel_id": self.channel_id}


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What something of ours is called at WeChat."""

    kind: NameKind
    here: str
    there: str
    url: str = ""
    """Of a code: what it says when scanned."""
    until: datetime | None = None


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """Something that we ask of WeChat, and what came of it."""

    channel_id: ChannelId
    errand_id: ErrandId
    line: str
    kind: ErrandKind
    fields: Mapping[str, Any]
    state: ErrandState
    tries: int
    errcode: int
    why: str
    created_at: datetime
    finished_at: datetime | None


class NewErrand(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask of WeChat; those of one line are asked one after the other."""

    channel_id: int
    kind: ErrandKind
    fields: Mapping[str, Any]
    line: str = ""


class RemoteKeys(msgspec.Struct, frozen=True, kw_only=True):
    """By what an account and WeChat know each other."""

    appid: str
    secret: Secret
    token: Secret
    aes_key: Secret


class RemoteFollower(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody as WeChat describes them."""

    openid: Openid
    is_following: bool
    nickname: str = ""
    remark: str = ""
    scene: str = ""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What WeChat answered, as far as it matters here."""

    names: list[Name] = []
    tags: dict[str, str] = {}
    """Names by number there."""
    openids: list[str] = []
    next_openid: str = ""
    followers: list[RemoteFollower] = []


class RemoteConnected(Event, frozen=True, kw_only=True, tag="remotes.connected"):
    """WeChat has let us in: from now on the account acts through the one there."""

    appid: str


class RemoteRefused(Event, frozen=True, kw_only=True, tag="remotes.refused"):
    """WeChat does not let us in."""

    appid: str
    errcode: int


class RemoteDisconnected(Event, frozen=True, kw_only=True, tag="remotes.disconnected"):
    """A merchant let an account act through WeChat no more."""

    appid: str


class ErrandFailed(Event, frozen=True, kw_only=True, tag="remotes.errand_failed"):
    """WeChat did not do what we asked; `subject_id` is the errand."""

    errand_kind: ErrandKind
    errcode: int
