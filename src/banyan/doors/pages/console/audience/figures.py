"""Reads the figures of some days, and puts them into tables that a page shows and a file holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from banyan.doors.pages.console.desk import Desk
from banyan.doors.pages.console.insight.asking import Span
from banyan.doors.pages.shell import mark
from banyan.reach.channels import ChannelId
from banyan.views.audience import (
    Deed,
    DeedRow,
    Growth,
    ServedRow,
    Source,
    Step,
    VisitRow,
    name_articles,
    read_deeds,
    read_growth,
    read_served,
    read_visits,
)

SOURCES = {
    Source.SEARCH: mark("Search"),
    Source.CARD: mark("Business card"),
    Source.ARTICLE: mark("Article"),
    Source.PAID: mark("After paying"),
    Source.CODE: mark("QR code"),
    Source.OTHER: mark("Otherwise"),
}
Cell = str | int | date


@dataclass(frozen=True)
class Table:
    """Figures with their headings, which are still to be translated."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


@dataclass(frozen=True)
class Reader:
    """Asks for the figures of one account."""

    desk: Desk
    channel_id: ChannelId
    span: Span

    async def growth(self) -> Growth:
        """Who came and who went."""
        return await self.desk.run(read_growth, **self._days())

    async def served(self) -> list[ServedRow]:
        """How the account's own server did."""
        return (await self.desk.run(read_served, **self._days())).rows

    async def visits(self) -> list[VisitRow]:
        """How often a mini program was opened."""
        return (await self.desk.run(read_visits, **self._days())).rows

    async def deeds(
        self, deed: Deed, step: Step = Step.DAY, *, by_subject: bool = False
    ) -> list[DeedRow]:
        """What people did."""
        asked = {"deed": deed.value, "step": step.value, "by_subject": by_subject}
        return (await self.desk.run(read_deeds, **self._days(), **asked)).rows

    async def names(self, subjects: Iterable[str]) -> dict[str, str]:
        """What articles are called."""
        numbers = sorted({one.partition("_")[0] for one in subjects})
        found = await self.desk.run(name_articles, channel_id=self.channel_id, numbers=numbers)
        return {one.subject: one.title for one in found.rows}

    def _days(self) -> dict[str, object]:
        return {
            "channel_id": self.channel_id,
            "from_on": self.span.first.isoformat(),
            "until_on": self.span.last.isoformat(),
        }


def table_growth(desk: Desk, growth: Growth) -> Table:
    """Who came and who went, by day and source."""
    heads = (mark("Day"), mark("Source"), mark("Came"), mark("Left"))
    rows = [
        (one.on, desk.ask.words(SOURCES[one.source]), one.gained, one.lost) for one in growth.rows
    ]
    return Table("growth", heads, rows)


def table_sources(desk: Desk, growth: Growth) -> Table:
    """Who came and who went, by source."""
    sums: dict[Source, list[int]] = defaultdict(lambda: [0, 0])
    for one in growth.rows:
        sums[one.source][0] += one.gained
        sums[one.source][1] += one.lost
    heads = (mark("Source"), mark("Came"), mark("Left"), mark("Net"))
    ordered = sorted(sums.items(), key=lambda one: -one[1][0])
    rows = [
        (desk.ask.words(SOURCES[source]), gained, lost, gained - lost)
        for source, (gained, lost) in ordered
    ]
    return Table("sources", heads, rows)


async def table_articles(desk: Desk, reader: Reader) -> Table:
    """How each article did in these days, the most read first."""
    found: dict[str, dict[Deed, DeedRow]] = defaultdict(dict)
    for deed in (Deed.READ, Deed.SHARED, Deed.FAVOURED):
        for one in await reader.deeds(deed, Step.WHOLE, by_subject=True):
            found[one.subject][deed] = one
    names = await reader.names(found)
    unknown = desk.ask.words(mark("An article that is gone"))

    def count(subject: str, deed: Deed) -> tuple[int, int]:
        row = found[subject].get(deed)
        return (row.people, row.times) if row else (0, 0)

    heads = (
        mark("Article"),
        mark("Readers"),
        mark("Reads"),
        mark("Shared by"),
        mark("Shares"),
        mark("Kept by"),
    )
    rows = [
        (
            names.get(one, unknown),
            *count(one, Deed.READ),
            *count(one, Deed.SHARED),
            count(one, Deed.FAVOURED)[0],
        )
        for one in found
    ]
    return Table("articles", heads, sorted(rows, key=lambda row: row[2], reverse=True))


async def table_deeds(reader: Reader, name: str, deed: Deed, heads: tuple[str, str, str]) -> Table:
    """What people did in these days by what it was about, the most often first."""
    rows = await reader.deeds(deed, Step.WHOLE, by_subject=True)
    ordered = sorted(rows, key=lambda one: -one.times)
    return Table(name, heads, [(one.subject, one.people, one.times) for one in ordered])


def table_served(rows: Sequence[ServedRow]) -> Table:
    """How the account's own server did, by day."""
    heads = (
        mark("Day"),
        mark("Calls"),
        mark("Failures"),
        mark("Mean (ms)"),
        mark("Longest (ms)"),
    )
    found = [
        (one.on, one.pushes, one.failures, one.took_ms // one.pushes, one.longest_ms)
        for one in rows
    ]
    return Table("server", heads, found)


def table_visits(rows: Sequence[VisitRow]) -> Table:
    """How often a mini program was opened, by day."""
    heads = (mark("Day"), mark("Visits"), mark("People"), mark("New people"), mark("Pages opened"))
    found = [(one.on, one.visits, one.people, one.new_people, one.pages) for one in rows]
    return Table("visits", heads, found)
