"""The reports as expressions that any engine can run, and the one place that writes them as SQL.

Imported when the first report is asked for: Ibis takes half a second to load.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import ibis
import ibis.expr.types as ir

from banyan.views.insight.kinds import COLUMNS
from banyan.views.insight.reports.cohorts import compute_cohorts
from banyan.views.insight.reports.funnel import compute_funnel
from banyan.views.insight.reports.lifetime import compute_lifetime
from banyan.views.insight.reports.overview import compute_overview
from banyan.views.insight.reports.recognised import compute_recognised
from banyan.views.insight.reports.rfm import compute_rfm
from banyan.views.insight.scope import EngineKind, Scope

EVENTS: ir.Table = ibis.table(ibis.schema(dict(COLUMNS)), name="events")
"""All rows. Which files they are in, only the engine knows."""

REPORTS: Mapping[str, Callable[..., ir.Table]] = MappingProxyType(
    {
        "funnel": compute_funnel,
        "overview": compute_overview,
        "rfm": compute_rfm,
        "cohorts": compute_cohorts,
        "lifetime": compute_lifetime,
        "recognised": compute_recognised,
    }
)
"""By name: rows, scope and what they are told apart by, to the rows of the answer."""

_statements_kept = 256


@lru_cache(maxsize=_statements_kept)
def write_sql(report: str, scope: Scope, *by: object, dialect: EngineKind | None = None) -> str:
    """A report as SQL over `events`, kept: for a small shop, writing it takes the longest.

    It is for the scope's engine, but a `dialect` may be named, to compare.
    """
    expression = REPORTS[report](EVENTS, scope, *by)
    return str(ibis.to_sql(expression, dialect=dialect or scope.engine))
