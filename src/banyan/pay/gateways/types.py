"""Gateways to outside providers, attempts to be paid through them, what goes back, and events."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import Id
from banyan.base.secret import Secret
from banyan.base.text import END, LINE
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

Mchid = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{8,10}}{END}")]
Appid = Annotated[str, msgspec.Meta(pattern=rf"^wx[0-9a-f]{{16}}{END}")]
AlipayAppId = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{16}}{END}")]
SerialNo = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Fa-f]{{1,64}}{END}")]
Apiv3Key = Annotated[str, msgspec.Meta(pattern=rf"^[\x21-\x7e]{{32}}{END}")]
PublicKeyId = Annotated[str, msgspec.Meta(pattern=rf"^(PUB_KEY_ID_[0-9A-Za-z]{{1,64}})?{END}")]
KeyText = Annotated[str, msgspec.Meta(max_length=16_000)]
"""A key as a PEM, or the letters between a PEM's first and last line."""
OutNo = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Za-z_-]{{6,64}}{END}")]
"""A number under which a provider knows what we asked of it."""
Url = Annotated[str, msgspec.Meta(max_length=500, pattern=LINE)]
BELL = "gateways"
"""Rings when providers are to be asked for something."""
ORDER = "order"
"""The subject of attempts that pay an order; its id is the payment's too."""
DESK = "desk"
"""The subject of attempts that pay at a cash desk; its id is that of the charge."""
WHY_MAX = 300
"""Most characters kept of what a provider gives as its reason."""


class GatewayId(Id):
    """A merchant's account at an outside provider."""


class AttemptId(Id):
    """One try to be paid through a gateway."""


class GatewayRefundId(Id):
    """Money that goes back through a gateway."""


class GatewayKind(StrEnum):
    """Which provider. Stored: never renamed."""

    WECHATPAY = "wechatpay"
    ALIPAY = "alipay"


class GatewayState(StrEnum):
    """Whether its keys work. Stored: never renamed."""

    CHECKING = "checking"
    """Nobody knows yet."""
    WORKING = "working"
    REFUSED = "refused"
    """The provider does not know us by them."""


class Way(StrEnum):
    """How the payer gets to the provider. Stored: never renamed."""

    CODE = "code"
    """They scan a code that we show: WeChat's native, Alipay's precreate."""
    WEB = "web"
    """The browser of their phone leads them there: WeChat's H5, Alipay's WAP."""
    PAGE = "page"
    """The browser of a computer leads them there; Alipay only."""
    JSAPI = "jsapi"
    """WeChat's own browser asks them; WeChat only."""


class AttemptState(StrEnum):
    """How far an attempt is. Stored: never renamed."""

    ASKING = "asking"
    """The provider is asked to take it on."""
    OPEN = "open"
    """The payer may pay."""
    PAID = "paid"
    """What it is for was paid by it."""
    STRAY = "stray"
    """Money came for what was paid or over already: it goes back by itself."""
    CLOSED = "closed"
    """Nobody can pay it any more."""
    REFUSED = "refused"
    """The provider did not take it on."""
    DISPUTED = "disputed"
    """The provider says that something else was paid than we asked for: a person must look."""


class RefundState(StrEnum):
    """How far it is with money that goes back. Stored: never renamed."""

    ASKED = "asked"
    """The provider is to be asked."""
    UNDER_WAY = "under_way"
    """The provider is at it."""
    NEEDS_MONEY = "needs_money"
    """The merchant's account there holds too little: asked again now and then."""
    DONE = "done"
    REFUSED = "refused"
    """The provider will not do it: the merchant tries again or gives it back by hand."""
    STUCK = "stuck"
    """The payer's account could not take it: the merchant must mend that at the provider."""
    BY_HAND = "by_hand"
    """The merchant has given it back in another way, and says so."""


class TransferCode(IntEnum):
    """Why money moved. Stored: never renumbered."""

    PAID = 951
    """A provider took it in for a merchant."""
    RETURNING = 952
    """It is to go back."""
    RETURNED = 953
    """The provider has given it back."""
    KEPT = 954
    """It did not go back after all."""


class WeChatPayKeys(msgspec.Struct, frozen=True, kw_only=True, tag="wechatpay"):
    """By what a merchant and WeChat Pay know each other."""

    mchid: str
    appid: str
    serial_no: str
    """Of the certificate that belongs to `private_key`."""
    private_key: Secret
    apiv3_key: Secret
    public_key: str = ""
    """WeChat Pay's own; empty in the mode of certificates, which are downloaded."""
    public_key_id: str = ""


class AlipayKeys(msgspec.Struct, frozen=True, kw_only=True, tag="alipay"):
    """By what a merchant and Alipay know each other."""

    app_id: str
    private_key: Secret
    alipay_public_key: str


Keys = WeChatPayKeys | AlipayKeys


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant's account at an outside provider; its keys are not shown again."""

    merchant_id: MerchantId
    gateway_id: GatewayId
    kind: GatewayKind
    account: str
    """The merchant's number there: the mchid at WeChat Pay, the app id at Alipay."""
    appid: str
    """WeChat Pay only: in whose name it is paid."""
    is_on: bool
    """Buyers may pay through it."""
    state: GatewayState
    why: str
    """In the provider's words."""
    checked_at: datetime | None
    changed_at: datetime
    notify_path: str
    """Where the provider tells what happens, under this server's address."""
    unread_since: datetime | None = None
    """Since when what it tells is hidden by another key than ours; None while all is read."""
    unread_at: datetime | None = None
    """When it told such a thing last."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to be paid through a gateway."""

    merchant_id: MerchantId
    attempt_id: AttemptId
    gateway_id: GatewayId
    kind: GatewayKind
    way: Way
    subject: str
    """What it is for, such as `order`."""
    subject_id: Id
    person_id: Id
    """Who is to pay; 0 at the till, where anybody may."""
    taken_by: Id
    """The actor at the till; 0 when the payer pays alone."""
    out_no: str
    """Under which the provider knows it."""
    currency: str
    amount_fen: int
    refunded_fen: int
    description: str
    openid: str
    state: AttemptState
    is_unwanted: bool
    """It is to be closed, as what it is for is paid or over."""
    link: str
    """Where the payer goes, or what the code says."""
    params: dict[str, str]
    """With what WeChat's own browser is asked."""
    provider_no: str
    """The provider's own number, known once it was paid."""
    learned_from: str
    """Who told us first that it was paid: `notice`, `asked` or `statement`."""
    why: str
    asked_at: datetime
    expires_at: datetime
    paid_at: datetime | None


class GatewayRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Money that goes back through a gateway."""

    merchant_id: MerchantId
    refund_id: GatewayRefundId
    attempt_id: AttemptId
    gateway_id: GatewayId
    kind: GatewayKind
    source_id: Id
    """The refund of an order that it belongs to; 0 for money that came astray."""
    out_no: str
    """Of the attempt."""
    out_refund_no: str
    currency: str
    amount_fen: int
    reason: str
    state: RefundState
    provider_no: str
    why: str
    asked_at: datetime
    done_at: datetime | None


class GatewayKeysSet(Event, frozen=True, kw_only=True, tag="gateways.keys_set"):
    """A merchant gave us keys of a provider, or had them tried; `subject_id` is the gateway."""

    provider: GatewayKind
    account: str


class GatewayAsked(Event, frozen=True, kw_only=True, tag="gateways.asked"):
    """A provider is to be asked about something of a merchant; `subject_id` says what."""

    provider: GatewayKind


class GatewayPaid(Event, frozen=True, kw_only=True, tag="gateways.paid"):
    """Money came through a gateway for what it was asked for; `subject_id` is the attempt."""

    provider: GatewayKind
    subject: str
    paid_subject_id: int
    currency: str
    amount_fen: int


class GatewayStrayed(Event, frozen=True, kw_only=True, tag="gateways.strayed"):
    """Money came for what was paid or over already, and goes back; `subject_id` is the attempt."""

    provider: GatewayKind
    currency: str
    amount_fen: int


class GatewayDisputed(Event, frozen=True, kw_only=True, tag="gateways.disputed"):
    """A provider tells of another payment than was asked for; `subject_id` is the attempt."""

    provider: GatewayKind
    why: str


class GatewayRefunded(Event, frozen=True, kw_only=True, tag="gateways.refunded"):
    """A provider has given money back; `subject_id` is the refund."""

    provider: GatewayKind
    currency: str
    amount_fen: int


class GatewayRefundRefused(Event, frozen=True, kw_only=True, tag="gateways.refund_refused"):
    """A provider did not give money back; `subject_id` is the refund."""

    provider: GatewayKind
    currency: str
    amount_fen: int
    why: str
