"""The worked tables of the money page are what the code really does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from banyan.base.money import allocate, percent_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "money-and-rounding.md"


def rows_under(heading: str) -> list[list[str]]:
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    assert len(rows) > 4
    return rows[2:]


def test_shares_are_rounded_as_shown() -> None:
    for amount, points, exact, rounded in rows_under("Where a fraction must vanish"):
        assert Fraction(exact) == Fraction(int(amount) * int(points), 10_000)
        assert percent_of(int(amount), int(points)) == int(rounded)


def test_sums_are_divided_as_shown() -> None:
    for total, weights, parts in rows_under("Where a sum is divided"):
        assert allocate(int(total), [int(one) for one in weights.split()]) == [
            int(one) for one in parts.split()
        ]
