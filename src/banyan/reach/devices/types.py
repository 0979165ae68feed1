"""Ids, structs and events of devices: what they are, whose they are, and what they say."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, TRIMMED
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

UNAUTHORISED = 0
"""The product of devices that are named but not authorised yet."""
FIRST_PRODUCT = 1
"""The product that every account has."""
QUOTA = 100
"""How many devices a product may have if nothing else was agreed."""
QUOTA_MAX = 1_000_000
UNAUTHORISED_MAX = 10_000
PEOPLE = 10
"""How many people a device may be bound to if nothing else was agreed."""
PEOPLE_MAX = 1_000
BATCH_MAX = 100
"""Most devices of one call."""
CONTENT_MAX = 4_096
"""Most characters of a message, which is base64."""
TICKET_LIFE = timedelta(minutes=30)
"""How long a ticket to bind or unbind works."""
KEPT = timedelta(days=7)
"""How long messages are kept."""
TOKEN_LENGTH = 32

DeviceId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=rf"^[A-Za-z0-9_.-]+{END}")
]
"""What a device is called within its account."""
DeviceToken = Annotated[str, msgspec.Meta(pattern=rf"^[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}{END}")]
"""A code's ticket, a ticket to bind by, or a licence."""
ProductId = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
ProductName = Annotated[str, msgspec.Meta(max_length=40, pattern=TRIMMED)]
MessageContent = Annotated[str, msgspec.Meta(min_length=1, max_length=CONTENT_MAX)]
"""Base64 of whatever the device and its maker's server agreed on."""


class MessageId(Id):
    """Something that a device says or is told."""


class DeviceState(StrEnum):
    """How far a device is on its way to a person."""

    UNAUTHORISED = "unauthorised"
    UNSET = "unset"
    """Authorised, but how to reach it is not known yet."""
    FREE = "free"
    """Nobody's yet."""
    BOUND = "bound"


class TicketPurpose(StrEnum):
    """What a ticket is good for. Stored: never renamed."""

    BIND = "bind"
    UNBIND = "unbind"


class Attributes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How phones reach a device. What its key is, is not told again."""

    mac: Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-F]{{12}}{END}")]
    connect_protocol: Annotated[str, msgspec.Meta(pattern=rf"^[1-4](\|[1-4]){{0,3}}{END}")]
    """1 and 2 Bluetooth for Android and iOS, 3 Bluetooth LE, 4 Wi-Fi; several with `|` between."""
    close_strategy: Annotated[int, msgspec.Meta(ge=1, le=2)] = 1
    conn_strategy: Annotated[int, msgspec.Meta(ge=1, le=15)] = 1
    crypt_method: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    auth_ver: Annotated[int, msgspec.Meta(ge=0, le=1)] = 0
    manu_mac_pos: Annotated[int, msgspec.Meta(ge=-2, le=255)] = -1
    ser_mac_pos: Annotated[int, msgspec.Meta(ge=-2, le=255)] = -1
    ble_simple_protocol: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of device that an account has, and how many of it there may be."""

    channel_id: ChannelId
    product_id: int
    name: str
    quota_max: int
    people_max: int
    """How many people one device may be bound to."""
    used_count: int


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that belongs to an account."""

    channel_id: ChannelId
    device_id: str
    product_id: int
    ticket: str
    """Scanned, its code opens `/d/` and this."""
    attributes: Attributes | None
    people_count: int
    created_at: datetime
    seen_at: datetime | None
    """When it last said something by itself."""

    @property
    def state(self) -> DeviceState:
        """How far it is on its way to a person."""
        if self.product_id == UNAUTHORISED:
            return DeviceState.UNAUTHORISED
        if self.attributes is None:
            return DeviceState.UNSET
        return DeviceState.BOUND if self.people_count else DeviceState.FREE


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a device belongs to, by what the account knows them by."""

    openid: str
    bound_at: datetime
    is_watching: bool
    """They want to know whether it is connected."""
    is_connected: bool
    status_at: datetime | None
    """When the account's server last said whether it is connected."""


class DeviceMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What a device said, or was told."""

    message_id: MessageId
    openid: str
    """Through whose phone."""
    is_from_device: bool
    content: str
    said_at: datetime
    fetched_at: datetime | None
    """When the device took it; null for what it said itself."""


class DeviceAuthorised(Event, frozen=True, kw_only=True, tag="devices.authorised"):
    """An account may use one more device."""

    device_id: str
    product_id: int


class DeviceBound(Event, frozen=True, kw_only=True, tag="devices.bound"):
    """A device is a person's from now on, perhaps also of others."""

    device_id: str
    openid: str


class DeviceUnbound(Event, frozen=True, kw_only=True, tag="devices.unbound"):
    """A device is no longer a person's."""

    device_id: str
    openid: str


class DeviceTold(Event, frozen=True, kw_only=True, tag="devices.told"):
    """A device is told something by its account's server; `subject_id` is the message."""

    device_id: str
    openid: str


class DeviceReported(Event, frozen=True, kw_only=True, tag="devices.reported"):
    """A device said something; `subject_id` is the message."""

    device_id: str
    openid: str


class DeviceConnected(Event, frozen=True, kw_only=True, tag="devices.connected"):
    """A person is told that their device is connected, or no longer is."""

    device_id: str
    openid: str
    is_connected: bool
