"""What accounts say about things with a code printed on them, and the facts about that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

TESTERS_MAX = 10
ACTIONS_MAX = 10
DETAILS_MAX = 20

Line = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINES)]
Url = Annotated[str, msgspec.Meta(max_length=1_000, pattern=rf"^(https?://[^\s]+)?{END}")]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE)]
Token = Annotated[str, msgspec.Meta(max_length=80, pattern=rf"^[A-Za-z0-9_-]*{END}")]


class Standard(StrEnum):
    """How a thing is marked. Stored: never renamed."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    QRCODE = "qrcode"


class GoodsState(StrEnum):
    """Whether others see it. Stored: never renamed."""

    OFF = "off"
    CHECK = "check"
    ON = "on"
    REJECT = "reject"


class Detail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line about a thing."""

    title: Line
    text: Lines = ""


class Action(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to tap."""

    kind: Line
    name: Line = ""
    link: Url = ""
    text: Line = ""
    number: Line = ""
    code: Line = ""
    image: Url = ""


class GoodsFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said about a thing."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE)]
    picture: Url = ""
    brand: Line = ""
    category_id: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0
    color: Annotated[str, msgspec.Meta(max_length=20, pattern=rf"^[a-z#A-Z0-9]*{END}")] = "auto"
    store_mode: Line = ""
    store_ids: Annotated[list[Line], msgspec.Meta(max_length=100)] = []
    banners: Annotated[list[Url], msgspec.Meta(max_length=DETAILS_MAX)] = []
    details: Annotated[list[Detail], msgspec.Meta(max_length=DETAILS_MAX)] = []
    actions: Annotated[list[Action], msgspec.Meta(max_length=ACTIONS_MAX)] = []


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What an account says about a thing."""

    channel_id: ChannelId
    standard: Standard
    code: str
    goods_id: Id
    facts: GoodsFacts
    state: GoodsState
    why: str
    updated_at: datetime


class GoodsPublished(Event, frozen=True, kw_only=True, tag="barcodes.published"):
    """What an account says about a thing is shown to whoever scans it."""

    standard: Standard
    code: str


class GoodsScanned(Event, frozen=True, kw_only=True, tag="barcodes.scanned"):
    """Somebody scanned a thing and saw what an account says about it."""

    standard: Standard
    code: str
