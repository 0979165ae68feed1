"""How soon a report has what happened: seconds, and it says as of when it is."""

from __future__ import annotations

import asyncio
import re
import time

import pytest

from banyan.base.clock import Clock
from banyan.doors.http.signin import SESSION_COOKIE
from banyan.views.insight import ReadOverview, export_forever, read_overview
from banyan.views.insight import export as exporting
from tests.kit.sales import buy, open_busy_shop
from tests.kit.web import open_client
from tests.kit.world import World

pytestmark = pytest.mark.usefixtures("folder")

PROMISED_S = 3.0
"""What docs/explanation/insight.md says."""
PATIENCE_S = 12.0
"""What a machine with other things to do is given."""


def test_the_promise_leaves_a_second_for_the_work() -> None:
    assert exporting._rest_s + 1 <= PROMISED_S


async def test_a_payment_is_in_the_report_within_seconds(world: World) -> None:
    """Paid again and again, at any moment between two steps of the export."""
    shop = await open_busy_shop(world)
    query = ReadOverview(merchant_id=shop.merchant_id)
    waits = []
    async with asyncio.TaskGroup() as group:
        exporting_task = group.create_task(export_forever(world.office))
        for paid in range(1, 4):
            await asyncio.sleep(0.7 * paid)
            await buy(world, "lin", shop, {shop.oolong: 1})
            paid_at, began_s = Clock().now(), time.monotonic()
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    report = await world.office.run(read_overview, query, world.owner)
                    if report.rows[0].orders == paid:
                        break
                    assert report.as_of <= paid_at, "it does not claim what it has not"
                    await asyncio.sleep(0.05)
            waits.append(time.monotonic() - began_s)
            assert report.facts_behind == 0 or report.as_of <= world.now
        exporting_task.cancel()
    assert min(waits) < PROMISED_S


@pytest.mark.parametrize("path", ["/console/insight/overview", "/console/today"])
async def test_the_page_says_as_of_when_and_what_is_on_its_way(world: World, path: str) -> None:
    shop = await open_busy_shop(world)
    await buy(world, "lin", shop, {shop.oolong: 1})
    headers = {
        "accept": "text/html",
        "sec-fetch-site": "same-origin",
        "cookie": f"{SESSION_COOKIE}={world.tokens['mei']}",
    }

    async def read_note(client_language: str) -> str:
        async with open_client(world) as client:
            await client.post("/language", headers=headers, data={"language": client_language})
            page = await client.get(path, headers=headers)
        found = re.search(r'<span class="report-fresh[^>]*>(.*?)</span>', page.text)
        assert found is not None
        return found.group(1)

    behind = await read_note("en")
    assert re.match(r"As of .+ · [\d,]+ facts on their way", behind)
    await exporting.export_all(world.office)
    assert re.fullmatch(r"As of .*\d\d:\d\d[^·]*", await read_note("en"))
    assert "截至" in await read_note("zh")
