"""The audience of accounts and mini programs: who came and went, and what people did, by day."""

from pathlib import Path

from banyan.books.room import Room
from banyan.views.audience.follow_journal import FOLLOWERS, begin_again
from banyan.views.audience.invariants import INVARIANTS
from banyan.views.audience.read_articles import (
    SINCE_MAX,
    NameArticles,
    ReadPublished,
    name_articles,
    read_published,
)
from banyan.views.audience.read_deeds import ReadDeeds, ReadSpread, read_deeds, read_spread
from banyan.views.audience.read_growth import ReadGrowth, ReadServed, read_growth, read_served
from banyan.views.audience.read_visits import ReadReturns, ReadVisits, read_returns, read_visits
from banyan.views.audience.types import (
    ArticleName,
    ArticleNames,
    ArticleRow,
    ArticleRows,
    Deed,
    DeedRow,
    Deeds,
    Growth,
    GrowthRow,
    Period,
    ReturnRow,
    Returns,
    Served,
    ServedRow,
    Source,
    Spread,
    SpreadRow,
    Step,
    VisitRow,
    Visits,
)

ROOM = Room(
    name="audience",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        read_growth,
        read_served,
        read_deeds,
        read_spread,
        name_articles,
        read_published,
        read_visits,
        read_returns,
    ),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "ROOM",
    "SINCE_MAX",
    "ArticleName",
    "ArticleNames",
    "ArticleRow",
    "ArticleRows",
    "Deed",
    "DeedRow",
    "Deeds",
    "Growth",
    "GrowthRow",
    "NameArticles",
    "Period",
    "ReadDeeds",
    "ReadGrowth",
    "ReadPublished",
    "ReadReturns",
    "ReadServed",
    "ReadSpread",
    "ReadVisits",
    "ReturnRow",
    "Returns",
    "Served",
    "ServedRow",
    "Source",
    "Spread",
    "SpreadRow",
    "Step",
    "VisitRow",
    "Visits",
    "begin_again",
    "name_articles",
    "read_deeds",
    "read_growth",
    "read_published",
    "read_returns",
    "read_served",
    "read_spread",
    "read_visits",
)
