"""Ids, structs, ledger codes and events of shares: what merchants split off what they earned."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.money import PositiveFen
from banyan.base.text import END, LINE
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

RATIO_BP = 3_000
"""How much of a charge may be shared where nothing else was agreed, in basis points."""
WHOLE_BP = 10_000
PARTS_MAX = 50
SHARINGS_MAX = 50
"""Sharings of one charge."""
RETURNS_MAX = 20
"""Times that something comes back of one sharing."""


class SharingId(Id):
    """One order to split off parts of what a charge brought."""


class PartId(Id):
    """What one receiver gets by one sharing."""


class ReturnId(Id):
    """What a receiver gives back of its part."""


class SubsidyId(Id):
    """What a provider adds to what a charge brought its merchant."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    SHARED = 851
    """What waits to be shared to a receiver's purse or wallet."""
    UNFROZEN = 852
    """What waits to be shared to the merchant's unsettled money: nobody else gets it."""
    RETURNED = 853
    """A receiver's purse back to what waits to be shared, or to unsettled money once it is over."""
    SUBSIDY = 854
    """A provider's purse to what waits to be shared."""
    SUBSIDY_BACK = 855
    """The merchant's purse, or what waits to be shared, back to the provider."""


class Form(StrEnum):
    """Among whom it is shared, and whose receivers they are. Stored: never renamed."""

    OWN = "own"
    """The merchant's own receivers."""
    BRAND = "brand"
    """Those of the brand that the merchant is a shop of."""
    PLATFORM = "platform"
    """Those of the platform that the merchant sells on, which is its provider."""


class ReceiverKind(StrEnum):
    """What a receiver is. Stored: never renamed."""

    MERCHANT = "merchant"
    PERSON = "person"


class PartState(StrEnum):
    """What became of a part. Stored: never renamed."""

    DONE = "done"
    CLOSED = "closed"
    """The receiver could not have it: it waits as before."""


OutNo = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=rf"^[0-9A-Za-z_|*@-]+{END}")
]
"""A number that the merchant chose."""
Account = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
"""How a receiver is called: a merchant's number on the wire, or an openid of a channel."""
Description = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=LINE)]
Relation = Annotated[str, msgspec.Meta(max_length=32, pattern=rf"^[A-Z_]+{END}")]
ReceiverName = Annotated[str, msgspec.Meta(max_length=128, pattern=LINE)]


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with whom a merchant may share."""

    merchant_id: MerchantId
    """Whose receiver it is."""
    kind: ReceiverKind
    receiver_id: Id
    """The merchant or the person."""
    channel_id: Id
    """Where a person is known by the openid."""
    account: str
    relation: str
    custom_relation: str
    added_at: datetime


class Share(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one receiver is to get."""

    kind: ReceiverKind
    account: Account
    channel_id: Id = NONE
    amount_fen: PositiveFen
    description: Description
    name: ReceiverName = ""
    """What the merchant believes the receiver to be called; held against what it is called."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one receiver gets by a sharing."""

    part_id: PartId
    kind: ReceiverKind
    receiver_id: Id
    channel_id: Id
    account: str
    amount_fen: int
    description: str
    state: PartState
    fail_reason: str
    returned_fen: int = 0


class Sharing(msgspec.Struct, frozen=True, kw_only=True):
    """One order to split off parts of what a charge brought."""

    merchant_id: MerchantId
    """Who was paid."""
    sharing_id: SharingId
    charge_id: Id
    provider_id: MerchantId
    """Who ordered it in the merchant's name; 0 for the merchant itself."""
    holder_id: MerchantId
    """Whose receivers they are."""
    form: Form
    out_no: str
    is_last: bool
    """What was left over then is the merchant's."""
    unfrozen_fen: int
    description: str
    created_at: datetime
    parts: list[Part]

    @property
    def sharing_no(self) -> str:
        """The platform's number of it on the wire."""
        return number_of(SHARING, self.sharing_id)


class ShareReturn(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver gave back of its part."""

    merchant_id: MerchantId
    return_id: ReturnId
    charge_id: Id
    sharing_id: SharingId
    part_id: PartId
    provider_id: MerchantId
    out_return_no: str
    payer_id: MerchantId
    """The receiver that gave."""
    payer_mchid: str
    amount_fen: int
    description: str
    is_pooled: bool
    """It waits to be shared again; else it is the merchant's, as sharing was over."""
    returned_at: datetime

    @property
    def return_no(self) -> str:
        """The platform's number of it on the wire."""
        return number_of(RETURN, self.return_id)


class Subsidy(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider added to what a charge brought its merchant, or takes back of that."""

    merchant_id: MerchantId
    subsidy_id: SubsidyId
    charge_id: Id
    provider_id: MerchantId
    out_no: str
    is_return: bool
    refund_id: Id
    """The refund because of which it goes back."""
    amount_fen: int
    description: str
    is_pooled: bool
    """It waits to be shared; else it is the merchant's, or was."""
    given_at: datetime

    @property
    def subsidy_no(self) -> str:
        """The platform's number of it on the wire."""
        return number_of(SUBSIDY, self.subsidy_id)


class ShareTerms(msgspec.Struct, frozen=True, kw_only=True):
    """How much of its charges a merchant may share, and where it is told of what it gets."""

    merchant_id: MerchantId
    ratio_bp: int = RATIO_BP
    notify_url: str = ""


class ShareGiven(Event, frozen=True, kw_only=True, tag="split.given"):
    """A part of what a charge brought went to a receiver; the subject is the charge."""

    sharing_id: SharingId
    part_id: PartId
    receiver_kind: ReceiverKind
    receiver_id: Id
    currency: str
    amount_fen: int


class ShareReturned(Event, frozen=True, kw_only=True, tag="split.returned"):
    """A receiver gave something back; the subject is the charge."""

    return_id: ReturnId
    receiver_id: Id
    currency: str
    amount_fen: int


class SharingOver(Event, frozen=True, kw_only=True, tag="split.over"):
    """Nothing more is shared of a charge: the rest is its merchant's. The subject is the charge."""

    currency: str
    unfrozen_fen: int


class SubsidyGiven(Event, frozen=True, kw_only=True, tag="split.subsidized"):
    """A provider added to what a charge brought, or took back; the subject is the charge."""

    subsidy_id: SubsidyId
    provider_id: Id
    is_return: bool
    currency: str
    amount_fen: int


SHARING, RETURN, SUBSIDY, PART = "3008", "3009", "3010", "3601"
_id_digits = 19
_check_prime = 99_991


def number_of(prefix: str, one_id: int) -> str:
    """How something is numbered on the wire: 28 digits."""
    return f"{prefix}{int(one_id):0{_id_digits}d}{int(one_id) % _check_prime:05d}"


def id_in(number: str, prefix: str) -> int:
    """The id in a number of that kind; 0 for what was never numbered so."""
    is_digits = number.isascii() and number.isdigit() and number.startswith(prefix)
    if not is_digits or len(number) != len(prefix) + _id_digits + 5:
        return 0
    found = int(number[len(prefix) : len(prefix) + _id_digits])
    return found if found < 1 << 63 and number == number_of(prefix, found) else 0
