"""Ids, states and structs of charges: what merchants ask people to pay over the wire."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.limits import QUANTITY_MAX
from banyan.base.money import CNY, CurrencyCode, Fen, PositiveFen
from banyan.base.text import END, LINE, LINES
from banyan.parties.ids import MerchantId, PersonId
from banyan.pay.vouchers import Promotion

COMBINED_MAX = 50
"""Charges that can be paid together."""
GOODS_MAX = 1_000
REFUNDS_MAX = 50
"""Refunds of one charge."""
TOKEN_LENGTH = 20


class ChargeId(Id):
    """One thing that a merchant asks somebody to pay."""


class CombinedId(Id):
    """Several charges that are paid at once."""


class ChargeRefundId(Id):
    """One giving back of a part of a charge."""


class Protocol(StrEnum):
    """Whose words the merchant's program speaks. Stored: never renamed."""

    OWN = "own"
    WECHAT = "wechat"
    WECHAT_V2 = "wechat_v2"
    ALIPAY = "alipay"

    @property
    def network(self) -> str:
        """Within which a merchant's own numbers are unique: both of WeChat's are one."""
        return "wechat" if self is Protocol.WECHAT_V2 else self.value


class Way(StrEnum):
    """How the one who pays is reached. Stored: never renamed."""

    JSAPI = "jsapi"
    """On a page within the phone app, or a mini program; made for one person."""
    NATIVE = "native"
    """The customer scans the merchant's code."""
    APP = "app"
    H5 = "h5"
    """In a browser elsewhere."""
    CODE = "code"
    """The merchant scans the customer's payment code."""
    DESK = "desk"
    """The customer scans the fixed code at the cash desk and says how much."""
    SCORE = "score"
    """After the service, taken by agreement."""
    PARKING = "parking"
    """On leaving the car park, taken by agreement."""


class ChargeState(StrEnum):
    """How far a charge has come. Stored: never renamed."""

    UNPAID = "unpaid"
    PAYING = "paying"
    """Its payment code was scanned, and the person must still give their pay password."""
    PAID = "paid"
    """Refunds don't change this: they are counted."""
    FAILED = "failed"
    """The person would not or could not pay when their code was scanned."""
    CLOSED = "closed"
    REVOKED = "revoked"
    """Reversed by the till: not paid, or given back whole."""


class Funds(StrEnum):
    """What of a merchant's money a refund was taken from. Stored: never renamed."""

    UNSETTLED = "unsettled"
    AVAILABLE = "available"


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    CHARGE = 801
    """Wallet to unsettled."""
    FEE = 802
    """Unsettled to the platform's fees."""
    POOLED = 803
    """Unsettled to what waits to be shared."""
    REFUND = 804
    """Unsettled or purse back to wallet."""
    FEE_BACK = 805
    POOL_BACK = 806
    """What waits to be shared back to what a refund is taken from."""


Token = Annotated[str, msgspec.Meta(pattern=rf"^[2-9A-Z]{{{TOKEN_LENGTH}}}{END}")]
OutNo = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=LINE)]
Url = Annotated[str, msgspec.Meta(max_length=256, pattern=LINE)]
_Words = Annotated[str, msgspec.Meta(max_length=256, pattern=LINES)]
_Texts = Annotated[
    Mapping[
        Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)],
        Annotated[str, msgspec.Meta(max_length=2048, pattern=LINES)],
    ],
    msgspec.Meta(max_length=40),
]


class Goods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One thing that is paid for."""

    goods_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
    platform_goods_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    name: Annotated[str, msgspec.Meta(max_length=256, pattern=LINES)] = ""
    quantity: Annotated[int, msgspec.Meta(ge=1, le=QUANTITY_MAX)] = 1
    unit_price_fen: Fen = 0


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant said of a charge that decides nothing about money; kept as it came."""

    description: _Words = ""
    attach: _Words = ""
    goods_tag: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    notify_url: Url = ""
    goods: Annotated[Sequence[Goods], msgspec.Meta(max_length=GOODS_MAX)] = []
    scene: _Texts = {}
    """Where it happened: `device_id`, `client_ip`, `store_id`, ..."""
    extra: _Texts = {}
    """What only the protocol knows the meaning of, such as where a browser goes afterwards."""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One charge as it is asked for."""

    payee_id: MerchantId
    is_provided: bool = True
    """Whoever asks for another does so as its provider, under whom the number is unique; else,
    in a combination, as if the payee had asked by itself."""
    out_no: OutNo
    """The merchant's own number: once asked for, once paid."""
    total_fen: PositiveFen
    currency: CurrencyCode = CNY.code
    channel_id: Id = NONE
    """In whose name it is asked; the payer shows by their openid there."""
    sub_channel_id: Id = NONE
    wanted_payer_id: PersonId = PersonId(0)
    """The only one who may pay it; 0 for anybody."""
    expires_at: datetime | None = None
    is_shared: bool = False
    """What is paid waits until it is shared with others."""
    facts: Facts = Facts()


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge and all that came of it."""

    merchant_id: MerchantId
    """Who is paid."""
    charge_id: ChargeId
    provider_id: MerchantId
    """The service provider who asked in the merchant's name; 0 for the merchant itself."""
    combined_id: CombinedId
    protocol: Protocol
    way: Way
    out_no: str
    token: str
    channel_id: Id
    sub_channel_id: Id
    wanted_payer_id: PersonId
    currency: str
    total_fen: int
    is_shared: bool
    facts: Facts
    created_at: datetime
    expires_at: datetime | None
    payable_until: datetime
    state: ChargeState
    payer_id: PersonId
    openid: str
    sub_openid: str
    paid_at: datetime | None
    closed_at: datetime | None
    payer_fen: int
    """What the payer's wallet gave."""
    voucher_fen: int
    """What vouchers gave."""
    discount_fen: int
    """What the merchant gave up."""
    rate_bp: int
    fee_fen: int
    unsplit_fen: int
    """What still waits to be shared."""
    promotions: list[Promotion]
    refund_count: int
    refunded_fen: int
    payer_refunded_fen: int
    voucher_refunded_fen: int
    discount_refunded_fen: int
    fee_refunded_fen: int

    @property
    def transaction_no(self) -> str:
        """The platform's number of it on the wire: 28 digits."""
        return transaction_no_of(self.charge_id)

    @property
    def settled_fen(self) -> int:
        """What the merchant is paid before the fee."""
        return self.total_fen - self.discount_fen

    @property
    def is_paid(self) -> bool:
        """Whether money came."""
        return self.paid_at is not None


class RefundedGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing of which some went back."""

    goods_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
    platform_goods_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""
    name: Annotated[str, msgspec.Meta(max_length=256, pattern=LINES)] = ""
    unit_price_fen: Fen = 0
    refund_fen: Fen = 0
    quantity: Annotated[int, msgspec.Meta(ge=0, le=QUANTITY_MAX)] = 0


class RefundFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a merchant said of a refund that decides nothing about money; kept as it came."""

    notify_url: Url = ""
    goods: Annotated[Sequence[RefundedGoods], msgspec.Meta(max_length=GOODS_MAX)] = []
    extra: _Texts = {}


class ChargeRefund(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a charge that went back."""

    merchant_id: MerchantId
    refund_id: ChargeRefundId
    charge_id: ChargeId
    provider_id: MerchantId
    out_refund_no: str
    refund_fen: int
    payer_fen: int
    """What the payer's wallet got."""
    voucher_fen: int
    discount_fen: int
    fee_fen: int
    """What of the fee the merchant got back."""
    pool_fen: int
    """What of it came from what waits to be shared."""
    funds: Funds
    reason: str
    facts: RefundFacts
    refunded_by: int
    refunded_at: datetime

    @property
    def refund_no(self) -> str:
        """The platform's number of it on the wire: 29 digits."""
        return refund_no_of(self.refund_id)

    @property
    def settled_fen(self) -> int:
        """What the merchant gave of it."""
        return self.refund_fen - self.discount_fen


class Combination(msgspec.Struct, frozen=True, kw_only=True):
    """Several charges that are paid at once."""

    merchant_id: MerchantId
    """Who asked."""
    combined_id: CombinedId
    out_no: str
    token: str
    facts: Facts
    created_at: datetime


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking: one charge, or those of a combination."""

    token: str
    charges: list[Charge]
    combination: Combination | None = None


def transaction_no_of(charge_id: ChargeId) -> str:
    """The number on the wire of a charge: 28 digits."""
    return f"4200{int(charge_id):019d}{int(charge_id) % 99_991:05d}"


def refund_no_of(refund_id: ChargeRefundId) -> str:
    """The number on the wire of a refund: 29 digits."""
    return f"5030{int(refund_id):019d}{int(refund_id) % 999_983:06d}"


def charge_id_of(transaction_no: str) -> ChargeId:
    """The charge of a number on the wire; 0 for a number that is of none."""
    digits = transaction_no.isascii() and transaction_no.isdigit()
    if not digits or len(transaction_no) != 28 or not transaction_no.startswith("4200"):  # noqa: PLR2004
        return ChargeId(0)
    found = int(transaction_no[4:23])
    return ChargeId(found if found % 99_991 == int(transaction_no[23:]) else 0)


def refund_id_of(refund_no: str) -> ChargeRefundId:
    """The refund of a number on the wire; 0 for a number that is of none."""
    digits = refund_no.isascii() and refund_no.isdigit()
    if not digits or len(refund_no) != 29 or not refund_no.startswith("5030"):  # noqa: PLR2004
        return ChargeRefundId(0)
    found = int(refund_no[4:23])
    return ChargeRefundId(found if found % 999_983 == int(refund_no[23:]) else 0)
