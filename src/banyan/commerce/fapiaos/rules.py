"""What stands on an invoice, computed from what is asked: pure."""

import hashlib
from collections.abc import Mapping, Sequence

from banyan.base.errors import Invalid
from banyan.commerce.fapiaos.types import Goods, Item, Mark, Wish

_whole_bp = 10_000
_code_length = 12
_red = "red"


def numbers_of(merchant_id: int, apply_no: str, fapiao_no: str, *, is_red: bool) -> tuple[str, str]:
    """The twenty digits of an invoice and those by which it is checked: always the same."""
    said = f"{int(merchant_id)}|{apply_no}|{fapiao_no}|{_red if is_red else ''}"
    found = int.from_bytes(hashlib.sha256(said.encode()).digest())
    number, rest = found % 10**18, found // 10**18
    return f"44{number:018d}", f"{rest % 10**20:020d}"


def split_number(number: str) -> tuple[str, str]:
    """The code and the number within it, by which older programs know twenty digits."""
    return number[:_code_length], number[_code_length:]


def write_items(wishes: Sequence[Wish], goods: Mapping[str, Goods], total_fen: int) -> list[Item]:
    """The lines with their tax, which is in their totals.

    Raises Invalid `fapiaos.unknown_goods`, `fapiaos.amounts_differ`, `fapiaos.not_discounted`.
    """
    items = [_write(one, goods.get(one.tax_code)) for one in wishes]
    if sum(one.total_fen for one in items) != total_fen or total_fen <= 0:
        raise Invalid("fapiaos.amounts_differ")
    return items


def _write(wish: Wish, known: Goods | None) -> Item:
    name = wish.name or (known.name if known else "")
    rate_bp = wish.rate_bp if wish.rate_bp is not None or known is None else known.rate_bp
    if not name or rate_bp is None:
        raise Invalid("fapiaos.unknown_goods", tax_code=wish.tax_code)
    if wish.is_discount != (wish.total_fen < 0):
        raise Invalid("fapiaos.not_discounted")
    mark = wish.mark or (known.mark if known else Mark.NONE)
    return Item(
        tax_code=wish.tax_code,
        name=name,
        specification=wish.specification,
        unit=wish.unit,
        quantity=wish.quantity,
        total_fen=wish.total_fen,
        tax_fen=compute_tax(wish.total_fen, rate_bp),
        rate_bp=rate_bp,
        mark=mark,
        is_discount=wish.is_discount,
    )


def compute_tax(total_fen: int, rate_bp: int) -> int:
    """The tax that is in an amount, to the nearest fen; of what is taken off as much less."""
    whole = _whole_bp + rate_bp
    tax = (abs(total_fen) * rate_bp * 2 + whole) // (2 * whole)
    return tax if total_fen >= 0 else -tax
