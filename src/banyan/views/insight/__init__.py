"""Insight: what happened, as Parquet written from the journal, and the reports computed from it."""

from pathlib import Path
from typing import Any

from banyan.books.room import Room
from banyan.books.work import Operation
from banyan.views.insight.export import (
    EXPORTER,
    begin_again,
    count_behind,
    export_all,
    export_forever,
)
from banyan.views.insight.invariants import INVARIANTS
from banyan.views.insight.place import PLACE
from banyan.views.insight.read_cohorts import ReadCohorts, read_cohorts
from banyan.views.insight.read_funnel import ReadFunnel, read_funnel
from banyan.views.insight.read_lifetime import ReadLifetime, read_lifetime
from banyan.views.insight.read_overview import ReadOverview, read_overview
from banyan.views.insight.read_recognised import ReadRecognised, read_recognised
from banyan.views.insight.read_rfm import ReadRfm, read_rfm
from banyan.views.insight.record_spend import (
    ListSpends,
    RecordSpend,
    RemoveSpend,
    list_spends,
    record_spend,
    remove_spend,
)
from banyan.views.insight.types import (
    BuyersBy,
    CohortReport,
    FunnelBy,
    FunnelReport,
    LifetimeReport,
    OverviewReport,
    Period,
    RecognisedReport,
    Report,
    RfmReport,
    Spend,
    SpendId,
    SpendRecorded,
    SpendRemoved,
    TradeBy,
)

REPORTS: tuple[Operation[Any, Any], ...] = (
    read_funnel,
    read_overview,
    read_rfm,
    read_cohorts,
    read_lifetime,
    read_recognised,
)
"""The operations that compute."""

ROOM = Room(
    name="insight",
    migrations=Path(__file__).parent / "migrations",
    operations=(*REPORTS, record_spend, remove_spend, list_spends),
    events=(SpendRecorded, SpendRemoved),
    invariants=INVARIANTS,
)
"""Its follower, `EXPORTER`, is not among those that run together: `export_forever` runs it."""

__all__ = (
    "EXPORTER",
    "PLACE",
    "REPORTS",
    "ROOM",
    "BuyersBy",
    "CohortReport",
    "FunnelBy",
    "FunnelReport",
    "LifetimeReport",
    "ListSpends",
    "OverviewReport",
    "Period",
    "ReadCohorts",
    "ReadFunnel",
    "ReadLifetime",
    "ReadOverview",
    "ReadRecognised",
    "ReadRfm",
    "RecognisedReport",
    "RecordSpend",
    "RemoveSpend",
    "Report",
    "RfmReport",
    "Spend",
    "SpendId",
    "SpendRecorded",
    "SpendRemoved",
    "TradeBy",
    "begin_again",
    "count_behind",
    "export_all",
    "export_forever",
    "list_spends",
    "read_cohorts",
    "read_funnel",
    "read_lifetime",
    "read_overview",
    "read_recognised",
    "read_rfm",
    "record_spend",
    "remove_spend",
)
