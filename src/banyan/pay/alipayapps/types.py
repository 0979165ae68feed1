"""Ids, structs and events of the apps by which merchants' programs speak Alipay's protocol."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.secret import Secret
from banyan.base.text import LINE
from banyan.books.actor import Actor
from banyan.books.journal import Event
from banyan.parties.merchants import MerchantId

Url = Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]
"""A web address; empty for none."""
Host = Annotated[str, msgspec.Meta(max_length=253, pattern=LINE)]
"""A host, perhaps with a port; empty for none."""
KeyText = Annotated[str, msgspec.Meta(max_length=8_000)]
"""A public key as merchants paste it: PEM, a certificate, or the bare base64 of either tool."""
Given = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
"""A code or token as somebody brings it."""


class AppId(Id):
    """An app: sixteen digits, on the wire as well."""


class Scope(StrEnum):
    """What an app asks a person for. Stored: never renamed."""

    BASE = "base"
    """Only what the app knows the person by: nobody is asked."""
    NAME = "name"
    """Nickname, too: the person is asked the first time."""


class App(msgspec.Struct, frozen=True, kw_only=True):
    """An app and the public halves of its keys."""

    merchant_id: MerchantId
    app_id: AppId
    name: str
    notify_url: str
    """Where notices go that a call names no address for; empty for nowhere."""
    redirect_host: str
    """Where people are sent back to with what they let the app know; empty for nowhere."""
    app_public_key: str
    """By which the program's signatures are verified; empty until the merchant has given it."""
    app_certificate: str
    """Of that key, for programs in certificate mode; empty as long."""
    public_key: str
    """By which programs verify what Banyan signs."""
    certificate: str
    root_certificate: str
    is_closed: bool = False
    created_at: datetime


class AppActor(Actor, frozen=True, kw_only=True):
    """A merchant's own program, or a provider's that the merchant lets act for it."""

    app: App
    merchant_id: MerchantId
    """For whom it acts."""
    seller_id: str
    private_key: Secret
    """By which Banyan signs what the app is told."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What an app knows a person by."""

    person_id: int
    number: str
    """At its merchant: sixteen digits."""
    open_id: str
    """At this app alone."""
    logon_id: str
    """The telephone number, its middle hidden; empty for who has none."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What an app asks a person for."""

    app_id: AppId
    merchant_id: MerchantId
    app_name: str
    scope: Scope
    host: str
    """Where the person is sent back to."""
    needs_asking: bool


class Consented(msgspec.Struct, frozen=True, kw_only=True):
    """What the person said; the code is for the app's program."""

    is_allowed: bool
    code: str
    """Empty when they said no."""


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """By what an app's program reads about a person."""

    person: Named
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds."""
    re_expires_in: int
    begun_at: datetime


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """The person behind a token."""

    person: Named
    nickname: str


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant lets a provider's app act for it."""

    app_id: AppId
    merchant_id: MerchantId
    seller_id: str
    own_app_id: AppId
    """The merchant's own first app; 0 when it has none."""
    mandated_at: datetime
    expires_at: datetime
    refresh_expires_at: datetime


class MandateTokens(msgspec.Struct, frozen=True, kw_only=True):
    """By what a provider's app acts for a merchant."""

    mandate: Mandate
    token: str
    refresh_token: str


class AppOpened(Event, frozen=True, kw_only=True, tag="alipayapps.opened"):
    """A merchant has a new app; `subject_id` is the app."""

    name: str


class AppChanged(Event, frozen=True, kw_only=True, tag="alipayapps.changed"):
    """A merchant changed an app, its keys perhaps; `subject_id` is the app."""

    is_closed: bool


class PersonConsented(Event, frozen=True, kw_only=True, tag="alipayapps.consented"):
    """A person let an app know their name; `subject_id` is the app."""


class AppMandated(Event, frozen=True, kw_only=True, tag="alipayapps.mandated"):
    """A merchant lets a provider's app act for it; `subject_id` is the app."""


class MandateEnded(Event, frozen=True, kw_only=True, tag="alipayapps.mandate_ended"):
    """A merchant lets a provider's app act for it no longer; `subject_id` is the app."""
