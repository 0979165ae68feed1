"""Whom a menu is for, and the facts about such menus."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.text import LINE
from banyan.books.journal import Event
from banyan.reach.channels import MenuButton

DEFAULT_NUMBER = 200_000_000
"""The number of every account's menu for all; those for some count on from here."""


class Platform(StrEnum):
    """What a person's phone runs. Stored: never renamed."""

    IOS = "ios"
    ANDROID = "android"
    OTHER = "other"


Word = Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]


class Rule(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Whom a menu is for: all that is named must fit.

    What nobody has told us of a person, such as their sex, fits nobody.
    """

    tag_number: Annotated[int, msgspec.Meta(ge=0, lt=2**62)] | None = None
    """Followers with this tag as their latest."""
    platform: Platform | None = None
    language: Word = ""
    sex: Annotated[int, msgspec.Meta(ge=1, le=2)] | None = None
    country: Word = ""
    province: Word = ""
    city: Word = ""

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing."""
        return self == Rule()


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a follower that a rule may name."""

    tag_number: int | None
    platform: Platform
    language: str


class ConditionalMenu(msgspec.Struct, frozen=True, kw_only=True):
    """A menu for some followers."""

    menu_number: int
    buttons: list[MenuButton]
    rule: Rule
    created_at: datetime


class AllMenus(msgspec.Struct, frozen=True, kw_only=True):
    """An account's menu for all, and those for some, the newest first."""

    buttons: list[MenuButton]
    conditional: list[ConditionalMenu]


class MenuAdded(Event, frozen=True, kw_only=True, tag="menus.added"):
    """A merchant added a menu for some followers."""

    menu_number: int


class MenusDeleted(Event, frozen=True, kw_only=True, tag="menus.deleted"):
    """A merchant deleted menus for some followers."""

    count: int
