"""Ids, ledger codes, structs and events of red packets."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.money import CNY, Currency
from banyan.base.text import TRIMMED
from banyan.books.journal import Event
from banyan.books.ledger import Account, AccountFlag

WISH_MAX = 60
TOKEN_PATTERN = r"^[A-Za-z0-9_-]{16,64}$(?!\n)"  # noqa: S105 - what a token looks like

Wish = Annotated[str, msgspec.Meta(max_length=WISH_MAX, pattern=TRIMMED)]
"""What the sender, or one who says thanks, writes in a line."""
Token = Annotated[str, msgspec.Meta(pattern=TOKEN_PATTERN)]
"""What the link of a packet ends with; whoever knows it may open the packet."""


class PacketId(Id):
    """One red packet."""


class AccountCode(IntEnum):
    """What a packet's account is for. Stored: never renumbered."""

    PACKET = 901
    """What a packet still holds; its owner is the packet."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    SENT = 901
    TAKEN = 902
    REFUNDED = 903


class PacketKind(StrEnum):
    """For how many a packet is."""

    PERSONAL = "personal"
    """For one."""
    GROUP = "group"
    """For as many as it has shares."""


class Split(StrEnum):
    """How a packet's money is divided."""

    EQUAL = "equal"
    """Everybody gets the same."""
    LUCKY = "lucky"
    """Chance decides, and favours no place in line."""


class PacketState(StrEnum):
    """What became of a packet."""

    OPEN = "open"
    TAKEN = "taken"
    """Every share has its taker."""
    EXPIRED = "expired"
    """Its time ran out, and the rest went back."""


class PacketSent(Event, frozen=True, kw_only=True, tag="redpackets.sent"):
    """A packet was filled; `subject_id` is the packet, `person_id` or `merchant_id` its sender."""

    kind_of_packet: str
    split: str
    count: int
    total_fen: int
    currency: str
    token: str
    receiver_id: int = 0
    """The only one who may open it; 0 for whoever has the link."""
    sender_name: str = ""


class PacketTaken(Event, frozen=True, kw_only=True, tag="redpackets.taken"):
    """A person took a share; `merchant_id` is the sender if that is one."""

    place: int
    amount_fen: int


class PacketEmptied(Event, frozen=True, kw_only=True, tag="redpackets.emptied"):
    """The last share of a packet was taken; `person_id` or `merchant_id` is its sender."""

    count: int
    total_fen: int


class PacketExpired(Event, frozen=True, kw_only=True, tag="redpackets.expired"):
    """A packet's time ran out; what nobody took went back to its sender."""

    refunded_fen: int
    currency: str
    token: str


class PacketThanked(Event, frozen=True, kw_only=True, tag="redpackets.thanked"):
    """Somebody thanked for their share; `person_id` or `merchant_id` is who sent the packet."""

    thanks: str
    thanked_by: int
    name: str
    token: str


class Packet(msgspec.Struct, frozen=True, kw_only=True):
    """A packet as its sender sees it."""

    packet_id: PacketId
    token: str
    person_id: Id
    """The person who sent it; 0 if a merchant did."""
    merchant_id: Id
    sender_name: str
    receiver_id: Id
    kind: PacketKind
    split: Split
    currency: str
    total_fen: int
    count: int
    wish: str
    state: PacketState
    taken_count: int
    taken_fen: int
    refunded_fen: int
    sent_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    out_no: str = ""
    """The merchant's own number of it."""
    details: str = ""
    """What else a program said about it, as JSON."""
    best_place: int = 0
    """The place of the largest share of a lucky packet, once it is empty; 0 before."""


class Share(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The share that somebody took."""

    packet_id: PacketId
    place: int
    """How many had taken theirs by then, this one included."""
    amount_fen: int
    currency: str
    taken_at: datetime


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """A share in the list of a packet, with who took it."""

    place: int
    nickname: str
    amount_fen: int
    taken_at: datetime
    thanks: str
    is_best: bool
    """The largest of an empty lucky packet."""


class Taker(msgspec.Struct, frozen=True, kw_only=True):
    """Who took a share, as an account knows them."""

    openid: str
    amount_fen: int
    taken_at: datetime


class GivenPacket(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's packet as its program sees it."""

    packet: Packet
    takers: list[Taker]


class PacketRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A share in the list of what a person took."""

    packet_id: PacketId
    token: str
    sender_name: str
    split: Split
    currency: str
    amount_fen: int
    taken_at: datetime
    is_best: bool


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A person's year of red packets."""

    year: int
    sent_count: int
    sent_fen: int
    """Without what went back."""
    received_count: int
    received_fen: int
    best_count: int
    """How often theirs was the largest share."""
    currency: str = CNY.code


def packet_of(currency: Currency, packet_id: int) -> Account:
    """Return the account of what a packet still holds; it can't be overdrawn."""
    return Account(
        currency.number,
        packet_id,
        AccountCode.PACKET,
        AccountFlag.DEBITS_MUST_NOT_EXCEED_CREDITS,
    )


NOBODY = Id(NONE)
"""Stands for a receiver who may be anybody."""
