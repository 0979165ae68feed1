"""Reports as tables for a terminal and as CSV: one line for each thing that is told apart."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from banyan.base.ids import Id
from banyan.base.money import currency
from banyan.doors.cli.console import out, said

Line = dict[str, Any]

_lists = ("rows", "segments", "cohorts")
_labels = frozenset({"code_id", "store_id", "channel_id", "on", "month", "name"})
_percent_bp = 100
_width_max = 1_000


def print_csv(report: msgspec.Struct) -> None:
    """Print the lines of a report as CSV, as they are."""
    lines = list_lines(report)
    if lines:
        writer = csv.DictWriter(sys.stdout, lines[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def print_table(report: msgspec.Struct, known: Mapping[int, str]) -> None:
    """Print the lines of a report for people, money in whole units; say how fresh it is.

    Ids are shown by the names that are `known`; what has none, such as a code that is no longer
    there, by the id itself.
    """
    heading = msgspec.structs.asdict(report)
    money = currency(heading["currency"])
    lines = list_lines(report)
    names = list(lines[0]) if lines else []
    table = Table(*(_title(name) for name in names), box=box.SIMPLE_HEAD)
    for column, name in zip(table.columns, names, strict=True):
        column.justify = "left" if name in _labels else "right"
    for line in lines:
        cells = ((name, _name(name, value, known)) for name, value in line.items())
        table.add_row(*(_text(name, value, money.exponent) for name, value in cells))
    if lines:
        # As wide as it is, also where it is piped: figures that are cut off are worth nothing.
        wide = Measurement.get(out, out.options.update(max_width=_width_max), table).maximum
        Console(width=wide, soft_wrap=True, highlight=False).print(table)
    else:
        out.print("Nothing in these days.")
    first = heading["from_on"] or "the beginning"
    said.print(f"{money.code}, from {first} to {heading['until_on']}, as of {heading['as_of']}.")
    if heading.get("is_cut"):
        said.print("Cut: ask for fewer days, or for less apart.")


def list_lines(report: msgspec.Struct) -> list[Line]:
    """The lines of a report, without the columns by which nothing is told apart."""
    heading = msgspec.structs.asdict(report)
    (name,) = [one for one in _lists if one in heading]
    lines = [line for one in heading[name] for line in _flatten(msgspec.structs.asdict(one))]
    empty = {key for key in _labels if all(line.get(key) is None for line in lines)}
    return [{key: value for key, value in line.items() if key not in empty} for line in lines]


def _flatten(told: Line) -> list[Line]:
    """A cohort is a line for each of its months; what is worth how much is a column for each."""
    months = told.pop("months", None)
    if months is not None:
        told = {"month": told["month"], "cohort": told["buyers"]}
        return [told | msgspec.structs.asdict(one) for one in months]
    for value in told.pop("values", ()):
        told |= {f"buyers_{value.days}": value.buyers, f"value_{value.days}_fen": value.value_fen}
    return [{key: _plain(value) for key, value in told.items()}]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, Id) else value


def _name(name: str, value: object, known: Mapping[int, str]) -> object:
    if not name.endswith("_id") or not isinstance(value, int):
        return value
    return known.get(value, value) if value else "none"


def _title(name: str) -> str:
    return name.removesuffix("_fen").removesuffix("_bp").removesuffix("_id").replace("_", " ")


def _text(name: str, value: object, exponent: int) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and name.endswith("_bp"):
        return f"{value / _percent_bp:.1f} %"
    if isinstance(value, int) and name.endswith("_fen"):
        whole, rest = divmod(abs(value), 10**exponent)
        decimals = f".{rest:0{exponent}}" if exponent else ""
        return f"{'-' if value < 0 else ''}{whole:,}{decimals}"
    return str(value)
