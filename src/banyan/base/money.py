"""Money: integers in a currency's minor unit, and the only ways to divide them.

Rounding is half-even where a fraction of a minor unit must vanish, and nothing vanishes where a
sum is divided: `allocate` hands out every unit (largest remainder, ties to the earlier part).
"""

from typing import Annotated

import msgspec

from banyan.base.errors import Invalid
from banyan.base.limits import AMOUNT_MAX

Fen = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]
"""An amount in minor units, zero or more."""
PositiveFen = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MAX)]
BasisPoints = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
CurrencyCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")]


class Currency(msgspec.Struct, frozen=True):
    """An ISO 4217 currency: `number` names its book in the ledger, `exponent` its minor unit."""

    code: str
    number: int
    exponent: int


_WHOLE = 10_000
_HALF = _WHOLE // 2

CNY = Currency(code="CNY", number=156, exponent=2)
_CURRENCIES = {
    one.code: one
    for one in (
        CNY,
        Currency(code="AUD", number=36, exponent=2),
        Currency(code="CAD", number=124, exponent=2),
        Currency(code="EUR", number=978, exponent=2),
        Currency(code="GBP", number=826, exponent=2),
        Currency(code="HKD", number=344, exponent=2),
        Currency(code="JPY", number=392, exponent=0),
        Currency(code="KRW", number=410, exponent=0),
        Currency(code="MOP", number=446, exponent=2),
        Currency(code="MYR", number=458, exponent=2),
        Currency(code="SGD", number=702, exponent=2),
        Currency(code="THB", number=764, exponent=2),
        Currency(code="TWD", number=901, exponent=2),
        Currency(code="USD", number=840, exponent=2),
    )
}


def currency(code: str) -> Currency:
    """The currency of that code. Raises Invalid `money.unknown_currency`."""
    try:
        return _CURRENCIES[code]
    except KeyError:
        raise Invalid("money.unknown_currency", currency=code) from None


def list_currencies() -> list[Currency]:
    """Every currency that there can be money in, that of mainland China first."""
    return list(_CURRENCIES.values())


def percent_of(amount: int, basis_points: int) -> int:
    """`basis_points` hundredths of a percent of `amount`, rounded half to even."""
    assert amount >= 0
    assert basis_points >= 0
    whole, rest = divmod(amount * basis_points, _WHOLE)
    if rest > _HALF or (rest == _HALF and whole % 2 == 1):
        whole += 1
    return whole


def allocate(total: int, weights: list[int]) -> list[int]:
    """Divide `total` in proportion to `weights`; the parts sum to `total` exactly.

    Largest remainder (Hamilton's method); equal remainders go to the earlier part. With all
    weights zero everything goes to the first part.
    """
    assert total >= 0
    assert weights
    assert min(weights) >= 0
    weight_sum = sum(weights)
    if weight_sum == 0:
        return [total] + [0] * (len(weights) - 1)
    parts = [total * weight // weight_sum for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda index: -(total * weights[index] % weight_sum)
    )
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
