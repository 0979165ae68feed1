"""Structs and events of the Wi-Fi of stores."""

from datetime import date, timedelta
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE
from banyan.books.journal import Event
from banyan.commerce.stores import StoreId
from banyan.reach.channels import ChannelId

ROUTERS_MAX = 1_000
"""Most routers of an account."""
PART_MAX = 20
DAYS_MAX = timedelta(days=30)
TOKEN_LENGTH = 32

Ssid = Annotated[str, msgspec.Meta(min_length=1, max_length=32, pattern=rf"^[ -~]+{END}")]
"""What a network calls itself, in ASCII."""
Password = Annotated[str, msgspec.Meta(min_length=8, max_length=32, pattern=rf"^[!-~]+{END}")]
Bssid = Annotated[str, msgspec.Meta(pattern=rf"^[0-9a-f]{{2}}(:[0-9a-f]{{2}}){{5}}{END}")]
"""The address of a router, in lower case."""
Url = Annotated[str, msgspec.Meta(max_length=1_024, pattern=LINE)]
WifiToken = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}{END}")]


class Network(msgspec.Struct, frozen=True, kw_only=True):
    """A network of a store."""

    store_id: StoreId
    ssid: str
    password: str
    token: str
    """Scanned, its code opens `/w/` and this."""


class Router(msgspec.Struct, frozen=True, kw_only=True):
    """A box that spans a network."""

    store_id: StoreId
    ssid: str
    bssid: str


class WifiShop(msgspec.Struct, frozen=True, kw_only=True):
    """A store with its networks."""

    store_id: StoreId
    name: str
    networks: list[Network]
    routers_count: int
    template_id: int
    """0 for the store's own page, 1 for the address beside."""
    homepage_url: str


class WifiDay(msgspec.Struct, frozen=True, kw_only=True):
    """How many people connected on a day."""

    store_id: StoreId
    day_on: date
    people_count: int
    visitors_count: int
    """Who opened the homepage after that."""
    followers_count: int
    """Who follows the account since."""
    followers_total: int
    """As many, up to and with that day."""


class WifiOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody sees who scanned the code of a network."""

    merchant_id: Id
    store_id: StoreId
    store_name: str
    channel_id: ChannelId
    channel_name: str
    ssid: str
    is_following: bool
    password: str
    """Empty until they connect."""
    homepage_url: str
    """Empty for the store's own page."""


class WifiConnected(Event, frozen=True, kw_only=True, tag="hotspots.connected"):
    """Somebody connected to a store's Wi-Fi by its code."""

    openid: str
    ssid: str
    is_new_follower: bool
