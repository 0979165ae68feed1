"""Money as a person reads it, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_decimal, get_currency_precision, get_currency_symbol

if TYPE_CHECKING:
    from babel import Locale

minus = "\u2212"
own_symbols = {"CNY": "¥", "JPY": "JP¥"}
"""CLDR writes `CN¥` in English; here yuan are at home, and yen are the ones to tell apart."""


def format_money(
    locale: Locale, amount: int, currency: str = "CNY", *, is_signed: bool = False
) -> str:
    """Answers minor units as `¥1,234.50`: exact at any size, a real minus sign before the symbol.

    With `is_signed` a gain carries `+`, as in a list of wallet entries.
    """
    digits = get_currency_precision(currency)
    whole, fraction = divmod(abs(amount), 10**digits)
    sign = minus if amount < 0 else "+" if is_signed and amount > 0 else ""
    symbol = own_symbols.get(currency) or get_currency_symbol(currency, locale=locale)
    tail = f".{fraction:0{digits}d}" if digits else ""
    return f"{sign}{symbol}{format_decimal(whole, '#,##0', locale=locale)}{tail}"
