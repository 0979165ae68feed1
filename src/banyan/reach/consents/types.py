"""What channels may learn about people, what they are handed for it, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import LINE
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
ViaAppid = Annotated[str, msgspec.Meta(max_length=32)]
Redirect = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000, pattern=LINE)]
State = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]
Given = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""A code, token or ticket as somebody brings it."""


class Scope(StrEnum):
    """What a channel asks for. Stored: never renamed."""

    BASE = "base"
    """Only what the channel knows the person by: nobody is asked."""
    PROFILE = "profile"
    """Nickname and language: the person is asked the first time."""
    LOGIN = "login"
    """To sign in at a site: the person is asked each time."""
    APP = "app"
    """To sign in to a mini program that they opened: nobody is asked."""
    PHONE = "phone"
    """Their phone number, for a mini program: the person is asked each time."""


class Answer(StrEnum):
    """How far the asking of a site is. Stored: never renamed."""

    WAITING = "waiting"
    SEEN = "seen"
    """A phone has scanned the code."""
    ALLOWED = "allowed"
    REFUSED = "refused"
    DONE = "done"
    """The site's browser has been told."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel asks a person for."""

    channel_id: ChannelId
    merchant_id: Id
    channel_name: str
    scope: Scope
    host: str
    """Where the person is sent back to."""
    needs_asking: bool
    """Whether the person must say yes first."""


class Authorized(msgspec.Struct, frozen=True, kw_only=True):
    """What the person said; the code is for the channel's own program."""

    is_allowed: bool
    code: str
    """Empty when they said no."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """By what a channel's program reads about one person."""

    access_token: str
    expires_in: int
    """Seconds."""
    refresh_token: str
    openid: str
    scope: Scope
    unionid: str | None = None
    """What all accounts of the same provider know the person by; not told with scope base."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a token, as far as they let the channel know."""

    openid: str
    nickname: str
    language: str
    unionid: str | None = None
    """What all accounts of the same provider know the person by."""


class AppSession(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in to a mini program, and the key that it shares with us about them."""

    openid: str
    session_key: str
    unionid: str | None = None
    """What all accounts of the same provider know the person by."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """The asking of a site, as the phone that scanned its code sees it."""

    channel_name: str
    merchant_id: Id
    host: str
    answer: Answer


class LoginStarted(msgspec.Struct, frozen=True, kw_only=True):
    """A site waits for a phone."""

    ticket: str
    """What its code says."""
    browser_key: str
    """By which the browser that shows the code asks for the answer."""
    channel_name: str
    expires_at: datetime


class LoginState(msgspec.Struct, frozen=True, kw_only=True):
    """How far the asking of a site is; once it is answered, where its browser goes, told once."""

    answer: Answer
    redirect: str = ""
    state: str = ""
    code: str = ""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person lets a channel know, until they take it back."""

    channel_id: ChannelId
    merchant_id: Id
    channel_name: str
    scope: Scope
    granted_at: datetime


class ConsentGranted(Event, frozen=True, kw_only=True, tag="consents.granted"):
    """A person let a channel know more than what it knows them by."""

    openid: str
    scope: Scope


class ConsentRevoked(Event, frozen=True, kw_only=True, tag="consents.revoked"):
    """A person took back what they had let a channel know; its tokens about them are worthless."""

    openid: str


class AppSignedIn(Event, frozen=True, kw_only=True, tag="consents.app_signed_in"):
    """A person signed in to a mini program."""

    openid: str
