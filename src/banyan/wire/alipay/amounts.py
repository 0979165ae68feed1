"""Sums as Alipay writes them: yuan with two decimals, exact in both directions."""

import re

_yuan = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2})0*)?")
_whole = 100


def parse_yuan(given: str | float) -> int | None:
    """Fen of a sum; None if it is none, negative, or finer than a fen.

    Programs send texts and JSON numbers: the shortest text of a number is what they wrote.
    """
    match = _yuan.fullmatch(given if isinstance(given, str) else repr(given))
    if match is None:
        return None
    return int(match[1]) * _whole + int((match[2] or "").ljust(2, "0"))


def render_yuan(amount_fen: int) -> str:
    """A sum in yuan with two decimals."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), _whole)
    return f"{sign}{yuan}.{fen:02d}"
