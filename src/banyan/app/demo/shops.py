"""What is sold in the demo town, where, and what each shop says and gives: read from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec


class Look(msgspec.Struct, frozen=True):
    """How a product looks: its shape, and its colour."""

    shape: str
    tint: str


class Variant(msgspec.Struct, frozen=True):
    """A variant and its price."""

    name: str
    price_fen: int


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """A product."""

    code: str
    name: str
    category: str
    description: str = ""
    variants: list[Variant]
    look: Look


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A store, and what hangs and stands there."""

    name: str
    address: str
    latitude: float
    longitude: float
    tables: int
    posters: list[str]


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon: so much, or such a share, off from a subtotal on."""

    name: str
    threshold_fen: int = 0
    amount_off_fen: int = 0
    percent_bp: int = 0
    cap_fen: int = 0


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant of the town."""

    name: str
    owner: str
    """Of the cast."""
    clerks: list[str] = []
    licence: str
    draw: int
    """How many of a hundred neighbours come here in a month."""
    welcome: Gift
    """For everybody who joins."""
    come_back: Gift
    """For those who have not been for a while."""
    offer: Gift
    """Anybody may take one."""
    welcome_text: str
    branches: list[Branch]
    goods: list[Goods]


class Street(msgspec.Struct, frozen=True):
    """All shops."""

    shops: list[Shop]


def read_shops() -> list[Shop]:
    """The shops of the town; the first is the one that stories are told about."""
    text = Path(__file__).with_name("shops.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Street).shops
