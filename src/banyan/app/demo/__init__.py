"""The demo town: three shops, a street of people, and a month of their life; all invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from banyan.app.build import Building
from banyan.app.demo.cast import CAST
from banyan.app.demo.month import DAYS, live_a_month
from banyan.app.demo.open_shops import enrol, find_shop, open_shop
from banyan.app.demo.shops import read_shops
from banyan.app.demo.town import Town
from banyan.books.work import SYSTEM
from banyan.commerce.orders import ListOrders, list_orders
from banyan.commerce.places import ListPlaces, PlaceKind, list_places
from banyan.parties.merchants import ReadMerchant, read_merchant

__all__ = ("plant",)

Report = Callable[[str], None]


async def plant(building: Building, report: Report) -> None:
    """Have the demo town, and tell how to walk around in it; a town that is there stays as it is.

    Everything comes about by the rooms' own operations, at times within the last month. If
    planting was cut short, what is missing of the shops is opened, and a month that has begun is
    left as far as it came.
    """
    clock = building.office.clock
    offset = clock.offset
    town = Town(building, _begin_of_month(clock.now()))
    try:
        town.go_to(town.start)
        if not await _has_lived(town):
            await _plant(town, report)
    finally:
        clock.offset = offset
    await _tell(town, report)


def _begin_of_month(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), UTC) - timedelta(days=DAYS)


async def _has_lived(town: Town) -> bool:
    """Whether anybody has bought anything; the town's start is that of an earlier planting."""
    first = await find_shop(town, read_shops()[0])
    if first is None:
        return False
    query = ReadMerchant(merchant_id=first)
    town.start = (await town.office.run(read_merchant, query, SYSTEM)).opened_at
    page = await town.office.run(list_orders, ListOrders(merchant_id=first, limit=1), SYSTEM)
    return bool(page.items)


async def _plant(town: Town, report: Report) -> None:
    town.go_to(town.start)
    await town.enrol()
    for resident in CAST.values():
        await enrol(town, resident)
    report("Opening three shops.")
    shops = [await open_shop(town, shop) for shop in read_shops()]
    report("Living through a month.")
    await live_a_month(town, shops)


async def _tell(town: Town, report: Report) -> None:
    """Say who is who, and where to begin."""
    url = town.building.settings.public_url
    report("")
    report("The demo town. Sign in with a phone below; the code is shown where Banyan runs.")
    for one in CAST.values():
        report(f"  {one.phone.removeprefix('+86')}  {one.name}: {one.says}")
    report("")
    report("Scan a door, or open it in a browser:")
    for shop in read_shops():
        merchant_id = await find_shop(town, shop)
        assert merchant_id is not None
        query = ListPlaces(merchant_id=merchant_id, kind=PlaceKind.DOOR)
        for door in (await town.office.run(list_places, query, SYSTEM)).items:
            report(f"  {url}/c/{door.codes[0].token}  {shop.name}, {door.name}")
    report("")
    report(f"Their owners work at {url}/console, and Hao at {url}/cashier.")
