"""What people are called on invoices, requests for them, invoices, and the facts about those."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.text import END, LINE, LINES
from banyan.books.journal import Event
from banyan.reach.channels import ChannelId

TITLES_MAX = 20
"""Most titles of one person."""
KINDS_MAX = 1_000
ITEMS_MAX = 100
"""Most lines of one invoice."""
TOGETHER_MAX = 50
"""Most invoices that one command names."""

Line = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
Lines = Annotated[str, msgspec.Meta(max_length=1_000, pattern=LINES)]
Token = Annotated[str, msgspec.Meta(max_length=100, pattern=rf"^[A-Za-z0-9_-]*{END}")]
OrderName = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
"""What the merchant's program calls an order."""
Code = Annotated[str, msgspec.Meta(max_length=20, pattern=rf"^[0-9]*{END}")]
Fen = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class TitleId(Id):
    """What a person is called on invoices."""


class RequestId(Id):
    """Somebody is asked what they are called on an invoice."""


class PaperId(Id):
    """A paper that comes with an invoice; 0 for none."""


class TitleKind(StrEnum):
    """Whose invoice it is. Stored: never renamed."""

    COMPANY = "company"
    PERSON = "person"


class TitleFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody is called on an invoice."""

    kind: TitleKind = TitleKind.COMPANY
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=LINE)]
    tax_number: Annotated[str, msgspec.Meta(max_length=20, pattern=rf"^[0-9A-Za-z]*{END}")] = ""
    address: Line = ""
    phone: Line = ""
    email: Line = ""
    bank: Line = ""
    bank_account: Line = ""


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """A title that somebody keeps."""

    title_id: TitleId
    token: str
    """In the code that they show to have it copied."""
    facts: TitleFacts


class Purpose(StrEnum):
    """What somebody is asked for. Stored: never renamed."""

    ORDER = "order"
    """A title for the invoice of an order."""
    OFFER = "offer"
    """Whether to keep a title that the account has for them."""
    CHOOSE = "choose"
    """A title for the account, whatever it is for."""


class RequestState(StrEnum):
    """How far a request is. Stored: never renamed."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    """The merchant makes no invoice."""
    DONE = "done"
    """The invoice is there."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is asked what they are called on an invoice, and what they said."""

    channel_id: ChannelId
    request_id: RequestId
    purpose: Purpose
    token: str
    order_name: str
    amount_fen: int
    source: str
    redirect_url: str
    attach: str
    offered: TitleFacts | None
    state: RequestState
    person_id: Id
    title: TitleFacts | None
    why: str
    created_at: datetime
    answered_at: datetime | None


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of an invoice."""

    name: Line
    unit: Line = ""
    count: Annotated[float, msgspec.Meta(ge=0, le=10**9)] = 0.0
    price_fen: Fen = 0


class InvoiceFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands on an invoice."""

    title: Line
    amount_fen: Fen
    before_tax_fen: Fen
    tax_fen: Fen
    number: Line
    billing_code: Line = ""
    billed_at: datetime
    items: Annotated[list[Item], msgspec.Meta(max_length=ITEMS_MAX)] = []
    check_code: Line = ""
    buyer_number: Line = ""
    buyer_address: Line = ""
    buyer_bank: Line = ""
    seller_number: Line = ""
    seller_address: Line = ""
    seller_bank: Line = ""
    remarks: Lines = ""
    maker: Line = ""
    cashier: Line = ""


class InvoiceState(StrEnum):
    """Whether an invoice was handed in to be refunded. Stored: never renamed."""

    INIT = "init"
    LOCK = "lock"
    """Somebody who is to refund it holds it."""
    CLOSURE = "closure"
    """It was refunded, for good."""
    REVERSED = "reversed"
    """It was taken back by a red one, and counts no more."""


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that somebody was given."""

    channel_id: ChannelId
    code: str
    kind_id: str
    payee: str
    """Who issued it."""
    kind_name: str
    order_name: str
    person_id: Id
    facts: InvoiceFacts
    paper_id: PaperId
    trip_paper_id: PaperId
    state: InvoiceState
    locked_by: Id
    """The account that holds it; 0 for none."""
    created_at: datetime


class TitleGiven(Event, frozen=True, kw_only=True, tag="invoices.title_given"):
    """Somebody said what they are called on an invoice; what it is stands not here."""

    purpose: Purpose
    order_name: str


class InvoiceIssued(Event, frozen=True, kw_only=True, tag="invoices.issued"):
    """Somebody was given an invoice."""

    code: str
    order_name: str
    amount_fen: int


class InvoiceRefused(Event, frozen=True, kw_only=True, tag="invoices.refused"):
    """A merchant makes no invoice for an order."""

    order_name: str


class InvoiceMoved(Event, frozen=True, kw_only=True, tag="invoices.moved"):
    """An invoice was handed in, given back, or refunded; `channel_id` issued it."""

    code: str
    state: InvoiceState
    by_channel_id: int
