"""A chart as data: the server says what to show, `charts.js` draws it, a table says it in words."""

from __future__ import annotations

from typing import Literal

import msgspec

type_of_value = int | float | None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One line, one set of bars, one row of a heat map."""

    name: str
    """Already in the page's language."""
    values: tuple[type_of_value, ...]
    """As many as the chart has labels; none where nothing is known."""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart shows. Money is in fen: the browser divides only to draw."""

    kind: Literal["line", "area", "bar", "stacked", "rows", "pie", "funnel", "heatmap"]
    """`rows` are horizontal bars; `heatmap` has one series a row, as cohorts do."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Literal["count", "fen", "ratio"] = "count"
    currency: str = "CNY"

    def __post_init__(self) -> None:
        """Refuses series that do not fit the labels: that is a mistake of the page."""
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("every series needs one value a label")

    def encode(self) -> str:
        """Answers the JSON for the `data-chart` attribute."""
        return msgspec.json.encode(self).decode()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw, so that the page shows an empty state instead."""
        return not any(value for one in self.series for value in one.values)
