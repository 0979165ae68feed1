"""What people see after they paid over the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END
from banyan.books.journal import Event

UNWANTED_MAX = 3
"""Most trades whose adverts a merchant keeps away."""

ReceiptUrl = Annotated[
    str, msgspec.Meta(max_length=255, pattern=rf"^(https?://[^\s\x00-\x1f]+)?{END}")
]


class Trade(StrEnum):
    """Whose adverts a merchant keeps away: its rivals'. Stored: never renamed."""

    E_COMMERCE = "E_COMMERCE"
    LOVE_MARRIAGE = "LOVE_MARRIAGE"
    PHOTOGRAPHY = "POTOGRAPHY"
    """As the protocol spells it."""
    EDUCATION = "EDUCATION"
    FINANCE = "FINANCE"
    TOURISM = "TOURISM"
    SKINCARE = "SKINCARE"
    FOOD = "FOOD"
    SPORT = "SPORT"
    JEWELRY_WATCH = "JEWELRY_WATCH"
    HEALTHCARE = "HEALTHCARE"
    BUSINESS = "BUSSINESS"
    """As the protocol spells it."""
    PARENTING = "PARENTING"
    CATERING = "CATERING"
    RETAIL = "RETAIL"
    SERVICES = "SERVICES"
    LAW = "LAW"
    ESTATE = "ESTATE"
    TRANSPORTATION = "TRANSPORTATION"
    ENERGY_SAVING = "ENERGY_SAVING"
    SECURITY = "SECURITY"
    BUILDING_MATERIAL = "BUILDING_MATERIAL"
    COMMUNICATION = "COMMUNICATION"
    MERCHANDISE = "MERCHANDISE"
    ASSOCIATION = "ASSOCIATION"
    COMMUNITY = "COMMUNITY"
    ONLINE_AVR = "ONLINE_AVR"
    WE_MEDIA = "WE_MEDIA"
    CAR = "CAR"
    SOFTWARE = "SOFTWARE"
    GAME = "GAME"
    CLOTHING = "CLOTHING"
    INDUSTY = "INDUSTY"
    """As the protocol spells it."""
    AGRICULTURE = "AGRICULTURE"
    PUBLISHING_MEDIA = "PUBLISHING_MEDIA"
    HOME_DIGITAL = "HOME_DIGITAL"


class AfterPage(msgspec.Struct, frozen=True, kw_only=True):
    """What people see after they paid a merchant."""

    merchant_id: Id
    provider_id: Id = Id(0)
    """The provider who keeps it; 0 for the merchant itself."""
    is_open: bool = False
    has_receipt: bool = False
    """The shop's own receipt is led to."""
    receipt_url: str = ""
    has_adverts: bool = False
    unwanted: list[Trade] = []
    changed_at: datetime | None = None


class AfterPageChanged(Event, frozen=True, kw_only=True, tag="afterpay.changed"):
    """What people see after they paid a merchant is otherwise now."""

    is_open: bool
    has_receipt: bool
    has_adverts: bool
