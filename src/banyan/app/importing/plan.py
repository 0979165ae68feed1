"""Turns a file's rows, in the order of time, into orders to place and units to take back: pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from banyan.app.importing.store import Reject, Replayed
from banyan.wire.sheets.cells import MILLION

LINES_MAX = 2_000
"""Most lines that one order takes."""
INCOMPLETE = "order_incomplete"
"""Another row of the order is bad in a way that would make it another order."""


class SoldLine(NamedTuple):
    """Units sold at one price in whole minor units."""

    sku: str
    quantity: int
    unit_price_fen: int


class Taken(NamedTuple):
    """A row that was taken, for when its order turns out to be refused."""

    row_no: int
    amount_e6: int


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """An order to place and pay."""

    number: str
    at_us: int
    customer: str
    store: str
    lines: Sequence[SoldLine]
    rows: Sequence[Taken]

    @property
    def amount_fen(self) -> int:
        """What it costs."""
        return sum(line.quantity * line.unit_price_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class PlannedRefund:
    """A cancellation: units of earlier orders, by order and line."""

    number: str
    at_us: int
    units: dict[str, dict[int, int]]
    """Order number to line number to units."""
    amounts_fen: dict[str, int]
    """What that comes to, by order number."""
    rows: Sequence[Taken]

    @property
    def amount_fen(self) -> int:
        """What is given back."""
        return sum(self.amounts_fen.values())


Planned = PlannedOrder | PlannedRefund | Reject


class Rounding:
    """Whole minor units of amounts that have fractions, so that the sums come out right.

    The fraction that one amount loses or gains is carried to the next one that has a fraction.
    So the sum of all is the sum of the exact amounts, rounded: at no time off by more than half a
    unit, while rounding each alone would drift with their number.
    """

    def __init__(self, exponent: int) -> None:
        """`exponent` is the number of decimals of the currency."""
        self._unit: int = MILLION // 10**exponent
        self._carried = 0

    def to_fen(self, amount_e6: int) -> int:
        """The amount in minor units, never below zero."""
        fen, rest = divmod(amount_e6, self._unit)
        if not rest:
            return fen
        total = self._carried + amount_e6
        fen = (total + self._unit // 2) // self._unit
        self._carried = total - fen * self._unit
        return fen


@dataclass(slots=True)
class Purchase:
    """A line that some cancellation may take back, and how much of it is left."""

    number: str
    line_no: int
    unit_price_fen: int
    left: int


@dataclass
class Planner:
    """Plans one file. What it makes of a row depends on the rows before it, and on nothing else."""

    exponent: int
    refused_goods: dict[str, str]
    """Codes that the catalogue does not take, and why."""
    _roundings: dict[bool, Rounding] = field(init=False)
    _purchases: dict[tuple[str, str, int], list[Purchase]] = field(
        init=False, default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        """Known and unknown customers are added up apart, so each sum is rounded by itself."""
        self._roundings = {True: Rounding(self.exponent), False: Rounding(self.exponent)}

    def plan(self, rows: Iterable[Replayed]) -> Iterator[Planned]:
        """Plan rows that come order by order."""
        for _, group in groupby(rows, attrgetter("number")):
            some = list(group)
            yield from (self._plan_refund if some[0].is_refund else self._plan_order)(some)

    def _plan_order(self, rows: Sequence[Replayed]) -> Iterator[Planned]:
        reasons = [self.refused_goods.get(row.sku, "") for row in rows]
        first = rows[0]
        if first.is_broken or any(reasons):
            for row, reason in zip(rows, reasons, strict=True):
                yield _reject(row, reason or INCOMPLETE)
            return
        if any((row.customer, row.store) != (first.customer, first.store) for row in rows):
            yield from (_reject(row, "order_of_two") for row in rows)
            return
        lines = [(row, line) for row in rows for line in self._lines(row)]
        if len(lines) > LINES_MAX:
            yield from (_reject(row, "order_too_long") for row in rows)
            return
        for line_no, (row, line) in enumerate(lines, start=1):
            if row.is_wanted_back:
                purchase = Purchase(first.number, line_no, line.unit_price_fen, line.quantity)
                self._purchases[row.customer, row.sku, row.price_e6].append(purchase)
        yield PlannedOrder(
            first.number,
            first.at_us,
            first.customer,
            first.store,
            [line for _, line in lines],
            [_taken(row) for row in rows],
        )

    def _lines(self, row: Replayed) -> list[SoldLine]:
        """The row as lines at whole minor units: two if its amount does not divide evenly."""
        amount_e6 = row.quantity * row.price_e6
        amount_fen = self._roundings[row.customer != ""].to_fen(amount_e6)
        low, dearer = divmod(amount_fen, row.quantity)
        parts = ((row.quantity - dearer, low), (dearer, low + 1))
        return [SoldLine(row.sku, units, price) for units, price in parts if units]

    def _plan_refund(self, rows: Sequence[Replayed]) -> Iterator[Planned]:
        if rows[0].is_broken:
            yield from (_reject(row, INCOMPLETE) for row in rows)
            return
        units: dict[str, dict[int, int]] = {}
        amounts: dict[str, int] = defaultdict(int)
        matched = []
        for row in rows:
            bought = self._purchases.get((row.customer, row.sku, row.price_e6), [])
            if sum(one.left for one in bought) < row.quantity:
                is_unknown = not bought
                yield _reject(row, "never_bought" if is_unknown else "more_than_bought")
                continue
            matched.append(_taken(row))
            for purchase, count in match(bought, row.quantity):
                lines = units.setdefault(purchase.number, {})
                lines[purchase.line_no] = lines.get(purchase.line_no, 0) + count
                amounts[purchase.number] += count * purchase.unit_price_fen
        if matched:
            first = rows[0]
            yield PlannedRefund(first.number, first.at_us, units, dict(amounts), matched)


def match(bought: Sequence[Purchase], quantity: int) -> list[tuple[Purchase, int]]:
    """Take units from the latest purchase that has enough of them left, else from the latest on.

    `bought` is in the order of time and has enough altogether.
    """
    whole = next((one for one in reversed(bought) if one.left >= quantity), None)
    found = []
    for one in [whole] if whole else reversed(bought):
        count = min(one.left, quantity)
        if count:
            one.left -= count
            quantity -= count
            found.append((one, count))
        if not quantity:
            break
    assert not quantity
    return found


def rejects_of(planned: PlannedOrder | PlannedRefund, reason: str) -> Collection[Reject]:
    """All rows of something that was refused."""
    return [Reject(one.row_no, reason, one.amount_e6) for one in planned.rows]


def _amount_e6(row: Replayed) -> int:
    amount_e6 = row.quantity * row.price_e6
    return -amount_e6 if row.is_refund else amount_e6


def _reject(row: Replayed, reason: str) -> Reject:
    return Reject(row.row_no, reason, _amount_e6(row))


def _taken(row: Replayed) -> Taken:
    return Taken(row.row_no, _amount_e6(row))
