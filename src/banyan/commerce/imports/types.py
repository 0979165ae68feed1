"""What comes from other systems: sources, their numbers, orders and cancellations as they were."""

from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.limits import NAME_MAX
from banyan.base.money import Fen
from banyan.base.text import LINE
from banyan.books.journal import Event
from banyan.commerce.catalogue import SkuId
from banyan.commerce.orders import LINES_MAX, OrderId, TillLine
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod
from banyan.pay.refunds import RefundId

GOODS_MAX = 2_000
"""Most goods that one command brings."""

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
"""What the other system calls an order, a cancellation or a customer."""
Line = Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]
Units = Annotated[int, msgspec.Meta(ge=1)]


class SourceId(Id):
    """Another system from which a merchant's history comes."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Another system, as a merchant names it."""

    merchant_id: MerchantId
    source_id: SourceId
    name: str


class BringOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Command: this was sold and paid there, at the time of the call."""

    merchant_id: MerchantId
    source_id: SourceId
    number: Number
    store_id: StoreId
    customer: Number | None = None
    """None: nobody knows who bought it."""
    method: PaymentMethod = PaymentMethod.OTHER
    lines: Annotated[list[TillLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    """Each with the price that was paid for a unit."""

    @property
    def total_fen(self) -> int:
        """What was paid."""
        return sum((line.unit_price_fen or 0) * line.quantity for line in self.lines)


class BroughtOrder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An order that is in the books now."""

    merchant_id: MerchantId
    order_id: OrderId
    total_fen: int
    is_new: bool
    """False: it was brought before."""


class TakenLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """So many units of one line of an order went back."""

    line_no: Line
    quantity: Units


class TakenPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Units of one order went back."""

    order_number: Number
    lines: Annotated[list[TakenLine], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    amount_fen: Fen
    """What was given back for them there; here it must come to the same."""


class BringRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Command: this went back there, at the time of the call."""

    merchant_id: MerchantId
    source_id: SourceId
    number: Number
    """Of the cancellation."""
    parts: Annotated[list[TakenPart], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    """Each of another order."""

    @property
    def amount_fen(self) -> int:
        """What was given back."""
        return sum(part.amount_fen for part in self.parts)


class BroughtRefund(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A cancellation that is in the books now, as a refund of each of its orders."""

    merchant_id: MerchantId
    refund_ids: list[RefundId]
    amount_fen: int
    is_new: bool


class NewGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Something that was sold there; where the catalogue has its code, that stays as it is."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    name: Annotated[str, msgspec.Meta(max_length=NAME_MAX)]
    category: Annotated[str, msgspec.Meta(max_length=NAME_MAX)] = ""
    price_fen: Fen
    is_on_sale: bool = True


class BroughtGoods(msgspec.Struct, frozen=True, kw_only=True):
    """The variants that the codes mean here."""

    sku_ids: dict[str, SkuId]
    refused: dict[str, str]
    """Codes that the catalogue does not take, and why."""


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """All that came from a source so far."""

    customers: int
    orders: int
    total_fen: int
    refunds: int
    refunded_fen: int


class SourceOpened(Event, frozen=True, kw_only=True, tag="imports.source_opened"):
    """A merchant begins to bring in what another system holds; `subject_id` is the source."""

    name: str
