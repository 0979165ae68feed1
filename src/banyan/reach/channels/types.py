"""Ids, structs and events of official accounts."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event


class ChannelId(Id):
    """An official account of a merchant."""


Openid = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{28}$(?!\n)")]
"""What one channel knows a person by; another channel knows them by another."""
Link = Annotated[str, msgspec.Meta(max_length=1024)]


class ChannelKind(StrEnum):
    """What sort of account it is. Stored: never renamed."""

    SERVICE = "service"
    """Serves its followers (服务号): four messages to many a month and follower."""
    SUBSCRIPTION = "subscription"
    """Publishes (订阅号): one message to many a day."""
    MINIAPP = "miniapp"
    """A mini program (小程序): people sign in to it, nobody follows it."""
    SITE = "site"
    """A site or an app of the merchant's own: people sign in to it by scanning a code."""
    COMPONENT = "component"
    """A provider's platform (第三方平台): it acts for accounts whose owners let it."""


FOLLOWED = frozenset({ChannelKind.SERVICE, ChannelKind.SUBSCRIPTION})
"""The kinds that people follow: official accounts."""
SPEAKING = FOLLOWED | {ChannelKind.MINIAPP}
"""The kinds that people talk with."""


class FollowScene(StrEnum):
    """How somebody came to follow who scanned no code. Stored: never renamed."""

    OTHER = ""
    SEARCH = "search"
    CARD = "card"
    """The account was recommended to them."""
    ARTICLE = "article"
    """They read one of its articles."""


class FollowerState(StrEnum):
    """How a person stands to a channel. Stored: never renamed."""

    KNOWN = "known"
    """Met, never followed."""
    FOLLOWING = "following"
    LEFT = "left"


class ButtonKind(StrEnum):
    """What a tap on a menu button does. Stored: never renamed."""

    CLICK = "click"
    VIEW = "view"
    MINIPROGRAM = "miniprogram"
    SCANCODE_PUSH = "scancode_push"
    SCANCODE_WAITMSG = "scancode_waitmsg"
    PIC_SYSPHOTO = "pic_sysphoto"
    PIC_PHOTO_OR_ALBUM = "pic_photo_or_album"
    PIC_WEIXIN = "pic_weixin"
    LOCATION_SELECT = "location_select"
    MEDIA_ID = "media_id"
    VIEW_LIMITED = "view_limited"
    ARTICLE_ID = "article_id"
    ARTICLE_VIEW_LIMITED = "article_view_limited"


class LeafButton(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button that does something; which fields count depends on its kind."""

    name: Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)]
    kind: ButtonKind
    key: Annotated[str, msgspec.Meta(max_length=128)] = ""
    url: Link = ""
    media_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    article_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    pagepath: Annotated[str, msgspec.Meta(max_length=1024)] = ""


class MenuButton(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button at the bottom of the account's page: does something, or opens up to five others."""

    name: Annotated[str, msgspec.Meta(max_length=60, pattern=LINE)]
    kind: ButtonKind | None = None
    key: Annotated[str, msgspec.Meta(max_length=128)] = ""
    url: Link = ""
    media_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    article_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    pagepath: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    buttons: Annotated[list[LeafButton], msgspec.Meta(max_length=5)] = []


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """An official account; its secret is shown when it is made, and never again."""

    merchant_id: Id
    channel_id: ChannelId
    kind: ChannelKind
    name: str
    appid: str
    original_id: str
    welcome_text: str
    """What a new follower finds in their inbox; empty for nothing."""
    created_at: datetime
    oauth_domain: str = ""
    """Where people who signed in may be sent back to; empty for nowhere."""


class Follower(msgspec.Struct, frozen=True, kw_only=True):
    """A follower as the channel's merchant sees them."""

    openid: str
    state: FollowerState
    scene: str
    code_id: Id
    """The code that brought them; 0 if none did."""
    followed_at: datetime | None
    unionid: str | None = None
    """Told where followers are listed: what all accounts of one provider know them by."""


class ChannelCreated(Event, frozen=True, kw_only=True, tag="channels.created"):
    """A merchant made an official account."""

    channel_kind: ChannelKind


class ChannelChanged(Event, frozen=True, kw_only=True, tag="channels.changed"):
    """A merchant changed what an official account is called or says."""

    name: str


class ChannelFollowed(Event, frozen=True, kw_only=True, tag="channels.followed"):
    """A person follows a channel, for the first time or again; `code_id` brought them."""

    openid: str
    scene: str
    is_return: bool
    ticket: str = ""
    """Of the account's own code that brought them."""


class ChannelUnfollowed(Event, frozen=True, kw_only=True, tag="channels.unfollowed"):
    """A person follows a channel no more; `code_id` had brought them."""

    openid: str
    scene: str = ""
    """What else had brought them."""


class MenuSet(Event, frozen=True, kw_only=True, tag="channels.menu_set"):
    """A merchant rewrote the menu of a channel."""

    buttons_count: int


class MenuTapped(Event, frozen=True, kw_only=True, tag="channels.menu_tapped"):
    """A person tapped a button of a channel's menu."""

    openid: str
    button_kind: ButtonKind
    key: str
    """The button's key, or where it leads."""
