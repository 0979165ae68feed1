"""Where to begin in the demo town, for the first page: who to be, and which doors to scan."""

from __future__ import annotations

from banyan.app.build import Building
from banyan.app.demo.cast import CAST
from banyan.app.demo.open_shops import find_shop
from banyan.app.demo.shops import read_shops
from banyan.app.demo.town import Town
from banyan.books.work import SYSTEM
from banyan.commerce.places import ListPlaces, PlaceKind, list_places
from banyan.doors.pages.ask import Sample, Samples


async def find_samples(building: Building) -> Samples:
    """The cast with their phones, and the doors of those shops that are open."""
    town = Town(building, building.office.clock.now())
    people = tuple(
        Sample(label=one.phone.removeprefix("+86"), name=one.name, note=one.says)
        for one in CAST.values()
    )
    places = []
    for shop in read_shops():
        merchant_id = await find_shop(town, shop)
        if merchant_id is None:
            continue
        query = ListPlaces(merchant_id=merchant_id, kind=PlaceKind.DOOR)
        page = await town.office.run(list_places, query, SYSTEM)
        places += [
            Sample(label=shop.name, name=door.name, href=f"/c/{door.codes[0].token}")
            for door in page.items
        ]
    return Samples(people=people, places=tuple(places))
