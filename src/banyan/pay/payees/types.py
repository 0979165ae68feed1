"""Ids, structs and events of merchants as those who can be paid over the wire."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.secret import Secret
from banyan.base.text import END
from banyan.books.journal import Event
from banyan.parties.ids import MerchantId

RATE_BP = 60
"""What is kept of a payment where nothing else was agreed, in hundredths of a per cent."""
RATE_BP_MAX = 1_000

Mchid = Annotated[str, msgspec.Meta(pattern=rf"^[0-9]{{10}}{END}")]
"""A payee's number on the wire."""
ApiKey = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-Za-z]{{32}}{END}")]
"""A key that both sides know."""
Pem = Annotated[str, msgspec.Meta(min_length=64, max_length=16_000)]
"""A certificate or key as text."""
SerialNo = Annotated[str, msgspec.Meta(pattern=rf"^[0-9A-F]{{1,40}}{END}")]
"""The number of a certificate, in capital hexadecimal digits."""


class KeyMode(StrEnum):
    """By which of our keys a payee knows us. Stored: never renamed."""

    CERTIFICATE = "certificate"
    """By certificates that it downloads."""
    PUBLIC_KEY = "public_key"
    """By a public key that it was handed once."""
    MIGRATING = "migrating"
    """By whichever it names; what its server is told is signed by the one it knew us by last."""


class Scope(StrEnum):
    """What a provider may do for a merchant. Stored: never renamed."""

    PAY = "pay"
    """Have people asked for money in its name, and all that goes with it, such as guides."""
    REFUND = "refund"
    """Give money back to who paid, and answer complaints."""
    BILLS = "bills"
    """Read its balances and bills."""
    SHARE = "share"
    """Split parts off what its charges brought."""
    FUNDS = "funds"
    """Withdraw what it holds, say to which bank account, give it away in packets and vouchers, and
    issue its taxed invoices; who does so may read as for bills."""


Scopes = Annotated[Sequence[Scope], msgspec.Meta(min_length=1, max_length=len(Scope))]
SCOPES = (Scope.PAY, Scope.REFUND, Scope.BILLS)
"""What a merchant lets its provider do if it says nothing else, as at WeChat Pay: sharing, and what
a merchant holds, it allows by itself."""


class PlatformKind(StrEnum):
    """What one of our own pairs is known by. Stored: never renamed."""

    CERTIFICATE = "certificate"
    PUBLIC_KEY = "public_key"


class Payee(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant who can be paid over the wire; its keys are not shown again."""

    merchant_id: MerchantId
    mchid: Mchid
    mode: KeyMode
    rate_bp: int
    """What is kept of each payment, in hundredths of a per cent."""
    has_apiv3_key: bool
    has_apiv2_key: bool
    opened_at: datetime
    told_by: PlatformKind = PlatformKind.PUBLIC_KEY
    """While it changes over: the pair by which its program knew us last."""


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """By what a payee's own program signs."""

    serial_no: SerialNo
    public_key_pem: str
    certificate_pem: str
    effective_at: datetime
    expires_at: datetime
    added_at: datetime
    revoked_at: datetime | None = None


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """A provider may act for a merchant."""

    provider_id: MerchantId
    provider_mchid: Mchid
    merchant_id: MerchantId
    mchid: Mchid
    bound_at: datetime
    scopes: list[Scope]


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """A payee for whom a provider acts, and what of what was asked it may do for it."""

    payee: Payee
    scopes: list[Scope]


class BondScopes(msgspec.Struct, frozen=True):
    """What of a bond is noted in the audit log."""

    scopes: list[Scope]


class PayeeInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A payee with its certificates, the latest first, and with whom it is bound."""

    payee: Payee
    certificates: list[Certificate]
    bonds: list[Bond]


class ApiKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys that a payee and we both know; None for one that is not set."""

    apiv3_key: Secret | None
    apiv2_key: Secret | None


class PayeeKeys(msgspec.Struct, frozen=True, kw_only=True):
    """All that passes between a payee and us is signed and hidden by."""

    payee: Payee
    certificates: list[Certificate]
    """Those that are good, the latest first."""
    keys: ApiKeys
    appids: frozenset[str] = frozenset()
    """Others' accounts that it may be paid through."""


class PlatformKey(msgspec.Struct, frozen=True, kw_only=True):
    """One of our own pairs."""

    kind: PlatformKind
    serial: str
    """How the wire names it: a certificate's number, or the public key's id."""
    private_key_pem: Secret
    public_key_pem: str
    certificate_pem: str
    effective_at: datetime
    expires_at: datetime


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """The half of one of our own pairs that everybody may know."""

    kind: PlatformKind
    serial: str
    public_key_pem: str
    certificate_pem: str
    expires_at: datetime


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Our own pairs that are good, of each kind the latest first."""

    items: list[PublicKey]


class Payees(msgspec.Struct, frozen=True, kw_only=True):
    """Those of some merchants who can be paid over the wire."""

    items: list[Payee]


class PlatformKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Our own pairs of both kinds that are good, the latest first."""

    items: list[PlatformKey]


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed with a payee."""

    rate_bp: int = RATE_BP


class PayeeOpened(Event, frozen=True, kw_only=True, tag="payees.opened"):
    """A merchant can be paid over the wire."""

    mchid: str


class PayeeChanged(Event, frozen=True, kw_only=True, tag="payees.changed"):
    """A payee's keys, certificates or terms are others."""

    what: str
    """`mode`, `apiv3_key`, `apiv2_key`, `certificate_added`, `certificate_revoked`, `terms`."""


class PayeeBound(Event, frozen=True, kw_only=True, tag="payees.bound"):
    """A provider may act for a payee; `subject_id` is the provider."""


class PayeeUnbound(Event, frozen=True, kw_only=True, tag="payees.unbound"):
    """A provider may no longer act for a payee; `subject_id` is the provider."""
