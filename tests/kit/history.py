"""Order history as another system would export it: invented from a seed, with what it comes to."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

HEADING = (
    "order", "sku", "description", "quantity", "time", "unit_price", "customer", "store"
)  # fmt: skip
_began = datetime(2025, 3, 1, 9)  # noqa: DTZ001 - the file's own time has no zone


@dataclass
class History:
    """Rows of a file, and what an import of them must come to; money in fen."""

    rows: list[Sequence[str]] = field(default_factory=list)
    sold_fen: Counter[str] = field(default_factory=Counter)
    """By customer; empty text for those whom nobody knows."""
    orders: Counter[str] = field(default_factory=Counter)
    """By customer."""
    returned_fen: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Rows by reason."""

    def write(self, path: Path) -> None:
        """Write the file."""
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADING, *self.rows])


def invent_history(orders: int, *, seed: int = 1, with_rejects: bool = True) -> History:
    """Invent orders of one to eight lines, some by customers, some taken back, some bad."""
    chance = random.Random(seed)
    goods = {f"T{number:03}": chance.randint(100, 9_000) for number in range(60)}
    history = History()
    at = _began
    for number in range(1, orders + 1):
        at += timedelta(minutes=chance.randint(1, 40))
        customer = f"K{chance.randint(1, max(orders // 5, 1))}" if chance.random() < 0.75 else ""
        lines = [
            (sku, chance.randint(1, 12)) for sku in chance.sample(list(goods), chance.randint(1, 8))
        ]
        for sku, quantity in lines:
            _add(history, str(number), sku, quantity, at, goods[sku], customer)
        total = sum(goods[sku] * quantity for sku, quantity in lines)
        history.sold_fen[customer] += total
        history.orders[customer] += 1
        if customer and chance.random() < 0.2:
            sku, quantity = lines[0]
            back = chance.randint(1, quantity)
            at += timedelta(minutes=1)
            _add(history, f"R-{number}", sku, -back, at, goods[sku], customer)
            history.returned_fen += back * goods[sku]
        if with_rejects and chance.random() < 0.1:
            _add_bad(history, number, at, chance)
    return history


def _add(  # noqa: PLR0913, PLR0917 - the columns of a row
    history: History,
    number: str,
    sku: str,
    quantity: int,
    at: datetime,
    price_fen: int,
    customer: str,
) -> None:
    price = f"{price_fen // 100}.{price_fen % 100:02}"
    time = at.isoformat(" ", "minutes")
    store = "North Gate" if int(number.lstrip("R-X")) % 2 else "南门店"
    history.rows.append((number, sku, f"Tea {sku}", str(quantity), time, price, customer, store))


def _add_bad(history: History, number: int, at: datetime, chance: random.Random) -> None:
    kind = chance.choice(("quantity_malformed", "never_bought", "quantity_not_positive"))
    match kind:
        case "quantity_malformed":
            _add(history, f"X{number}", "T000", 1, at, 100, "")
            history.rows.append((f"X{number}", "T000", "", "two", "2025-03-01", "1.00", "", ""))
            history.rejected["order_incomplete"] += 1
        case "never_bought":
            _add(history, f"R-X{number}", "T000", -1, at, 77, "nobody")
        case _:
            _add(history, f"X{number}", "T000", -5, at, 100, "")
    history.rejected[kind] += 1
