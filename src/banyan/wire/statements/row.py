"""A line of a statement, whoever wrote it, and what its cells say."""

import re
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import msgspec

_china = timezone(timedelta(hours=8))
_sum = re.compile(r"[+-]?[0-9]{1,10}(?:\.[0-9]{1,6})?")
_moment = "%Y-%m-%d %H:%M:%S"
_fen_a_yuan = 100


class BadStatement(ValueError):
    """What was given is no statement, or not all of one."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One payment or refund of which a statement tells."""

    kind: Literal["payment", "refund"]
    out_no: str
    """The merchant's number of the payment."""
    out_refund_no: str = ""
    """The merchant's number of the refund; empty for a payment."""
    provider_no: str
    """The provider's number: of the payment, or of the refund where it has one of its own."""
    currency: str = "CNY"
    amount_fen: int
    """How much was paid or went back: never below zero."""
    fee_fen: int
    """What the provider keeps of it; below zero what it gives back of it."""
    is_done: bool = True
    """False for a refund that is still on its way."""
    at: datetime

    @property
    def is_refund(self) -> bool:
        """Whether money went back."""
        return self.kind == "refund"


def read_sum(text: str) -> int:
    """Fen of a sum in yuan; a part of a fen is rounded, half of one up. Raises BadStatement."""
    told = text.strip().replace(",", "")
    if not _sum.fullmatch(told):
        raise BadStatement(f"{text[:40]!r} is no sum")
    return int((Decimal(told) * _fen_a_yuan).quantize(Decimal(1), ROUND_HALF_UP))


def read_moment(text: str) -> datetime:
    """An instant on China's clocks. Raises BadStatement."""
    try:
        return datetime.strptime(text.strip(), _moment).replace(tzinfo=_china)
    except ValueError:
        raise BadStatement(f"{text[:40]!r} is no time") from None


def read_count(text: str) -> int:
    """How many there are. Raises BadStatement."""
    told = text.strip()
    if not (told.isascii() and told.isdigit()):
        raise BadStatement(f"{text[:40]!r} is no number")
    return int(told[:9])


def check_sums(*pairs: tuple[int, int]) -> None:
    """What a statement says of itself, against its lines. Raises BadStatement."""
    for told, found in pairs:
        if told != found:
            raise BadStatement(f"its lines amount to {found}, its foot tells {told}: is it whole?")
