"""What a cash desk is, and what was taken there."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.text import LINE
from banyan.commerce.places import CodeId, PlaceId
from banyan.commerce.stores import StoreId
from banyan.parties.ids import MerchantId
from banyan.pay.charges import ChargeId
from banyan.pay.collect import PaymentMethod
from banyan.pay.gateways import AttemptId

DESK_MAX_FEN = 5_000_000
"""Most that is paid at once by the code of a desk, in the smallest unit of its currency."""

DeskFen = Annotated[int, msgspec.Meta(ge=1, le=DESK_MAX_FEN)]
Remark = Annotated[str, msgspec.Meta(max_length=50, pattern=LINE)]
"""What the payer lets the cashier know."""


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A cash desk, as whoever scans its code sees it."""

    merchant_id: MerchantId
    store_id: StoreId
    place_id: PlaceId
    code_id: CodeId
    name: str
    shop_name: str
    is_verified: bool
    currency: str
    most_fen: int


class DeskSum(msgspec.Struct, frozen=True, kw_only=True):
    """A cash desk of a merchant, and what it took in a span of time."""

    merchant_id: MerchantId
    store_id: StoreId
    place_id: PlaceId
    code_id: CodeId
    """Of its first code that works; of its first if none does."""
    token: str
    """What that code says."""
    is_active: bool
    """Whether any of its codes works."""
    name: str
    count: int
    total_fen: int
    refunded_fen: int
    """What of it went back up to now."""


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody paid at a cash desk."""

    merchant_id: MerchantId
    charge_id: ChargeId
    store_id: StoreId
    place_id: PlaceId
    currency: str
    total_fen: int
    refunded_fen: int
    remark: str
    paid_at: datetime
    method: PaymentMethod
    attempt_id: AttemptId
    """Of what came through a provider; 0 for the rest."""
