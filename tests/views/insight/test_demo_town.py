"""The demo town's figures: by plain SQL over the rooms, from the API, and as the console shows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from banyan.app.demo import plant
from banyan.app.furnish import furnish
from banyan.doors.http.signin import SESSION_COOKIE
from banyan.parties.merchants import MerchantId
from banyan.views.insight import export_all
from tests.kit.web import open_client
from tests.kit.world import World

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("folder")]

_days = timedelta(days=60)

FIND_MERCHANT = "select merchant_id, time_zone from merchants.merchants where name like '榕树茶馆%'"
TRADE = """
with days as (
    select (paid_at at time zone $2)::date as on_day, total_fen as revenue_fen, 0 as refunded_fen,
        1 as orders, nullif(person_id, 0) as buyer, 0 as members,
        case when person_id <> 0 then total_fen else 0 end as known_fen
    from orders.orders where merchant_id = $1 and paid_at is not null
    union all
    select (refunded_at at time zone $2)::date, 0, amount_fen, 0, null, 0, 0
    from refunds.refunds where merchant_id = $1
    union all
    select (joined_at at time zone $2)::date, 0, 0, 0, null, 1, 0
    from members.members where merchant_id = $1
)
select on_day, sum(revenue_fen) as revenue_fen, sum(refunded_fen) as refunded_fen,
    sum(orders) as orders, count(distinct buyer) as buyers, sum(members) as new_members,
    sum(known_fen) as known_fen
from days
group by on_day
order by on_day
"""
FUNNEL = """
with scans as (
    select person_id, min(touched_at) as first_at, count(*) as touches
    from places.touches where merchant_id = $1
    group by person_id
),
later as (
    select s.person_id, m.member_id is not null as is_member,
        count(o.order_id) as ordered, count(o.paid_at) as paid
    from scans as s
    left join members.members as m on m.merchant_id = $1 and m.person_id = s.person_id
    left join orders.orders as o
        on o.merchant_id = $1 and o.person_id = s.person_id and o.placed_at >= s.first_at
    where s.person_id <> 0
    group by s.person_id, m.member_id
)
select
    (select coalesce(sum(touches), 0) from scans) as touches,
    (select count(*) from later)
        + (select coalesce(sum(touches), 0) from scans where person_id = 0) as visitors,
    count(*) as people,
    count(*) filter (where is_member) as joined,
    count(*) filter (where is_member and ordered > 0) as ordered,
    count(*) filter (where is_member and paid > 0) as paid,
    count(*) filter (where is_member and paid > 1) as came_back
from later
"""
BUYERS = """
select count(*) as people, sum(spent_fen) as spent_fen, sum(coupon_fen) as coupon_fen
from (
    select o.person_id,
        sum(o.total_fen - o.refunded_fen) as spent_fen,
        (array_agg(case when o.coupon_id <> 0 then o.discount_fen else 0 end
            order by o.paid_at, o.order_id))[1] as coupon_fen
    from orders.orders as o
    where o.merchant_id = $1 and o.paid_at is not null and o.person_id <> 0
    group by o.person_id
) as buyers
"""
COHORTS = """
with paid as (
    select person_id, date_trunc('month', paid_at at time zone $2)::date as month
    from orders.orders where merchant_id = $1 and paid_at is not null and person_id <> 0
),
firsts as (
    select person_id, min(month) as first_month from paid group by person_id
)
select f.first_month, p.month, count(distinct p.person_id) as buyers
from paid as p
inner join firsts as f on f.person_id = p.person_id
group by f.first_month, p.month
order by f.first_month, p.month
"""

Rows = list[Mapping[str, Any]]
Charts = list[dict[str, Any]]


class Town:
    """The demo town's tea house, and three ways to ask for its figures."""

    def __init__(
        self, world: World, client: httpx.AsyncClient, merchant_id: MerchantId, zone: str
    ) -> None:
        self.world, self.client, self.merchant_id, self.zone = world, client, merchant_id, zone
        self.token = world.tokens["mei"]
        self.span = {
            "from": (world.now - _days).date().isoformat(),
            "until": (world.now + timedelta(days=1)).date().isoformat(),
        }

    async def by_sql(self, sql: str, *more: object) -> Rows:
        """What the rooms have."""
        async with self.world.building.pool.acquire() as db:
            return [dict(row) for row in await db.fetch(sql, self.merchant_id, *more)]

    async def by_api(self, report: str, **asked: str) -> dict[str, Any]:
        """What a program is told, once everything that happened has been read."""
        await self.world.settle()
        answer = await self.client.get(
            f"/v1/merchants/{self.merchant_id:d}/insight/{report}",
            params={"from_on": self.span["from"], "until_on": self.span["until"]} | asked,
            headers={"authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        assert told["facts_behind"] == 0
        return told

    async def page(self, path: str) -> tuple[Charts, dict[str, str]]:
        """The charts of a page and its named figures."""
        headers = {
            "accept": "text/html",
            "sec-fetch-site": "same-origin",
            "cookie": f"{SESSION_COOKIE}={self.token}",
        }
        answer = await self.client.get(path, params=self.span, headers=headers)
        assert answer.status_code == 200, answer.text
        assert "report-fresh" in answer.text
        assert re.search(r"(As of|截至) ?\S+", answer.text), "it says as of when"
        charts = re.findall(r"data-chart='([^']*)'", answer.text)
        facts = re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", answer.text)
        return [json.loads(html.unescape(one)) for one in charts], dict(facts)


@pytest.fixture
async def town(world: World) -> AsyncIterator[Town]:
    """The tea house of the planted town, exported."""
    await furnish(world.building)
    await plant(world.building, lambda _said: None)
    await world.settle()
    await export_all(world.office)
    await world.person("mei")
    async with world.building.pool.acquire() as db:
        found = await db.fetchrow(FIND_MERCHANT)
    assert found is not None
    async with open_client(world) as client:
        yield Town(world, client, MerchantId(found["merchant_id"]), found["time_zone"])


def values_of(chart: dict[str, Any]) -> list[list[Any]]:
    """The numbers of a chart, series by series."""
    return [one["values"] for one in chart["series"]]


async def test_every_figure_is_the_same_three_ways(town: Town) -> None:
    """One test, as planting the town takes the longest."""
    await check_trade(town)
    await check_funnel(town)
    await check_buyers(town)
    await check_cohorts(town)


async def check_trade(town: Town) -> None:
    """Overview and recognised share, day by day."""
    days = await town.by_sql(TRADE, town.zone)
    assert len(days) > 25
    told = await town.by_api("overview", by="day")
    names = ("revenue_fen", "refunded_fen", "orders", "buyers", "new_members")
    assert [(row["on"], *(row[name] for name in names)) for row in told["rows"]] == [
        (row["on_day"].isoformat(), *(row[name] for name in names)) for row in days
    ]
    charts, _ = await town.page("/console/insight/overview")
    revenue, people = charts[:2]
    drawn = [*values_of(revenue), *values_of(people)]
    for place, name in enumerate(names):
        assert [one for one in drawn[place] if one] == [row[name] for row in days if row[name]]
    told = await town.by_api("recognised", by="day")
    sold = [row for row in days if row["orders"]]
    assert [(row["revenue_fen"], row["known_fen"]) for row in told["rows"]] == [
        (row["revenue_fen"], row["known_fen"]) for row in sold
    ]
    charts, _ = await town.page("/console/insight/recognised")
    (money,) = [one for one in charts if one["kind"] == "stacked"]
    known, unknown = values_of(money)
    assert sum(known) == sum(row["known_fen"] for row in days)
    assert sum(known) + sum(unknown) == sum(row["revenue_fen"] for row in days)


async def check_funnel(town: Town) -> None:
    """The steps of all who ever scanned."""
    (steps,) = await town.by_sql(FUNNEL)
    (row,) = (await town.by_api("funnel"))["rows"]
    assert {name: row[name] for name in steps} == steps
    names = ("visitors", "people", "joined", "ordered", "paid", "came_back")
    charts, facts = await town.page("/console/insight/funnel")
    assert values_of(charts[0]) == [[steps[name] for name in names]]
    assert list(steps.values())[1:] == sorted(list(steps.values())[1:], reverse=True)
    assert steps["came_back"] > 10
    assert str(steps["visitors"]) in facts.values()
    by_code = (await town.by_api("funnel", by="code"))["rows"]
    assert sum(one["touches"] for one in by_code) == steps["touches"]
    assert sum(one["revenue_fen"] for one in by_code) == row["revenue_fen"]


async def check_buyers(town: Town) -> None:
    """Recency, frequency and money; what buyers cost and brought."""
    (buyers,) = await town.by_sql(BUYERS)
    rfm = await town.by_api("rfm")
    assert rfm["people"] == buyers["people"]
    assert sum(one["spent_fen"] for one in rfm["segments"]) == buyers["spent_fen"]
    charts, _ = await town.page("/console/insight/rfm")
    for chart in charts:
        assert sum(map(sum, values_of(chart))) == buyers["people"]
    for by in ("code", "channel", "month"):
        rows = (await town.by_api("lifetime", by=by))["rows"]
        assert sum(one["buyers"] for one in rows) == buyers["people"]
        assert sum(one["coupon_cost_fen"] for one in rows) == buyers["coupon_fen"]


async def check_cohorts(town: Town) -> None:
    """Who bought again in which month."""
    wanted = await town.by_sql(COHORTS, town.zone)
    told = await town.by_api("cohorts")
    found = [
        (one["month"], month["buyers"])
        for one in told["cohorts"]
        for month in one["months"]
        if month["buyers"]
    ]
    assert found == [(row["first_month"].isoformat(), row["buyers"]) for row in wanted]
    charts, _ = await town.page("/console/insight/cohorts")
    sizes = [int(one["name"].split("(")[1].rstrip(")")) for one in charts[0]["series"]]
    assert sum(sizes) == sum(row["buyers"] for row in wanted if row["first_month"] == row["month"])
