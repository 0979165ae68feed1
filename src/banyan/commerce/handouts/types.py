"""Ids and structs of the ways in which cards are handed out, and of what becomes of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.commerce.cards import Address, CardId, CardRef, OptionalCode, OuterText
from banyan.reach.channels import ChannelId


class ShelfId(Id):
    """A code or a page that offers cards."""


class RuleId(Id):
    """A rule by which whoever has paid is given a card."""


class ShelfKind(StrEnum):
    """What offers cards. Stored: never renamed."""

    CODE = "code"
    """A code to scan, for one card or several."""
    PAGE = "page"
    """A page of cards (货架)."""
    ACTIVATION = "activation"
    """A link by which a member card is taken and activated in one go."""


class Happened(StrEnum):
    """What is counted of cards, a day and person. Stored: never renamed."""

    VIEWED = "viewed"
    TAKEN = "taken"
    CONSUMED = "consumed"
    GIFTED = "gifted"
    EXPIRED = "expired"
    ACTIVATED = "activated"


class ShelfItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card that is offered, and how."""

    ref: CardRef
    code: OptionalCode = ""
    openid: Annotated[str, msgspec.Meta(max_length=28)] = ""
    """Only whom the account knows by this may take it."""
    is_once: bool = False
    """One code; when it is taken there is no other."""
    outer_id: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    outer_str: OuterText = ""
    thumb_url: Address = ""
    is_gone: bool = False
    """The one code has been taken."""


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """What offers cards."""

    merchant_id: Id
    shelf_id: ShelfId
    channel_id: ChannelId
    kind: ShelfKind
    token: str
    """The end of the address that it leads to."""
    ticket: str
    """What programs call a code by."""
    items: list[ShelfItem]
    title: str = ""
    banner_url: str = ""
    scene: str = ""
    may_share: bool = False
    created_at: datetime
    expires_at: datetime | None = None


class PayRule(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever pays within this is given a card."""

    merchant_id: Id
    rule_id: RuleId
    channel_id: ChannelId
    card_id: CardId
    ref: str
    is_member: bool
    cost_min_fen: int
    cost_max_fen: int
    """Below this; 0 for any."""
    begins_at: datetime
    ends_at: datetime
    jump_url: str = ""
    created_at: datetime
    deleted_at: datetime | None = None


class DaySum(msgspec.Struct, frozen=True, kw_only=True):
    """How often something happened on a day, and to how many; of one card, or of all."""

    day_on: date
    card_id: int | None
    kind: str | None
    what: Happened
    times: int
    people: int


class DayKey(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """What is counted: something that happened to a person with a card on a day."""

    merchant_id: int
    card_id: int
    day_on: date
    what: Happened
    person_id: int
    channel_id: int
    kind: str
    is_from_program: bool


class ShelfMade(Event, frozen=True, kw_only=True, tag="handouts.shelf_made"):
    """A merchant made something that offers cards; `subject_id` is the shelf."""

    shelf_kind: ShelfKind
    cards_count: int


class PayRuleChanged(Event, frozen=True, kw_only=True, tag="handouts.pay_rule_changed"):
    """A merchant gives a card for paying, or does so no more; `subject_id` is the rule."""

    is_over: bool
