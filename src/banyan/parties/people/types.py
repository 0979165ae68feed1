"""What people are made of, and the facts that are recorded about them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.text import TRIMMED
from banyan.books.journal import Event
from banyan.parties.ids import PersonId


class Language(StrEnum):
    """A language that Banyan speaks."""

    ZH = "zh"
    """Chinese, in simplified characters."""
    EN = "en"
    """English."""


class Avatar(StrEnum):
    """The colour behind a person's initial, by name: pages know its shade in light and dark."""

    BANYAN = "banyan"
    CLAY = "clay"
    AMBER = "amber"
    ROSE = "rose"
    PLUM = "plum"
    INDIGO = "indigo"
    SKY = "sky"
    MOSS = "moss"


Nickname = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=30,
        pattern=TRIMMED,
    ),
]
"""What a person calls themself."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they see themself: the only answer that carries a whole phone number."""

    person_id: PersonId
    phone: str | None
    nickname: str
    initial: str
    language: Language
    avatar: Avatar
    created_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as others may see them: the phone is masked, or empty when there is none."""

    person_id: PersonId
    masked_phone: str
    nickname: str
    initial: str
    language: Language
    avatar: Avatar
    has_joined: bool


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person to add who has no phone, or one that nobody else has."""

    phone: str | None = None
    nickname: str | None = None
    language: Language = Language.ZH


class PersonAdded(Event, frozen=True, kw_only=True, tag="people.added"):
    """Somebody became known to Banyan: by signing in, by an invitation, by an import."""

    language: str
    """The language they are first addressed in."""


class PersonJoined(Event, frozen=True, kw_only=True, tag="people.joined"):
    """Somebody signed in for the first time."""

    language: str
    """The language of the page on which they did."""


class ProfileChanged(Event, frozen=True, kw_only=True, tag="people.profile_changed"):
    """Somebody changed their profile. What it says now is theirs and not in the journal."""

    fields: list[str]
    """Names of the fields that differ."""
