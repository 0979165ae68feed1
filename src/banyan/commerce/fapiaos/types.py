"""Structs and events of taxed invoices."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES
from banyan.books.journal import Event
from banyan.commerce.invoices import TitleFacts
from banyan.parties.ids import MerchantId

GOODS_MAX = 1_000
ITEMS_MAX = 100
PAPER_BYTES_MAX = 2 << 20

Line = Annotated[str, msgspec.Meta(max_length=100, pattern=LINE)]
ApplyNo = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
"""The number of the payment that it is for."""
FapiaoNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=rf"^[0-9A-Za-z_|*@-]+{END}")
]
"""What the merchant's program calls an invoice."""
TaxCode = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{19}}{END}")]
RateBp = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Fen = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
CallbackUrl = Annotated[
    str, msgspec.Meta(max_length=256, pattern=rf"^(https?://[^\s?#\x00-\x1f]+)?{END}")
]


class Mark(StrEnum):
    """Why less tax is paid for something, if so. Stored: never renamed."""

    NONE = "none"
    OUTSIDE = "outside"
    EXEMPT = "exempt"
    ZERO = "zero"
    EXPORT = "export"


class FapiaoState(StrEnum):
    """How far it is. Stored: never renamed."""

    ISSUED = "issued"
    REVERSED = "reversed"
    """A red one takes it back."""


class Step(StrEnum):
    """What a server is told of."""

    APPLIED = "applied"
    """Somebody said what they are called."""
    ISSUED = "issued"
    INSERTED = "inserted"
    """It is in their hands."""
    REVERSED = "reversed"
    DISCARDED = "discarded"
    """It is in their hands no more as one that counts."""


class Seller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on it of the merchant, beside its name and number."""

    address: Line = ""
    phone: Line = ""
    bank: Line = ""
    bank_account: Line = ""
    payee: Line = ""
    """Who takes the money."""
    reviewer: Line = ""
    drawer: Line = ""
    """Who writes it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a merchant makes invoices, and where it is told."""

    callback_url: str = ""
    shows_cell: bool = False
    has_vat: bool = False
    seller: Seller = Seller()


class Goods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that a merchant sells, as the tax office knows it."""

    tax_code: TaxCode
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=90, pattern=LINE)]
    category: Line = ""
    rate_bp: RateBp
    mark: Mark = Mark.NONE


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line as the merchant's program asks for it; what is missing is that of the goods."""

    tax_code: TaxCode
    name: Line = ""
    specification: Line = ""
    unit: Line = ""
    quantity: Annotated[int, msgspec.Meta(ge=0, le=10**18)] = 10**8
    """In hundred-millionths."""
    total_fen: Fen
    rate_bp: RateBp | None = None
    mark: Mark | None = None
    is_discount: bool = False


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice, with its tax."""

    tax_code: str
    name: str
    specification: str
    unit: str
    quantity: int
    total_fen: int
    tax_fen: int
    rate_bp: int
    mark: Mark
    is_discount: bool

    @property
    def amount_fen(self) -> int:
        """Before tax."""
        return self.total_fen - self.tax_fen

    @property
    def price_fen(self) -> int:
        """Of one, before tax."""
        return self.amount_fen * 10**8 // self.quantity if self.quantity else 0


class FapiaoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on an invoice beside the buyer."""

    seller_name: str
    seller_number: str
    seller: Seller
    items: list[Item]
    total_fen: int
    tax_fen: int
    remark: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a blue invoice or a red one."""

    code: str
    number: str
    check_code: str
    at: datetime


class Fapiao(msgspec.Struct, frozen=True, kw_only=True):
    """A taxed invoice of a payment."""

    merchant_id: MerchantId
    apply_no: str
    fapiao_no: str
    channel_id: Id
    told_id: Id
    """Whose server is told: the merchant's, or its provider's."""
    person_id: Id
    code: str
    """What the account calls it in the person's hands."""
    state: FapiaoState
    buyer: TitleFacts
    facts: FapiaoFacts
    blue: Paper
    red: Paper | None
    paper_id: Id
    reason: str
    issued_at: datetime
    reversed_at: datetime | None


Remark = Annotated[str, msgspec.Meta(max_length=200, pattern=LINES)]


class FapiaoIssued(Event, frozen=True, kw_only=True, tag="fapiaos.issued"):
    """A payment's invoice was issued; the subject is the payment."""

    fapiao_no: str
    amount_fen: int


class FapiaoReversed(Event, frozen=True, kw_only=True, tag="fapiaos.reversed"):
    """A payment's invoice was taken back by a red one; the subject is the payment."""

    fapiao_no: str
    amount_fen: int
