"""What a person typed into a field, as exact values."""

from __future__ import annotations

import re
import unicodedata

from babel.numbers import get_currency_precision

money_characters_max = 20
amount_max = 10**15
plain_amount = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)


def parse_money(text: str, currency: str = "CNY") -> int:
    """Answers minor units from `12`, `12.5`, `¥1,234.50` or full-width digits, never rounded.

    Raises `ValueError` for anything else: a sign, too many decimals, more than 10^15 minor units.
    """
    digits = get_currency_precision(currency)
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").strip()
    found = plain_amount.fullmatch(plain)
    if len(plain) > money_characters_max or found is None:
        raise ValueError("not an amount of money")
    whole, fraction = found.group(1).replace(",", ""), found.group(2) or ""
    if len(fraction) > digits:
        raise ValueError("more decimals than the currency has")
    amount: int = int(whole + fraction.ljust(digits, "0"))
    if amount > amount_max:
        raise ValueError("too much money")
    return amount


def render_amount(amount: int, currency: str = "CNY") -> str:
    """Answers minor units as `parse_money` reads them: `1234.50`, for the value of a field."""
    digits = get_currency_precision(currency)
    whole, fraction = divmod(amount, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)
