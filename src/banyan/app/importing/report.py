"""What an import came to: every row of the file is accounted for, to the last fraction."""

from __future__ import annotations

import msgspec

from banyan.app.importing.replay import Sums
from banyan.base.money import Currency
from banyan.commerce.imports import Brought
from banyan.wire.sheets.cells import MILLION


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that were not taken, for one reason."""

    reason: str
    rows: int
    amount: str
    """What they are worth; negative where they would have taken back."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file. Amounts are decimals in the merchant's currency."""

    merchant_id: str
    currency: str
    rows: int
    """All rows of the file that hold anything."""
    amount: str
    """What they add up to in the file: sold, less returned, plus rejected."""
    orders: int
    orders_new: int
    """Not there before this run."""
    lines: int
    sold: str
    """In the books, for the orders of this file."""
    sold_to_known: str
    sold_to_unknown: str
    refunds: int
    refunds_new: int
    returned: str
    rejected_rows: int
    rejected: list[Rejected]
    rounding: str
    """By how much the books' whole minor units differ from the file's fractions."""
    seconds: float
    rows_per_s: float
    brought: Brought | None
    """Everything that came from this source so far, by the books; None for a dry run."""


def compute_report(
    sums: Sums,
    rejects: dict[str, tuple[int, int]],
    *,
    money: Currency,
    merchant_id: int,
    brought: Brought | None,
    seconds: float,
) -> ImportReport:
    """Add everything up."""
    unit = MILLION // 10**money.exponent
    sold_fen = sum(sums.sold_fen.values())
    rejected_e6 = sum(amount_e6 for _, amount_e6 in rejects.values())
    rejected_rows = sum(count for count, _ in rejects.values())
    rows = sums.rows + rejected_rows
    rounding_e6 = (sold_fen - sums.returned_fen) * unit - (sums.sold_e6 - sums.returned_e6)
    return ImportReport(
        merchant_id=str(merchant_id),
        currency=money.code,
        rows=rows,
        amount=_render(sums.sold_e6 - sums.returned_e6 + rejected_e6),
        orders=sums.orders,
        orders_new=sums.orders_new,
        lines=sums.lines,
        sold=_render(sold_fen * unit),
        sold_to_known=_render(sums.sold_fen[True] * unit),
        sold_to_unknown=_render(sums.sold_fen[False] * unit),
        refunds=sums.refunds,
        refunds_new=sums.refunds_new,
        returned=_render(sums.returned_fen * unit),
        rejected_rows=rejected_rows,
        rejected=[
            Rejected(reason=reason, rows=count, amount=_render(amount_e6))
            for reason, (count, amount_e6) in rejects.items()
        ],
        rounding=_render(rounding_e6),
        seconds=round(seconds, 2),
        rows_per_s=round(rows / seconds, 1),
        brought=brought,
    )


def _render(amount_e6: int) -> str:
    """A decimal without zeros that say nothing, but at least two: 12.00, 0.001."""
    whole, rest = divmod(abs(amount_e6), MILLION)
    decimals = f"{rest:06}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount_e6 < 0 else ''}{whole}.{decimals}"
