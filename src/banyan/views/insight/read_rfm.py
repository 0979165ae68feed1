"""Buyers by recency, frequency and money: in quintiles, and in segments with names."""

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask
from banyan.views.insight.rules import SegmentName, decide_segment
from banyan.views.insight.types import Period, RfmCell, RfmReport, RfmSegment


class ReadRfm(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant's buyers, by default since the beginning."""


@reading(permission=Permission.INSIGHT_READ)
async def read_rfm(work: Work, query: ReadRfm) -> RfmReport:
    """Return how many buyers there are of each three quintiles, and in each segment.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    answer = await ask(work, query, "rfm")
    cells = [RfmCell(**one) for one in answer.rows]
    return RfmReport(
        **answer.heading,
        people=sum(one.people for one in cells),
        segments=list_segments(cells),
        cells=cells,
    )


def list_segments(cells: list[RfmCell]) -> list[RfmSegment]:
    """The segments that the cells make up, in the order of their names' definition."""
    people: dict[SegmentName, int] = dict.fromkeys(SegmentName, 0)
    spent_fen: dict[SegmentName, int] = dict.fromkeys(SegmentName, 0)
    for cell in cells:
        name = decide_segment(cell.recency, cell.frequency, cell.monetary)
        people[name] += cell.people
        spent_fen[name] += cell.spent_fen
    return [
        RfmSegment(name=name, people=people[name], spent_fen=spent_fen[name])
        for name in SegmentName
    ]
