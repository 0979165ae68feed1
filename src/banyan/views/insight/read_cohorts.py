"""Monthly cohorts: of those who first bought in a month, who bought again in which later one."""

from itertools import groupby

from banyan.books.work import Permission, Work, reading
from banyan.views.insight.ask import ask
from banyan.views.insight.rules import (
    compute_rate_bp,
    month_of_index,
)
from banyan.views.insight.types import Cohort, CohortMonth, CohortReport, Period, Told


class ReadCohorts(Period, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant's cohorts: those whose month has a day of the period in it.

    What they did since then counts up to today, also after the period.
    """


@reading(permission=Permission.INSIGHT_READ)
async def read_cohorts(work: Work, query: ReadCohorts) -> CohortReport:
    """Return for each month its new buyers, and what they did in it and in each later month.

    Raises NotFound `merchants.not_found`; Invalid `insight.days_reversed`; Trouble
    `insight.busy`, `insight.too_slow` or `insight.not_ready`.
    """
    answer = await ask(work, query, "cohorts")
    return CohortReport(**answer.heading, cohorts=list_cohorts(answer.rows))


def list_cohorts(rows: list[Told]) -> list[Cohort]:
    """The answer cohort by cohort; the first month of each holds all of its buyers."""
    cohorts = []
    for first_month, told in groupby(rows, key=lambda one: one["first_month"]):
        months = list(told)
        size = months[0]["buyers"]
        cohorts.append(
            Cohort(
                month=month_of_index(first_month),
                buyers=size,
                months=[_month(one, size) for one in months],
            )
        )
    return cohorts


def _month(told: Told, size: int) -> CohortMonth:
    return CohortMonth(
        months_since=told["months_since"],
        buyers=told["buyers"],
        retention_bp=compute_rate_bp(told["buyers"], size),
        revenue_fen=told["revenue_fen"],
        refunded_fen=told["refunded_fen"],
    )
