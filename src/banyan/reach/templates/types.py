"""Ids, structs and events of template messages."""

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES, Name
from banyan.books.journal import Event

TEMPLATES_MAX = 25
"""Most templates of an account."""
VALUES_MAX = 30
VALUE_MAX = 200
"""Most characters of one value."""

TemplateId = Annotated[str, msgspec.Meta(max_length=64, pattern=rf"^[A-Za-z0-9_-]+{END}")]
ShortId = Annotated[str, msgspec.Meta(max_length=40, pattern=rf"^[A-Za-z0-9]*{END}")]
FormText = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000, pattern=LINES)]
"""A form with blanks: `{{first.DATA}}`."""
Line = Annotated[str, msgspec.Meta(max_length=VALUE_MAX, pattern=LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=VALUE_MAX, pattern=LINES)]


class SendId(Id):
    """A template message that was sent."""


class Industry(msgspec.Struct, frozen=True, kw_only=True):
    """What an account does."""

    number: int
    first_class: str
    second_class: str


class Industries(msgspec.Struct, frozen=True, kw_only=True):
    """What an account does first, and besides; null as long as nobody said."""

    primary: Industry | None
    secondary: Industry | None


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A form of an account."""

    template_id: str
    short_id: str
    """Its number in the library; empty for one of the account's own."""
    title: Name
    content: FormText
    example: str
    primary_industry: str
    secondary_industry: str


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes into a blank."""

    value: Lines
    color: Annotated[str, msgspec.Meta(max_length=20)] = ""


Values = Annotated[
    dict[Annotated[str, msgspec.Meta(max_length=40)], Value], msgspec.Meta(max_length=VALUES_MAX)
]
"""What goes into the blanks of a form, by their names."""


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What a message that was sent says, and where a tap on it leads."""

    template_id: str
    values: dict[str, Value]
    link: str
    appid: str
    pagepath: str


class TemplateSent(Event, frozen=True, kw_only=True, tag="templates.sent"):
    """An account sent somebody a template message; `subject_id` is the message."""

    openid: str
    template_id: str


class TemplateAdded(Event, frozen=True, kw_only=True, tag="templates.added"):
    """An account has another template."""

    template_id: str


class TemplateDeleted(Event, frozen=True, kw_only=True, tag="templates.deleted"):
    """An account has a template no more."""

    template_id: str


class IndustrySet(Event, frozen=True, kw_only=True, tag="templates.industry_set"):
    """An account said what it does."""

    primary: int
    secondary: int


class Subscription(msgspec.Struct, frozen=True, kw_only=True):
    """A form of an account that people subscribe to."""

    template_id: str
    number: int
    """That of the library."""
    title: str
    content: str
    example: str
    scene: str
    """When it is sent, in the account's words."""


class SubscriptionAnswered(Event, frozen=True, kw_only=True, tag="templates.subscription_answered"):
    """A person said whether they want the next message of a form."""

    openid: str
    template_id: str
    is_wanted: bool


class SubscriptionSent(Event, frozen=True, kw_only=True, tag="templates.subscription_sent"):
    """An account sent a message that somebody had subscribed to; `subject_id` is the message."""

    openid: str
    template_id: str
