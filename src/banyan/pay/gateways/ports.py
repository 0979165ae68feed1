"""What the room needs from outside itself: providers, the key under which keys lie, and openids.

A provider's methods wait for answers: they belong in a thread. They are only called after a commit,
each says only what the provider said, and whatever is neither yes nor no is `Unreachable`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from banyan.base.errors import Trouble
from banyan.base.money import CNY
from banyan.base.seal import Seal
from banyan.base.secret import Secret
from banyan.books.work import Connection
from banyan.pay.gateways.types import Keys, Way


class KeyTrouble(StrEnum):
    """Why keys do not work, where the provider's own words do not say it."""

    OWN_KEY = "wrong_own_key"
    """Our private key is none."""
    PUBLIC_KEY = "wrong_public_key"
    """What the provider answers is signed by another key than the one that we were given."""
    NO_PUBLIC_KEY = "needs_public_key"
    """The provider signs by a public key, and we were given none."""
    APIV3_KEY = "wrong_apiv3_key"
    """What the provider hides for the merchant is not opened by this key."""


class Outcome(StrEnum):
    """What a provider says of an attempt."""

    UNPAID = "unpaid"
    PAID = "paid"
    CLOSED = "closed"
    UNKNOWN_NUMBER = "unknown_number"
    """It has never heard of this number."""


class RefundOutcome(StrEnum):
    """What a provider says of money that is to go back."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NEEDS_MONEY = "needs_money"
    """The merchant's account holds too little: the same number may be sent again."""
    REFUSED = "refused"
    """Not under this number."""
    STUCK = "stuck"
    """The payer's account could not take it; the merchant must mend that there."""
    UNKNOWN_NUMBER = "unknown_number"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider is asked to take on. The same number again is the same payment."""

    out_no: str
    way: Way
    currency: str
    amount_fen: int
    description: str
    notify_url: str
    return_url: str
    """Where the payer comes back to."""
    expires_at: datetime | None
    """None for what is closed at once: no clock of theirs need agree with ours."""
    openid: str = ""
    payer_ip: str = ""


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """Where the payer goes now: a code's text or an address, or what WeChat's browser is asked."""

    link: str = ""
    params: dict[str, str] = {}


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of an attempt; `refunded_fen` None where it does not tell."""

    outcome: Outcome
    currency: str = CNY.code
    amount_fen: int = 0
    """What was asked for, vouchers of the provider's own included."""
    provider_no: str = ""
    paid_at: datetime | None = None
    refunded_fen: int | None = None


class AskedRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What is to go back of a payment. The same number again is the same refund."""

    out_no: str
    out_refund_no: str
    provider_no: str
    currency: str
    amount_fen: int
    total_fen: int
    """Of the payment."""
    reason: str
    notify_url: str


class LearnedRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider says of a refund."""

    outcome: RefundOutcome
    out_refund_no: str = ""
    amount_fen: int | None = None
    """None where it does not tell."""
    provider_no: str = ""
    done_at: datetime | None = None
    why: str = ""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider told us by itself, and is proved to have told."""

    out_no: str
    payment: Learned | None = None
    refund: LearnedRefund | None = None


class StatementKind(StrEnum):
    """What a line of a provider's statement is about. Stored: never renamed."""

    PAYMENT = "payment"
    REFUND = "refund"


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a provider's statement of a day."""

    kind: StatementKind
    out_no: str
    out_refund_no: str = ""
    provider_no: str
    currency: str = CNY.code
    amount_fen: int
    """Of the payment, or of the refund; never below zero."""
    fee_fen: int = 0
    """What the provider kept; below zero for what it gave back with a refund."""
    is_done: bool = True
    """False for a refund that was still on its way."""
    at: datetime


class Unreachable(Exception):
    """Neither yes nor no. With `is_doubtful` the provider may have done what was asked."""

    def __init__(self, why: str, *, is_doubtful: bool = True) -> None:
        super().__init__(why)
        self.why, self.is_doubtful = why, is_doubtful


class Refused(Exception):
    """The provider said no to what was asked, and would say so again."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Forged(Exception):
    """A notice that the provider has not sent, or not to this merchant."""


class Unreadable(Exception):
    """A notice that the provider has sent, and that the merchant's keys do not open."""


class Provider(Protocol):
    """An outside house through which merchants are paid. Whatever is asked twice is done once.

    Each method raises Unreachable for what is neither yes nor no.
    """

    def create(self, keys: Keys, asked: Asked) -> Created | Learned:
        """Take on a payment; Learned if it is paid or closed already. Raises Refused."""

    def query(self, keys: Keys, out_no: str) -> Learned:
        """How it is with a payment."""

    def close(self, keys: Keys, out_no: str) -> Learned:
        """Let nobody pay any more: CLOSED or UNKNOWN_NUMBER; PAID if somebody had."""

    def refund(self, keys: Keys, asked: AskedRefund) -> LearnedRefund:
        """Give back."""

    def query_refund(self, keys: Keys, out_no: str, out_refund_no: str) -> LearnedRefund:
        """How it is with what goes back."""

    def read_notice(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> Notice:
        """What the provider told; names of headers in lower case. Raises Forged, Unreadable."""

    def fetch_statement(self, keys: Keys, day: date) -> Sequence[StatementLine] | None:
        """What happened on a day in China; None as long as the statement is not ready."""

    def check(self, keys: Keys) -> str:
        """Whether the keys work: empty, or why they do not."""


FindOpenid = Callable[[Connection, int, str, int], Awaitable[str]]
"""What WeChat calls a person in the name of an appid of a merchant's (merchant, appid, person);
empty where nobody knows."""


class Ports:
    """Filled once, where the rooms are listed and when the process is built."""

    def __init__(self) -> None:
        self._seal: Seal | None = None
        self._find_openid: FindOpenid | None = None

    def connect_openids(self, find: FindOpenid) -> None:
        """Ask this for openids: who came by way of the real WeChat is known in a room above."""
        self._find_openid = find

    @property
    def find_openid(self) -> FindOpenid:
        """See `FindOpenid`."""
        assert self._find_openid is not None, "openids are connected where the rooms are listed"
        return self._find_openid

    def connect(self, *, key: Secret) -> None:
        """Use this key; all processes of an installation share it."""
        self._seal = Seal(key, "gateways")

    @property
    def seal(self) -> Seal:
        """The seal under the server's key. Raises Trouble `gateways.no_key`."""
        if self._seal is None:
            raise Trouble("gateways.no_key")
        return self._seal


PORTS = Ports()
